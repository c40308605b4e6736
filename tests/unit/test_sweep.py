"""The minute sweeper: repairs what got lost, tells what it repaired, and leaves what is healthy alone."""

from __future__ import annotations

import pytest

from switchboard.application.ports import Sent
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Unreadable
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.routing.waiting import Waiting
from tests.fakes.courier import ScriptedCourier
from tests.unit.world import GREETING, World, idle_and_waiting, who

ADA = who("ada")


def a_busy_day(world: World) -> None:
    """Every status there is, and nothing wrong."""
    world.hire("ada", capacity=2)
    world.desk.accept(ADA, world.write("1").id)
    world.write("2")
    world.write("3")
    world.write("4", GREETING)
    world.desk.resolve(ADA, world.write("1").id)
    world.write("5")
    for c in world.store.owned_by("ada"):
        world.dispatch_all(c)


def test_a_healthy_company_is_reported_as_zeros_and_left_alone(world: World) -> None:
    a_busy_day(world)
    before = [world.store.agents(), world.store.owned_by("ada"), world.store.waiting("general", 9), world.outbox.sent]
    found = world.sweep.run()
    assert found
    assert set(found.values()) == {0}
    after = [world.store.agents(), world.store.owned_by("ada"), world.store.waiting("general", 9), world.outbox.sent]
    assert after == before


def damaged(world: World, **expected: int) -> None:
    """One pass finds exactly this, a second pass finds nothing."""
    assert {k: v for k, v in world.sweep.run().items() if v} == expected
    assert not any(world.sweep.run().values())


def test_an_agent_whose_connection_died_unheard_is_taken_offline(world: World) -> None:
    world.hire("ada")
    c = world.desk.accept(ADA, world.write("1", channel="webchat").id)
    world.clock.advance(seconds=84)  # the lease is over, the grace period is not
    assert not any(world.sweep.run().values())
    world.clock.advance(seconds=2)
    damaged(world, lost_connections=1)
    assert world.agent("ada").presence is ev.Presence.OFFLINE
    assert world.now_of(c).owner == "ada"


def test_an_offer_whose_timer_got_lost_goes_on(world: World) -> None:
    world.hire("ada", languages=("en",))
    world.hire("bob", languages=())
    c = world.write("1")
    world.clock.advance(seconds=36)
    damaged(world, expired_offers=1)
    assert world.now_of(c).owner == "bob"


def test_an_offer_whose_timer_is_merely_late_is_left_to_it(world: World) -> None:
    world.hire("ada")
    world.write("1")
    world.clock.advance(seconds=33)
    assert not any(world.sweep.run().values())


def test_a_wait_whose_clock_got_lost_is_warned_of_and_marked_late_once(world: World) -> None:
    world.waiting_room_by(channels=[])
    c = world.write("1", channel="webchat")
    world.hire("ada", capacity=0)
    world.presence.set_presence(ADA, "ada", ev.Presence.OFFLINE)
    world.clock.advance(minutes=24, seconds=4)
    assert not any(world.sweep.run().values())
    world.clock.advance(seconds=2)
    damaged(world, late_clocks=1)
    assert world.types(c).count("sla_warned") == 1
    world.clock.advance(minutes=6)
    damaged(world, late_clocks=1)
    assert world.types(c).count("sla_breached") == 1


def test_work_whose_wake_up_was_lost_in_a_crash_is_assigned(world: World) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    world.hire("ada", online=False)
    world.connect("ada")
    world.interfered.before_call(1, crash, only="with_room")  # the look after the commit
    with pytest.raises(KeyboardInterrupt):
        world.write("1")
    world.store.commit_agent(world.agent("ada"), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ev.SYSTEM, world.clock.now())
    assert idle_and_waiting(world) != []
    damaged(world, missed_wake_ups=1)
    assert idle_and_waiting(world) == []


def test_an_entry_without_its_conversation_is_removed_and_holds_up_nobody(world: World) -> None:
    c = world.write("1", GREETING)
    world.store.forge_waiting(Waiting(c.id, "general", 9, world.clock.now()))
    behind = world.write("2")
    world.hire("ada", online=False)
    world.connect("ada")
    world.store.commit_agent(world.agent("ada"), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ev.SYSTEM, world.clock.now())
    found = world.sweep.run()
    assert (found["stale_waits"], found["missed_wake_ups"]) == (1, 1)
    assert world.now_of(behind).owner == "ada"
    assert world.now_of(c).status is Status.BOT


# -- messages that got stuck ---------------------------------------------------------------------------


def test_a_message_that_was_never_handed_on_is_handed_on(world: World) -> None:
    c = world.write("1", GREETING)
    message = world.last(c, ev.MessageSent).message
    world.clock.advance(seconds=59)
    assert world.sweep.run()["stuck_messages"] == 0
    world.clock.advance(seconds=2)
    assert world.sweep.run()["stuck_messages"] == 1
    [(conversation, channel, account, item)] = world.outbox.sent
    assert (conversation, channel, account, item.message, item.commit) == (c.id, "whatsapp", "main", message, 1)
    assert world.dispatch.deliver(c.id, item.commit, message, 1, last=False) is DeliveryStatus.SENT
    world.clock.advance(seconds=61)
    assert world.sweep.run()["stuck_messages"] == 0


