"""The waiting room at work: customers hear of their wait once and again only when there is something to say, however timers come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from switchboard.application.ports import QueueFlow, Timer
from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Malformed, NotFound, Unreadable
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.domain.waiting_room.decisions import Tell
from switchboard.domain.waiting_room.estimate import COUNTED, Estimate
from switchboard.domain.waiting_room.flow import Flow
from switchboard.domain.waiting_room.plurals import LANGUAGES
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from tests.unit.waiting_room_day import Day, heard
from tests.unit.world import World, who

ADA = who("ada")


@pytest.fixture
def day(world: World) -> Day:
    return Day(world)


# -- being told ------------------------------------------------------------------------------------


def test_a_customer_who_waits_is_told_once_by_the_bot_and_only_after_the_time_set(world: World, day: Day) -> None:
    day.write("0")
    c = day.write("1")
    day.passes(seconds=9)
    assert heard(world, c) == []
    day.passes(seconds=2)
    assert heard(world, c) == ["You are number 2 in the queue. A colleague will be with you as soon as possible."]
    assert world.types(c)[-2:] == ["wait_told", "message_sent"]
    assert world.last(c, ev.MessageSent).author is ev.ActorKind.BOT
    assert world.now_of(c).status is Status.QUEUED
    assert [w.conversation for w in world.store.waiting("general", 9)][1] == c.id


def test_nobody_is_told_again_without_news_and_everybody_who_moves_up_is(world: World, day: Day) -> None:
    world.waiting_room_by(callback_from=None)
    first, c = day.write("0"), day.write("1")
    day.passes(minutes=10)
    assert len(heard(world, c)) == 1
    ada = world.hire("ada", capacity=1)
    assert world.now_of(first).owner == "ada"
    world.desk.accept(ada, first.id)
    day.passes(minutes=2)
    assert heard(world, c)[1:] == ["You are next in the queue. A colleague will be with you as soon as possible."]
    day.passes(minutes=10)
    assert len(heard(world, c)) == 2


def test_the_wait_is_said_where_the_queue_was_measured(world: World, day: Day) -> None:
    world.flows.keep("general", QueueFlow(Flow(20.0, 20 * 240.0, world.clock.now(), 1, 1)))
    world.hire("ada", capacity=1)
    c = [day.write(str(n)) for n in range(4)][-1]
    world.flows.keep("general", QueueFlow(Flow(20.0, 20 * 240.0, world.clock.now(), 3, 1), version=world.flows.of("general").version))
    day.passes(seconds=11)
    [text] = heard(world, c)
    assert text.startswith("You are number 3 in the queue. Your wait is likely to be ")
    told = world.last(c, ev.CallbackOffered)
    assert 0 < told.low < told.likely < told.high
    assert "call" in text


def test_a_place_too_far_back_to_be_counted_is_not_said(world: World, day: Day) -> None:
    world.waiting_room_by(callback_from=None)
    for n in range(COUNTED):
        world.write(f"before-{n}")
    c = day.write("last")
    day.passes(seconds=11)
    assert heard(world, c) == ["A colleague will be with you as soon as possible."]
    assert world.last(c, ev.WaitTold).position == COUNTED + 1


def test_nothing_is_said_once_somebody_has_the_conversation(world: World, day: Day) -> None:
    c = day.write()
    world.hire("ada")
    assert world.now_of(c).owner == "ada"
    day.passes(minutes=5)
    assert heard(world, c) == []
    assert set(day.rung) == {"moved_on"}
    assert day.pending == 0


def test_work_that_comes_back_unanswered_is_not_told_anew_and_a_new_wait_is(world: World, day: Day) -> None:
    c = day.write()
    day.passes(seconds=11)
    ada = world.hire("ada")
    world.presence.decline(ada, c.id)
    assert world.now_of(c).status is Status.QUEUED
    day.passes(seconds=90)
    assert len(heard(world, c)) == 1, "the same wait goes on"
    world.presence.set_presence(ADA, "ada", ev.Presence.ONLINE)
    world.desk.accept(ada, c.id)
    world.presence.set_presence(ADA, "ada", ev.Presence.AWAY)
    world.desk.transfer(ada, c.id, queue="general")
    day.reads()
    day.passes(seconds=15)
    assert len(heard(world, c)) == 2
    assert world.now_of(c).waiting_room.messages == 1


def test_channels_and_number_of_messages_are_the_companys_choice(world: World, day: Day) -> None:
    world.waiting_room_by(channels=["webchat"], tell_after=2)
    quiet, told = day.write("1"), day.write("2", channel="webchat")
    day.passes(minutes=1)
    assert (heard(world, quiet), len(heard(world, told))) == ([], 1)
    with pytest.raises(Malformed):
        world.waiting_room_by(then="queue:nowhere")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_is_told_in_their_language(world: World, day: Day, language: str) -> None:
    c = day.write("1", Understanding(OUT_OF_SCOPE, 1.0, language, model="test"))
    day.passes(seconds=11)
    told = world.last(c, ev.WaitTold)
    expected = world.waiting.texts.tell(Tell(1, Estimate(1)), language)
    assert (told.position, heard(world, c)) == (1, [expected])
    english = world.waiting.texts.tell(Tell(1, Estimate(1)), "en")
    assert (expected == english) == (language == "en")


# -- timers that are lost, late, or come twice -----------------------------------------------------------


def test_timers_and_records_that_come_again_change_nothing(world: World, day: Day) -> None:
    c = day.write()
    day.passes(seconds=11)
    once, pending = world.store.events(c.ledger), day.pending
    for _ in range(3):
        assert world.timers.fire(day.fired[0]) == "moved_on"
    day.reads()
    assert world.store.events(c.ledger) == once
    assert day.pending == pending == 1
    assert world.timers.fire(Timer("waiting", c.id, 99, world.clock.now())) == "moved_on"
    assert world.timers.fire(Timer("waiting", "c404-000001", 1, world.clock.now())) == "moved_on"


def test_a_timer_of_an_earlier_wait_does_nothing(world: World, day: Day) -> None:
    c = day.write()
    early = Timer("waiting", c.id, world.now_of(c).waiting_room.chain, world.clock.now() + timedelta(seconds=10))
    world.hire("bob", queues=("billing",), online=False)
    ada = world.hire("ada")
    world.desk.accept(ada, c.id)
    world.desk.transfer(ada, c.id, queue="billing")
    world.clock.advance(seconds=30)
    assert world.now_of(c).status is Status.QUEUED
    assert world.timers.fire(early) == "moved_on"


def test_a_timer_that_comes_early_is_sent_on(world: World, day: Day) -> None:
    c = day.write()
    timer = Timer("waiting", c.id, 1, world.clock.now() + timedelta(minutes=20))
    assert world.timers.fire(timer) == "chained"
    assert world.outbox.timers[-1][0] == timer


def test_a_process_that_dies_after_telling_has_set_the_next_look(world: World, day: Day) -> None:
    c = day.write()

    def dies() -> None:
        raise KeyboardInterrupt

    world.clock.advance(seconds=10)
    timer = Timer("waiting", c.id, world.now_of(c).waiting_room.chain, world.clock.now())
    world.interfered.before_call(0, dies, only="commit")
    with pytest.raises(KeyboardInterrupt):
        world.timers.fire(timer)
    assert heard(world, c) == []
    assert world.timers.fire(timer) == "done"
    day.reads()
    day.passes(minutes=30)
    assert day.pending <= 1, "two chains became one"
    assert world.types(c).count("wait_told") + world.types(c).count("callback_offered") <= 4


def test_an_agent_who_is_faster_than_the_message_wins(world: World, day: Day) -> None:
    c = day.write()
    world.clock.advance(seconds=10)
    timer = Timer("waiting", c.id, world.now_of(c).waiting_room.chain, world.clock.now())
    world.interfered.before_call(0, lambda: world.elsewhere().hire("ada"), only="commit")
    assert world.timers.fire(timer) == "moved_on"
    assert heard(world, c) == []
    assert world.now_of(c).owner == "ada"


def test_the_sweeper_tells_those_whose_timer_was_lost_and_sets_their_looks_going(world: World, day: Day) -> None:
    world.hire("ada", capacity=0)
    c = world.write("1")
    world.clock.advance(seconds=70)
    assert world.sweep.run()["untold_waits"] == 0, "a timer may still be on its way"
    world.clock.advance(seconds=10)
    assert world.sweep.run()["untold_waits"] == 1
    assert len(heard(world, c)) == 1
    [(timer, _)] = [t for t in world.outbox.timers if t[0].kind == "waiting"]
    assert timer.number == world.now_of(c).waiting_room.chain
    world.clock.advance(seconds=70)
    assert world.sweep.run()["untold_waits"] == 0


def test_an_erased_customer_does_not_keep_the_sweeper_from_the_others(world: World, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hire("ada", capacity=0)
    erased, c = world.write("1"), world.write("2")
    world.clock.advance(seconds=80)
    conversation = world.store.conversation

    def unreadable(*_: object) -> Any:
        raise Unreadable("the key is gone")

    monkeypatch.setattr(world.store, "conversations", unreadable)
    monkeypatch.setattr(world.store, "conversation", lambda i: unreadable() if i == erased.id else conversation(i))
    assert world.waiting.room.repair([erased.id, c.id]) == 1
    assert len(heard(world, c)) == 1


# -- another queue ---------------------------------------------------------------------------------------


def test_who_waited_too_long_is_moved_with_the_age_they_have_and_somebody_there_gets_them(world: World, day: Day) -> None:
    world.hire("eve", queues=("overflow",))
    world.waiting_room_by(callback_from=None, longest_wait=60, then="queue:overflow")
    c = day.write()
    since = c.since
    day.passes(seconds=61)
    queued = world.last(c, ev.Queued)
    assert (queued.queue, queued.reason, queued.since) == ("overflow", "overflow", since)
    assert world.now_of(c).owner == "eve"
    assert world.store.waiting("general", 9) == []


def test_moved_to_a_queue_where_nobody_is_free_the_customer_goes_on_hearing(world: World, day: Day) -> None:
    world.hire("eve", queues=("overflow",), online=False)
    world.waiting_room_by(callback_from=None, longest_wait=60, then="queue:overflow")
    day.write("0")
    c = day.write()
    day.passes(minutes=10)
    assert world.types(c).count("queued") == 2, "moved once"
    assert day.pending == 2, "one look for each who waits"


# -- how fast queues move ------------------------------------------------------------------------------


def test_departures_and_handling_are_measured_from_the_stream(world: World, day: Day) -> None:
    ada = world.hire("ada", capacity=1)
    cs = [day.write(str(n)) for n in range(4)]
    for c in cs[:2]:
        world.desk.accept(ada, c.id)
        world.clock.advance(minutes=3)
        world.desk.resolve(ada, c.id)
        day.reads()
    measured = world.flows.of("general")
    assert measured.handling == (180.0, 180.0)
    assert measured.flow.left > 1.5
    assert (measured.flow.waiting, measured.flow.slots) == (1, 1)
    version = measured.version
    day.reads()
    assert world.flows.of("general").version == version, "records that come again are not counted again"


def test_a_measurement_that_cannot_be_kept_holds_nothing_up(world: World, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Any:
        raise NotFound("gone")

    monkeypatch.setattr(world.flows, "slots", gone)
    c = world.write("1")
    assert world.outbox_reader.advance(world.store.commits(c.ledger, 0)) == 1


# -- the settings ----------------------------------------------------------------------------------------


def test_settings_say_what_was_set_and_what_holds(world: World) -> None:
    def ask(method: str, policy: Any = None) -> Any:
        body = {} if policy is None else {"policy": policy}
        return ROUTES[method, "/v1/waiting-room"](Call(world.waiting._services, who("boss", "administrator"), {}, {}, body))

    shown = ask("GET")
    assert (shown["policy"], shown["in_force"]["tell_after"], shown["in_force"]["then"]) == ({}, 10.0, "offline_form")
    policy = {"tell_after": 5, "then": "queue:general", "channels": ["webchat"]}
    shown = ask("PUT", policy)
    assert shown["policy"] == policy
    assert (shown["in_force"]["then"], shown["in_force"]["channels"]) == ("queue:general", ["webchat"])
    for wrong in ({"tell_after": -1}, {"then": "queue:nowhere"}, {"surprise": 1}):
        with pytest.raises(Malformed):
            ask("PUT", wrong)
