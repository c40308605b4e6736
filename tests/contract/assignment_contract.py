"""What every `Store` must do with owners, their load, and the wait index."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import AgentUnavailable, StaleVersion
from switchboard.domain.routing.waiting import Waiting
from tests.contract import samples as s

Forge = Callable[[Waiting], None]


class LoadContract:
    def test_the_load_follows_the_owner(self, store: Store) -> None:
        kim, lee = s.agent(store).id, s.agent(store).id

        def loads() -> tuple[int, int]:
            return store.agent(kim).load, store.agent(lee).load

        c = s.open_conversation(store, s.queued(s.fresh("q")))
        assert loads() == (0, 0)
        c = store.commit(s.assigned(c, kim))
        assert loads() == (1, 0)
        c = store.commit(s.change(c, ev.Accepted(kim, 1), ev.NoteAdded(kim, "n", "")))
        assert loads() == (1, 0)
        c = store.commit(s.transferred(c, lee))
        assert loads() == (0, 1)
        c = store.commit(s.released(c))
        assert loads() == (0, 0)
        c = store.commit(s.assigned(c, lee))
        s.resolved(store, c)
        assert loads() == (0, 0)

    def test_an_agent_is_listed_with_what_they_own_and_nothing_else(self, store: Store) -> None:
        kim, lee = s.agent(store).id, s.agent(store).id
        mine = [store.commit(s.assigned(s.open_conversation(store), kim)) for _ in range(3)]
        theirs = store.commit(s.assigned(s.open_conversation(store), lee))
        assert {c.id for c in store.owned_by(kim)} == {c.id for c in mine}
        s.resolved(store, mine[0])
        store.commit(s.transferred(mine[1], lee))
        assert store.owned_by(kim) == [mine[2]]
        assert {c.id for c in store.owned_by(lee)} == {mine[1].id, theirs.id}

    def test_a_transfer_to_somebody_full_moves_nothing(self, store: Store) -> None:
        kim, lee = s.agent(store).id, s.agent(store, capacity=0).id
        c = store.commit(s.assigned(s.open_conversation(store), kim))
        with pytest.raises(AgentUnavailable):
            store.commit(s.transferred(c, lee))
        assert (store.agent(kim).load, store.agent(lee).load, store.conversation(c.id).owner) == (1, 0, kim)

    def test_sixteen_who_assign_at_once_never_overfill_an_agent(self, store: Store) -> None:
        kim = s.agent(store, capacity=5).id
        waiting = [s.open_conversation(store) for _ in range(16)]
        answers = s.each_at_once(lambda c: store.commit(s.assigned(c, kim)), waiting)
        assert sum(isinstance(a, Conversation) for a in answers) == 5
        assert sum(isinstance(a, AgentUnavailable) for a in answers) == 11
        assert store.agent(kim).load == len(store.owned_by(kim)) == 5

    def test_of_agents_who_take_one_conversation_at_once_one_owns_it(self, store: Store) -> None:
        agents = [s.agent(store).id for _ in range(8)]
        c = s.open_conversation(store, s.queued(s.fresh("q")))
        answers = s.each_at_once(lambda a: store.commit(s.assigned(c, a)), agents)
        won = [a for a in answers if isinstance(a, Conversation)]
        assert len(won) == 1
        assert all(isinstance(a, StaleVersion) for a in answers if a is not won[0])
        assert {a: store.agent(a).load for a in agents} == {a: int(a == won[0].owner) for a in agents}

    def test_a_freed_place_can_be_taken_again(self, store: Store) -> None:
        kim = s.agent(store, capacity=1).id
        first = store.commit(s.assigned(s.open_conversation(store), kim))
        second = s.open_conversation(store)
        with pytest.raises(AgentUnavailable):
            store.commit(s.assigned(second, kim))
        s.resolved(store, first)
        assert store.commit(s.assigned(second, kim)).owner == kim


class ReconcileContract:
    def test_a_drifted_counter_is_set_right(self, store: Store) -> None:
        kim = s.agent(store).id
        store.commit(s.assigned(s.open_conversation(store), kim, s.later(1)))
        assert store.reconcile_load(store.agent(kim), 3, s.later(2))
        found = store.agent(kim)
        assert (found.load, found.loaded_at) == (3, s.later(2))
        assert store.reconcile_load(found, 1, s.later(3))
        assert store.agent(kim).load == 1

    def test_a_counter_that_moved_meanwhile_is_left_alone(self, store: Store) -> None:
        kim = s.agent(store)
        read = store.agent(kim.id)
        store.commit(s.assigned(s.open_conversation(store), kim.id, s.later(1)))
        assert not store.reconcile_load(read, 9, s.later(2))
        assert store.agent(kim.id).load == 1

    def test_a_counter_that_moved_and_came_back_is_left_alone(self, store: Store) -> None:
        """The conversations that were counted are not those that are owned now."""
        kim = s.agent(store).id
        first = store.commit(s.assigned(s.open_conversation(store), kim, s.later(1)))
        read = store.agent(kim)
        s.resolved(store, first, s.later(2))
        store.commit(s.assigned(s.open_conversation(store), kim, s.later(3)))
        assert not store.reconcile_load(read, 0, s.later(4))
        assert store.agent(kim).load == 1


class AgentsContract:
    def test_a_new_agent_is_found_with_all_their_fields(self, store: Store) -> None:
        profile = ev.AgentProfileSet(capacity=4, queues=("billing", "general"), languages=("en", "zh"), name="李 Kim")
        made = store.commit_agent(Agent(s.fresh("a")), [profile], ev.SYSTEM, s.T0)
        assert store.agent(made.id) == made
        assert made in store.agents()
        assert (made.name, made.capacity, made.queues, made.languages) == ("李 Kim", 4, ("billing", "general"), ("en", "zh"))
        assert (made.presence, made.load, made.version) == (ev.Presence.OFFLINE, 0, 1)
        assert [r.event for r in store.events(made.ledger)] == [profile]

    def test_an_agent_can_have_no_queues_and_no_languages(self, store: Store) -> None:
        made = store.commit_agent(Agent(s.fresh("a")), [ev.AgentProfileSet(1, (), (), name="")], ev.SYSTEM, s.T0)
        assert (store.agent(made.id).queues, store.agent(made.id).languages) == ((), ())

    def test_a_change_keeps_the_load_that_others_moved(self, store: Store) -> None:
        kim = s.agent(store)
        store.commit(s.assigned(s.open_conversation(store), kim.id))
        store.commit_agent(kim, [ev.PresenceChanged(ev.Presence.AWAY, "agent")], ev.SYSTEM, s.later(1))
        found = store.agent(kim.id)
        assert (found.presence, found.load, found.version) == (ev.Presence.AWAY, 1, 2)

    def test_of_changes_decided_on_the_same_state_one_counts(self, store: Store) -> None:
        kim = s.agent(store)
        changes = [ev.AgentProfileSet(n, (), (), name=f"Kim {n}") for n in range(1, 9)]
        answers = s.each_at_once(lambda e: store.commit_agent(kim, [e], ev.SYSTEM, s.T0), changes)
        won = [a for a in answers if isinstance(a, Agent)]
        assert len(won) == 1
        assert all(isinstance(a, StaleVersion) for a in answers if a is not won[0])
        assert store.agent(kim.id) == won[0]
        assert len(store.events(kim.ledger)) == 3

    def test_an_agent_is_made_once(self, store: Store) -> None:
        kim = s.agent(store)
        with pytest.raises(StaleVersion):
            store.commit_agent(Agent(kim.id), [ev.AgentProfileSet(9, (), (), name="other")], ev.SYSTEM, s.T0)
        assert store.agent(kim.id) == kim


class StaleWaitingContract:
    """An entry in a queue without its conversation would hold the queue up.

    Subclasses also give `forge_waiting`, which leaves such an entry behind as only a fault could."""

    def test_an_entry_nobody_stands_behind_is_dropped(self, store: Store, forge_waiting: Forge) -> None:
        queue = s.fresh("q")
        left = s.open_conversation(store, s.queued(queue))
        entry = store.waiting(queue, 1)[0]
        store.commit(s.assigned(left, s.agent(store).id))
        nobody = Waiting(f"{s.fresh('c')}-000001", queue, 9, s.T0)
        for stale in (entry, nobody):
            forge_waiting(stale)
            assert store.waiting(queue, 10) == [stale]
            assert store.drop_waiting(stale)
            assert store.waiting(queue, 10) == []

    def test_an_entry_of_another_queue_or_age_is_dropped_and_the_true_one_stays(self, store: Store, forge_waiting: Forge) -> None:
        queue, other = s.fresh("q"), s.fresh("q")
        c = s.open_conversation(store, s.queued(queue, since=s.later(5)))
        elsewhere, older = Waiting(c.id, other, 5, s.later(5)), Waiting(c.id, queue, 5, s.later(1))
        true = store.waiting(queue, 10)
        for stale in (elsewhere, older):
            forge_waiting(stale)
            assert store.drop_waiting(stale)
        assert (store.waiting(queue, 10), store.waiting(other, 10)) == (true, [])

    def test_who_waits_is_not_dropped(self, store: Store) -> None:
        queue = s.fresh("q")
        s.open_conversation(store, s.queued(queue))
        [entry] = store.waiting(queue, 10)
        assert not store.drop_waiting(entry)
        assert store.waiting(queue, 10) == [entry]


class WaitingContract:
    def test_urgent_first_then_the_longer_wait(self, store: Store) -> None:
        queue = s.fresh("q")
        places = [(5, 30.0), (9, 40.0), (5, 10.0), (0, 0.0), (9, 50.0), (5, 20.000001)]
        made = {
            s.open_conversation(store, s.queued(queue, priority=p, since=s.later(t))).id: (p, t) for p, t in places
        }  # fmt: skip
        waiting = store.waiting(queue, 10)
        assert [made[w.conversation] for w in waiting] == [(9, 40.0), (9, 50.0), (5, 10.0), (5, 20.000001), (5, 30.0), (0, 0.0)]
        assert [w.order for w in waiting] == sorted(w.order for w in waiting)
        assert store.waiting(queue, 2) == waiting[:2]
        assert store.waiting(s.fresh("q"), 10) == []

    def test_who_is_assigned_does_not_wait_and_who_returns_keeps_their_age(self, store: Store) -> None:
        queue, kim = s.fresh("q"), s.agent(store).id
        old = s.open_conversation(store, s.queued(queue, since=s.later(1)))
        young = s.open_conversation(store, s.queued(queue, since=s.later(2)))
        old = store.commit(s.assigned(old, kim, s.later(3)))
        assert [w.conversation for w in store.waiting(queue, 10)] == [young.id]
        old = store.commit(s.released(old, s.later(60)))
        assert old.status is Status.QUEUED
        assert [(w.conversation, w.since) for w in store.waiting(queue, 10)] == [(old.id, s.later(1)), (young.id, s.later(2))]

    def test_who_moves_to_another_queue_leaves_the_first(self, store: Store) -> None:
        one, other = s.fresh("q"), s.fresh("q")
        c = s.open_conversation(store, s.queued(one))
        store.commit(s.change(c, s.queued(other, priority=7, since=s.T0)))
        assert store.waiting(one, 10) == []
        assert [(w.conversation, w.priority) for w in store.waiting(other, 10)] == [(c.id, 7)]

    def test_messages_while_waiting_keep_the_place(self, store: Store) -> None:
        queue = s.fresh("q")
        c = s.open_conversation(store, s.queued(queue, since=s.later(1)))
        place = store.waiting(queue, 10)
        store.commit(s.change(c, s.received("are you there?"), at=s.later(90)))
        assert store.waiting(queue, 10) == place

    def test_a_language_learned_while_waiting_is_known_to_routing(self, store: Store) -> None:
        queue = s.fresh("q")
        c = s.open_conversation(store, s.queued(queue))
        assert [w.language for w in store.waiting(queue, 10)] == ["und"]
        message = s.received("你好")
        c = store.commit(s.change(c, message, ev.IntentDetected(message.message, "greeting", 0.9, "zh", "m")))
        assert [(w.conversation, w.language) for w in store.waiting(queue, 10)] == [(c.id, "zh")]
        store.commit(s.assigned(c, s.agent(store).id))
        assert store.waiting(queue, 10) == []

    def test_who_is_resolved_does_not_wait(self, store: Store) -> None:
        queue = s.fresh("q")
        s.resolved(store, s.open_conversation(store, s.queued(queue)))
        assert store.waiting(queue, 10) == []
