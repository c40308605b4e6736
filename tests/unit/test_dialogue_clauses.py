"""Messages that say more than one thing: how they are cut, and what the bot makes of their clauses."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from switchboard.application.reading import understood
from switchboard.domain.dialogue import engine
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.clauses import LONGEST, MOST, clauses
from switchboard.domain.dialogue.events import Deferred
from switchboard.domain.dialogue.state import folded, from_plain, to_plain
from switchboard.domain.dialogue.turn import UNCLEAR, HandOver, Hearing
from switchboard.domain.understanding import Part, Understanding
from tests.unit.dialogue_shop import DOCUMENTS, Customer, ShopBook


@pytest.mark.parametrize(
    ("language", "text", "cut"),
    [
        ("en", "cancel 50227 and send me the invoice of 50252", ["cancel 50227", "and send me the invoice of 50252"]),
        ("en", "Hello, cancel it", []),
        ("en", "cancel it", []),
        ("de", "nein, nicht stornieren, nur die Farbe ändern", ["nein, nicht stornieren,", "nur die Farbe ändern"]),
        ("zh", "50113取消掉，另外50152的发票发我", ["50113取消掉，", "另外50152的发票发我"]),
        ("ja", "いえ、キャンセルではなく色の変更だけです", ["いえ、キャンセルではなく", "色の変更だけです"]),
        ("ko", "51013 취소하고 51052 영수증 보내주세요", ["51013 취소하고", "51052 영수증 보내주세요"]),
        ("ar", "ألغوا الطلب 51113 وأرسلوا لي فاتورة 51152", ["ألغوا الطلب 51113", "وأرسلوا لي فاتورة 51152"]),
        ("xx", "cancel it now and tell me when", ["cancel it now", "and tell me when"]),
    ],
)
def test_a_message_is_cut_into_its_clauses(language: str, text: str, cut: list[str]) -> None:
    assert list(clauses(text, language)) == cut


@pytest.mark.parametrize("text", ["", " ", ",,,, .. !!", "a, b " * LONGEST, "\u0000\u202e, \ud800 and and and", "and " * 40, "؛،"])
def test_no_text_is_too_odd_to_be_cut(text: str) -> None:
    for language in ("en", "zh", "ja", "ko", "ar", "hi", "und", ""):
        assert len(clauses(text, language)) <= MOST


def test_a_message_of_many_clauses_is_heard_as_a_whole() -> None:
    assert clauses("one two, three four, five six, seven eight, nine ten", "en") == ()


class Counting:
    """Hears the first word, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        self.asked.append(list(texts))
        return [Understanding(text.split()[0], 0.9, "en", (("other", 0.1),)) for text in texts]


def test_clauses_are_read_in_one_pass_after_the_messages() -> None:
    model = Counting()
    found = understood(model, ["hello there", "cancel 50227 and send the invoice"])
    assert [len(texts) for texts in model.asked] == [2, 2]
    assert found[0].parts == ()
    assert found[1].parts == (
        Part("cancel 50227", "cancel", 0.9, (("other", 0.1),)), Part("and send the invoice", "and", 0.9, (("other", 0.1),))
    )  # fmt: skip
    assert len(understood(model, ["hello"])) == 1
    assert model.asked[2:] == [["hello"]], "no pass for nothing"


# -- what the bot makes of them --------------------------------------------------------------------


def write(c: Customer, text: str, whole: tuple[str, float], *parts: tuple[str, str, float]) -> str:
    """A message with what its clauses say by themselves."""
    c.messages += 1
    heard = tuple(Part(*part) for part in parts)
    c.said = []
    h = Hearing(f"m{c.messages}", text, Understanding(*whole, c.language, parts=heard), c.at, c.at)
    c._take(engine.hear(c.book, c.d, h, likely=c.likely, **c.means))
    while c.d.call and not c.slow:
        c.answer()
    return "\n".join(c.said)


def two(c: Customer) -> str:
    return write(
        c, "cancel SB-42155 and send the invoice of SB-41900 to a@b.example", ("invoice_request", 0.9),
        ("cancel SB-42155", "order_cancel", 0.9), ("and send the invoice of SB-41900 to a@b.example", "invoice_request", 0.9),
    )  # fmt: skip


