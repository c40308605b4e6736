"""Things that happen later: on time, once, and not at all where their subject moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import Timer
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Malformed
from tests.unit.world import ACCEPT_WITHIN, REFUND, World, who

ADA = who("ada")


def read_ledger(world: World, ledger: str) -> list[StoredCommit]:
    return world.store.commits(ledger, 0)


def test_an_offer_sets_a_timer_that_takes_it_back(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.outbox_reader.advance(read_ledger(world, c.ledger))
    [timer] = [t for t, _ in world.outbox.timers if t.kind == "accept"]
    assert (timer.subject, timer.due) == (c.id, world.clock.now() + ACCEPT_WITHIN)
    world.clock.advance(seconds=30)
    assert world.timers.fire(timer) == "done"
    assert (world.now_of(c).status, world.agent("ada").presence) == (Status.QUEUED, ev.Presence.AWAY)


def test_a_timer_that_comes_early_is_sent_on_until_it_is_due(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    timer = Timer("accept", c.id, 1, world.clock.now() + timedelta(minutes=40))
    for _ in range(2):
        assert world.timers.fire(timer) == "chained"
        assert world.outbox.timers[-1] == (timer, world.clock.now())
        world.clock.advance(minutes=15)
    world.clock.advance(minutes=10)
    assert world.timers.fire(timer) == "done"
    assert len(world.outbox.timers) == 2


def test_a_timer_that_is_early_by_a_hair_is_not_sent_round_again(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    assert world.timers.fire(Timer("accept", c.id, 1, world.clock.now() + timedelta(milliseconds=400))) == "done"


@pytest.mark.parametrize("moved_on", ["accepted", "declined", "resolved", "offered again"])
def test_a_timer_whose_offer_moved_on_does_nothing(world: World, moved_on: str) -> None:
    world.hire("ada")
    c = world.write("1")
    timer = Timer("accept", c.id, 1, world.clock.now())
    if moved_on == "accepted":
        world.desk.accept(ADA, c.id)
    elif moved_on == "resolved":
        world.desk.resolve(ADA, c.id)
    else:
        world.presence.decline(ADA, c.id)
        if moved_on == "offered again":
            world.presence.set_presence(ADA, "ada", ev.Presence.ONLINE)
    before, agent = world.now_of(c), world.agent("ada")
    assert world.timers.fire(timer) == "moved_on"
    assert (world.now_of(c), world.agent("ada")) == (before, agent)


def test_a_timer_that_comes_twice_acts_once(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    timer = Timer("accept", c.id, 1, world.clock.now())
    assert [world.timers.fire(timer), world.timers.fire(timer)] == ["done", "moved_on"]
    assert world.types(c).count("released") == 1


def test_grace_ends_with_the_agent_offline_or_back(world: World) -> None:
    world.hire("ada")
    timer = Timer("grace", "ada", 0, world.clock.now())
    assert world.timers.fire(timer) == "moved_on"
    world.disconnect("socket-of-ada")
    world.clock.advance(seconds=20)
    assert world.timers.fire(timer) == "done"
    assert world.timers.fire(timer) == "moved_on"
    assert world.agent("ada").presence is ev.Presence.OFFLINE


@pytest.mark.parametrize("kind", ["", "accepted", "GRACE", "x" * 99])
def test_an_unknown_kind_is_refused_by_name(world: World, kind: str) -> None:
    with pytest.raises(Malformed, match="timer kind"):
        world.timers.fire(Timer(kind, "x", 0, world.clock.now()))


# -- the clock of the first answer, as shipped: half an hour -------------------------------------------------


def clock_of(world: World, c: Conversation) -> Timer:
    """The timer that the outbox sets for the last commit, but due now."""
    world.outbox_reader.advance(read_ledger(world, c.ledger))
    latest = [t for t, _ in world.outbox.timers if t.kind == "sla" and t.subject == c.id][-1]
    return replace(latest, due=world.clock.now())


def test_unanswered_work_is_warned_of_and_then_marked_late_each_once(world: World) -> None:
    c = world.write("1")
    assert world.timers.fire(clock_of(world, c)) == "chained"
    [ahead] = [t for t, _ in world.outbox.timers if t.due > world.clock.now() + timedelta(minutes=1)]
    assert ahead.due == world.clock.now() + timedelta(minutes=24, seconds=1)
    world.clock.advance(minutes=24, seconds=1)
    assert [world.timers.fire(ahead), world.timers.fire(ahead)] == ["done", "moved_on"]
    assert "sla_breached" not in world.types(c)
    world.clock.advance(minutes=5, seconds=59)
    timer = clock_of(world, c)
    assert [world.timers.fire(timer), world.timers.fire(timer)] == ["done", "moved_on"]
    assert world.last(c, ev.SlaBreached).due == world.clock.now()
    assert (world.now_of(c).status, world.now_of(c).response_due_recorded) == (Status.QUEUED, True)


def test_an_offered_but_unanswered_conversation_is_late_too(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.desk.accept(ADA, c.id)
    world.clock.advance(minutes=30)
    assert world.timers.fire(clock_of(world, c)) == "done"


@pytest.mark.parametrize("how", ["answered", "resolved"])
def test_answered_or_closed_work_is_not_late(world: World, how: str) -> None:
    world.hire("ada")
    c = world.write("1")
    if how == "answered":
        world.desk.reply(ADA, c.id, "Hello", "k1")
    else:
        world.desk.resolve(ADA, c.id)
    world.clock.advance(minutes=30)
    assert world.timers.fire(clock_of(world, c)) != "done"
    assert not {"sla_warned", "sla_breached"} & set(world.types(c))


def test_the_bots_words_are_no_answer_of_a_person(world: World) -> None:
    c = world.write("1", REFUND)
    assert "message_sent" in world.types(c)
    world.clock.advance(minutes=30)
    assert world.timers.fire(clock_of(world, c)) == "done"


def test_work_that_returns_to_the_queue_keeps_its_clock(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    began = world.clock.now()
    world.clock.advance(minutes=10)
    world.presence.decline(ADA, c.id)
    world.clock.advance(minutes=20)
    assert world.timers.fire(clock_of(world, c)) == "done"
    assert world.last(c, ev.SlaBreached).since == began


def test_a_timer_from_before_there_were_sla_clocks_does_nothing(world: World) -> None:
    c = world.write("1")
    world.clock.advance(minutes=30)
    assert world.timers.fire(Timer("first_response", c.id, 1, world.clock.now())) == "moved_on"
