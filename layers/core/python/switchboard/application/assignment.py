"""Waiting work meets free agents. The only place where conversations get an owner from the queue.

Whoever queues work and whoever frees a slot calls `serve` after their commit. Both look at strongly consistent data,
so of any two
that cross, the later one sees the other's commit: no wake-up is lost. The sweeper calls it too, for those that
crashed in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.ports import Clock, Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import AgentUnavailable, NotAllowedNow, StaleVersion
from switchboard.domain.routing import Waiting, best_waiting, rank

CANDIDATES_KEPT = 5  # in the event, for the receipt of the decision
HEAD = 1
FRUITLESS = 25  # looks without a result before we leave the rest to whoever is winning (or to the sweeper)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`accept_within`: how long an agent has to accept before the work returns to its queue."""

    store: Store
    clock: Clock
    accept_within: timedelta

    def serve(self, queues: Iterable[str], just_queued: Conversation | None = None) -> int:
        """Assign waiting work of these queues, best first, until nobody is free or nothing waits. Returns how many.

        With `just_queued` it stops once that one is assigned: whoever queued the others looks after them."""
        open_queues = sorted(set(queues))
        assigned = fruitless = 0
        while fruitless < FRUITLESS:
            agents = [a for a in self.store.agents() if a.free > 0]
            able = [q for q in open_queues if any(q in a.queues for a in agents)]
            heads = [w for q in able for w in self.store.waiting(q, HEAD)]
            head = best_waiting(heads)
            if head is None:
                break
            won = self._assign(head, agents, just_queued)
            assigned += won
            if won and just_queued is not None and head.conversation == just_queued.id:
                break
            fruitless = 0 if won else fruitless + 1
        return assigned

    def _assign(self, head: Waiting, agents: list[Agent], just_queued: Conversation | None) -> int:
        """One assignment; 0 when somebody else was faster (then the caller looks again)."""
        if just_queued is not None and just_queued.id == head.conversation:
            c = just_queued
        else:
            c = self.store.conversation(head.conversation)
        ranked = rank(head.queue, head.language, agents)
        names = tuple((a.id, round(score, 4)) for a, score in ranked[:CANDIDATES_KEPT])
        for agent, _score in ranked:
            now = self.clock.now()
            try:
                decided = cv.assign(c, agent.id, ev.AssignReason.ROUTED, now + self.accept_within, names)
                self.store.commit(Change(c, tuple(decided), ev.SYSTEM, now))
                return 1
            except AgentUnavailable:
                continue
            except (StaleVersion, NotAllowedNow):
                return 0
        return 0
