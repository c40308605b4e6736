"""The routing decision: waiting work and agents in, a ranking with its reasons out. No clock, no storage, no chance: the same inputs
give the same decision, so each can be made again from its receipt.

Strategies (`domain.strategies`) weigh matches, the same as the simulator plays; what may be matched at all is `eligibility`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from switchboard.domain.agents import Agent
from switchboard.domain.receipt import Candidate, Direction, Receipt, Rejection
from switchboard.domain.routing.eligibility import Reason, rejection, steps
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting
from switchboard.domain.strategies.index import Index, Match, Plan

KEPT = 10  # candidates and rejections in a receipt
SPREAD = frozenset({"index", "least_load"})  # the others say exactly whose turn it is
FOREIGN = 2.0  # how much dearer an agent is who does not speak the customer's language, where the language is only a preference

Scored = tuple[tuple[float, ...], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Plans:
    """What the planner made last: one plan over all agents, and the version of each shard's part of it."""

    plan: Plan = field(default_factory=Plan)
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """Waiting work as strategies see it (`strategies.base.Task`)."""

    kind: str
    complex: bool
    vip: bool
    since: float


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent as strategies see them (`strategies.base.Desk`)."""

    id: str
    slots: int
    load: float
    skills: Mapping[str, int]
    expert: bool
    assigned_at: float


@dataclass(frozen=True, slots=True)
class Decision:
    """`order`: ids of those who can be chosen, best first. Whoever stands first is tried first."""

    order: tuple[str, ...]
    receipt: Receipt

    def receipt_for(self, chosen: str) -> Receipt:
        """The receipt, if it was not the first who could be had."""
        return replace(self.receipt, chosen=self.order.index(chosen))


class Engine:
    """One policy and one plan, put to use. Make it anew when either changes."""

    def __init__(self, policy: RoutingPolicy, plans: Plans | None = None) -> None:
        self.policy = policy
        self._plans = plans or Plans()
        ladder = policy.ladder
        relax = float("inf") if ladder.skill is None else float(ladder.skill)
        self._weights = replace(policy.weights, relax=relax)
        self._index = Index(self._plans.plan, self._weights)

    def offer(
        self, work: Waiting, version: int, agents: Sequence[Agent], now: datetime, *, preferred_is_in: bool = False, turn: int = 0,
        off_shift: Collection[str] = (),
    ) -> Decision:  # fmt: skip
        """Who takes this work. `version`: of its ledger; `turn`: which offer of this work it is. `off_shift`: agents who are, by roster."""
        scored: list[tuple[tuple[float, ...], Agent, Mapping[str, float]]] = []
        refused: list[tuple[Agent, Reason]] = []
        latest = max((a.assigned_at for a in agents if a.assigned_at), default=None)
        last = next((a.id for a in sorted(agents, key=lambda a: a.id) if latest is not None and a.assigned_at == latest), "")
        for agent in agents:
            reason = rejection(self.policy, work, agent, now, preferred_is_in, off_shift=agent.id in off_shift)
            found = reason or self._score(work, agent, now, last)
            if isinstance(found, Reason):
                refused.append((agent, found))
            else:
                scored.append((found[0], agent, found[1]))
        scored.sort(key=lambda s: (s[0], s[1].id))
        if self.policy.strategy in SPREAD:
            scored = _in_turn(scored, self.policy.spread, f"{work.conversation}#{turn}")
        refused.sort(key=lambda r: r[0].id)
        receipt = self._receipt(
            Direction.OFFER, now, version, len(agents), _facts(work), [_profile(a) for _, a, _ in scored[:KEPT]],
            [_profile(a) for a, _ in refused[:KEPT]],
            tuple(Candidate(a.id, a.version, score, terms, a.load, a.assigned_at) for score, a, terms in scored[:KEPT]),
            tuple(Rejection(a.id, a.version, r.value, a.load, a.assigned_at) for a, r in refused[:KEPT]),
            Counter(r.value for _, r in refused),
        )  # fmt: skip
        receipt = replace(receipt, present=(work.requires.prefers,) if preferred_is_in else ())
        return Decision(tuple(a.id for _, a, _ in scored), receipt)

    def pull(
        self, agent: Agent, works: Sequence[tuple[Waiting, int]], now: datetime, preferred_in: Iterable[str] = (),
        off_shift: Collection[str] = (),
    ) -> Decision:  # fmt: skip
        """Which of the waiting (each with its ledger's version, 0: not known) an agent with room takes. `preferred_in`: agents at
        work whom some of it prefers. `off_shift`: queues for which the agent is off shift, by roster."""
        scored: list[tuple[tuple[float, ...], Waiting, int, Mapping[str, float]]] = []
        refused: list[tuple[Waiting, int, Reason]] = []
        present = frozenset(preferred_in)
        for work, version in works:
            reason = rejection(self.policy, work, agent, now, work.requires.prefers in present, off_shift=work.queue in off_shift)
            found = reason or self._rank(work, agent, now)
            if isinstance(found, Reason):
                refused.append((work, version, found))
            else:
                scored.append((found[0], work, version, found[1]))
        scored.sort(key=lambda s: (s[0], s[1].order))
        refused.sort(key=lambda r: r[0].order)
        receipt = self._receipt(
            Direction.PULL, now, agent.version, len(works), _profile(agent), [_facts(w) for _, w, _, _ in scored[:KEPT]],
            [_facts(w) for w, _, _ in refused[:KEPT]],
            tuple(Candidate(w.conversation, version, score, terms) for score, w, version, terms in scored[:KEPT]),
            tuple(Rejection(w.conversation, version, r.value) for w, version, r in refused[:KEPT]),
            Counter(r.value for _, _, r in refused),
        )  # fmt: skip
        receipt = replace(receipt, present=tuple(sorted(present)), load=agent.load, assigned_at=agent.assigned_at)
        return Decision(tuple(w.conversation for _, w, _, _ in scored), receipt)

    def looks(self, work: Waiting) -> list[float]:
        """Seconds of waiting after which an offer may find somebody though nobody came free, ascending."""
        own: set[float] = {float(s) for s in steps(self.policy, work)}
        if self.policy.strategy == "index":
            own |= {s for s in self._index.looks_again(_task(work)) if 0 < s < float("inf")}
        return sorted(own)

    # -- scores ------------------------------------------------------------------------------------

    def _score(self, work: Waiting, agent: Agent, now: datetime, last: str) -> Scored | Reason:
        """How an offer of this work to this agent weighs: the lower the better."""
        second_choice = 0.0 if agent.id == work.requires.prefers else 1.0
        foreign = work.language != "und" and work.language not in agent.languages
        if self.policy.strategy == "index":
            m = self._index.explain(_desk(agent), _task(work), now.timestamp())
            if not m.possible:
                return Reason.HELD_BACK if m.held_back else Reason.DEAR
            cost = m.cost * (FOREIGN if foreign else 1.0)
            return (second_choice, cost), {**_terms(m), "foreign": float(foreign)}
        busy = agent.load / max(agent.capacity, 1)
        idle_since = agent.assigned_at.timestamp() if agent.assigned_at else 0.0
        order: dict[str, tuple[float, ...]] = {
            "least_load": (busy, agent.load), "longest_idle": (idle_since,), "round_robin": (float(agent.id <= last),),
        }  # fmt: skip
        return (second_choice, float(foreign), *order[self.policy.strategy]), {"busy": round(busy, 4), "foreign": float(foreign)}

    def _rank(self, work: Waiting, agent: Agent, now: datetime) -> Scored | Reason:
        """How this work weighs for an agent with room: the lower the better."""
        second_choice = 0.0 if agent.id == work.requires.prefers else 1.0
        age = (now - work.counts_from).total_seconds()
        if self.policy.strategy == "index":
            m = self._index.explain(_desk(agent), _task(work), now.timestamp())
            if not m.possible:
                return Reason.HELD_BACK if m.held_back else Reason.DEAR
            vip = self._weights.vip if work.requires.vip else 1.0
            urgency = (self._weights.tau + age) * vip / m.seconds
            return (second_choice, -urgency), {**_terms(m), "age": round(age, 3), "urgency": round(urgency, 6)}
        return (second_choice, -age), {"age": round(age, 3)}

    def _receipt(
        self, direction: Direction, now: datetime, subject: int, considered: int, about: object, ranked: object, refused: object,
        candidates: tuple[Candidate, ...], rejected: tuple[Rejection, ...], reasons: Mapping[str, int],
    ) -> Receipt:  # fmt: skip
        inputs = digest([
            direction.value, now.isoformat(), self.policy.version, asdict(self.policy), dict(self._plans.versions), about, ranked,
            refused,
        ])  # fmt: skip
        return Receipt(
            direction, now, self.policy.version, subject, considered, inputs, candidates, 0, rejected, dict(reasons),
            dict(self._plans.versions),
        )  # fmt: skip


def digest(value: object) -> str:
    """SHA-256 over the one spelling of a value in JSON's types."""
    spelled = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spelled)
    return hashlib.sha256(spelled.encode()).hexdigest()


