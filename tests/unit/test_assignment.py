"""Waiting work meets free agents, whoever comes first, and however their commits cross."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from switchboard.application.assignment import FRUITLESS, MOST_OF_A_TURN, PAIRS
from switchboard.application.ports import TURN_LASTS
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import StorageUnavailable, Unreadable
from switchboard.domain.understanding import Understanding
from tests.unit.world import ACCEPT_WITHIN, REFUND, UNCLEAR, World, idle_and_waiting, who


def test_an_offer_says_until_when_and_who_else_was_considered(world: World) -> None:
    world.hire("ada")
    world.hire("bob")
    c = world.write("1")
    offer = world.last(c, ev.Assigned)
    assert (offer.agent, offer.number, offer.reason) == (c.owner, 1, ev.AssignReason.ROUTED)
    assert offer.accept_by == world.clock.now() + ACCEPT_WITHIN == c.accept_by
    assert {candidate.id for candidate in offer.receipt.ranked} == {"ada", "bob"}


def test_work_is_spread_over_free_agents_and_stops_at_their_capacity(world: World) -> None:
    world.hire("ada", capacity=2)
    world.hire("bob", capacity=2)
    for n in range(5):
        world.write(str(n))
    assert [a.load for a in world.store.agents()] == [2, 2]
    assert len(world.store.waiting("general", 9)) == 1


def test_the_agent_who_speaks_the_language_gets_it_though_busier(world: World) -> None:
    world.hire("ada", capacity=2, languages=("zh",))
    world.hire("bob", capacity=9)
    assert world.write("0", Understanding("", 0.0, "zh")).owner == "ada"
    assert world.write("1", Understanding("", 0.0, "zh")).owner == "ada"
    assert world.write("2", Understanding("", 0.0, "zh")).owner == "bob"


def test_a_freed_agent_gets_the_most_urgent_then_the_oldest(world: World) -> None:
    ada = world.hire("ada", capacity=1, queues=("general", "billing"))
    busy = world.write("0")
    old = world.write("1")
    world.clock.advance(seconds=1)
    new = world.write("2")
    urgent = world.write("3", REFUND)
    served = []
    for _ in range(3):
        world.desk.resolve(ada, busy.id)
        [busy] = world.store.owned_by("ada")
        served.append(busy.id)
    assert served == [urgent.id, old.id, new.id]


def test_work_of_a_queue_nobody_serves_waits_and_holds_up_nobody(world: World) -> None:
    ada = world.hire("ada", capacity=1)
    busy = world.write("0")
    nobodys = world.write("1", REFUND)
    mine = world.write("2")
    world.desk.resolve(ada, busy.id)
    assert world.now_of(mine).owner == "ada"
    assert world.now_of(nobodys).status is Status.QUEUED


def test_serving_says_how_many_it_assigned(world: World) -> None:
    for n in range(3):
        world.write(str(n))
    world.hire("ada", capacity=2, online=False)
    assert world.assignment.serve(["general"]) == 0
    world.connect("ada")
    world.store.commit_agent(world.agent("ada"), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ev.SYSTEM, world.clock.now())
    assert world.assignment.serve(["general", "general"]) == 2


# -- crossings ---------------------------------------------------------------------------------------

Act = Callable[[World], object]


def scene() -> World:
    """Ada is full, Bob is offline, Eve (away) and Cara (offered one) each have a conversation; nobody is free."""
    w = World()
    w.hire("cara", capacity=1)
    w.write("of cara")
    w.hire("ada", capacity=1)
    w.desk.accept(who("ada"), w.write("of ada").id)
    w.hire("eve", capacity=1)
    w.desk.accept(who("eve"), w.write("of eve").id)
    w.presence.set_presence(who("eve"), "eve", ev.Presence.AWAY)
    w.hire("bob", capacity=1, online=False)
    w.connect("bob")
    w.hire("dan", queues=("billing",), online=False)
    return w


def owned(w: World, agent: str) -> Conversation:
    [c] = w.store.owned_by(agent)
    return c


QUEUEING: dict[str, Act] = {
    "a customer writes": lambda w: w.intake.receive(w.message("new"), UNCLEAR),
    "an agent hands back": lambda w: w.desk.transfer(who("eve"), owned(w, "eve").id, queue="general"),
    "an agent declines": lambda w: w.presence.decline(who("cara"), owned(w, "cara").id),
    "an offer expires": lambda w: w.presence.offer_expired(owned(w, "cara").id, 1),
    "an agent goes": lambda w: w.presence.set_presence(who("cara"), "cara", ev.Presence.OFFLINE),
}
FREEING: dict[str, Act] = {
    "an agent comes": lambda w: w.presence.set_presence(who("bob"), "bob", ev.Presence.ONLINE),
    "an agent resolves": lambda w: w.desk.resolve(who("ada"), owned(w, "ada").id),
    "an agent hands on": lambda w: w.desk.transfer(who("ada"), owned(w, "ada").id, queue="billing"),
    "an agent may take more": lambda w: w.presence.set_profile(
        who("boss"), "ada", ev.AgentProfileSet(2, ("general",), ("en",), "Ada")
    ),
}


@pytest.mark.parametrize("freeing", list(FREEING))
@pytest.mark.parametrize("queueing", list(QUEUEING))
@pytest.mark.parametrize("first", ["queueing", "freeing"])
def test_no_wake_up_is_lost_wherever_queueing_and_freeing_cross(queueing: str, freeing: str, first: str) -> None:
    """One runs, the other happens as a whole between any two of its steps."""
    one, other = QUEUEING[queueing], FREEING[freeing]
    if first == "freeing":
        one, other = other, one
    step, steps = 0, 1
    while step < steps:
        w = scene()
        elsewhere = w.elsewhere()
        w.interfered.before_call(step, lambda act=other, at=elsewhere: act(at))  # type: ignore[misc]  # bound by default
        one(w)
        steps = max(steps, w.interfered.calls)
        assert idle_and_waiting(w) == [], f"lost when {queueing!r} and {freeing!r} crossed at step {step} of {first}"
        for a in w.store.agents():
            assert a.load == len(w.store.owned_by(a.id)) <= a.capacity
        step += 1
    assert steps >= 3


def test_when_the_best_agent_has_gone_meanwhile_the_next_gets_it(world: World) -> None:
    world.hire("ada", languages=("en",))
    world.hire("bob", languages=())
    other = world.elsewhere()
    leave = ev.PresenceChanged(ev.Presence.AWAY, "agent")

    def ada_leaves() -> None:
        other.store.commit_agent(other.agent("ada"), [leave], who("ada"), other.clock.now())

    world.interfered.before_call(0, ada_leaves, only="commit")
    assert world.write("1").owner == "bob"
    assert (world.agent("ada").load, world.agent("bob").load) == (0, 1)


def test_many_agents_who_finish_at_once_are_all_given_work(world: World) -> None:
    agents = [f"a{n}" for n in range(6)]
    for a in agents:
        world.hire(a, capacity=1)
    first = [world.write(f"first {n}") for n in range(6)]
    second = [world.write(f"second {n}") for n in range(6)]

    def finish(c: Conversation) -> None:
        w = world.elsewhere()
        w.desk.resolve(who(c.owner), c.id)

    threads = [threading.Thread(target=finish, args=(c,)) for c in first]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(world.now_of(c).owner for c in second) == agents
    assert idle_and_waiting(world) == []


def test_it_gives_up_when_others_win_every_time(world: World) -> None:
    """Somebody else is always faster: serving ends, and leaves the rest to the winners and the sweeper."""
    c = world.write("1")
    world.hire("ada", online=False)
    world.store.commit_agent(world.agent("ada"), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ev.SYSTEM, world.clock.now())
    other = world.elsewhere()

    def always_faster() -> None:
        other.desk.note(who("bob"), c.id, "hm", "")
        world.interfered.before_call(0, always_faster, only="commit_each")

    before = world.now_of(c).version
    world.interfered.before_call(0, always_faster, only="commit_each")
    assert world.assignment.serve(["general"]) == 0
    assert world.now_of(c).version - before == FRUITLESS


def test_a_note_on_work_just_queued_does_not_cost_its_assignment(world: World) -> None:
    world.hire("ada")
    other = world.elsewhere()

    def remark() -> None:
        [w] = world.store.waiting("general", 9)
        other.desk.note(who("sue", "supervisor"), w.conversation, "a good customer", "k1")

    world.interfered.before_call(1, remark, only="commit")
    world.write("1")
    assert idle_and_waiting(world) == []


def test_one_waiting_conversation_that_cannot_be_read_does_not_hold_up_the_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased = world.write("1")
    readable = world.store.conversation

    def conversation(id_: str) -> Conversation:
        if id_ == erased.id:
            raise Unreadable("the key is gone")
        return readable(id_)

    monkeypatch.setattr(world.store, "conversation", conversation)
    world.clock.advance(seconds=5)
    world.hire("ada")
    after = world.write("2")
    assert after.owner == "ada"


# -- turns -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends in the midst of it."""


