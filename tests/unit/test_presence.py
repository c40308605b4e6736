"""Agents come and go; what they were offered and did not take up goes to somebody else."""

from __future__ import annotations

import pytest

from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound
from tests.unit.world import REFUND, World, idle_and_waiting, who

ADA, BOSS = who("ada"), who("boss", "administrator")
ONLINE, AWAY, OFFLINE = ev.Presence.ONLINE, ev.Presence.AWAY, ev.Presence.OFFLINE


def presence_changes(world: World, agent: str) -> list[tuple[str, str]]:
    return [
        (r.event.presence.value, r.event.reason) for r in world.store.events(f"agt#{agent}")
        if isinstance(r.event, ev.PresenceChanged)
    ]  # fmt: skip


def test_coming_online_takes_waiting_work_up_to_the_capacity(world: World) -> None:
    oldest = [world.write(str(n)) for n in range(3)]
    world.hire("ada", capacity=2)
    assert [world.now_of(c).owner for c in oldest] == ["ada", "ada", ""]


@pytest.mark.parametrize("presence", [AWAY, OFFLINE])
def test_leaving_returns_mere_offers_and_keeps_accepted_work(world: World, presence: ev.Presence) -> None:
    world.hire("ada")
    accepted, offered = world.write("1"), world.write("2")
    world.desk.accept(ADA, accepted.id)
    since = offered.since
    world.clock.advance(seconds=9)
    world.presence.set_presence(ADA, "ada", presence)
    assert (world.now_of(accepted).status, world.now_of(accepted).owner) == (Status.ACTIVE, "ada")
    returned = world.now_of(offered)
    assert (returned.status, returned.owner, returned.since) == (Status.QUEUED, "", since)
    assert world.agent("ada").load == 1


def test_who_leaves_gets_nothing_new(world: World) -> None:
    world.hire("ada")
    world.presence.set_presence(ADA, "ada", AWAY)
    assert world.write("1").status is Status.QUEUED


def test_saying_the_same_twice_is_on_record_once(world: World) -> None:
    world.hire("ada")
    world.presence.set_presence(ADA, "ada", AWAY)
    world.presence.set_presence(ADA, "ada", AWAY)
    assert presence_changes(world, "ada") == [("online", "agent"), ("away", "agent")]


def test_who_is_not_in_the_roster_cannot_come_online(world: World) -> None:
    with pytest.raises(NotFound):
        world.presence.set_presence(who("eve"), "eve", ONLINE)


# -- declining ---------------------------------------------------------------------------------------


def test_declining_sets_away_and_gives_it_to_somebody_else_with_its_age(world: World) -> None:
    world.hire("ada", languages=("en",))
    world.hire("bob", languages=())
    c = world.write("1")
    assert c.owner == "ada"
    world.clock.advance(seconds=12)
    after = world.presence.decline(ADA, c.id)
    assert (after.owner, after.since, after.assignments) == ("bob", c.since, 2)
    assert (world.agent("ada").presence, world.agent("ada").load) == (AWAY, 0)


