"""What must survive a translation does, whatever the text and whatever the engine does to it."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.translation import glossary, machine
from switchboard.domain.translation.cutting import batches, fitting, sentences, size
from switchboard.domain.translation.glossary import NO_TERMS
from switchboard.domain.translation.machine import Answer
from switchboard.domain.translation.result import Outcome, Reason
from switchboard.domain.translation.shielding import BRACKETS, UNTRANSLATED, Marks, name_of, pieces
from tests.fakes.translator import MemoryEngine

SNIPPETS = (
    "SB-10214", "https://a.example/x?y=1&z=2", "a.b@c.example", "{{name}}", "{order}", "12,50 €", "⟦XA⟧", "⟦", "⟧", "&amp;", "<b>",
    '<span translate="no">XA</span>', "%s", "\n", "  ", "订单", "شكرا", "नमस्ते", "१२३", "Hello", "+49 170 1234567",
    "1Z999AA10123456784", "3 kg", "</span>", "XA",
    "XB", "。", "...", "\u2028", "\r", "\x00", "2024-05-01T12:30:00Z", "#4711", "@support", "12月5日",
    "½", "²",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)), max_size=25).map("".join)
)
MARKS = st.sampled_from([BRACKETS, UNTRANSLATED])


@settings(max_examples=400, deadline=None)
@given(TEXTS, MARKS, st.integers(0, 40))
def test_what_was_shielded_is_restored_exactly(text: str, marks: Marks, first: int) -> None:
    parts = pieces(text)
    assert "".join(part.text for part in parts) == text
    marked, values = marks.marked(parts, first)
    restored = marks.restored(marked, values)
    assert restored is None or restored == text
    if not any(re.search(r"@|https?:|www|\d", part.text, re.IGNORECASE) for part in parts if not part.kept):
        assert restored == text


@settings(max_examples=300, deadline=None)
@given(TEXTS, MARKS, st.integers(30, 5000))
def test_an_engine_that_changes_nothing_changes_nothing(text: str, marks: Marks, limit: int) -> None:
    [outcome] = machine.translate(MemoryEngine(limit, marks), [text], "de", "fr")
    assert outcome.reason is not None or outcome.text == text


@settings(max_examples=300, deadline=None)
@given(TEXTS, MARKS, st.randoms(use_true_random=False))
def test_no_number_or_link_is_lost_or_changed_by_an_engine_gone_mad(text: str, marks: Marks, chance: random.Random) -> None:
    engine = MemoryEngine(5_000, marks)

    def mad(said: str) -> Answer:
        tokens = re.findall(r"⟦X[A-Z]+⟧|<span[^<>]*>X[A-Z]+</span>|.", said, re.DOTALL)
        for _ in range(chance.randrange(4)):
            if tokens:
                at = chance.randrange(len(tokens))
                made_up = [[], [tokens[at]] * 2, ["\n"], ["4711999"], ["⟦XA⟧"], ["http://evil.example"], ["<i>"]]
                tokens[at : at + 1] = chance.choice(made_up)
        return Answer("".join(tokens))

    engine.answers = mad
    [outcome] = machine.translate(engine, [text], "de", "fr")
    if outcome.reason is None:
        kept = [part.text for part in pieces(text) if part.kept]
        assert sorted(kept) == sorted(k for k in kept if k in outcome.text)
        assert "evil" not in outcome.text or "evil" in text
        assert "4711999" not in outcome.text
        assert marks.markup or "⟦" not in outcome.text or "⟦" in text


@pytest.mark.parametrize(("text", "kept"), [
    ("Where is SB-10214?", ["SB-10214"]),
    ("See https://a.example/x?y=1&z=2. Thanks", ["https://a.example/x?y=1&z=2"]),
    ("(www.example.com/foo), shop.example.de!", ["www.example.com/foo", "shop.example.de"]),
    ("网址https://a.example/x，谢谢", ["https://a.example/x"]),
    ("mail a.b+c@d-e.example please", ["a.b+c@d-e.example"]),
    ("Hi {{customer.name}}, {order} %s %(n)d", ["{{customer.name}}", "{order}", "%s", "%(n)d"]),
    ("1.234,56 € or US$ 20, 20 USD, ₹1,00,000, 5 %", ["1.234,56 €", "US$ 20, 20 USD", "₹1,00,000, 5 %"]),
    ("2,5 kg am 05.03.2026 um 12:30 Uhr", ["2,5 kg", "05.03.2026", "12:30"]),
    ("call +49 170 123 45 67 now", ["+49 170 123 45 67"]),
    ("1Z999AA10123456784 and RR123456789CN", ["1Z999AA10123456784", "RR123456789CN"]),
    ("SAVE10, 2XL, iPhone15, 3rd", ["SAVE10", "2XL", "iPhone15", "3rd"]),
    ("我12月5日买了150克", ["12月5日", "150"]),
    ("शिकायत १२३ और ٤٥٦", ["१२३", "٤٥٦"]),
    ("⟦EMAIL_1⟧ wrote", ["⟦EMAIL_1⟧"]),
    ("Ende.Start ist ein Satz. Punkt.", []),
    ("no numbers here, friend", []),
])  # fmt: skip
def test_what_is_kept(text: str, kept: list[str]) -> None:
    assert [part.text for part in pieces(text) if part.kept] == kept


def test_marks_are_letters_alone_and_all_different() -> None:
    names = [name_of(n) for n in range(2_000)]
    assert len(set(names)) == 2_000
    assert all(re.fullmatch("X[A-Z]{1,6}", name) for name in names)


@pytest.mark.parametrize("text", [
    "a" * 20_000, "1" * 20_000, "a." * 10_000, "1-" * 10_000, "{" * 20_000, "<a" * 9_000, "@a" * 9_000, "https://" * 2_400,
    "1 " * 10_000, "€" * 20_000, "年1" * 10_000, "#" * 20_000, "-_/." * 5_000,
])  # fmt: skip
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    parts = pieces(text)
    BRACKETS.restored(*BRACKETS.marked(parts))
    list(fitting(text, 5_000))
    assert "".join(p.text for p in parts) == text
    assert time.process_time() - began < 2


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(4, 60))
def test_a_cut_line_is_whole_again(text: str, limit: int) -> None:
    parts = list(fitting(text, limit))
    assert "".join(parts) == text
    assert all(size(part) <= limit for part in parts)
    assert "".join(sentences(text)) == text


@given(st.lists(st.integers(1, 30)), st.integers(1, 50))
def test_batches_keep_order_and_limit(weights: list[int], limit: int) -> None:
    made = list(batches(weights, lambda w: w, limit))
    assert [w for batch in made for w in batch] == weights
    assert all(sum(batch) <= limit or len(batch) == 1 for batch in made)


def test_the_same_text_is_translated_once() -> None:
    engine = MemoryEngine()
    machine.translate(engine, ["Guten Tag"] * 5, "de", "en")
    assert engine.heard == ["Guten Tag"]


def test_of_a_text_whose_part_failed_nothing_is_given() -> None:
    engine = MemoryEngine(28)
    engine.answers = lambda said: Answer(refused=Reason.BUSY) if "zwei" in said else None
    found = machine.translate(engine, ["eins ist hier und da.\nzwei ist auch hier und da.", "drei"], "de", "en")
    assert found[0] == Outcome(reason=Reason.BUSY)
    assert found[1].text == "drei"


def test_a_glossarys_term_is_put_in_by_us_and_brands_stay() -> None:
    book = glossary.parse([{"en": "return label", "de": "Rücksendeetikett"}, {"keep": "High Oolong"}, {"zh": "退货", "en": "return"}])
    engine = MemoryEngine()
    [outcome] = machine.translate(engine, ["Hello, the Return  Label for high oolong"], "en", "de", book.terms("en", "de"))
    assert outcome.text == "Guten Tag, the Rücksendeetikett for High Oolong"
    assert "Oolong" not in engine.heard[0]
    [outcome] = machine.translate(engine, ["我要退货"], "zh", "en", book.terms("zh", "en"))
    assert outcome.text == "我要return"


def test_terms_stand_for_whole_words() -> None:
    terms = glossary.parse([{"en": "order", "de": "Auftrag"}]).terms("en", "de")
    assert list(terms.split("order reorder ordering Order.")) == [
        ("Auftrag", True), (" reorder ordering ", False), ("Auftrag", True), (".", False),
    ]  # fmt: skip
    assert terms.whole(" Order! ") == "Auftrag"
    assert terms.whole("my order") == ""
    assert terms.within("An order is an order") == (("order", "Auftrag"),)
    assert NO_TERMS.within("order") == ()