def killed() -> None:
    raise Killed


def test_work_left_with_somebody_who_dies_is_seen_to_by_whoever_comes_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Eve's process dies on her turn, after Ada's, who came free meanwhile, had left hers to it."""
    ada, eve = world.hire("ada", capacity=1), world.hire("eve", capacity=1)
    busy = [world.write("of one"), world.write("of the other")]
    waiting = [world.write(str(n)) for n in range(3)]
    of = {c.owner: c.id for c in busy}
    other = world.elsewhere()

    def ada_too_and_the_end() -> None:
        other.desk.resolve(ada, of["ada"])
        killed()

    world.interfered.before_call(0, ada_too_and_the_end, only="commit_each")
    monkeypatch.setattr(world.store, "leave_turn", lambda *_: None)  # the dead do nothing
    with pytest.raises(Killed):
        world.desk.resolve(eve, of["eve"])
    monkeypatch.undo()
    assert [world.now_of(c).status for c in waiting] == [Status.QUEUED] * 3
    world.clock.advance(seconds=TURN_LASTS.total_seconds() + 1)
    world.hire("bob", capacity=1)
    assert sorted(world.now_of(c).owner for c in waiting) == ["ada", "bob", "eve"]


def test_a_caller_whose_turn_takes_long_leaves_the_rest_to_the_next(world: World) -> None:
    """An agent's click is answered though hundreds come free meanwhile."""
    agents = [f"a{n:02}" for n in range(PAIRS + 4)]
    for a in agents:
        world.hire(a, capacity=1, online=False)
        world.connect(a)
    waiting = [world.write(str(n)) for n in range(len(agents) + 2)]
    elsewhere = world.elsewhere()

    def many_come_and_time_passes() -> None:
        for a in agents[1:]:
            elsewhere.presence.set_presence(who(a), a, ev.Presence.ONLINE)
        world.clock.advance(seconds=MOST_OF_A_TURN.total_seconds() + 1)

    world.interfered.before_call(0, many_come_and_time_passes, only="commit_each")
    world.presence.set_presence(who(agents[0]), agents[0], ev.Presence.ONLINE)
    assert [world.now_of(c).owner for c in waiting] == [agents[0], *[""] * (len(agents) + 1)]
    world.hire("next", capacity=1)  # by the same process, which has spent its time for others lately
    assert [world.now_of(c).owner for c in waiting[:2]] == [agents[0], "next"]
    assert sum(bool(world.now_of(c).owner) for c in waiting) == 1 + PAIRS  # one round with its own
    elsewhere.hire("last", capacity=1)
    assert sorted(world.now_of(c).owner for c in waiting) == [*agents, "last", "next"]
    assert idle_and_waiting(world) == []


