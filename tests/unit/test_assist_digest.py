"""A conversation at a glance, and what an agent had best do next: read off ledgers that the real use cases wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.application import views
from switchboard.assisting import Assisting
from switchboard.bootstrap import shipped
from switchboard.domain import events as ev
from switchboard.domain.assist.digest import Digest, Quote, digest, key_sentence
from switchboard.domain.assist.macros import MacroSet, parse
from switchboard.domain.assist.steps import MOST, NextStep, Situation, next_steps
from switchboard.domain.conversation import Conversation, Status, fold
from switchboard.domain.dialogue import events as de
from switchboard.domain.hours.sla import Outcome
from switchboard.domain.hours.sla_policy import ClockKind
from switchboard.domain.hours.sla_reading import Standing
from switchboard.domain.understanding import Understanding
from tests.unit.world import REFUND, World, who

ADA = who("ada")
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
GREETS = Understanding("greeting", 0.95, "en")
ANGRY = Understanding("complaint", 0.9, "en", sentiment="angry", anger=0.95)
THANKS = Understanding("praise", 0.9, "en", sentiment="positive")


@pytest.fixture
def helping(world: World) -> Assisting:
    world.hire("ada", queues=("general", "billing"))
    return Assisting(world._made)


def of(world: World, helping: Assisting, c: Conversation) -> Digest:
    return helping.assistance.summary(world.now_of(c)).digest


# -- the digest ------------------------------------------------------------------------------------


def test_it_says_what_was_wanted_in_the_customers_own_words_and_who_waits(world: World, helping: Assisting) -> None:
    world.write("1", GREETS, text="Hi there!")
    c = world.write("1", REFUND, text="Hello. I sent the blue jacket back three weeks ago. When do I get my money? Thanks.")
    found = of(world, helping, c)
    assert found.wants == ("refund_request",)
    assert found.first is not None
    assert found.first.text == "When do I get my money?"
    assert (found.waits_for, found.replies, found.bot_answers) == ("agent", 0, 2)
    world.desk.reply(ADA, c.id, "I will look. You have it by 14 March 2026.", "r-1")
    found = of(world, helping, c)
    assert (found.question, found.waits_for, found.people, found.replies) == (None, "customer", ("ada",), 1)
    assert [(g.text, g.day.isoformat()) for g in found.given] == [("14 March 2026", "2026-03-14")]
    world.write("1", REFUND, text="That is late. Can it not be sooner? I need it.")
    found = of(world, helping, c)
    assert found.question is not None
    assert (found.question.text, found.waits_for) == ("Can it not be sooner?", "agent")
    world.desk.resolve(ADA, c.id)
    assert of(world, helping, c).waits_for == ""


def recorded(*events: ev.Event) -> list[ev.Recorded]:
    return [ev.Recorded("cnv#c1-000001", n, n, NOW + timedelta(minutes=n), ev.SYSTEM, e) for n, e in enumerate(events, 1)]


def folded(*events: ev.Event) -> Conversation:
    c = Conversation("c1-000001", "c1")
    for e in events:
        c = fold(c, [e], NOW)
    return c


LED = (
    ev.ConversationOpened("c1", "whatsapp", "main"), de.FlowStarted("order_cancel", 0, "m1"),
    de.SlotFilled("order_cancel", "order", "m1", "SB-10214"), de.ActionRequested("k1", "order_cancel", "order_cancel", "done", {}),
    ev.Queued("general", 5, "failed", NOW), ev.Assigned("ada", 1, ev.AssignReason.ROUTED, None), ev.Accepted("ada", 1),
)  # fmt: skip


def test_what_may_have_been_done_is_said_with_the_order() -> None:
    found = digest(folded(*LED), recorded(*LED), NOW.date())
    assert found.unsure == (("order_cancel", "SB-10214"),)
    assert found.slots == {"order": "SB-10214"}
    assert [(s.flow, s.outcome) for s in found.bot] == [("order_cancel", "handed_over")]


@pytest.mark.parametrize(("text", "key"), [
    ("", ""), ("   ", ""), ("Hi", "Hi"),
    ("Hello. My parcel has not come and I leave on Friday. Please help", "My parcel has not come and I "
     "leave on Friday."), ("你好。我的包裹在哪里？谢谢", "我的包裹在哪里？"), ("أين طلبي؟ شكرا جزيلا لكم", "أين طلبي؟"),
    ("x" * 500, "x" * 239 + "…"),
])  # fmt: skip
def test_the_sentence_that_says_most(text: str, key: str) -> None:
    assert key_sentence(text) == key


any_event = st.sampled_from(ev.EVENT_TYPES).flatmap(st.from_type)


@given(happened=st.lists(any_event, max_size=10))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_ledger_has_a_digest_that_screens_can_show(happened: list[ev.Event]) -> None:
    found = digest(Conversation("c1-000001", "c1"), recorded(*happened), NOW.date())
    json.dumps(views.plain(found))


def test_nothing_of_a_customer_is_in_what_logs_may_print(world: World, helping: Assisting) -> None:
    c = world.write("1", REFUND, text="My name is Secretly. Where is it?")
    assert "Secretly" not in repr(of(world, helping, c))
    assert "SB-10214" not in repr(digest(folded(*LED), recorded(*LED), NOW.date()))


# -- the next step -----------------------------------------------------------------------------------

MACROS = parse(shipped("macros.json"))
OWN = Conversation("c1-000001", "c1", status=Status.ACTIVE, owner="ada", queue="general", intent="order_status", version=5)
ASKS = Digest(question=Quote("m1", "Where?"), asked_at=NOW, waits_for="agent", last_intent="order_status")


def steps(c: Conversation = OWN, d: Digest = ASKS, macros: MacroSet = MACROS, now: datetime = NOW, **more: Any) -> list[NextStep]:
    return list(next_steps(Situation(c, d, macros, now, **more)))


def brief(found: list[NextStep]) -> list[tuple[str, str]]:
    return [(s.kind, s.do) for s in found]


def test_what_may_have_been_done_is_checked_by_hand_first_and_nothing_is_closed_before() -> None:
    found = steps(d=replace(ASKS, unsure=(("order_cancel", "SB-1"),), last_intent="praise", replies=1))
    assert brief(found) == [("check_by_hand", "note")]
    assert found[0].about == {"action": "order_cancel", "about": "SB-1"}


def test_an_angry_customer_is_apologised_to_and_a_supervisor_asked() -> None:
    angry = replace(OWN, feeling=-0.8, angry_at=NOW)
    found = steps(angry, replace(ASKS, mood="angry"))
    assert brief(found)[:2] == [("apologise", "macro"), ("supervisor", "consult")]
    assert found[0].about == {"name": "apologise"}
    assert ("supervisor", "consult") not in brief(steps(replace(angry, consulted=("sue",)), replace(ASKS, mood="angry")))
    assert ("apologise", "macro") not in brief(steps(angry, replace(ASKS, mood="angry", waits_for="customer", question=None)))


def standing(clock: ClockKind, outcome: Outcome, warn: int, due: int) -> Standing:
    return Standing(clock, outcome, NOW, NOW + timedelta(minutes=warn), NOW + timedelta(minutes=due), 60.0)


@pytest.mark.parametrize(("clock", "outcome", "warn", "replies", "reason"), [
    (ClockKind.FIRST_RESPONSE, Outcome.RUNNING, -1, 0, "sla_risk"),
    (ClockKind.FIRST_RESPONSE, Outcome.BREACHED, -9, 0, "sla_breached"),
    (ClockKind.FIRST_RESPONSE, Outcome.BREACHED, -9, 2, ""), (ClockKind.NEXT_RESPONSE, Outcome.RUNNING, -1, 2, "sla_risk"),
    (ClockKind.FIRST_RESPONSE, Outcome.RUNNING, 5, 0, ""), (ClockKind.FIRST_RESPONSE, Outcome.MET, -1, 0, ""),
])  # fmt: skip
def test_a_promise_in_danger_asks_for_a_word_at_least(
    clock: ClockKind, outcome: Outcome, warn: int, replies: int, reason: str
) -> None:
    found = steps(d=replace(ASKS, replies=replies), standings=[standing(clock, outcome, warn, warn + 5)])
    assert [s.reason for s in found if s.kind == "hold"] == ([reason] if reason else [])


def test_who_waits_long_hears_at_least_that_somebody_is_at_it() -> None:
    assert "hold" not in [s.kind for s in steps(now=NOW + timedelta(minutes=9))]
    assert "hold" in [s.kind for s in steps(now=NOW + timedelta(minutes=11))]
    assert [s.do for s in steps(macros=MacroSet(()), now=NOW + timedelta(minutes=11))][:1] == ["reply"]


def test_work_of_another_queue_is_handed_there_and_what_is_missing_is_asked_for() -> None:
    found = steps(belongs="billing", asks=("order", "Which order?"))
    assert brief(found) == [("transfer", "transfer"), ("ask", "insert"), ("macro", "macro")]
    assert found[1].about["text"] == "Which order?"
    assert found[2].about["name"] == "ask_order"
    assert len(steps(belongs="billing", asks=("order", "x"), now=NOW + timedelta(hours=1))) == MOST


def test_thanks_after_an_answer_are_the_end_and_so_is_long_silence() -> None:
    thanks = replace(ASKS, replies=1, last_intent="praise", question=None)
    assert [(s.kind, s.about) for s in steps(d=thanks)] == [("resolve", {"name": "farewell"})]
    assert brief(steps(d=thanks, macros=MacroSet(()))) == [("resolve", "resolve")]
    silent = Digest(waits_for="customer", replies=1, answered_at=NOW)
    assert steps(d=silent, now=NOW + timedelta(hours=23)) == []
    assert [s.about["name"] for s in steps(d=silent, now=NOW + timedelta(hours=25))] == ["close_silent"]


@pytest.mark.parametrize("status", [Status.BOT, Status.QUEUED, Status.RESOLVED])
def test_what_nobody_has_is_to_be_taken_first(status: Status) -> None:
    assert steps(replace(OWN, status=status)) == []


def test_it_is_made_of_the_companys_own_policy_and_flows(world: World, helping: Assisting) -> None:
    c = world.write("1", REFUND, text="I want my money back")
    assert c.queue == "billing"
    world.desk.accept(ADA, c.id)
    world.desk.transfer(ADA, c.id, queue="general")
    world.desk.take(ADA, c.id)
    world.lead(world.connector)
    found = helping.assistance.help(world.now_of(c)).steps
    assert (found[0].kind, found[0].about["queue"]) == ("transfer", "billing")
    assert (found[1].kind, found[1].about["slot"]) == ("ask", "order")
    assert "order" in found[1].about["text"]


def test_the_companys_own_answer_is_at_hand_in_the_customers_language(world: World, helping: Assisting) -> None:
    c = world.write("1", Understanding("refund_request", 0.9, "zh"), text="退款")
    assert helping.assistance.help(c).canned is None
    world.write("1", Understanding("greeting", 0.9, "zh"), text="你好啊你好啊你好啊")
    found = helping.assistance.help(world.now_of(c)).canned
    assert found is not None
    assert (found.intent, found.language, found.text) == ("greeting", "zh", "您好！")
