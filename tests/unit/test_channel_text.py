"""Long replies reach the customer whole, in order, in pieces the vendor takes, and are not torn apart in ugly places."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchboard.channels.text import clean, size, split
from tests.unit.channel_events import WILD_TEXT

UNITS = ["characters", "utf8_bytes", "utf16_units"]
FAMILY = "👩🏽\u200d👩🏿\u200d👧🏻"  # one person-visible character of eight code points
PIECES = st.lists(
    st.sampled_from(
        ["word ", "end. ", "句。", "字", "é", "e\u0301", FAMILY, "🇩🇰", "🇸🇬", "\n", "\n\n", "\r\n", "👍🏽", "1️⃣", " "]
    )
    | st.text(max_size=5),
    max_size=80,
).map("".join)


@settings(deadline=None)
@given(PIECES, st.integers(4, 60), st.sampled_from(UNITS))
@example("🇩🇰" * 20, 7, "characters")
def test_nothing_is_lost_or_moved_and_every_piece_fits(said: str, limit: int, unit: str) -> None:
    pieces = split(said, limit, unit)
    assert "".join(pieces) == said
    assert all(0 < size(piece, unit) <= limit for piece in pieces)


@pytest.mark.parametrize(("unit", "encoding", "width"), [("utf8_bytes", "utf-8", 1), ("utf16_units", "utf-16-le", 2)])
@given(said=st.text())
def test_sizes_are_those_of_the_real_encoding(unit: str, encoding: str, width: int, said: str) -> None:
    assert size(said, unit) == len(said.encode(encoding)) // width


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("whole", [FAMILY, "🇩🇰", "👍🏽", "e\u0301", "1️⃣", "🏴\U000e0067\U000e0062\U000e007f"])
def test_what_people_see_as_one_character_stays_one(whole: str, unit: str) -> None:
    room = 3 * size(whole, unit) + 3
    for piece in split("x" + whole * 50, max(room, 4), unit):
        assert piece.removeprefix("x").replace(whole, "") == ""


@given(st.integers(4, 7))
def test_a_character_longer_than_a_piece_is_still_sent(limit: int) -> None:
    assert "".join(split(FAMILY, limit, "characters")) == FAMILY


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("One one one.\n\nTwo. Two two two.", ["One one one.\n\n", "Two. Two two two."]),
        ("One one one\nTwo two. Two", ["One one one\n", "Two two. Two"]),
        ("One one one. Two two two two", ["One one one. ", "Two two two two"]),
        ("One one one two two two", ["One one one two ", "two two"]),
        ("一二三四五六七八九十。一二三四五六七八九十", ["一二三四五六七八九十。", "一二三四五六七八九十"]),
        ("https://example.com/a-very-long-path", ["https://example.c", "om/a-very-long-pa", "th"]),
    ],
)
def test_cuts_fall_at_the_end_of_paragraphs_lines_sentences_or_words(said: str, pieces: list[str]) -> None:
    assert split(said, 17, "characters") == pieces


@given(WILD_TEXT)
def test_every_cleaned_text_can_be_encoded_and_good_ones_are_untouched(said: str) -> None:
    clean(said).encode()
    good = said.encode("utf-8", "ignore").decode()
    assert clean(good) == good