def test_what_is_handed_on_again_is_not_taken_for_the_first_time(world: World) -> None:
    """The queue drops what it saw within five minutes: the second hand-over must look different."""
    c = world.write("1", GREETING)
    world.outbox_reader.advance(world.store.commits(c.ledger, 0))
    world.clock.advance(seconds=61)
    world.sweep.run()
    assert len({(item.message, item.attempt) for _, _, _, item in world.outbox.sent}) == 2


def test_delivered_messages_and_web_chat_are_never_stuck(world: World) -> None:
    c = world.write("1", GREETING)
    world.dispatch_all(c)
    world.write("visitor", GREETING, channel="webchat")
    world.clock.advance(hours=1)
    assert world.sweep.run()["stuck_messages"] == 0


def test_a_message_that_waits_for_its_next_try_is_not_stuck(world: World) -> None:
    down = World()
    down.courier = ScriptedCourier([Sent("retry", reason="503", retry_after=600)])
    down = down.elsewhere()
    c = down.write("1", GREETING)
    down.clock.advance(seconds=50)
    down.dispatch_all(c, quietly=True)
    down.clock.advance(seconds=30)
    assert down.sweep.run()["stuck_messages"] == 0


# -- counters ----------------------------------------------------------------------------------------


def drift(world: World, load: int) -> None:
    world.clock.advance(minutes=2)
    world.connections.renew("socket-of-ada", "agent#ada", world.clock.now())
    assert world.store.reconcile_load(world.agent("ada"), load, world.clock.now())
    world.clock.advance(minutes=2)
    world.connections.renew("socket-of-ada", "agent#ada", world.clock.now())


@pytest.mark.parametrize("load", [0, 2, 3])
def test_a_counter_that_drifted_is_set_right(world: World, load: int) -> None:
    world.hire("ada")
    world.desk.accept(ADA, world.write("1", channel="webchat").id)
    drift(world, load)
    damaged(world, drifted_counters=1)
    assert world.agent("ada").load == 1


def lagging(world: World, monkeypatch: pytest.MonkeyPatch, listed: list[Conversation]) -> None:
    """The index of owned conversations shows the past."""
    monkeypatch.setattr(world.store, "owned_by", lambda agent: listed if agent == "ada" else [])


@pytest.mark.parametrize("was", ["before the first assignment", "before the resolution", "before both"])
def test_an_index_that_lags_does_not_make_a_right_counter_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch, was: str
) -> None:
    world.hire("ada")
    over = world.desk.accept(ADA, world.write("1").id)
    if was != "before the first assignment":
        world.desk.resolve(ADA, over.id)
    if was != "before the resolution":
        world.write("2")
    lagging(world, monkeypatch, [] if was == "before the first assignment" else [over])
    load = world.agent("ada").load
    assert world.sweep.run()["drifted_counters"] == 0
    assert world.agent("ada").load == load


def test_an_index_that_lags_with_more_than_it_misses_does_not_make_a_right_counter_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.hire("ada")
    over = [world.desk.accept(ADA, world.write(n).id) for n in "12"]
    for c in over:
        world.desk.resolve(ADA, c.id)
    world.write("3")
    lagging(world, monkeypatch, over)
    world.sweep.run()
    assert world.agent("ada").load == 1


def test_a_counter_that_moves_while_it_is_looked_at_is_left_alone(world: World) -> None:
    world.hire("ada")
    world.desk.accept(ADA, world.write("1").id)
    drift(world, 2)
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("2"), only="reconcile_load")
    assert world.sweep.run()["drifted_counters"] == 0
    assert world.agent("ada").load == 3


# -- one bad thing does not keep the rest from being repaired ------------------------------------------


def test_what_cannot_be_read_does_not_keep_the_rest_from_being_repaired(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.hire("ada")
    world.hire("bob")
    c = world.write("1", GREETING)
    readable = world.store.owned_by

    def owned_by(agent: str) -> list[Conversation]:
        if agent == "ada":
            raise Unreadable("the key is gone")
        return readable(agent)

    monkeypatch.setattr(world.store, "owned_by", owned_by)
    world.clock.advance(seconds=61)
    world.sweep.run()
    assert [item.message for *_, item in world.outbox.sent] == [world.last(c, ev.MessageSent).message]


def test_a_second_sweeper_at_the_same_time_does_no_harm(world: World) -> None:
    world.hire("ada", languages=("en",))
    world.hire("bob", languages=())
    c = world.write("1")
    world.clock.advance(seconds=36)
    other = world.elsewhere()
    world.interfered.before_call(4, lambda: other.sweep.run())
    world.sweep.run()
    after = world.now_of(c)
    assert (after.owner, after.assignments) == ("bob", 2)
    assert world.agent("bob").load == 1
