"""Rules over the ledger: what happens leads to what the company wants done, once, whatever the stream and everybody else do."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Misconfigured, StorageUnavailable, Unreadable
from tests.unit.automation_desk import (
    REFUND_RULE,
    Automated,
    by_rules,
    end,
    everything,
    kinds,
    leaf,
    priority,
    rule,
    tag,
    to_queue,
    webhook,
)
from tests.unit.world import GREETING, REFUND, UNCLEAR, World, who

# -- event, conditions, actions ----------------------------------------------------------------------


def test_what_a_rule_wants_is_done_in_one_commit_that_says_which_rule_did_it(world: World) -> None:
    world.hire("ada", queues=("money",), online=False)
    rules = Automated(world, REFUND_RULE)
    c = world.write("1", REFUND, text="My order #4711, please")
    after = rules.settle(c)
    done = by_rules(world, c)
    assert kinds(done) == [
        "rule_fired", "tagged", "priority_set", "queued", "note_added", "message_sent", "webhook_requested",
    ]  # fmt: skip
    assert {r.commit for r in done} == {c.version + 1}
    came = next(r.no for r in world.store.events(c.ledger) if r.event.type == "message_received")
    assert done[0].event == ev.RuleFired("refund", came, 4, ("refund",))
    assert (after.tags, after.priority, after.queue, after.status) == (("money",), 9, "money", Status.QUEUED)
    assert world.last(c, ev.MessageSent).content.text == "Hi name of 1, we are on it."
    [place] = world.store.waiting("money", 9)
    assert (place.conversation, place.priority, place.since) == (c.id, 9, c.since)
    assert world.store.waiting("billing", 9) == []


def test_a_rule_whose_condition_fails_leaves_everything_as_it_is(world: World) -> None:
    rules = Automated(world, REFUND_RULE)
    c = world.write("1", REFUND, text="I want my money")
    before = everything(world)
    assert rules.settle(c) == c
    assert everything(world) == before


def test_rules_know_what_was_understood_when_they_are_asked_about_the_message(world: World) -> None:
    rules = Automated(world, rule("g", tag("hello"), when={"all": [leaf("intent", "is", "greeting"), leaf("status", "is", "bot")]}))
    assert rules.settle(world.write("1", GREETING)).tags == ("hello",)


def test_what_the_company_knows_of_a_contact_counts_also_after_a_merge(world: World) -> None:
    rules = Automated(world, rule("vip", tag("gold"), priority(8), when={"all": [
        leaf("vip", "is", True), leaf("tier", "is", "gold"), leaf("contact.attributes.city", "is", "köln")]}))  # fmt: skip
    old, stays = world.write("1", GREETING), world.write("2", GREETING)
    world.contacts.set_attributes(who("crm", "integration"), stays.contact, {"vip": "Yes", "tier": "gold", "city": "Köln"})
    boss = who("boss", "administrator")
    end(world, old)
    world.contacts.merge(boss, old.contact, stays.contact)
    after, goes_on = rules.settle(old), rules.settle(stays)
    assert (after.tags, after.priority) == (("gold",), 5)  # resolved since: too late for a priority
    assert (goes_on.tags, goes_on.priority) == (("gold",), 8)


def test_rules_on_what_follows_a_message_know_its_words(world: World) -> None:
    rules = Automated(world, rule("q", tag("angry"), on="queued", when=leaf("message.text", "contains", "lawyer")))
    assert rules.settle(world.write("1", REFUND, text="My lawyer will call")).tags == ("angry",)
    assert rules.settle(world.write("2", REFUND, text="My mother will call")).tags == ()


def test_rules_know_how_long_a_customer_has_waited_when_it_happened(world: World) -> None:
    world.hire("ada", online=False)
    rules = Automated(world, rule("w", tag("long"), on="note_added", when=leaf("waiting_seconds", "greater", 600)))
    for minutes, tags in ((9, ()), (2, ("long",))):
        c = world.write("1", UNCLEAR)
        world.clock.advance(minutes=minutes)
        world.desk.note(who("ada"), c.id, "look", "")
        assert rules.settle(c).tags == tags


def test_a_late_decision_is_about_the_conversation_as_the_event_left_it(world: World) -> None:
    """The outbox may lag: the bot had the conversation then, people have it now."""
    rules = Automated(world, rule("early", tag("bot-first"), when=leaf("status", "is", "bot")), rule("q", tag("seen"), on="queued"))
    c = world.write("1", GREETING)
    world.write("1", REFUND)
    after = rules.settle(c)
    assert after.tags == ("bot-first", "seen")
    fired = [r.event for r in by_rules(world, c) if isinstance(r.event, ev.RuleFired)]
    numbers = {r.no: r.event.type for r in world.store.events(c.ledger)}
    assert [(e.rule, numbers[e.trigger]) for e in fired] == [("early", "message_received"), ("q", "queued")]


def test_nothing_is_read_where_no_rule_waits_for_what_happened(world: World) -> None:
    rules = Automated(world, rule("later", tag("x"), on="resolved"), rule("off", tag("y"), enabled=False))
    c = world.write("1")
    world.interfered.calls = 0
    rules.settle(c)
    assert world.interfered.calls == 0


def test_ledgers_of_contacts_agents_and_configuration_set_no_rule_off(world: World) -> None:
    rules = Automated(world, rule("r", tag("x")))
    world.hire("ada")
    c = world.write("1")
    rules.tell([*world.store.commits("agt#ada", 0), *world.store.commits(f"cct#{c.contact}", 0)])
    assert rules.applied == []


# -- once --------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_records_that_come_again_and_in_any_order_change_nothing(seed: int) -> None:
    world, random = World(), Random(seed)
    world.hire("ada", queues=("money",), online=False)
    rules = Automated(world, REFUND_RULE, rule("count", tag("queued"), on="queued"))
    c = world.write("1", REFUND, text="order 1")
    world.write("1", REFUND, text="order 2")
    rules.settle(c)
    record, calls = world.store.events(c.ledger), list(rules.hooks.calls)
    stream = world.store.commits(c.ledger, 0)
    again = [*stream, *random.choices(stream, k=5)]
    random.shuffle(again)
    world.clock.advance(minutes=random.choice([0, 5, 60]))
    rules.tell(again)
    assert world.store.events(c.ledger) == record
    assert set(rules.hooks.calls) == set(calls)  # under the ids they had


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_whatever_the_order_of_a_first_telling_each_message_is_tagged_once(seed: int) -> None:
    """Across shards and repeats a later commit may be told first; every event still has its one answer."""
    world, random = World(), Random(seed)
    rules = Automated(world, rule("m", {"action": "note", "text": "seen"}))
    for n in range(4):
        c = world.write("1", GREETING, text=f"hello {n}")
    stream = world.store.commits(c.ledger, 0) * 2
    random.shuffle(stream)
    rules.tell(stream)
    fired = [r.event.trigger for r in by_rules(world, c) if isinstance(r.event, ev.RuleFired)]
    messages = [r.no for r in world.store.events(c.ledger) if r.event.type == "message_received"]
    assert sorted(fired) == messages


def test_two_processes_on_one_record_act_once(world: World) -> None:
    rules = Automated(world, REFUND_RULE)
    c = world.write("1", REFUND, text="order 1")
    [commit] = world.store.commits(c.ledger, 0)
    other = rules.process(world.elsewhere())
    world.interfered.before_call(0, lambda: other.after(commit), only="commit")
    rules.tell([commit])
    assert [a.repeated for a in rules.applied] == [True]
    assert kinds(by_rules(world, c)).count("rule_fired") == 1


def test_a_customer_who_writes_meanwhile_is_heard_and_the_rules_decide_again(world: World) -> None:
    rules = Automated(world, rule("t", tag("x"), to_queue("general")))
    c = world.write("1", GREETING)
    world.interfered.before_call(0, lambda: world.elsewhere().write("1", GREETING), only="commit")
    rules.tell(world.store.commits(c.ledger, 0))
    assert world.now_of(c).tags == ("x",)
    assert world.types(c).count("message_received") == 2


def test_what_will_pass_is_raised_and_done_when_the_record_comes_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Automated(world, rule("t", tag("x")))
    c = world.write("1", GREETING)

    def throttled(*_: object) -> None:
        raise StorageUnavailable("throttled")

    with monkeypatch.context() as m:
        m.setattr(world.store, "commit", throttled)
        with pytest.raises(StorageUnavailable):
            rules.tell(world.store.commits(c.ledger, 0))
    assert rules.settle(c).tags == ("x",)


def test_a_customer_who_was_erased_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Automated(world, rule("t", tag("x")))
    c = world.write("1", GREETING)

    def erased(*_: object) -> None:
        raise Unreadable("the key is gone")

    monkeypatch.setattr(world.store, "conversation", erased)
    rules.tell(world.store.commits(c.ledger, 0))
    assert (rules.applied, [type(e) for e in rules.trouble]) == ([], [Unreadable])


def test_rules_that_cannot_be_read_hold_no_mail_up(world: World) -> None:
    rules = Automated(world, rule("t", tag("x")))
    c = world.write("1", GREETING)

    def broken() -> None:
        raise Misconfigured("version 9 of the rules cannot be read")

    object.__setattr__(rules.automation, "rules", broken)
    rules.tell(world.store.commits(c.ledger, 0))
    assert [type(e) for e in rules.trouble] == [Misconfigured]


# -- webhooks ----------------------------------------------------------------------------------------


def test_a_webhook_leaves_once_it_is_on_record_and_comes_again_under_the_same_id(world: World) -> None:
    rules = Automated(world, rule("r", webhook("crm")))
    c = world.write("1", GREETING)
    rules.tell(world.store.commits(c.ledger, 0))
    assert rules.hooks.calls == []  # asked for, and not yet seen on the stream
    rules.settle(c)
    asked = world.last(c, ev.WebhookRequested)
    [call] = rules.hooks.calls
    assert (call.id, call.endpoint, call.body) == (asked.call, "crm", asked.body)
    rules.tell(world.store.commits(c.ledger, 0))
    assert rules.hooks.calls == [call, call]


def test_a_webhook_tells_what_happened_and_nothing_of_the_person(world: World) -> None:
    rules = Automated(world, rule("r", tag("vip"), webhook("crm"), on="intent_detected"))
    c = world.write("+49 151 555", REFUND, text="my diagnosis is Z99")
    secret = {"vip": "yes", "tier": "platinum", "region": "Siebengebirge", "email": "eve@example.org"}
    world.contacts.set_attributes(who("crm", "integration"), c.contact, secret)
    rules.settle(c)
    body = rules.hooks.calls[0].body
    told = json.loads(body)
    assert (told["type"], told["data"]["rule"], told["data"]["conversation"]) == ("rule.fired", "r", c.id)
    assert told["data"]["facts"]["intent"] == "refund_request"
    assert told["data"]["facts"]["queue"] == "billing"
    for word in ("Z99", "diagnosis", "151", "platinum", "Siebengebirge", "eve@", "name of"):
        assert word not in body
        assert word not in repr(rules.applied)
