"""The minute sweeper: repairs what lost stream records, lost timers and crashes left behind, and reports what it found.

In a healthy system every figure it returns is zero."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.ports import Clock, Connections, Deliveries, Outbox, OutboxItem, Store
from switchboard.application.presence import PresenceDesk, agent_principal
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Status
from switchboard.domain.events import Presence

LATE = timedelta(seconds=5)  # timers get this long before the sweeper does their work
STUCK = timedelta(seconds=60)  # an outbound message not handed on by then was lost on the way


@dataclass(frozen=True, slots=True)
class Sweep:
    store: Store
    deliveries: Deliveries
    outbox: Outbox
    connections: Connections
    presence: PresenceDesk
    assignment: Assignment
    clock: Clock

    def run(self) -> Counter[str]:
        """One pass. Returns counts of: lost connections, expired offers, missed wake-ups, stuck messages, drifted counters."""
        found: Counter[str] = Counter()
        agents = self.store.agents()
        for agent in agents:
            if agent.presence is not Presence.OFFLINE:
                found["lost_connections"] += self._connection(agent)
            found["expired_offers"] += self._offers(agent)
            found["drifted_counters"] += self._counter(agent)
        found["stale_waits"] += self._waits({q for a in agents for q in a.queues})
        found["missed_wake_ups"] += self.assignment.serve({q for a in agents for q in a.queues})
        found["stuck_messages"] += self._messages()
        return found

    def _connection(self, agent: Agent) -> int:
        if self.connections.live(agent_principal(agent.id), self.clock.now()):
            return 0
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
        if len(listed) == before.load:
            return 0
        truly = sum(1 for c in listed if self.store.conversation(c.id).owner == agent.id)
        lagging = len(listed) < before.load and self._recently_taken(before)
        if truly == before.load or lagging:
            return 0
        return int(self.store.reconcile_load(before, truly, self.clock.now()))

    def _recently_taken(self, agent: Agent) -> bool:
        return agent.loaded_at is not None and self.clock.now() - agent.loaded_at < STUCK

    def _waits(self, queues: set[str]) -> int:
        """An entry without its conversation at the head of a queue would hold the queue up."""
        heads = [w for q in sorted(queues) for w in self.store.waiting(q, 10)]
        return sum(self.store.drop_waiting(w) for w in heads)

    def _messages(self) -> int:
        now = self.clock.now()
        stuck = self.deliveries.pending_since(now - STUCK)
        for p in stuck:
            item = OutboxItem(p.message, p.commit, attempt=f"{now:%Y%m%d%H%M}")
            self.outbox.send(p.conversation, p.channel, p.account, [item])
        return len(stuck)