def _spelled(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _in_turn(
    scored: list[tuple[tuple[float, ...], Agent, Mapping[str, float]]], spread: float, name: str
) -> list[tuple[tuple[float, ...], Agent, Mapping[str, float]]]:
    """Those about as good as the best begin at another one for every conversation."""
    if not scored or spread <= 0:
        return scored
    best = scored[0][0]
    close = sum(1 for s, _, _ in scored[:KEPT] if s[:-1] == best[:-1] and s[-1] <= best[-1] * (1 + spread))
    turn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % close
    return [*scored[turn:close], *scored[:turn], *scored[close:]]


def _desk(a: Agent) -> Desk:
    idle_since = a.assigned_at.timestamp() if a.assigned_at else float("-inf")
    return Desk(a.id, max(a.capacity, 1), a.load, a.skills, a.expert, idle_since)


def _task(w: Waiting) -> Task:
    return Task(w.requires.kind or w.queue, w.requires.complex, w.requires.vip, w.since.timestamp())


def _terms(m: Match) -> dict[str, float]:
    return {k: round(float(getattr(m, k)), 6) for k in ("seconds", "price", "crowding", "cost", "worth")}


def _facts(w: Waiting) -> dict[str, object]:
    return {
        "conversation": w.conversation, "queue": w.queue, "priority": w.priority, "since": w.since.isoformat(),
        "language": w.language, "not_to": w.not_to, "channel": w.channel, "requires": asdict(w.requires),
    }  # fmt: skip


def _profile(a: Agent) -> dict[str, object]:
    return {
        "id": a.id, "version": a.version, "capacity": a.capacity, "load": float(a.load), "presence": a.presence.value,
        "queues": list(a.queues), "languages": list(a.languages), "skills": dict(a.skills),
        "channels": list(a.channels), "regions": list(a.regions), "expert": a.expert, "assigned_at": a.assigned_at.isoformat() if a.assigned_at else "",
    }  # fmt: skip
