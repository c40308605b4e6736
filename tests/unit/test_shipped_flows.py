"""The flows that come with the package, and their words: they read, and say the same to customers of every language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import switchboard.resources
from switchboard.domain.dialogue import reading

FLOWS = Path(switchboard.resources.__file__).parent / "flows"
LANGUAGES = frozenset({"zh", "en", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar", "hi"})
SHIPPED = {
    "order_status", "delivery_problem", "address_change", "order_cancel", "order_change", "refund_request", "refund_status",
    "return_request", "exchange_request", "invoice_request", "subscription", "account_change", "stock_availability",
}  # fmt: skip
LONGEST = 500  # characters, of what WeChat and three SMS carry
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
SCRIPTS = {
    "zh": {"CJK"}, "ja": {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}, "ko": {"HANGUL"},
    "ru": {"CYRILLIC"}, "ar": {"ARABIC"}, "hi": {"DEVANAGARI"},
}  # fmt: skip
FOREIGN = re.compile(r"SB-12345|\b(?:XL|[SML])\b|[SMLE](?=サイズ|メール)")  # what looks the same everywhere

Text = tuple[str, str, str]  # where, language, text


def _document(name: str) -> dict[str, Any]:
    document = yaml.safe_load((FLOWS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _texts(node: object, where: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every object of texts by language, which is any that has the default language."""
    if isinstance(node, Mapping):
        if "en" in node:
            yield where, node
        else:
            for name, inner in node.items():
                yield from _texts(inner, f"{where}.{name}")
    elif isinstance(node, list):
        for n, inner in enumerate(node):
            yield from _texts(inner, f"{where}[{n}]")


def _listened_for(where: str) -> bool:
    """Whether these are words of customers, not ours."""
    return ".options." in where or where == "words.cancel"


NAMES = [*sorted(SHIPPED), "words"]
ALL = [found for name in NAMES for found in _texts(_document(name), name)]
SAID = [(where, language, text) for where, texts in ALL if not _listened_for(where) for language, text in texts.items()]
IN_FULL = [each for each in SAID if not each[0].startswith("words.") or each[0].count(".") == 1]
"""Sentences; the rest are parts of some."""


def _script(c: str) -> str:
    return unicodedata.name(c, "").split(" ")[0].split("-")[0]


def _letters(text: str) -> list[str]:
    plain = FOREIGN.sub("", PLACEHOLDER.sub("", text))
    return [c for c in plain if unicodedata.category(c)[0] == "L" and _script(c) not in ("FULLWIDTH", "HALFWIDTH")]


def test_there_is_a_flow_for_each_wish_that_the_bot_serves() -> None:
    assert {path.stem for path in FLOWS.glob("*.yaml")} == SHIPPED | {"words"}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_flow_reads(name: str) -> None:
    flow = reading.parse(name, _document(name), lists=set(_document("words")))
    assert flow.name == name


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_changes_something_is_confirmed_with_everything_it_is_done_with(name: str) -> None:
    """A trace is the exception: it changes nothing for the customer."""
    agreed: set[str] = set()
    for step in _document(name)["steps"]:
        if "confirm" in step:
            agreed = {slot for text in step["confirm"].values() for slot in re.findall(r"\{(\w+)[}|]", text)}
        if step.get("call", "").partition("_")[2] in ("change", "cancel", "request", "send", "set"):
            assert set(step["with"]) <= agreed, step["call"]


def test_the_words_read() -> None:
    words = reading.parse_words(_document("words"))
    assert words("order_status", "shipped", "de") == "unterwegs zu Ihnen"
    assert words("anything_else", "", "es") == "¿Puedo ayudarle en algo más?"


@pytest.mark.parametrize(("where", "texts"), ALL, ids=[where for where, _ in ALL])
def test_a_text_is_there_in_every_language_and_names_the_same_things(where: str, texts: Mapping[str, str]) -> None:
    assert set(texts) == LANGUAGES
    assert all(text.strip() == text != "" for text in texts.values())
    named = {language: sorted(PLACEHOLDER.findall(text)) for language, text in texts.items()}
    assert {tuple(found) for found in named.values()} == {tuple(named["en"])}, named


def _wrong_script(text: Text) -> set[str]:
    _, language, said = text
    return {_script(c) for c in _letters(said)} - SCRIPTS.get(language, {"LATIN"})


def test_each_language_is_written_in_its_own_script() -> None:
    assert [(text, wrong) for text in SAID if (wrong := _wrong_script(text))] == []
    kana = [text for where, language, text in IN_FULL if language == "ja" and not re.search("[ぁ-ん]", text)]
    assert kana == []  # Chinese in the place of Japanese would have none


def test_no_text_is_too_long_for_a_phone() -> None:
    assert [where for where, _, text in SAID if len(text) > LONGEST] == []


def _slips(language: str, text: str) -> str:
    """What in a text breaks the spelling rules of its language, if anything does."""
    bare = PLACEHOLDER.sub("X", text).replace("SB-12345", "X")
    match language:
        case "zh" | "ja":
            return "".join(re.findall(r"[,;!?]|(?<![A-Za-z0-9])\.|[:(](?!\d)", bare))
        case "es":
            return "" if bare.count("?") == bare.count("¿") and bare.count("!") == bare.count("¡") else "unopened"
        case "fr":
            return "".join(re.findall(r"[^\u00a0][?!:;»]|«[^\u00a0]|'", bare))
        case "ar":
            return "".join(re.findall(r"[,;?]", bare))
        case "hi":
            return "".join(re.findall(r"\.", bare))
        case "it" | "ru" | "ko" | "de" | "pt" | "en":
            return "".join(re.findall(r" [?!:;,.]|[。，？！、।؟]", bare))
    return ""


def test_the_marks_are_those_of_the_language() -> None:
    assert [(text, slips) for text in SAID if (slips := _slips(text[1], text[2]))] == []


def test_what_is_said_ends_so_that_more_can_follow() -> None:
    """The parts of a turn go into one message. A value may be the end of a question."""
    ends = tuple(".?。？」”»؟।！）)")
    assert [text for text in IN_FULL if not text[2].endswith(ends) and ".confirm" not in text[0]] == []


def test_nobody_is_shouted_at() -> None:
    assert [text for text in SAID if re.search("[!！]", text[2])] == []


def test_texts_keep_their_order_where_one_reads_from_right_to_left() -> None:
    """The first letter decides the direction of a line; arrows point the wrong way in half of them."""
    arrows = [text for text in SAID if re.search("[\u2190-\u21ff<>]", text[2])]
    arabic = [text for where, language, text in IN_FULL if language == "ar" and unicodedata.bidirectional(_first_strong(text)) != "AL"]
    assert arrows == []
    assert arabic == []


def _first_strong(text: str) -> str:
    shown = PLACEHOLDER.sub("X", text)
    return next(c for c in shown if unicodedata.bidirectional(c) in ("L", "R", "AL"))


def test_a_phrase_that_is_listened_for_means_one_thing_in_its_language() -> None:
    twice = []
    for name in SHIPPED:
        for slot in _document(name)["slots"].values():
            options = slot.get("options", {})
            for language in LANGUAGES:
                phrases = [phrase for option in options.values() for phrase in option[language].split("|")]
                twice += [(name, language, phrase) for phrase in set(phrases) if phrases.count(phrase) > 1]
    assert twice == []
    assert [where for where, texts in ALL if _listened_for(where) and any("" in text.split("|") for text in texts.values())] == []
