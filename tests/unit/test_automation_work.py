"""Where rules send work, and what they say to customers: nothing is taken from anybody, nothing is lost, nobody is talked to death."""

from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import AgentUnavailable
from switchboard.domain.rules import limits
from switchboard.domain.understanding import Understanding
from tests.unit.automation_desk import (
    RESOLVE,
    Automated,
    by_rules,
    end,
    kinds,
    leaf,
    priority,
    replies,
    rule,
    says,
    tag,
    to_agent,
    to_queue,
    webhook,
)
from tests.unit.world import GREETING, REFUND, UNCLEAR, World, who

# -- where work goes ---------------------------------------------------------------------------------


def test_work_of_the_bot_goes_to_the_queue_and_to_whoever_is_free_there(world: World) -> None:
    world.hire("ada", queues=("billing",))
    rules = Automated(world, rule("q", priority(8), to_queue("billing")))
    after = rules.settle(world.write("1", GREETING))
    assert (after.status, after.owner, after.queue, after.priority) == (Status.ASSIGNED, "ada", "billing", 8)
    assert world.last(after, ev.Queued).reason == "rule"
    assert world.agent("ada").load == 1


def test_waiting_work_keeps_its_age_when_a_rule_moves_it(world: World) -> None:
    world.hire("ada", queues=("vips",), online=False)
    rules = Automated(world, rule("q", to_queue("vips"), on="note_added"))
    c = world.write("1", UNCLEAR)
    world.clock.advance(minutes=30)
    world.desk.note(who("ada"), c.id, "asks for the boss", "n1")
    after = rules.settle(c)
    assert (after.queue, after.since) == ("vips", c.since)


@pytest.mark.parametrize("wanted", [to_queue("billing"), to_agent("bob"), {"action": "assign", "team": "billing"}, RESOLVE])
def test_no_rule_takes_work_from_an_agent(world: World, wanted: dict[str, str]) -> None:
    world.hire("ada")
    rules = Automated(world, rule("r", wanted, tag("seen")))
    c = world.write("1")
    world.hire("bob", queues=("billing",))
    c = world.desk.accept(who("ada"), c.id)
    after = rules.settle(c)
    assert (after.owner, after.status, after.tags) == ("ada", c.status, ("seen",))
    assert rules.undone() == [("r", "at_work")]
    assert world.agent("ada").load == 1


@pytest.mark.parametrize(("wanted", "owner"), [
    (to_queue("billing"), "bob"), (to_agent("bob"), "bob"), ({"action": "assign", "team": "billing"}, "bob"), (RESOLVE, ""),
])  # fmt: skip
def test_a_rule_moves_work_that_was_only_offered(world: World, wanted: dict[str, str], owner: str) -> None:
    """Whoever is free is offered work in the commit that queues it: rules come after that, and still decide."""
    world.hire("ada")
    rules = Automated(world, rule("r", wanted, tag("seen")))
    c = world.write("1")
    assert c.owner == "ada"
    world.hire("bob", queues=("billing",))
    after = rules.settle(c)
    assert (after.owner, after.open, after.tags) == (owner, bool(owner), ("seen",))
    assert (rules.undone(), world.agent("ada").load) == ([], 0)


@pytest.mark.parametrize("told", [GREETING, UNCLEAR], ids=["with the bot", "waiting"])
def test_a_rule_offers_work_to_the_agent_it_names(world: World, told: Understanding) -> None:
    rules = Automated(world, rule("r", to_agent("ada")))
    c = world.write("1", told)
    world.hire("ada", queues=("billing",))
    after = rules.settle(c)
    offer = world.last(c, ev.Assigned)
    assert (after.owner, offer.reason, offer.accept_by) == ("ada", ev.AssignReason.RULE, world.clock.now() + timedelta(seconds=30))
    assert world.agent("ada").load == 1
    assert world.store.waiting("general", 9) == []