def test_two_wishes_are_served_one_after_the_other() -> None:
    c = Customer()
    assert two(c) == "Shall I cancel SB-42155?"
    assert c.write("yes") == "SB-42155 is cancelled.\nSend the invoice of SB-41900 to a@b.example?"
    assert c.write("yes") == "Sent.\nAnything else?"
    assert c.effects == [
        ("order_cancel", {"order": "SB-42155"}), ("invoice_send", {"order": "SB-41900", "email": "a@b.example"})
    ]  # fmt: skip


def test_the_second_wish_waits_for_the_first_whatever_comes_in_between() -> None:
    c = Customer(slow=True)
    two(c)
    assert c.d.deferred[0].later
    assert c.write("and hurry up") == "One moment."  # of a message that waits for the call
    c.answer()
    assert c.waiting == "confirm"
    assert [m.later for m in c.d.deferred] == [True]
    c.write("no thanks")
    assert c.of(de.FlowStarted)[-1].flow == "invoice_request"
    assert not c.d.deferred


def test_the_second_wish_outlives_the_store() -> None:
    c = Customer()
    two(c)
    assert from_plain(to_plain(c.d)) == c.d
    known = folded(c.d, Deferred("m9", "x"), c.at)
    assert [m.later for m in from_plain(to_plain(known)).deferred] == [True, False]


def test_silence_ends_a_flow_though_a_second_wish_waits() -> None:
    c = Customer()
    two(c)
    assert c.d.deadline is not None
    turn = engine.expire(c.book, c.d, c.d.deadline, language="en")
    assert [e.outcome for e in turn.events if isinstance(e, de.FlowEnded)] == [de.FlowOutcome.TIMED_OUT]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        # the same order: the first clause is why, not what
        (("order_cancel", 0.9), [("where is SB-42155", "order_status", 0.9), ("I want to cancel it", "order_cancel", 0.9)]),
        # not plain enough to be a wish of its own
        (("order_cancel", 0.9), [("cancel SB-42155", "order_cancel", 0.9), ("and the invoice", "invoice_request", 0.6)]),
        # about nothing
        (("order_cancel", 0.9), [("cancel SB-42155", "order_cancel", 0.9), ("and have a nice day", "goodbye", 0.99)]),
    ],
)
def test_a_clause_that_is_no_wish_of_its_own_is_not_served(whole: tuple[str, float], parts: list[tuple[str, str, float]]) -> None:
    c = Customer()
    write(c, " ".join(text for text, _, _ in parts), whole, *parts)
    assert [e.flow for e in c.of(de.FlowStarted)] == [whole[0]]
    assert not c.d.deferred


def cancelling() -> Customer:
    c = Customer()
    assert c.write("cancel SB-42155", "order_cancel") == "Shall I cancel SB-42155?"
    return c


def test_a_no_that_says_what_is_wanted_instead_begins_that_with_what_is_known() -> None:
    c = cancelling()
    said = write(
        c, "no don't cancel it, just send it somewhere else", ("order_cancel", 0.95), ("no don't cancel it,", "order_cancel", 0.9),
        ("just send it somewhere else", "address_change", 0.8),
    )  # fmt: skip
    assert said == "Nothing was changed.\nWhere should it go?"
    assert c.values == {"order": "SB-42155"}
    assert c.effects == []


def test_a_clause_that_denies_is_not_what_is_wanted() -> None:
    c = cancelling()
    write(
        c, "no, I did not want to return it, I said", ("order_cancel", 0.6),
        ("no, I did not want to return it,", "return_request", 0.9), ("I said", "", 0.1),
    )  # fmt: skip
    assert [e.flow for e in c.of(de.FlowStarted)] == ["order_cancel"]
    assert c.effects == []


@pytest.mark.parametrize("text", ["yes, send it back", "ok return it please"])
def test_a_yes_that_asks_for_something_else_with_the_same_thing_is_none(text: str) -> None:
    c = cancelling()
    assert c.write(text, "return_request") == "Nothing was changed.\nWhat is the reason?"
    assert c.effects == []


def test_a_yes_with_one_more_wish_is_one() -> None:
    c = cancelling()
    c.write("yes, and return SB-41900 too please", "return_request")
    assert ("order_cancel", {"order": "SB-42155"}) in c.effects


def test_a_no_whose_rest_nobody_understands_goes_to_people() -> None:
    c = cancelling()
    c.write("no that is wrong the one with the blue thing from before", "order_cancel")
    assert c.ends[-1] == ("order_cancel", "handed_over")
    assert c.effects == []