def test_with_nobody_else_declined_work_waits(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    assert world.presence.decline(ADA, c.id).status is Status.QUEUED


def test_accepted_work_cannot_be_declined_nor_somebody_elses_offer(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    with pytest.raises(Forbidden):
        world.presence.decline(who("bob"), c.id)
    world.desk.accept(ADA, c.id)
    with pytest.raises(NotAllowedNow):
        world.presence.decline(ADA, c.id)
    assert world.agent("ada").presence is ONLINE


# -- offers that run out -----------------------------------------------------------------------------


def test_an_offer_that_runs_out_goes_on_and_its_agent_is_set_away(world: World) -> None:
    world.hire("ada", languages=("en",))
    world.hire("bob", languages=())
    c = world.write("1")
    assert world.presence.offer_expired(c.id, c.assignments)
    assert world.now_of(c).owner == "bob"
    assert world.last(c, ev.Released).reason is ev.ReleaseReason.NOT_ACCEPTED
    assert presence_changes(world, "ada")[-1] == ("away", "not_accepted")


def test_an_accepted_offer_does_not_run_out(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.desk.accept(ADA, c.id)
    assert not world.presence.offer_expired(c.id, c.assignments)
    assert (world.now_of(c).owner, world.agent("ada").presence) == ("ada", ONLINE)


def test_the_clock_of_an_earlier_offer_does_not_end_a_later_one(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.presence.decline(ADA, c.id)
    world.presence.set_presence(ADA, "ada", ONLINE)
    again = world.now_of(c)
    assert (again.owner, again.assignments) == ("ada", 2)
    assert not world.presence.offer_expired(c.id, 1)
    assert world.now_of(c) == again


def test_running_out_twice_is_running_out_once(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    assert world.presence.offer_expired(c.id, 1)
    assert not world.presence.offer_expired(c.id, 1)
    assert world.agent("ada").load == 0


def test_an_offer_accepted_at_the_last_moment_stays(world: World) -> None:
    """The agent's click and the clock cross: whoever commits first wins, and the work has exactly one owner."""
    world.hire("ada")
    c = world.write("1")
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.accept(ADA, c.id), only="commit")
    assert not world.presence.offer_expired(c.id, 1)
    assert (world.now_of(c).status, world.now_of(c).owner, world.agent("ada").load) == (Status.ACTIVE, "ada", 1)


def test_an_offline_agent_stays_offline_when_their_offer_runs_out(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    # The process that took the agent offline died before it returned the offers.
    gone = ev.PresenceChanged(OFFLINE, "connection_lost")
    world.store.commit_agent(world.agent("ada"), [gone], ev.SYSTEM, world.clock.now())
    assert world.presence.offer_expired(c.id, 1)
    assert world.agent("ada").presence is OFFLINE


# -- connections -------------------------------------------------------------------------------------


def test_without_a_live_connection_the_agent_is_offline_and_offers_return(world: World) -> None:
    world.hire("ada")
    world.hire("bob", languages=())
    c = world.write("1")
    world.disconnect("socket-of-ada")
    assert not world.presence.connection_lost("ada")  # the grace period has just begun
    world.clock.advance(seconds=20)
    assert world.presence.connection_lost("ada")
    assert (world.agent("ada").presence, world.now_of(c).owner) == (OFFLINE, "bob")
    assert world.last(c, ev.Released).reason is ev.ReleaseReason.CONNECTION_LOST
    assert presence_changes(world, "ada")[-1] == ("offline", "connection_lost")


def test_who_came_back_within_the_grace_period_keeps_everything(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.disconnect("socket-of-ada")
    world.connect("ada", "second-socket")
    assert not world.presence.connection_lost("ada")
    assert (world.agent("ada").presence, world.now_of(c).owner) == (ONLINE, "ada")


def test_a_second_tab_keeps_an_agent_online(world: World) -> None:
    world.hire("ada")
    world.connect("ada", "second-tab")
    world.disconnect("socket-of-ada")
    assert not world.presence.connection_lost("ada")


def test_a_connection_that_has_not_been_heard_of_is_not_live(world: World) -> None:
    world.hire("ada")
    world.clock.advance(seconds=86)
    assert world.presence.connection_lost("ada")


def test_losing_the_connection_twice_is_losing_it_once(world: World) -> None:
    world.hire("ada")
    world.disconnect("socket-of-ada")
    assert not world.presence.connection_lost("ada")  # the grace period has just begun
    world.clock.advance(seconds=20)
    assert world.presence.connection_lost("ada")
    assert not world.presence.connection_lost("ada")
    assert presence_changes(world, "ada").count(("offline", "connection_lost")) == 1


def test_a_crash_between_going_offline_and_returning_offers_is_repaired_by_the_second_try(world: World) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    world.hire("ada")
    c = world.write("1")
    world.interfered.before_call(0, crash, only="owned_by")
    with pytest.raises(KeyboardInterrupt):
        world.presence.set_presence(ADA, "ada", OFFLINE)
    assert world.now_of(c).owner == "ada"
    world.presence.set_presence(ADA, "ada", OFFLINE)
    assert (world.now_of(c).status, world.agent("ada").load) == (Status.QUEUED, 0)


# -- profiles ----------------------------------------------------------------------------------------


def test_a_new_agent_is_offline_and_idle(world: World) -> None:
    a = world.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(3, ("general",), ("en",), "Ada"))
    assert (a.presence, a.load, a.capacity, a.name) == (OFFLINE, 0, 3, "Ada")


def test_a_changed_profile_keeps_load_and_presence_and_takes_work(world: World) -> None:
    world.hire("ada", capacity=1)
    world.write("1")
    waiting, billing = world.write("2"), world.write("3", REFUND)
    world.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(3, ("general", "billing"), ("en", "zh"), "Ada L."))
    assert {world.now_of(waiting).owner, world.now_of(billing).owner} == {"ada"}
    assert (world.agent("ada").load, world.agent("ada").presence) == (3, ONLINE)
    assert idle_and_waiting(world) == []


def test_a_smaller_capacity_takes_nothing_away(world: World) -> None:
    world.hire("ada", capacity=3)
    kept = [world.write(str(n)) for n in range(3)]
    world.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(1, ("general",), ("en",), "Ada"))
    assert {world.now_of(c).owner for c in kept} == {"ada"}
    assert world.write("4").status is Status.QUEUED


@pytest.mark.parametrize("id_", ["", "a b", "a#b", "-", "ä", "x" * 65, "a/b", "AGENTS\n"])
def test_an_agent_id_that_could_be_confused_is_refused(world: World, id_: str) -> None:
    with pytest.raises(Malformed):
        world.presence.set_profile(BOSS, id_, ev.AgentProfileSet(1, (), (), "Ada"))


@pytest.mark.parametrize("capacity", [-1, 51, 10**9])
def test_an_absurd_capacity_is_refused(world: World, capacity: int) -> None:
    with pytest.raises(Malformed):
        world.presence.set_profile(BOSS, "ada", ev.AgentProfileSet(capacity, (), (), "Ada"))
