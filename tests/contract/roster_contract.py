"""What every `Store` must do with the roster: who has room, in which shard, whatever moves at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from switchboard.application.ports import Along, Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.approvals import ApprovalAsked, ApprovalGiven, ApprovalUsed, ApprovalWithdrawn
from switchboard.domain.authority.limits import UNLIMITED, Limits
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import AgentUnavailable, Duplicate, StaleVersion
from tests.contract import samples as s

ONLINE, AWAY = ev.PresenceChanged(ev.Presence.ONLINE, "agent"), ev.PresenceChanged(ev.Presence.AWAY, "agent")


def profile(capacity: int, *queues: str) -> ev.AgentProfileSet:
    return ev.AgentProfileSet(capacity, queues, ("en",), name="Kim")


def hired(store: Store, *queues: str, capacity: int = 3, name: str = "") -> Agent:
    """Somebody new, at work."""
    return store.commit_agent(Agent(name or s.fresh("a")), [profile(capacity, *queues), ONLINE], ev.SYSTEM, s.T0)


def changed(store: Store, agent: str, *events: ev.Event) -> Agent:
    """After whatever others did to them meanwhile."""
    while True:
        try:
            return store.commit_agent(store.agent(agent), events, ev.SYSTEM, s.T0)
        except StaleVersion:
            continue


def given(agent: str, c: Conversation, weight: float = 1.0) -> Change:
    return s.change(c, *cv.assign(c, agent, ev.AssignReason.ROUTED, None, weight=weight))


def taken(store: Store, agent: str, *weights: float) -> list[Conversation]:
    """Conversations they own now."""
    return [store.commit(given(agent, s.open_conversation(store), weight)) for weight in weights]


def with_room(store: Store, queue: str, least: float = 0.05) -> list[str]:
    """Agents of a queue with room, as a decision finds them; each in one shard only."""
    found = [a for shard in store.shards([queue], fresh=True) for a in store.with_room(shard, least) if queue in a.queues]
    for a in found:
        assert a == store.agent(a.id)
    return sorted(a.id for a in found)


def has_exactly(room: float, store: Store, agent: str, queue: str) -> bool:
    """Whether the agent is found for whatever needs this much room and for nothing that needs more, and says so themselves."""
    enough = room == 0 or agent in with_room(store, queue, room)
    return enough and agent not in with_room(store, queue, room + 0.05) and store.agent(agent).free == room


class RosterContract:
    def test_who_is_online_and_has_room_is_found_by_their_queues(self, store: Store) -> None:
        one, other = s.fresh("q"), s.fresh("q")
        kim, lee = hired(store, one), hired(store, one, other)
        assert with_room(store, one) == sorted([kim.id, lee.id])
        assert with_room(store, other) == [lee.id]
        assert store.shards([s.fresh("q")], fresh=True) == store.shards([], fresh=True) == []

    def test_who_is_away_offline_or_full_is_not_found(self, store: Store) -> None:
        queue = s.fresh("q")
        store.commit_agent(Agent(s.fresh("a")), [profile(3, queue)], ev.SYSTEM, s.T0)
        hired(store, queue, capacity=0)
        taken(store, hired(store, queue, capacity=1).id, 1)
        changed(store, hired(store, queue).id, AWAY)
        assert with_room(store, queue) == []

    def test_whoever_comes_back_is_found_again_with_the_load_they_kept(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=2).id
        taken(store, kim, 0.5)
        changed(store, kim, AWAY)
        assert with_room(store, queue) == []
        changed(store, kim, ev.PresenceChanged(ev.Presence.OFFLINE, "x"))
        changed(store, kim, ONLINE)
        assert (with_room(store, queue, 1.5), with_room(store, queue, 1.55)) == ([kim], [])

    def test_an_absent_agent_takes_nothing_and_gives_back(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=2).id
        [mine] = taken(store, kim, 1)
        changed(store, kim, AWAY)
        with pytest.raises(AgentUnavailable):
            taken(store, kim, 0.05)
        s.resolved(store, mine)
        assert store.agent(kim).load == 0
        changed(store, kim, ONLINE)
        assert has_exactly(2, store, kim, queue)

    def test_room_is_counted_in_weights_right_after_each_commit(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=2).id
        owned: list[Conversation] = []
        for weight, room in ((0.5, 1.5), (0.05, 1.45), (1, 0.45), (0.45, 0)):
            owned += taken(store, kim, weight)
            assert has_exactly(room, store, kim, queue)
        with pytest.raises(AgentUnavailable):
            taken(store, kim, 0.05)
        for c, room in zip(owned, (0.5, 0.55, 1.55, 2), strict=True):
            s.resolved(store, c)
            assert has_exactly(room, store, kim, queue)

    def test_a_weight_that_just_does_not_fit_is_refused_and_one_that_just_fits_is_taken(self, store: Store) -> None:
        kim = hired(store, capacity=1).id
        taken(store, kim, 0.35, 0.35, 0.15)
        with pytest.raises(AgentUnavailable):
            taken(store, kim, 0.2)
        taken(store, kim, 0.15)
        assert (store.agent(kim).load, store.agent(kim).free) == (1, 0)

    def test_what_changes_often_comes_out_even(self, store: Store) -> None:
        """Sums of tenths are not what people think; a seat lost by a rounding would be lost for good."""
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=18).id
        owned = taken(store, kim, 0.35)
        changed(store, kim, profile(5, queue))
        assert has_exactly(4.65, store, kim, queue)
        owned += taken(store, kim, 0.1, 0.65)
        for capacity in (13, 18, 3):
            changed(store, kim, profile(capacity, queue), AWAY)
            changed(store, kim, ONLINE)
        assert has_exactly(1.9, store, kim, queue)
        for c in owned:
            s.resolved(store, c)
        assert has_exactly(3, store, kim, queue)
        taken(store, kim, 3)
        with pytest.raises(AgentUnavailable):
            taken(store, kim, 0.05)

    def test_capacity_changes_what_is_free_and_never_what_is_owned(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=3).id
        owned = taken(store, kim, 1, 1)
        changed(store, kim, profile(1, queue))
        assert (with_room(store, queue), store.agent(kim).load) == ([], 2)
        s.resolved(store, owned[0])
        assert with_room(store, queue) == []
        changed(store, kim, profile(4, queue))
        assert has_exactly(3, store, kim, queue)
        s.resolved(store, owned[1])
        assert has_exactly(4, store, kim, queue)

    def test_load_that_moves_while_the_profile_changes_is_kept(self, store: Store) -> None:
        """Neither write knows of the other."""
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=5)
        [first] = taken(store, kim.id, 1)
        read = store.agent(kim.id)
        taken(store, kim.id, 0.5)
        s.resolved(store, first)
        taken(store, kim.id, 2)
        store.commit_agent(read, [profile(4, queue), AWAY], ev.SYSTEM, s.T0)
        assert (store.agent(kim.id).load, with_room(store, queue)) == (2.5, [])
        changed(store, kim.id, ONLINE)
        assert has_exactly(1.5, store, kim.id, queue)

    def test_many_who_move_load_profile_and_presence_at_once_agree_in_the_end(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=9).id
        waiting = [s.open_conversation(store) for _ in range(4)]
        owned = taken(store, kim, 0.5, 0.5)
        work = [lambda c=c: store.commit(given(kim, c, 0.75)) for c in waiting]
        work += [lambda c=c: s.resolved(store, c) for c in owned]
        s.at_once([*work, *(lambda n=n: changed(store, kim, profile(n, queue)) for n in (6, 7))])
        changed(store, kim, profile(8, queue))
        load = sum(c.weight for c in map(store.conversation, [c.id for c in waiting]) if c.owner == kim)
        load += sum(c.weight for c in map(store.conversation, [c.id for c in owned]) if c.owner == kim)
        assert store.agent(kim).load == load
        assert has_exactly(8 - load, store, kim, queue)

    def test_whom_assignments_found_is_remembered_with_the_time(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue)
        assert kim.assigned_at is None
        [c] = taken(store, kim.id, 1)
        found = store.agent(kim.id)
        assert (found.assigned_at, found.loaded_at) == (s.T0, s.T0)
        s.resolved(store, c, s.later(5))
        found = store.agent(kim.id)
        assert (found.assigned_at, found.loaded_at) == (s.T0, s.later(5))
        [again] = [a for shard in store.shards([queue], fresh=True) for a in store.with_room(shard, 3) if a.id == kim.id]
        assert again.assigned_at == s.T0

    def test_queues_are_those_somebody_serves_or_has_served(self, store: Store) -> None:
        one, other = s.fresh("q"), s.fresh("q")
        assert one not in store.queues()
        kim = hired(store, one)
        assert one in store.queues()
        changed(store, kim.id, profile(3, other))
        assert {one, other} <= store.queues()
        assert (with_room(store, one), with_room(store, other)) == ([], [kim.id])

    def test_a_profile_is_found_as_it_was_set(self, store: Store) -> None:
        queue = s.fresh("q")
        made = ev.AgentProfileSet(
            3, (queue,), ("en", "zh"), "Kim", skills={"refund": 3, "payments": 5}, channels=("email", "voice"), regions=("eu",),
            expert=True,
        )  # fmt: skip
        kim = store.commit_agent(Agent(s.fresh("a")), [made, ONLINE], ev.SYSTEM, s.T0)
        [found] = [a for shard in store.shards([queue], fresh=True) for a in store.with_room(shard, 1) if a.id == kim.id]
        assert (found.skills, found.channels, found.regions, found.expert) == (made.skills, made.channels, made.regions, True)
        assert replace(found, shard="", head="") == replace(kim, shard="", head="")
        changed(store, kim.id, profile(3, queue))
        assert (store.agent(kim.id).skills, store.agent(kim.id).channels, store.agent(kim.id).expert) == ({}, (), False)

    def test_limits_are_found_as_they_were_set_and_profiles_leave_them_alone(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue)
        changed(store, kim.id, ev.AgentLimitsSet(("eu",), ("north",), ("private", "standard"), assigned_only=True))
        changed(store, kim.id, profile(2, queue))
        limits = Limits(("eu",), ("north",), ("private", "standard"), assigned_only=True)
        roomy = [a for shard in store.shards([queue], fresh=True) for a in store.with_room(shard, 0.05)]
        [listed] = [a for a in roomy if a.id == kim.id]
        assert store.agent(kim.id).limits == listed.limits == limits
        changed(store, kim.id, ev.AgentLimitsSet())
        assert store.agent(kim.id).limits == UNLIMITED
        made = store.commit_agent(Agent(s.fresh("a")), [ev.AgentLimitsSet(regions=("cn",))], ev.SYSTEM, s.T0)
        assert store.agent(made.id).limits == Limits(regions=("cn",))  # of who has no profile

    def test_grants_are_found_as_they_were_set_and_nothing_else_takes_them(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue)
        assert kim.grants == ()
        changed(store, kim.id, ev.AgentGrantsSet(("AddNote", "Resolve")))
        changed(store, kim.id, profile(2, queue))
        changed(store, kim.id, ev.AgentLimitsSet(regions=("eu",)))
        [listed] = [a for shard in store.shards([queue], fresh=True) for a in store.with_room(shard, 0.05) if a.id == kim.id]
        assert store.agent(kim.id).grants == listed.grants == ("AddNote", "Resolve")
        changed(store, kim.id, ev.AgentGrantsSet())
        assert store.agent(kim.id).grants == ()
        made = store.commit_agent(Agent(s.fresh("a")), [ev.AgentGrantsSet(("AddNote",))], ev.SYSTEM, s.T0)
        assert store.agent(made.id).grants == ("AddNote",)

    def test_what_goes_along_on_another_ledger_is_written_with_it_or_nothing_is(self, store: Store) -> None:
        kim, ledger = hired(store), f"apr#{s.fresh('r')}"
        asked = ApprovalAsked("rights", kim.id, {"limits": {}}, s.later(60), 0, 60, "they serve others now")
        store.append(ledger, [asked], ev.SYSTEM, s.T0, once=f"{ledger}@0")
        for refused in (Along(ledger, 2, (ApprovalUsed(),)), Along(ledger, 0, (ApprovalUsed(),))):
            with pytest.raises(Duplicate):
                store.commit_agent(kim, [ev.AgentLimitsSet(regions=("cn",))], ev.SYSTEM, s.T0, refused)
        assert (store.agent(kim.id).limits, len(store.events(ledger))) == (UNLIMITED, 1)
        given = ApprovalGiven("0" * 64)
        along = Along(ledger, 1, (given, ApprovalUsed()))
        after = store.commit_agent(kim, [ev.AgentLimitsSet(regions=("cn",))], ev.SYSTEM, s.T0, along)
        assert store.agent(kim.id).limits == after.limits == Limits(regions=("cn",))
        assert [r.event for r in store.events(ledger)] == [asked, given, ApprovalUsed()]
        with pytest.raises(StaleVersion):  # the agent has moved on: nothing is written to the other one either
            store.commit_agent(kim, [ev.AgentLimitsSet()], ev.SYSTEM, s.T0, Along(ledger, 2, (ApprovalWithdrawn(),)))
        assert len(store.events(ledger)) == 3
        store.append(ledger, [ApprovalWithdrawn()], ev.SYSTEM, s.T0)  # its chain goes on

    def test_the_counter_of_somebody_who_had_and_lost_their_first_work_meanwhile_is_left_alone(self, store: Store) -> None:
        kim = hired(store)
        [c] = taken(store, kim.id, 1)
        s.resolved(store, c, s.later(1))
        assert not store.reconcile_load(kim, 1, s.later(2))
        assert store.agent(kim.id).load == 0

    def test_the_counter_of_somebody_who_changed_meanwhile_is_left_alone(self, store: Store) -> None:
        kim = hired(store)
        changed(store, kim.id, AWAY)
        assert not store.reconcile_load(kim, 1, s.later(2))
        assert store.agent(kim.id).load == 0

    def test_a_counter_that_was_set_right_counts_for_room(self, store: Store) -> None:
        queue = s.fresh("q")
        kim = hired(store, queue, capacity=3)
        assert store.reconcile_load(store.agent(kim.id), 1.5, s.later(2))
        assert has_exactly(1.5, store, kim.id, queue)
        assert store.reconcile_load(store.agent(kim.id), 0, s.later(3))
        assert has_exactly(3, store, kim.id, queue)


class ShardsContract:
    """Subclasses make shards of a few agents (fixture `few`: names for new agents who do not all fit into one shard)."""

    def test_a_company_that_grows_has_several_shards_and_everybody_in_one(self, store: Store, few: Iterator[str]) -> None:
        queue = s.fresh("q")
        names = [hired(store, queue, name=next(few)).id for _ in range(10)]
        shards = store.shards([queue], fresh=True)
        assert len(shards) > 1
        assert with_room(store, queue) == sorted(names)
        assert {a.id for a in store.agents()} >= set(names)
        assert [a.id for a in store.agents()] == sorted(a.id for a in store.agents())

    def test_an_agent_stays_in_their_shard_whatever_they_do(self, store: Store, few: Iterator[str]) -> None:
        queue, other = s.fresh("q"), s.fresh("q")
        names = [hired(store, queue, name=next(few)).id for _ in range(6)]

        def homes() -> dict[str, str]:
            return {a.id: shard for shard in store.shards([queue, other], fresh=True) for a in store.with_room(shard, 0.05)}

        before = homes()
        assert set(before) == set(names)
        for name in names[::2]:
            changed(store, name, profile(5, other))
            changed(store, name, AWAY)
            changed(store, name, ONLINE)
        assert homes() == before
        assert {before[n] for n in names[::2]} <= set(store.shards([other], fresh=True))
        assert with_room(store, other) == sorted(names[::2])

    def test_eight_who_hire_at_once_lose_nobody(self, store: Store, few: Iterator[str]) -> None:
        queues = [s.fresh("q") for _ in range(3)]
        names = [next(few) for _ in range(8)]

        def hire(n: int) -> Agent:
            while True:
                try:
                    return hired(store, queues[n % 3], queues[(n + 1) % 3], name=names[n])
                except StaleVersion:
                    continue

        answers = s.each_at_once(hire, range(8))
        assert [a.id for a in answers if isinstance(a, Agent)] == names, answers
        assert {a.id for a in store.agents()} >= set(names)
        assert set(queues) <= store.queues()
        for q, others in enumerate(queues):
            assert with_room(store, others) == sorted(names[n] for n in range(8) if q in (n % 3, (n + 1) % 3))

    def test_eight_who_hire_the_same_agent_make_one(self, store: Store, few: Iterator[str]) -> None:
        name, queue = next(few), s.fresh("q")
        answers = s.each_at_once(lambda n: hired(store, queue, capacity=n, name=name), range(1, 9))
        won = [a for a in answers if isinstance(a, Agent)]
        assert len(won) == 1
        assert all(isinstance(a, StaleVersion) for a in answers if a is not won[0])
        assert with_room(store, queue) == [name]
        assert store.agent(name).capacity == won[0].capacity

    def test_new_queues_of_many_at_once_are_all_known(self, store: Store, few: Iterator[str]) -> None:
        names = [hired(store, name=next(few)).id for _ in range(4)]
        queues = [s.fresh("q") for _ in range(4)]
        s.at_once([lambda n=n: changed(store, names[n], profile(3, queues[n])) for n in range(4)])  # type: ignore[misc]  # bound by default
        assert set(queues) <= store.queues()
        assert [with_room(store, q) for q in queues] == [[n] for n in names]