@pytest.mark.parametrize(("state", "why"), [("offline", "not_free"), ("full", "not_free"), ("unknown", "unknown_agent")])
def test_work_for_an_agent_without_room_waits_in_the_queue(world: World, state: str, why: str) -> None:
    rules = Automated(world, rule("r", to_agent("ada")))
    if state != "unknown":
        world.hire("ada", queues=("billing",), capacity=1, online=state == "full")
        world.write("9", REFUND)
    waits = world.write("1", UNCLEAR)
    assert rules.settle(waits) == waits
    assert rules.undone() == [("r", why)]


def test_work_the_bot_has_is_queued_where_the_named_agent_works_if_they_have_no_room(world: World) -> None:
    world.hire("ada", queues=("billing",), online=False)
    rules = Automated(world, rule("r", to_agent("ada")))
    after = rules.settle(world.write("1", GREETING))
    assert (after.status, after.queue) == (Status.QUEUED, "billing")


def test_an_agent_who_leaves_at_the_last_moment_is_not_given_the_work(world: World) -> None:
    """The roster said free; the store has the last word, and the rest of the rule is done all the same."""
    world.hire("ada", queues=("billing",))
    rules = Automated(world, rule("r", tag("x"), to_agent("ada")))
    c = world.write("1", UNCLEAR)
    leave = world.elsewhere().presence.set_presence
    world.interfered.before_call(0, lambda: leave(who("ada"), "ada", ev.Presence.OFFLINE), only="commit")
    after = rules.settle(c)
    assert (after.status, after.owner, after.tags) == (Status.QUEUED, "", ("x",))
    assert rules.undone() == [("r", "not_free")]