def test_call_me_is_no_yes_to_something_else() -> None:
    c = cancelling()
    c.write("call me")
    c.write("please call me back")
    assert c.effects == []
    c = cancelling()
    c.write("yes")
    assert c.effects


@pytest.mark.parametrize(("text", "intent"), [("nothing else", "deny"), ("that's all thanks", "goodbye"), ("two bags", "")])
def test_what_says_that_there_is_no_more_is_no_text_for_a_slot(text: str, intent: str) -> None:
    change = {
        "slots": {"change": {"kind": "text", "ask": {"en": "What shall be changed?"}}},
        "steps": [{"ask": "change"}, {"confirm": {"en": "Change it: {change}?"}}, {"call": "order_change", "with": ["change"]}],
    }  # fmt: skip
    c = Customer(book=ShopBook({**DOCUMENTS, "order_change": change}))
    c.write("change my order", "order_change")
    c.write(text, intent)
    assert bool(c.values) is (not intent)


@pytest.mark.parametrize(
    ("language", "text", "heard"),
    [
        ("es", "bueno, al final me lo quedo", "affirm"), ("en", "on second thought I'll keep it", ""),
        ("it", "anzi, lo tengo", "affirm"), ("ko", "아 그냥 둘게요", "affirm"), ("hi", "अच्छा रहने दो, रख लेता हूँ", ""),
        ("zh", "算了我还是留着吧", ""), ("ru", "хотя нет, пусть остаётся", ""),
    ],
)  # fmt: skip
def test_who_keeps_it_after_all_has_nothing_done_however_glad_it_sounds(language: str, text: str, heard: str) -> None:
    c = Customer(language=language)
    c.write("SB-42155", "order_cancel")
    c.write(text, heard)
    assert c.effects == []
    assert c.ends == [("order_cancel", "cancelled")]


@pytest.mark.parametrize("text", ["yes, keep going", "yes please", "ok"])
def test_a_yes_stays_one(text: str) -> None:
    c = cancelling()
    c.write(text, "affirm")
    assert c.effects


@pytest.mark.parametrize(("text", "taken"), [("that's all, thanks", False), ("too small", True), ("it was a present", True)])
def test_goodbye_is_no_reason(text: str, taken: bool) -> None:
    c = Customer()
    c.write("I want to return SB-42155", "return_request")
    c.write(text, "" if taken else "goodbye")
    assert ("reason" in c.values) is taken


def test_two_orders_of_which_one_would_be_forgotten_go_to_people() -> None:
    c = Customer()
    c.write("cancel SB-42155 and do the other thing with SB-41900", "order_cancel")
    assert c.turns[-1].outcome == HandOver("low_confidence")
    assert not c.of(de.FlowStarted)
    c = Customer()
    c.write("where are SB-42155 and SB-41900", "order_status")
    assert c.of(de.FlowStarted), "to look one of them up does no harm"


# -- a wish told as a story ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "parts", "begins"),
    [
        (0.8, (0.85, 0.6), False),  # no part of it says so surely: it may be the story, and not the wish
        (0.8, (0.95, 0.6), True),
        (0.92, (0.6, 0.6), True),
        (0.8, (), False),  # a single clause
        (0.92, (), True),
    ],
)
def test_what_no_clause_surely_asks_for_is_not_told_but_asked_about(whole: float, parts: tuple[float, ...], begins: bool) -> None:
    c = Customer()
    texts = ("my mother sent me the same tea,", "could SB-42155 stay with you")
    clauses_heard = [(text, "order_status", share) for text, share in zip(texts, parts, strict=False)]
    write(c, " ".join(texts), ("order_status", whole), *clauses_heard)
    assert bool(c.of(de.FlowStarted)) is begins
    assert (c.turns[-1].outcome is UNCLEAR) is not begins


def test_what_is_confirmed_before_it_is_done_begins_all_the_same() -> None:
    c = Customer()
    said = write(c, "got one already, leave SB-42155", ("order_cancel", 0.8), ("got one already,", "order_cancel", 0.6))
    assert said == "Shall I cancel SB-42155?"


def test_a_clause_that_would_have_something_changed_makes_what_is_told_doubtful() -> None:
    c = Customer()
    parts = [("I do not really want SB-42155,", "order_cancel", 0.6), ("it has not left yet, has it?", "order_status", 0.95)]
    write(c, "I do not really want SB-42155, it has not left yet, has it?", ("order_status", 0.92), *parts)
    assert c.turns[-1].outcome is UNCLEAR
