"""Neighbouring wishes: flows name their kin, and what the company answers decides between two readings."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from switchboard.adapters.shipped_flows import shipped_flows
from switchboard.application.flow_book import SHIPPED
from switchboard.domain import events as ev
from switchboard.domain.bot import BotPolicy
from switchboard.domain.conversation import Status
from switchboard.domain.dialogue import engine, reading
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.turn import HandOver
from switchboard.domain.errors import Malformed, StorageUnavailable
from switchboard.domain.understanding import IN_PASSING, Understanding, matter, spoken
from tests.unit.dialogue_shop import DOCUMENTS, ORDER, WORDS, Customer, ShopBook, company, lookup
from tests.unit.test_flow_book import BOSS, book, saying
from tests.unit.world import World

KINDRED = copy.deepcopy(DOCUMENTS)
KINDRED["order_cancel"]["kin"] = ["return_request"]
KINDRED["return_request"]["kin"] = ["order_cancel"]
KINDRED["order_status"] = {
    "kin": ["delivery_problem"], "slots": {"order": ORDER},
    "steps": [
        {"ask": "order"}, lookup("order_status"), {"say": {"en": "{order} is {found.status|order_status}."}},
        {"offer": {"en": "Shall I have it traced?"}, "when": {"value": "second", "is": "delivery_problem"}},
        {"call": "trace_open", "with": ["order"], "when": {"value": "second", "is": "delivery_problem"}},
    ],
}  # fmt: skip
KINDRED["delivery_problem"] = {
    "guess": False,
    "slots": {
        "order": ORDER,
        "trouble": {"kind": "choice", "ask": {"en": "Lost or late?"}, "options": {"lost": {"en": "lost"}, "late": {"en": "late"}}},
    },
    "steps": [{"ask": "order"}, {"call": "trace_open", "with": ["order"]}],
}
KINDRED["refund_status"] = {
    "slots": {"order": ORDER}, "steps": [{"ask": "order"}, lookup("refund_status"), {"say": {"en": "The refund is on its way."}}],
}  # fmt: skip
KINDRED["return_request"]["steps"][1]["otherwise"]["refused"] = {
    "end": "refused", "say": {"en": "Not possible."}, "instead": {"already_requested": "refund_status"}
}  # fmt: skip


def customer(**how: Any) -> Customer:
    return Customer(book=ShopBook(KINDRED), **how)


def refusing(purpose: str, reason: str = "too_late") -> Callable[[de.ActionRequested], tuple[str, dict[str, Any]]]:
    def answer(request: de.ActionRequested) -> tuple[str, dict[str, Any]]:
        if request.action == "order_lookup" and request.purpose == purpose:
            return "refused", {"reason": reason}
        return company(request)

    return answer


# -- what the company's answer decides -------------------------------------------------------------


@pytest.mark.parametrize(("share", "then"), [(0.03, ["order_cancel", "return_request"]), (0.01, ["order_cancel"])])
def test_kin_are_thought_of_where_they_are_faint(share: float, then: list[str]) -> None:
    c = customer(answers=refusing("order_cancel"))
    c.write("send SB-42155 back", "order_cancel", 0.9, ("return_request", share))
    assert [e.flow for e in c.of(de.FlowStarted)] == then


def test_between_kin_a_message_is_sure_as_one_of_the_two() -> None:
    c = customer(answers=refusing("order_cancel"))
    said = c.write("I do not want SB-42155", "order_cancel", 0.4, ("return_request", 0.35))
    assert said == "Not possible: it is too late for that.\nWhat is the reason?"


@pytest.mark.parametrize(
    ("text", "share", "begins"),
    [("the street is wrong in SB-42155", 0.3, "address_change"), ("the street is wrong in SB-42155", 0.1, "order_cancel"),
     ("not that for SB-42155", 0.3, "order_cancel")],
)  # fmt: skip
def test_what_the_message_names_decides_between_two_readings(text: str, share: float, begins: str) -> None:
    c = customer()
    c.write(text, "order_cancel", 0.6, ("address_change", share))
    assert [e.flow for e in c.of(de.FlowStarted)] == [begins]


def test_strangers_do_not_make_each_other_sure() -> None:
    c = customer()
    c.write("something with SB-42155", "order_cancel", 0.4, ("invoice_request", 0.35))
    assert not c.of(de.FlowStarted)


def test_what_was_done_already_is_told_of() -> None:
    c = customer(answers=refusing("return_request", "already_requested"))
    assert c.write("my money for SB-42155", "return_request") == "Not possible.\nThe refund is on its way.\nAnything else?"
    assert c.ends == [("return_request", "refused"), ("refund_status", "done")]


def test_two_refusals_do_not_go_round_in_circles() -> None:
    def never(request: de.ActionRequested) -> tuple[str, dict[str, Any]]:
        return ("refused", {"reason": "too_late"}) if request.action == "order_lookup" else company(request)

    c = customer(answers=never)
    c.write("SB-42155", "order_cancel", 0.6, ("return_request", 0.3))
    assert c.ends == [("order_cancel", "refused"), ("return_request", "refused")]


# -- an offer --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "others"), [("where is SB-42155, it is late", ()), ("where is SB-42155", (("delivery_problem", 0.1),))]
)
def test_who_may_have_a_grievance_is_offered_more(text: str, others: tuple[tuple[str, float], ...]) -> None:
    c = customer()
    assert c.write(text, "order_status", 0.95, *others) == "SB-42155 is on its way.\nShall I have it traced?"
    c.write("yes please")
    assert c.effects == [("trace_open", {"order": "SB-42155"})]
    assert c.ends == [("order_status", "done")]


def test_who_does_not_want_more_was_served_all_the_same() -> None:
    c = customer()
    c.write("where is SB-42155, it is late", "order_status", 0.8)
    assert c.write("no thanks", "deny") == "Anything else?"
    assert c.ends == [("order_status", "done")]
    assert c.effects == []


def test_who_only_asks_is_offered_nothing() -> None:
    c = customer()
    assert c.write("where is SB-42155", "order_status") == "SB-42155 is on its way.\nAnything else?"


# -- guesses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "next_one", "begins"), [(0.45, 0.1, True), (0.45, 0.35, False), (0.32, 0.1, False)], ids=["leads", "close", "faint"]
)
def test_a_guess_at_what_changes_something_needs_a_better_reason(share: float, next_one: float, begins: bool) -> None:
    c = customer(likely=lambda u: (u.intent,))
    c.write("cancl SB-42155", "order_cancel", share, ("invoice_request", next_one))
    assert bool(c.of(de.FlowStarted)) is begins


class OfStrictBot(Customer):
    """A customer whose bot is sure of less."""

    @property
    def means(self) -> dict[str, Any]:
        return {**super().means, "sure": lambda u: u.confidence >= 0.6}


def test_a_look_up_is_guessed_at_where_it_is_as_likely_as_not() -> None:
    c = OfStrictBot(book=ShopBook(KINDRED), likely=lambda u: (u.intent,))
    c.write("wheres SB-42155", "order_status", 0.5, ("store_info", 0.45))
    assert c.of(de.FlowStarted)
    c = OfStrictBot(book=ShopBook(KINDRED), likely=lambda u: (u.intent,))
    c.write("wheres SB-42155", "order_status", 0.45, ("store_info", 0.05))
    assert not c.of(de.FlowStarted), "nobody confirms what is told: wrongly guessed it is taken for served"
    c = OfStrictBot(book=ShopBook(KINDRED), likely=lambda u: (u.intent,))
    c.write("wheres SB-42155", "order_status", 0.5, ("order_cancel", 0.45))
    assert not c.of(de.FlowStarted), "what would be changed is as likely"


def test_a_refusal_of_what_was_only_guessed_goes_to_people() -> None:
    c = customer(answers=refusing("order_cancel"), likely=lambda u: (u.intent,))
    c.write("cancl SB-42155", "order_cancel", 0.45)
    assert c.turns[-1].outcome == HandOver("low_confidence")
    c = customer(answers=refusing("order_cancel"))
    c.write("cancel SB-42155", "order_cancel")
    assert c.turns[-1].outcome != HandOver("low_confidence")


# -- as documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kin": "order_cancel"}, "'kin' is a list of at most"),
        ({"kin": ["order_status"]}, "'kin' is a list of at most"),
        ({"kin": [f"flow_{n}" for n in range(9)]}, "'kin' is a list of at most"),
        ({"kin": ["No Name"]}, "'kin' is a name"),
    ],
)
def test_kin_are_other_flows(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed, match=message):
        reading.parse("order_status", {**DOCUMENTS["order_status"], **change}, lists=WORDS)


def test_instead_stands_beside_a_refusal_only() -> None:
    document = copy.deepcopy(DOCUMENTS["order_status"])
    document["steps"][1]["otherwise"]["not_found"]["instead"] = {"gone": "order_cancel"}
    with pytest.raises(Malformed, match="instead"):
        reading.parse("order_status", document, lists=WORDS)


def test_all_kin_of_the_shipped_flows_are_shipped() -> None:
    shipped = shipped_flows()
    lists = reading.parse_words(shipped.words()).lists
    flows = {name: reading.parse(name, shipped.read(name), lists=lists) for name in shipped.names}
    assert {kin for flow in flows.values() for kin in flow.kin} <= set(flows)
    assert any(flow.kin for flow in flows.values())


# -- leftovers of a review -------------------------------------------------------------------------


def test_a_message_that_waited_and_is_not_understood_gets_a_word() -> None:
    words = {**WORDS, "not_heard": {"en": "I did not get what you wrote."}}
    c = customer(slow=True)
    c.book.words = reading.parse_words(words)
    c.write("cancel SB-42155", "order_cancel")
    c.write("blub blub blub")
    assert c.answer() == "Shall I cancel SB-42155?"  # it was no answer to that: a flow is under way, which asks
    c = customer(slow=True)
    c.book.words = reading.parse_words(words)
    c.write("where is SB-42155?", "order_status")
    c.write("blub blub blub")
    assert c.answer() == "SB-42155 is on its way.\nI did not get what you wrote.\nAnything else?"
    c = customer(slow=True)
    c.book.words = reading.parse_words(words)
    c.write("where is SB-42155?", "order_status")
    c.write("thanks", "goodbye")
    assert c.answer() == "SB-42155 is on its way.\nAnything else?"


def test_what_a_company_answers_in_sum_is_bounded() -> None:
    steps: list[dict[str, Any]] = [{"ask": "order"}]
    steps += [{"call": f"look_{n}", "with": ["order"], "into": f"r{n}"} for n in range(20)]
    large = {"order_status": {"slots": {"order": ORDER}, "steps": steps}}
    c = Customer(book=ShopBook(large), answers=lambda _: ("ok", {"text": "x" * 15_000}))
    c.write("where is SB-42155?", "order_status")
    assert c.turns[-1].outcome == HandOver("failed")
    assert len(c.of(de.ActionRequested)) <= engine.RESULTS // 15_000 + 1
    assert not c.d.frames


def test_a_flow_that_nobody_could_begin_is_not_published(world: World) -> None:
    b = book(world)
    saved = b.save(BOSS, "gift_wrapping", saying("Wrapped."))
    with pytest.raises(Malformed, match="no message is ever heard as 'gift_wrapping'"):
        b.publish(BOSS, "gift_wrapping", saved.number)
    for name in ("greeting", "human_agent"):
        spoken_of = b.save(BOSS, name, saying("Hi."))
        with pytest.raises(Malformed, match="no message is ever heard"):
            b.publish(BOSS, name, spoken_of.number)
    late = b.save(BOSS, "warranty_repair", saying("Repaired."))
    assert b.publish(BOSS, "warranty_repair", late.number)["warranty_repair"] == late.number
    assert b.publish(BOSS, "order_status", SHIPPED)["order_status"] == SHIPPED


def test_the_wishes_that_can_be_heard_are_those_of_the_taxonomy() -> None:
    root = Path(__file__).resolve().parents[2]
    taxonomy = yaml.safe_load((root / "layers/intent/intents.yaml").read_text("utf-8"))["intents"]
    shipped = json.loads((root / "layers/core/python/switchboard/resources/intents.json").read_text("utf-8"))
    assert shipped == list(taxonomy)
    assert shipped_flows().heard == set(taxonomy) - IN_PASSING


@pytest.mark.parametrize("what", ["policy", "versions"])
def test_what_cannot_be_read_again_holds_as_it_was_and_is_counted(world: World, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conversing = world.conversing
    vars(conversing).pop(what)  # the world's own stand-in
    troubles: list[Exception] = []
    world._made.on_settings_trouble = troubles.append
    read = getattr(conversing, what)
    first = read()

    def silent(*_: object) -> object:
        raise StorageUnavailable("the store is silent")

    monkeypatch.setattr(type(world._made.configuration), "bot_policy", silent)
    monkeypatch.setattr(type(conversing.flow_book), "in_force", silent)
    conversing._policy_read = conversing._versions_read = -1e9
    assert read() == first
    assert [str(t) for t in troubles] == ["the store is silent"]
    assert read() == first
    assert len(troubles) == 1, "not asked again for every message"
    conversing._policy = conversing._versions = None
    with pytest.raises(StorageUnavailable):
        read()


@pytest.mark.parametrize(
    ("known", "heard", "text", "expected"),
    [
        ("zh", "en", "moss", "zh"), ("ru", "en", "Cast Iron Teapot 1.2 l", "ru"), ("ja", "en", "Moorland Breakfast 250 g", "ja"),
        ("ko", "en", "jiwoo.han@post.example", "ko"), ("ar", "de", "Hauptstrasse 12", "ar"), ("zh", "en", "where is my order", "en"),
        ("ru", "en", "thanks", "en"), ("hi", "en", "could you please cancel it", "en"), ("zh", "de", "vielen dank", "de"),
    ],
)  # fmt: skip
def test_a_product_is_no_language(known: str, heard: str, text: str, expected: str) -> None:
    assert spoken(known, heard, text) == expected


def test_what_was_not_understood_stays_what_the_talk_is_about() -> None:
    assert matter("out_of_scope", "goodbye", 1.0) == "out_of_scope"
    assert matter("out_of_scope", "human_agent", 1.0) == "human_agent"
    assert matter("greeting", "deny", 1.0) == "deny"


def test_who_was_not_understood_and_says_goodbye_is_looked_after(world: World) -> None:
    world.policy = BotPolicy(clarify={"en": "Pardon?"}, answers={"goodbye": {"en": "Bye."}})
    unclear = Understanding("stock_availability", 0.2, "en", model="test")
    assert world.write("+44 1", unclear, text="teh thing").status is Status.BOT
    after = world.write("+44 1", Understanding("goodbye", 0.95, "en", model="test"), text="ok bye")
    assert after.status is Status.QUEUED
    assert world.last(after, ev.Queued).reason == "low_confidence"
    alone = world.write("+44 2", Understanding("goodbye", 0.95, "en", model="test"), text="bye")
    assert alone.status is Status.BOT


@pytest.mark.parametrize(("others", "ends"), [((("return_request", 0.1),), "handed_over"), ((), "cancelled")])
def test_a_no_to_the_first_question_of_what_may_be_another_wish_goes_to_people(
    others: tuple[tuple[str, float], ...], ends: str
) -> None:
    c = customer()
    c.write("another address", "address_change", 0.8, *others)
    assert c.waiting == "order"
    c.write("no thanks", "deny")
    assert c.ends == [("address_change", ends)]
    c = customer()
    c.write("another address", "address_change", 0.8, *others)
    c.write("SB-42155")
    c.write("no thanks", "deny")
    assert c.ends == [("address_change", "cancelled")], "they answered, so it was their wish"