@pytest.mark.parametrize("strategy", ["index", "least_load", "longest_idle", "round_robin"])
def test_work_that_is_seen_to_in_one_turn_is_spread_as_it_would_be_one_by_one(world: World, strategy: str) -> None:
    world.route_by(strategy=strategy)
    waiting = [world.write(str(n)) for n in range(4)]
    agents = ["ada", "bob", "cyd", "dan"]
    for a in agents:
        world.hire(a, capacity=4, online=False)
        world.connect(a)
        online = ev.PresenceChanged(ev.Presence.ONLINE, "x")  # without looking for work
        world.store.commit_agent(world.agent(a), [online], ev.SYSTEM, world.clock.now())
    world.assignment.serve(["general"])
    assert sorted(world.now_of(c).owner for c in waiting) == agents


def test_a_turn_is_given_back_whatever_goes_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours about one agent is not to keep a whole shard from work."""
    ada = world.hire("ada", capacity=1)
    busy, first, second = (world.write(str(n)) for n in range(3))
    whole = world.store.agents_of

    def agents_of(ids: Sequence[str]) -> list[Agent]:
        return whole(ids) if "ada" not in ids else [1 / 0]  # type: ignore[list-item]

    monkeypatch.setattr(world.store, "agents_of", agents_of)
    with pytest.raises(ZeroDivisionError):
        world.desk.resolve(ada, busy.id)
    world.hire("bob", capacity=1)
    assert world.now_of(first).owner == "bob"
    monkeypatch.undo()
    assert world.sweep.run()["missed_wake_ups"] == 1
    assert world.now_of(second).owner == "ada"


def test_a_shard_that_fails_keeps_no_other_from_being_served(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = world.write("1"), world.write("2")
    for a in ("east-1", "west-1"):  # the fake's shards are named by what stands before the dash
        world.hire(a, capacity=1, online=False)
        world.connect(a)
        online = ev.PresenceChanged(ev.Presence.ONLINE, "x")
        world.store.commit_agent(world.agent(a), [online], ev.SYSTEM, world.clock.now())
    whole = world.store.with_room

    def with_room(shard: str, least: float) -> list[Agent]:
        if shard == "east":
            raise StorageUnavailable("DynamoDB throttles")
        return whole(shard, least)

    monkeypatch.setattr(world.store, "with_room", with_room)
    with pytest.raises(StorageUnavailable):
        world.assignment.serve(["general"])
    assert [world.now_of(c).owner for c in (one, other)] == ["west-1", ""]


def test_one_whose_wish_fails_does_not_keep_the_others_from_theirs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob and Cyd come while Ada's turn goes on, and what is known of Bob cannot be read."""
    ada = world.hire("ada", capacity=1)
    busy, *waiting = (world.write(str(n)) for n in range(4))
    for late in ("bob", "cyd"):
        world.hire(late, capacity=1, online=False)
        world.connect(late)
    elsewhere, whole = world.elsewhere(), world.store.agents_of

    def they_come() -> None:
        for late in ("bob", "cyd"):
            elsewhere.presence.set_presence(who(late), late, ev.Presence.ONLINE)

    def agents_of(ids: Sequence[str]) -> list[Agent]:
        if "bob" in ids:
            raise StorageUnavailable("DynamoDB throttles")
        return whole(ids)

    monkeypatch.setattr(world.store, "agents_of", agents_of)
    world.interfered.before_call(0, they_come, only="commit_each")
    world.desk.resolve(ada, busy.id)
    assert [world.now_of(c).owner for c in waiting] == ["ada", "cyd", ""]
