"""The minute sweeper: repairs what lost stream records, lost timers and crashes left behind, and reports what it found.

In a healthy system every figure it returns is zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from switchboard.application.assignment import Assignment
from switchboard.application.bot_watch import LATE, BotWatch
from switchboard.application.ports import Clock, Deliveries, Outbox, OutboxItem, Store
from switchboard.application.presence import PresenceDesk
from switchboard.application.service_levels import ServiceLevels
from switchboard.application.waiting_room import LOST, WaitingRoom
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Status
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.events import Presence

UNTOLD_LOOKED_AT = 50  # in a queue, those who wait longest
STUCK = timedelta(seconds=60)  # an outbound message not handed on by then was lost on the way


@dataclass(frozen=True, slots=True)
class Sweep:
    store: Store
    deliveries: Deliveries
    outbox: Outbox
    presence: PresenceDesk
    assignment: Assignment
    service_levels: ServiceLevels
    waiting_room: WaitingRoom
    bot_watch: BotWatch
    clock: Clock

    def run(self) -> Counter[str]:
        """One pass. Returns counts of: stuck messages, stale waits, late clocks, untold waits, silent bots, lost connections, expired
        offers, drifted counters, missed wake-ups, and failed steps: one that fails does not keep the others from their work."""
        found: Counter[str] = Counter()

        def step(name: str, repair: Callable[[], int]) -> None:
            try:
                found[name] += repair()
            except SwitchboardError:
                found["failed_steps"] += 1

        step("stuck_messages", self._messages)
        agents = self.store.agents()
        queues = {q for a in agents for q in a.queues}
        step("stale_waits", lambda: self._waits(queues))
        step("late_clocks", lambda: self._clocks(queues))
        step("untold_waits", lambda: self._untold(queues))
        step("silent_bots", self.bot_watch.repair)
        step("missed_wake_ups", lambda: self.assignment.serve(queues))  # before what grows with the number of agents
        for agent in agents:
            if agent.presence is Presence.OFFLINE and not agent.load and not agent.adrift:
                continue
            if agent.presence is not Presence.OFFLINE:
                step("lost_connections", partial(self._connection, agent))
            step("expired_offers", partial(self._offers, agent))
            step("drifted_counters", partial(self._counter, agent))
        return found

    def _connection(self, agent: Agent) -> int:
        return int(self.presence.connection_lost(agent.id))

    def _offers(self, agent: Agent) -> int:
        late = self.clock.now() - LATE
        owned = self.store.owned_by(agent.id)
        due = [c for c in owned if c.status is Status.ASSIGNED and c.accept_by is not None and c.accept_by < late]
        return sum(self.presence.offer_expired(c.id, c.assignments) for c in due)

    def _counter(self, agent: Agent) -> int:
        """The index lags, so a difference counts only if the conversations themselves, read afresh, confirm it."""
        before = self.store.agent(agent.id)
        listed = self.store.owned_by(agent.id)
        if round(sum(c.weight for c in listed), 2) == before.load and not before.adrift:
            return 0
        now = [c for c in (self.store.conversation(c.id) for c in listed) if c.owner == agent.id]
        truly = round(sum(c.weight for c in now), 2)
        if (truly == before.load and not before.adrift) or self._recently_moved(before):
            return 0
        return int(self.store.reconcile_load(before, truly, self.clock.now()))

    def _recently_moved(self, agent: Agent) -> bool:
        return agent.loaded_at is not None and self.clock.now() - agent.loaded_at < STUCK

    def _waits(self, queues: set[str]) -> int:
        """An entry without its conversation at the head of a queue would hold the queue up."""
        heads = [w for q in sorted(queues) for w in self.store.waiting(q, 10)]
        return sum(self.store.drop_waiting(w) for w in heads)

    def _clocks(self, queues: set[str]) -> int:
        """The SLA clocks of those who wait longest, should their timers have been lost."""
        heads = [w for q in sorted(queues) for w in self.store.waiting(q, 10)]
        return self.service_levels.repair([(w.conversation, w.since) for w in heads], LATE)

    def _untold(self, queues: set[str]) -> int:
        """Customers who wait and should have heard of it, should the timers have been lost."""
        late = self.clock.now() - LOST
        waits = [w.conversation for q in sorted(queues) for w in self.store.waiting(q, UNTOLD_LOOKED_AT) if w.since < late]
        return self.waiting_room.repair(waits)

    def _messages(self) -> int:
        now = self.clock.now()
        stuck = self.deliveries.pending_since(now - STUCK)
        for p in stuck:
            item = OutboxItem(p.message, p.commit, attempt=f"{now:%Y%m%d%H%M}")
            self.outbox.send(p.conversation, p.channel, p.account, [item])
        return len(stuck)
