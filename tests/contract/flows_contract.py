"""Measurements of queues: what is kept comes back, races are told, and the company is seen as it is.

Subclasses of the suite give the fixtures `flows` and `store`, which see the same company."""

from __future__ import annotations

from dataclasses import replace

from switchboard.application.ports import Flows, QueueFlow, Store, Whereabouts
from switchboard.domain import events as ev
from switchboard.domain.waiting_room.flow import Flow
from tests.contract import samples as s

MEASURED = QueueFlow(Flow(2.5, 1800.25, s.T0, 3, 12), (61.5, 300.0))


class FlowsContract:
    def test_of_a_queue_that_nobody_measured_nothing_is_known(self, flows: Flows) -> None:
        assert flows.of(s.fresh("q")) == QueueFlow()

    def test_what_was_measured_comes_back_and_counts_its_writes(self, flows: Flows) -> None:
        queue = s.fresh("q")
        assert flows.keep(queue, MEASURED)
        assert flows.of(queue) == replace(MEASURED, version=1)
        later = replace(MEASURED, flow=Flow(1.0, 2.0, s.later(5), 0, 0), handling=(), version=1)
        assert flows.keep(queue, later)
        assert flows.of(queue) == replace(later, version=2)

    def test_whoever_comes_second_is_told_and_writes_nothing(self, flows: Flows) -> None:
        queue = s.fresh("q")
        assert flows.keep(queue, MEASURED)
        assert not flows.keep(queue, replace(MEASURED, handling=(1.0,)))
        assert not flows.keep(queue, replace(MEASURED, handling=(1.0,), version=7))
        assert flows.of(queue).handling == MEASURED.handling

    def test_of_many_who_write_at_once_one_wins(self, flows: Flows) -> None:
        queue = s.fresh("q")
        won = s.at_once([lambda: flows.keep(queue, MEASURED) for _ in range(4)])
        assert sorted(map(str, won)) == ["False", "False", "False", "True"]

    def test_slots_are_the_whole_capacity_of_those_online_for_the_queue(self, flows: Flows, store: Store) -> None:
        queue, other = s.fresh("q"), s.fresh("q")
        s.agent(store, queues=(queue,), capacity=3)
        busy = s.agent(store, queues=(queue, other), capacity=2)
        s.agent(store, queues=(other,), capacity=9)
        s.agent(store, queues=(queue,), capacity=9, presence=ev.Presence.OFFLINE)
        assert (flows.slots(queue), flows.slots(s.fresh("q"))) == (5, 0)
        c = s.open_conversation(store, s.queued(queue))
        store.commit(s.change(c, ev.Assigned(busy.id, 1, ev.AssignReason.ROUTED, None)))
        assert flows.slots(queue) == 5

    def test_where_conversations_are_and_since_when_somebody_has_them(self, flows: Flows, store: Store) -> None:
        queue = s.fresh("q")
        kim = s.agent(store, queues=(queue,))
        talk, waits = s.open_conversation(store), s.open_conversation(store, s.queued(queue))
        given = store.commit(s.change(waits, ev.Assigned(kim.id, 1, ev.AssignReason.ROUTED, None)))
        found = flows.whereabouts([talk.id, given.id, "c404-000001"])
        assert found == {talk.id: Whereabouts("", None), given.id: Whereabouts(queue, given.taken_at)}
        assert given.taken_at is not None
