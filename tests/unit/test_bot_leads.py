"""Customers led through the shipped flows by the real use cases, with the demo's shop behind them: what ends up on the ledger, in the
shop and with people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from local.shop.books import Books, Customer, Item, Order
from local.shop.rules import Shop
from switchboard.application.delivery import TryLater
from switchboard.application.ports import Timer
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.handover import UNKNOWN, summary
from switchboard.domain.rollout import parse as shares
from switchboard.domain.understanding import OUT_OF_SCOPE, Part, Understanding
from tests.fakes.connectors import MemoryConnector
from tests.unit.world import GREETING, POLICY, World, who

ADA = "+44 7700 900555"
BOOKS_DAY = date(2026, 3, 10)


def heard(intent: str, confidence: float = 0.95, **more: str | float) -> Understanding:
    return Understanding(intent, confidence, "en", model="test", **more)  # type: ignore[arg-type]  # of two kinds


NOTHING = heard(OUT_OF_SCOPE, 0.9)


@pytest.fixture
def shop() -> Shop:
    books = Books(BOOKS_DAY)
    books.customers["c1"] = Customer("c1", "Ada", "ada@mail.example", ADA)
    mug = (Item("Stoneware Mug", "ONE", 12.0, "GBP"),)
    books.orders["SB-10001"] = Order("SB-10001", "c1", "processing", date(2026, 3, 14), mug, "1 Old Road, Leeds")
    books.orders["SB-10002"] = Order("SB-10002", "c1", "delivered", date(2026, 3, 1), mug, "1 Old Road, Leeds")
    return Shop(books)


@pytest.fixture
def led(world: World, shop: Shop) -> World:
    """The shop knows the customer by the id that its own systems put on their contact."""
    c = world.write(ADA, GREETING, text="hello")
    world.contacts.set_attributes(who("crm", "integration"), c.contact, {"customer": "c1"})
    world.lead(MemoryConnector(shop))
    return world


@pytest.fixture
def ask(led: World) -> Callable[..., Conversation]:
    """Says something and makes the calls that follow, as the queue does."""

    def say(text: str, u: Understanding = NOTHING, *, settle: bool = True) -> Conversation:
        c = led.write(ADA, u, text=text)
        while settle and (calls := out(led, c)):
            for call in calls:
                led.actions.perform(c.id, call)
        return led.now_of(c)

    return say


def of(world: World, c: Conversation, *kinds: type[ev.Event]) -> list[ev.Event]:
    return [r.event for r in world.store.events(c.ledger) if isinstance(r.event, kinds)]


def out(world: World, c: Conversation) -> list[str]:
    done = {e.call for e in of(world, c, ev.ActionDone) if isinstance(e, ev.ActionDone)}
    return [e.call for e in of(world, c, ev.ActionRequested) if isinstance(e, ev.ActionRequested) and e.call not in done]


def said(world: World, c: Conversation) -> str:
    last = of(world, c, ev.MessageSent)[-1]
    assert isinstance(last, ev.MessageSent)
    return last.content.text


Ask = Callable[..., Conversation]


def test_address_change_then_where_is_it_then_cancel_in_one_conversation(led: World, shop: Shop, ask: Ask) -> None:
    ask("please send SB-10001 somewhere else", heard("address_change"))
    ask("5 Beechwood Mount, Leeds LS4 2NQ")
    ask("wait, where is it now?", heard("order_status"))
    c = ask("yes", heard("affirm"))
    assert [e["do"] for e in shop.effects] == ["address_change"]
    c = ask("then cancel it altogether", heard("order_cancel"))
    c = ask("yes please", heard("affirm"))
    assert [e["do"] for e in shop.effects] == ["address_change", "order_cancel"]
    assert shop.books.orders["SB-10001"].address == "5 Beechwood Mount, Leeds LS4 2NQ"
    ended = [(e.flow, str(e.outcome)) for e in of(led, c, ev.FlowEnded) if isinstance(e, ev.FlowEnded)]
    assert ended == [("order_status", "done"), ("address_change", "done"), ("order_cancel", "done")]
    assert c.status is Status.BOT
    c = ask("no, that was all", heard("deny"))
    assert c.status is Status.RESOLVED


def test_what_was_given_is_sealed_and_what_was_asked_for_is_on_record_before_the_company_is(led: World, ask: Ask) -> None:
    c = ask("where is SB-10001", heard("order_status"), settle=False)
    [request] = of(led, c, ev.ActionRequested)
    assert isinstance(request, ev.ActionRequested)
    assert dict(request.arguments) == {"order": "SB-10001"}
    assert {"arguments"} == ev.personal_fields(ev.ActionRequested)
    assert led.store.conversation(c.id).status is Status.BOT


def test_an_answer_that_comes_twice_is_taken_once(led: World, shop: Shop, ask: Ask) -> None:
    c = ask("where is SB-10001", heard("order_status"), settle=False)
    [call] = out(led, c)
    assert led.actions.perform(c.id, call) is not None
    before = len(led.store.events(c.ledger))
    assert led.actions.perform(c.id, call) is None
    assert len(led.store.events(c.ledger)) == before
    assert len(shop.asked) == 1


def test_two_workers_with_the_same_call_put_one_answer_on_record(led: World, ask: Ask) -> None:
    c = ask("where is SB-10001", heard("order_status"), settle=False)
    [call] = out(led, c)
    again = led.elsewhere()
    again.lead(led.connector)
    led.interfered.before_call(1, lambda: again.actions.perform(c.id, call), only="conversation")
    led.actions.perform(c.id, call)
    assert len(of(led, c, ev.ActionDone)) == 1


def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(led: World, shop: Shop, ask: Ask) -> None:
    connector = led.connector
    assert isinstance(connector, MemoryConnector)
    ask("cancel SB-10001", heard("order_cancel"))
    connector.troubles.append(False)
    c = ask("yes", heard("affirm"), settle=False)
    [call] = out(led, c)
    with pytest.raises(TryLater):
        led.actions.perform(c.id, call)
    assert led.actions.perform(c.id, call) is not None
    assert [e["do"] for e in shop.effects] == ["order_cancel"]


def test_a_silent_company_is_given_up_and_people_know_that_it_may_have_been_done(led: World, ask: Ask) -> None:
    connector = led.connector
    assert isinstance(connector, MemoryConnector)
    ask("cancel SB-10001", heard("order_cancel"))
    c = ask("yes", heard("affirm"), settle=False)
    [call] = out(led, c)
    connector.troubles.extend([False, True])
    with pytest.raises(TryLater):
        led.actions.perform(c.id, call)
    led.clock.advance(seconds=21)
    led.actions.perform(c.id, call)
    c = led.now_of(c)
    assert (c.status, of(led, c, ev.Queued)[-1].reason) == (Status.QUEUED, "failed")  # type: ignore[attr-defined]


def test_a_lost_call_does_not_keep_the_customer_with_the_bot(led: World, ask: Ask) -> None:
    c = ask("where is SB-10001", heard("order_status"), settle=False)
    assert c.bot_until is not None
    led.clock.advance(seconds=(c.bot_until - led.clock.now()).total_seconds())
    assert led.timers.fire(Timer("bot", c.id, c.version, c.bot_until)) == "done"
    c = led.now_of(c)
    assert c.status is Status.QUEUED
    found = summary(led.store.events(c.ledger))
    assert found is not None
    assert found.steps[0].actions == (("order_lookup", UNKNOWN),)


def test_whoever_falls_silent_is_let_go_and_the_conversation_ends(led: World, ask: Ask) -> None:
    c = ask("please change an address", heard("address_change"))
    for _ in range(2):  # the flow ends, then the conversation
        assert c.bot_until is not None
        early = Timer("bot", c.id, c.version, c.bot_until)
        assert led.timers.fire(early) == "chained"
        led.clock.advance(seconds=(c.bot_until - led.clock.now()).total_seconds() + 6)
        assert led.conversing.watch.repair() == 1  # should the timer be lost
        assert led.timers.fire(early) == "moved_on"
        c = led.now_of(c)
    assert c.status is Status.RESOLVED
    assert [str(e.outcome) for e in of(led, c, ev.FlowEnded) if isinstance(e, ev.FlowEnded)] == ["timed_out"]


@pytest.mark.parametrize(
    ("u", "reason"), [(heard("human_agent"), "wish"), (heard("complaint", sentiment="angry", anger=0.9), "anger")]
)
def test_in_the_midst_of_a_flow_people_take_over_and_know_what_was_said(led: World, ask: Ask, u: Understanding, reason: str) -> None:
    ask("change the address of SB-10001", heard("address_change"))
    c = ask("let me talk to somebody", u)
    assert c.status is Status.QUEUED
    assert not c.dialogue.open
    found = summary(led.store.events(c.ledger))
    assert found is not None
    assert (found.reason, found.asked[0]) == (reason, "address_change")
    [step] = found.steps
    assert (step.flow, step.outcome, step.slots) == ("address_change", "handed_over", {"order": "SB-10001"})
    assert step.actions == (("order_lookup", "ok"),)


def test_what_the_company_was_not_asked_before_people_took_over_is_not_begun_any_more(led: World, shop: Shop, ask: Ask) -> None:
    """They may have done it by hand by then."""
    ask("cancel SB-10001", heard("order_cancel"))
    c = ask("yes", heard("affirm"), settle=False)
    [call] = out(led, c)
    c = ask("a person please", heard("human_agent"), settle=False)
    before = len(of(led, c, ev.MessageSent))
    led.clock.advance(days=3)
    assert led.actions.perform(c.id, call) is not None
    assert shop.effects == []
    assert len(of(led, c, ev.MessageSent)) == before
    found = summary(led.store.events(c.ledger))
    assert found is not None
    assert found.steps[0].actions == (("order_lookup", "ok"), ("order_cancel", UNKNOWN))


def test_an_answer_that_crosses_the_hand_over_is_on_record_and_the_bot_stays_silent(led: World, shop: Shop, ask: Ask) -> None:
    ask("cancel SB-10001", heard("order_cancel"))
    c = ask("yes", heard("affirm"), settle=False)
    [call] = out(led, c)
    connector = led.connector
    assert isinstance(connector, MemoryConnector)
    connector.meanwhile = lambda: ask("a person please", heard("human_agent"), settle=False)
    led.actions.perform(c.id, call)
    c = led.now_of(c)
    assert c.status is Status.QUEUED
    assert of(led, c, ev.MessageSent)[-1] in [r.event for r in led.store.events(c.ledger) if r.actor.kind is ev.ActorKind.CUSTOMER]
    found = summary(led.store.events(c.ledger))
    assert found is not None
    assert found.steps[0].actions == (("order_lookup", "ok"), ("order_cancel", "ok"))


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_done(led: World, ask: Ask) -> None:
    connector = led.connector
    assert isinstance(connector, MemoryConnector)
    ask("cancel SB-10001", heard("order_cancel"))
    c = ask("yes", heard("affirm"), settle=False)
    [call] = out(led, c)
    connector.troubles.append(False)
    with pytest.raises(TryLater):
        led.actions.perform(c.id, call, 1)
    connector.refuses = True
    answer = led.actions.perform(c.id, call, 2)
    assert answer is not None
    assert answer.outcome == UNKNOWN


def test_a_reaction_leaves_nothing_open_for_ever(led: World) -> None:
    message = replace(led.message("+44 7700 900999"), content=Content(ContentKind.REACTION, ""))
    c = led.intake.receive(message, NOTHING)
    assert c is not None
    assert (c.status, c.bot_until is None) == (Status.BOT, False)


def test_where_a_team_has_begun_with_one_intent_no_thanks_is_still_a_farewell(led: World, ask: Ask) -> None:
    led.policy = replace(POLICY, rollout=shares([{"mode": "answers", "intents": ["order_status"]}, {"mode": "people"}]))
    ask("where is SB-10001", heard("order_status"))
    assert ask("no thanks", heard("deny")).status is Status.RESOLVED


def test_two_misses_in_a_row_bring_people(led: World, ask: Ask) -> None:
    ask("change an address", heard("address_change"))
    c = ask("blah")
    assert c.status is Status.BOT
    c = ask("blah blah")
    assert (c.status, of(led, c, ev.Queued)[-1].reason) == (Status.QUEUED, "misses")  # type: ignore[attr-defined]


def test_where_a_deployment_changes_the_words_between_question_and_yes_people_take_over(led: World, shop: Shop, ask: Ask) -> None:
    ask("cancel SB-10001", heard("order_cancel"))
    book = led.conversing.flow_book
    flow = book.flow("order_cancel", 0)
    book._read["order_cancel", 0] = replace(flow, digest="of another build")
    c = ask("yes", heard("affirm"))
    assert (c.status, shop.effects) == (Status.QUEUED, [])


def test_a_rule_that_queues_in_the_midst_of_a_flow_leaves_none_under_way(led: World, ask: Ask) -> None:
    c = ask("change the address of SB-10001", heard("address_change"))
    assert c.since is None
    queued = ev.Queued("vip", 7, "rule", led.clock.now())
    led.store.commit(Change(c, (queued,), ev.AUTOMATION, led.clock.now()))
    found = summary(led.store.events(c.ledger))
    assert found is not None
    assert [(step.flow, step.outcome) for step in found.steps] == [("address_change", "handed_over")]
    assert not led.now_of(c).dialogue.open


def test_a_bare_yes_is_asked_about_and_a_no_after_an_answer_is_a_farewell(led: World, ask: Ask) -> None:
    led.policy = replace(POLICY, clarify={"en": "What can we do?"}, answers={**POLICY.answers, "goodbye": {"en": "Bye."}})
    ask("hello", GREETING)
    c = ask("no thanks", heard("deny"))
    assert (c.status, said(led, c)) == (Status.RESOLVED, "Bye.")
    ask("hello", GREETING)
    c = ask("ok", heard("affirm"))
    assert (c.status, said(led, c)) == (Status.BOT, "What can we do?")
    c = ask("no", heard("deny"))  # to that: it says nothing
    assert c.status is Status.BOT


def test_a_vip_goes_to_people_from_the_start(led: World, ask: Ask) -> None:
    led.route_by(vip={"attribute": "tier", "values": ["gold"], "ahead": 600})
    contact = ask("hello", GREETING).contact
    led.contacts.set_attributes(who("crm", "integration"), contact, {"customer": "c1", "tier": "gold"})
    c = ask("where is SB-10001", heard("order_status"))
    assert (c.status, of(led, c, ev.Queued)[-1].reason) == (Status.QUEUED, "vip")  # type: ignore[attr-defined]


def test_where_the_bot_only_suggests_an_agent_gets_its_words_and_nothing_is_asked_of_the_company(
    led: World, shop: Shop, ask: Ask
) -> None:
    led.policy = replace(POLICY, rollout=shares([{"mode": "suggests", "intents": ["address_change"]}]))
    c = ask("please change an address", heard("address_change"))
    assert (c.status, of(led, c, ev.Queued)[-1].reason) == (Status.QUEUED, "rollout")  # type: ignore[attr-defined]
    [suggested] = of(led, c, ev.BotSuggested)
    assert isinstance(suggested, ev.BotSuggested)
    assert suggested.text
    assert not of(led, c, ev.FlowStarted)
    assert suggested.text not in [e.content.text for e in of(led, c, ev.MessageSent) if isinstance(e, ev.MessageSent)]
    assert not shop.asked


def test_what_the_customer_writes_while_the_company_is_asked_is_heard_afterwards(led: World, shop: Shop, ask: Ask) -> None:
    c = ask("where is SB-10002", heard("order_status"), settle=False)
    ask("and refund it please", heard("refund_request"), settle=False)
    [call] = out(led, c)
    led.actions.perform(c.id, call)
    assert led.now_of(c).dialogue.top is not None
    assert [e.flow for e in of(led, c, ev.FlowStarted) if isinstance(e, ev.FlowStarted)] == ["order_status", "refund_request"]


def test_where_the_bot_only_suggests_and_would_look_something_up_an_agent_gets_a_word_for_it(
    led: World, ask: Callable[..., Conversation]
) -> None:
    led.policy = replace(POLICY, rollout=shares([{"mode": "suggests", "intents": ["order_status"]}]))
    c = ask("where is SB-10001?", heard("order_status"), settle=False)
    [suggested] = of(led, c, ev.BotSuggested)
    assert isinstance(suggested, ev.BotSuggested)
    assert suggested.text == led.conversing.flow_book.words("one_moment", "", "en")
    assert not of(led, c, ev.ActionRequested)


def test_two_wishes_of_a_message_are_both_done(led: World, shop: Shop, ask: Callable[..., Conversation]) -> None:
    first, then = "cancel SB-10001", "and send the invoice of SB-10002 to ada@mail.example"
    parts = (Part(first, "order_cancel", 0.9), Part(then, "invoice_request", 0.9))
    ask(f"{first} {then}", replace(heard("invoice_request"), parts=parts))
    ask("yes", heard("affirm"))
    c = ask("yes", heard("affirm"))
    assert [effect["do"] for effect in shop.effects] == ["order_cancel", "invoice_sent"]
    assert c.status is Status.BOT


def test_a_number_is_no_wish_for_a_person_where_one_was_asked_for(led: World, ask: Callable[..., Conversation]) -> None:
    maybe = Understanding(OUT_OF_SCOPE, 0.5, "en", (("human_agent", 0.37),), model="test")
    ask("I have a new mobile number, change the phone please", heard("account_change"))
    assert ask("+44 7700 900123", maybe).status is Status.BOT
    assert ask("it is office@mail.example", maybe).status is Status.BOT
    assert ask("one of your people", maybe).status is Status.QUEUED


def test_a_story_of_which_no_part_is_clear_is_asked_about_and_not_answered(led: World, ask: Ask) -> None:
    answers = {**POLICY.answers, "price_promotion": {"en": "Our prices."}}
    led.policy = replace(POLICY, clarify={"en": "What can we do?"}, answers=answers)
    story = "found that tea cheaper elsewhere, no need to send it"
    parts = (Part("found that tea cheaper elsewhere,", "price_promotion", 0.7), Part("no need to send it", "praise", 0.2))
    u = replace(heard("price_promotion", 0.73), parts=parts)
    for _ in range(2):
        c = ask(story, u)
        assert (c.status, said(led, c)) == (Status.BOT, "What can we do?")
    c = ask(story, u)
    assert (c.status, of(led, c, ev.Queued)[-1].reason) == (Status.QUEUED, "low_confidence")  # type: ignore[attr-defined]
    assert [e.intent for e in of(led, c, ev.BotAnswered)] == ["greeting"]  # type: ignore[attr-defined]
