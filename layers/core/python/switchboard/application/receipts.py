"""Decisions made again from the ledgers: the same policy, agents and work as then must give the same ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from switchboard.application.ports import Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotFound
from switchboard.domain.folds import fold_agent
from switchboard.domain.receipt import Candidate, Direction, Receipt, Rejection
from switchboard.domain.routing.eligibility import Reason
from switchboard.domain.routing.engine import Engine
from switchboard.domain.routing.waiting import Waiting, waiting_of

NEAR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """An assignment the router made, and what its inputs give now. `differences`: empty where it is the same."""

    conversation: str
    number: int
    agent: str
    receipt: Receipt
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipts:
    """`engine_of` makes the engine of a policy's version and of the plans' versions (by shard)."""

    store: Store
    engine_of: Callable[[int, Mapping[str, int]], Engine]

    def of(self, conversation: str) -> list[Recomputed]:
        """Every decision of the router about a conversation, oldest first, made again. Raises NotFound."""
        recorded = self.store.events(cv.ledger_of(conversation))
        if not recorded:
            raise NotFound("there is no such conversation")
        return [
            self._again(conversation, recorded, r, r.event, r.event.receipt) for r in recorded
            if isinstance(r.event, ev.Assigned) and r.event.receipt is not None
        ]  # fmt: skip

    def _again(
        self, conversation: str, recorded: Sequence[ev.Recorded], at: ev.Recorded, assigned: ev.Assigned, receipt: Receipt
    ) -> Recomputed:
        before = _folded(conversation, [r for r in recorded if r.no < at.no])
        engine = self.engine_of(receipt.policy, receipt.plans)
        seen: list[Candidate | Rejection] = [*receipt.ranked, *receipt.rejected]
        off = [r.id for r in receipt.rejected if r.reason == Reason.OFF_SHIFT]
        try:
            if receipt.direction is Direction.OFFER:
                agents = [self._agent(s) for s in seen]
                again = engine.offer(
                    waiting_of(before), receipt.subject, agents, receipt.at, preferred_is_in=bool(receipt.present),
                    turn=before.assignments, last=receipt.last, off_shift=off,
                )  # fmt: skip
            else:
                works = [(self._work(s.id, receipt.at), s.version) for s in seen]
                puller = Candidate(assigned.agent, receipt.subject, load=receipt.load, assigned_at=receipt.assigned_at)
                closed = {w.queue for w, _ in works if w.conversation in off}
                again = engine.pull(self._agent(puller), works, receipt.at, receipt.present, closed)
        except NotFound as gone:
            return Recomputed(conversation, assigned.number, assigned.agent, receipt, (f"cannot be made again: {gone}",))
        chosen = assigned.agent if receipt.direction is Direction.OFFER else conversation
        return Recomputed(conversation, assigned.number, assigned.agent, receipt, tuple(_differences(receipt, again.receipt, chosen)))

    def _agent(self, seen: Candidate | Rejection) -> Agent:
        """As they were: their ledger up to the version that was read, and what is not on it."""
        agent = Agent(seen.id)
        for _, commit in groupby(self.store.events(agent.ledger), key=lambda r: r.commit):
            happened = list(commit)
            if happened[0].commit > seen.version:
                break
            agent = fold_agent(agent, [r.event for r in happened])
        if agent.version != seen.version:
            raise NotFound(f"the ledger of {seen.id} ends before version {seen.version}")
        return replace(agent, load=seen.load, assigned_at=seen.assigned_at)

    def _work(self, conversation: str, at: datetime) -> Waiting:
        """As it waited then, or nearest to it: a line is read a moment before or after the time that a decision bears, and several
        decisions may rest on one reading. If it was not that, the hash of the inputs says so."""
        recorded = self.store.events(cv.ledger_of(conversation))
        commits = sorted({r.commit: r.at for r in recorded}.items())
        spells: list[tuple[timedelta, int, Waiting]] = []
        for n, (commit, since) in enumerate(commits):
            c = _folded(conversation, [r for r in recorded if r.commit <= commit])
            until = commits[n + 1][1] if n + 1 < len(commits) else max(at, since)
            if c.status is Status.QUEUED:
                away = max(since - at, at - until, timedelta())
                spells.append((away, -commit, waiting_of(c)))
        away, _, waiting = min(spells, default=(NEAR, 0, None), key=itemgetter(0, 1))
        if waiting is None or away >= NEAR:
            raise NotFound(f"{conversation} did not wait at that moment, by its ledger")
        return waiting


def _folded(conversation: str, recorded: Sequence[ev.Recorded]) -> Conversation:
    c = Conversation(conversation, cv.contact_of(conversation))
    for _, commit in groupby(recorded, key=lambda r: r.commit):
        happened = list(commit)
        c = cv.fold(c, [r.event for r in happened], happened[0].at)
    return c


def _differences(then: Receipt, now: Receipt, chosen: str) -> list[str]:
    found = []
    if then.inputs != now.inputs:
        found.append("the inputs are not those of the receipt")
    if [c.id for c in then.ranked] != [c.id for c in now.ranked]:
        found.append(f"the ranking is {', '.join(c.id for c in now.ranked) or 'empty'}")
    elif any(a.score != b.score for a, b in zip(then.ranked, now.ranked, strict=True)):
        found.append("the scores differ")
    if [(r.id, r.reason) for r in then.rejected] != [(r.id, r.reason) for r in now.rejected]:
        found.append("the rejections differ")
    if then.chosen < len(then.ranked) and then.ranked[then.chosen].id != chosen:  # further down it is not listed
        found.append("the one chosen is not the one the receipt names")
    return found
