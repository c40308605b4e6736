"""Waiting work meets free agents. The only place where conversations get an owner from the queue.

Whoever queues work and whoever frees a slot calls `wake` after their commit. Both look at strongly consistent data,
so of any two
that cross, the later one sees the other's commit: no wake-up is lost. The sweeper calls it too, for those that
crashed in between."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.ports import Clock, Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import AgentUnavailable, NotAllowedNow, NotFound, StaleVersion, SwitchboardError, Unreadable
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

        With `just_queued` it stops once that one is assigned: whoever queued the others looks after them. Work that nobody here
        can take, or that cannot be read (its customer was erased), is passed over and holds nobody up."""
        open_queues = sorted(set(queues))
        passed_over: set[str] = set()
        assigned = fruitless = 0
        known = just_queued
        while fruitless < FRUITLESS:
            agents = [a for a in self.store.agents() if a.free > 0]
            able = [q for q in open_queues if any(q in a.queues for a in agents)]
            head = best_waiting([w for q in able for w in self._first(q, passed_over)])
            if head is None:
                break
            try:
                won = self._assign(head, agents, known)
            except (Unreadable, NotFound):
                won = None
            if won is None:
                passed_over.add(head.conversation)
            elif won:
                assigned, fruitless = assigned + 1, 0
                if just_queued is not None and head.conversation == just_queued.id:
                    break
            else:
                fruitless, known = fruitless + 1, None  # it moved on: read it afresh
        return assigned

    def wake(self, queues: Iterable[str], just_queued: Conversation | None = None) -> None:
        """`serve` after a commit of one's own: that commit stands whatever happens here, and the sweeper makes good."""
        with suppress(SwitchboardError):
            self.serve(queues, just_queued)

    def _first(self, queue: str, passed_over: set[str]) -> list[Waiting]:
        """The head of a queue, but for what was passed over."""
        entries = self.store.waiting(queue, HEAD + len(passed_over))
        return [w for w in entries if w.conversation not in passed_over][:HEAD]

    def _assign(self, head: Waiting, agents: list[Agent], known: Conversation | None) -> bool | None:
        """True: assigned. False: somebody else was faster, look again. None: nobody here can take it."""
        ranked = rank(head, agents)
        if not ranked:
            return None
        c = known if known is not None and known.id == head.conversation else self.store.conversation(head.conversation)
        names = tuple((a.id, round(score, 4)) for a, score in ranked[:CANDIDATES_KEPT])
        for agent, _score in ranked:
            now = self.clock.now()
            try:
                decided = cv.assign(c, agent.id, ev.AssignReason.ROUTED, now + self.accept_within, names)
                self.store.commit(Change(c, tuple(decided), ev.SYSTEM, now))
                return True
            except AgentUnavailable:
                continue
            except (StaleVersion, NotAllowedNow):
                return False
        return False