def test_an_agent_the_store_will_not_have_is_not_asked_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the roster says: a decision is made without them, and the mail goes on."""
    world.hire("ada", queues=("billing",))
    rules = Automated(world, rule("r", tag("x"), to_agent("ada")))
    c, commit = world.write("1", UNCLEAR), world.store.commit

    def strict(change: Change) -> Conversation:
        if any(isinstance(e, ev.Assigned) for e in change.events):
            raise AgentUnavailable("the agent is full or not online")
        return commit(change)

    monkeypatch.setattr(world.store, "commit", strict)
    assert rules.settle(c).tags == ("x",)


def test_work_does_not_go_straight_back_to_the_agent_who_gave_it_up(world: World) -> None:
    """Else a rule and an agent could play ball for ever."""
    world.hire("ada")
    world.hire("bob", queues=("billing",), online=False)
    rules = Automated(world, rule("r", to_agent("ada"), on="released"))
    c = world.write("1")
    world.desk.transfer(who("ada"), c.id, queue="billing")
    after = rules.settle(c)
    assert (after.status, after.owner) == (Status.QUEUED, "")
    assert rules.undone() == [("r", "handed_back")]


@pytest.mark.parametrize("told", [GREETING, UNCLEAR], ids=["with the bot", "waiting"])
def test_a_queue_that_nobody_serves_any_more_gets_no_work(world: World, told: Understanding) -> None:
    """The rules were right when they were set; since then the last agent of that queue has left it."""
    rules = Automated(world, rule("r", to_queue("ghosts"), tag("x")))
    c = world.write("1", told)
    after = rules.settle(c)
    assert (after.status, after.queue, after.tags) == (c.status, c.queue, ("x",))
    assert rules.undone() == [("r", "unknown_queue")]
    assert world.store.waiting("ghosts", 9) == []


def test_a_rule_resolves_what_nobody_has_and_not_what_the_customer_has_added_to(world: World) -> None:
    rules = Automated(world, rule("r", RESOLVE, when=leaf("message.text", "is", "bye")))
    done = rules.settle(world.write("1", GREETING, text="bye"))
    assert (done.status, world.last(done, ev.Resolved).by_id) == (Status.RESOLVED, "rules")
    c = world.write("2", GREETING, text="bye")
    world.clock.advance(seconds=5)
    world.write("2", GREETING, text="one more thing")
    assert rules.settle(c).open
    assert rules.undone() == [("r", "moved_on")]


def test_nothing_but_words_for_colleagues_and_machines_reaches_a_conversation_resolved_meanwhile(world: World) -> None:
    rules = Automated(world, rule("r", says(), priority(9), to_queue("general"), tag("late"), webhook()))
    c = world.write("1", GREETING)
    end(world, c)
    after = rules.settle(c)
    assert kinds(by_rules(world, c)) == ["rule_fired", "tagged", "webhook_requested"]
    assert (after.status, after.tags) == (Status.RESOLVED, ("late",))


def test_a_rule_may_have_the_last_word_on_what_was_resolved(world: World) -> None:
    rules = Automated(world, rule("survey", says(en="How was it?"), on="resolved"))
    c = world.write("1", GREETING)
    end(world, c)
    rules.settle(c)
    assert world.last(c, ev.MessageSent).content.text == "How was it?"


def test_tags_are_bounded_whatever_rules_there_are(world: World) -> None:
    many = [rule(f"r{n}", *(tag(f"t{n}-{i}") for i in range(10))) for n in range(2)]
    rules = Automated(world, *many)
    for turn in range(5):
        c = world.write("1", GREETING)
        rules.rules = Automated(world, *(rule(f"r{n}", *(tag(f"{turn}-{n}-{i}") for i in range(10))) for n in range(2))).rules
        after = rules.settle(c)
    assert len(after.tags) == limits.TAGS
    assert ("r1", "too_many_tags") in rules.undone()


# -- replies -----------------------------------------------------------------------------------------


def test_a_reply_is_the_bots_and_goes_to_the_vendor(world: World) -> None:
    rules = Automated(world, rule("r", says(zh="稍等", en="One moment")))
    c = rules.settle(world.write("1", GREETING))
    [reply] = replies(world, c)
    assert (reply.author, reply.author_id, reply.recipient, reply.content.text) == (ev.ActorKind.BOT, "rules", "1", "One moment")
    assert reply.message in {d.message for d in world.deliveries.of(c.id)}
    world.outbox_reader.advance(world.store.commits(c.ledger, 0))
    assert reply.message in [item.message for *_, item in world.outbox.sent]


def test_a_conversation_gets_one_automatic_reply_in_the_minutes_the_rule_set_says(world: World) -> None:
    rules = Automated(world, rule("a", says()), reply_minutes=15)
    for minutes, expected in ((0, 1), (5, 1), (9, 1), (2, 2), (14, 2), (1, 3)):
        world.clock.advance(minutes=minutes)
        c = rules.settle(world.write("1", GREETING))
        assert len(replies(world, c)) == expected
    other = rules.settle(world.write("2", GREETING))
    assert len(replies(world, other)) == 1


def test_a_heap_of_messages_told_late_gets_one_reply(world: World) -> None:
    """The rate is kept also by events that happened before the first reply was given."""
    rules = Automated(world, rule("a", says()), rule("b", says(en="Other"), on="intent_detected"))
    for _ in range(4):
        c = world.write("1", GREETING)
        world.clock.advance(seconds=20)
    assert len(replies(world, rules.settle(c))) == 1


def test_no_rule_answers_what_the_bot_said(world: World) -> None:
    rules = Automated(world, rule("echo", says(), on="message_sent", when={"all": []}), reply_minutes=1)
    c = world.write("1", GREETING)  # the bot answers
    for _ in range(5):
        world.clock.advance(minutes=10)
        c = rules.settle(c)
    assert replies(world, c) == []


def test_two_answering_machines_talk_once_in_those_minutes(world: World) -> None:
    rules = Automated(world, rule("a", says()))
    c = rules.settle(world.write("1", GREETING))
    for _ in range(50):  # theirs answers each of ours at once
        world.clock.advance(seconds=2)
        c = rules.settle(world.write("1", GREETING, text="I am out of office"))
    assert len(replies(world, c)) == 1


def test_a_name_that_looks_like_a_placeholder_is_a_name(world: World) -> None:
    rules = Automated(world, rule("a", says(en="Hi {name}! ({queue|no queue})")))
    c = rules.settle(world.write("{conversation}{queue}", GREETING))
    assert [r.content.text for r in replies(world, c)] == ["Hi name of {conversation}{queue}! (no queue)"]
