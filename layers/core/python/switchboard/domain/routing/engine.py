"""The routing decision: waiting work and agents in, a ranking with its reasons out. No clock, no storage, no chance: the same inputs
give the same decision, so each can be made again from its receipt.

Strategies (`domain.strategies`) weigh matches, the same as the simulator plays; what may be matched at all is `eligibility`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from heapq import nsmallest
from operator import itemgetter
from typing import NamedTuple

from switchboard.domain.agents import Agent
from switchboard.domain.authority.limits import UNLIMITED
from switchboard.domain.receipt import Candidate, Direction, Receipt, Rejection
from switchboard.domain.routing.eligibility import Gate, Reason, rejection, steps
from switchboard.domain.routing.plans import Plans
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting
from switchboard.domain.strategies.index import Index, Match

KEPT = 10  # candidates and rejections in a receipt
SPREAD = frozenset({"index", "least_load"})  # the others say exactly whose turn it is
FOREIGN = 2.0  # how much dearer an agent is who does not speak the customer's language, where the language is only a preference



class Task(NamedTuple):
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


_Scored = tuple[tuple[float, ...], str, Agent]  # the lower the better, then by id
_Rated = tuple[tuple[float, ...], tuple[datetime, str], Waiting, int, Match | None]  # the same, then by the order of the queue
_Refused = tuple[tuple[datetime, str], Waiting, int, Reason]


@dataclass(frozen=True)
class Decision:
    """`order`: ids of those who can be chosen, best first. Whoever stands first is tried first. The receipt is written when it is
    asked for: decisions that find nobody are forgotten."""

    order: tuple[str, ...]
    write: Callable[[], Receipt] = field(repr=False, compare=False)

    @cached_property
    def receipt(self) -> Receipt:
        return self.write()

    def receipt_for(self, chosen: str) -> Receipt:
        """The receipt, if it was not the first who could be had."""
        return replace(self.receipt, chosen=self.order.index(chosen))


class Engine:
    """One policy and the staffing plan, put to use. Make it anew when either changes."""

    def __init__(self, policy: RoutingPolicy, plans: Plans | None = None) -> None:
        self.policy = policy
        self.plans = plans or Plans()
        self._versions = self.plans.versions
        described = asdict(policy)
        if not policy.brands:  # receipts of before there were any stay as they are
            del described["brands"]
        self._policy_digest = digest(described)
        ladder = policy.ladder
        relax = float("inf") if ladder.skill is None else float(ladder.skill)
        self._weights = replace(policy.weights, relax=relax)
        self._index = Index(self.plans.plan, self._weights)

    def offer(
        self, work: Waiting, version: int, agents: Sequence[Agent], now: datetime, *, preferred_is_in: bool = False, turn: int = 0,
        off_shift: Collection[str] = (), last: str | None = None,
    ) -> Decision:  # fmt: skip
        """Who takes this work. `version`: of its ledger; `turn`: which offer of this work it is. `off_shift`: agents who are off, by
        roster. `last`: who had the last turn, where it is known better than from the agents given."""
        if last is None:
            last = _last(agents) if self.policy.strategy == "round_robin" else ""
        gate = Gate(self.policy, work, now, preferred_is_in=preferred_is_in)
        able, refused = gate.sift(agents, off_shift)
        scored, unwilling = self._scored(work, able, now, last)
        refused += unwilling
        scored.sort(key=itemgetter(0, 1))
        if self.policy.strategy in SPREAD:
            scored = _in_turn(scored, self.policy.spread, f"{work.conversation}#{turn}")

        def write() -> Receipt:
            shown = nsmallest(KEPT, refused, key=lambda r: r[0].id)
            receipt = self._receipt(
                Direction.OFFER, now, version, len(agents), _facts(work), [_profile(a) for _, _, a in scored[:KEPT]],
                [_profile(a) for a, _ in shown],
                tuple(
                    Candidate(a.id, a.version, score, self._offer_terms(work, a, now), a.load, a.assigned_at)
                    for score, _, a in scored[:KEPT]
                ),
                tuple(Rejection(a.id, a.version, r.value, a.load, a.assigned_at) for a, r in shown), Counter(r for _, r in refused),
            )  # fmt: skip
            turns = last if self.policy.strategy == "round_robin" else ""
            return replace(receipt, present=(work.requires.prefers,) if preferred_is_in else (), last=turns or "")

        return Decision(tuple(agent for _, agent, _ in scored), write)

    def pull(
        self, agent: Agent, works: Sequence[tuple[Waiting, int]], now: datetime, preferred_in: Iterable[str] = (),
        off_shift: Collection[str] = (),
    ) -> Decision:  # fmt: skip
        """Which of the waiting (each with its ledger's version, 0: not known) an agent with room takes. `preferred_in`: agents at
        work whom some of it prefers. `off_shift`: queues for which the agent is off shift, by roster."""
        present = frozenset(preferred_in)
        scored, refused = self._ranked(agent, works, now, present, off_shift)
        refused.sort(key=itemgetter(0))

        def write() -> Receipt:
            receipt = self._receipt(
                Direction.PULL, now, agent.version, len(works), _profile(agent), [_facts(w) for _, _, w, _, _ in scored[:KEPT]],
                [_facts(w) for _, w, _, _ in refused[:KEPT]],
                tuple(Candidate(w.conversation, version, score, _pull_terms(w, m, now)) for score, _, w, version, m in scored[:KEPT]),
                tuple(Rejection(w.conversation, version, r.value) for _, w, version, r in refused[:KEPT]),
                Counter(r for *_, r in refused),
            )  # fmt: skip
            return replace(receipt, present=tuple(sorted(present)), load=agent.load, assigned_at=agent.assigned_at)

        return Decision(tuple(w.conversation for _, _, w, _, _ in scored), write)

    def first(
        self, agent: Agent, works: Sequence[Waiting], now: datetime, preferred_in: Iterable[str] = (), off_shift: Collection[str] = ()
    ) -> str:
        """The conversation `pull` would name first, "" for none."""
        scored, _ = self._ranked(agent, [(w, 0) for w in works], now, frozenset(preferred_in), off_shift)
        return scored[0][2].conversation if scored else ""

    def _ranked(
        self, agent: Agent, works: Sequence[tuple[Waiting, int]], now: datetime, present: frozenset[str], off_shift: Collection[str]
    ) -> tuple[list[_Rated], list[_Refused]]:
        """Work for an agent, best first; and what they are not to take, and why, in the order of the queue."""
        scored: list[_Rated] = []
        refused: list[_Refused] = []
        at = now.timestamp()
        for work, version in works:
            order = work.order
            preferred_is_in = work.requires.prefers in present
            reason = rejection(self.policy, work, agent, now, preferred_is_in, off_shift=work.queue in off_shift)
            found = reason or self._rank(work, agent, at, (now - order[0]).total_seconds())
            if isinstance(found, Reason):
                refused.append((order, work, version, found))
            else:
                scored.append((found[0], order, work, version, found[1]))
        scored.sort(key=itemgetter(0, 1))
        return scored, refused

    def looks(self, work: Waiting) -> list[float]:
        """Seconds of waiting after which an offer may find somebody though nobody came free, ascending."""
        own: set[float] = {float(s) for s in steps(self.policy, work)}
        if self.policy.strategy == "index":
            own |= {s for s in self._index.looks_again(_task(work)) if 0 < s < float("inf")}
        return sorted(own)

    # -- scores ------------------------------------------------------------------------------------

    def _scored(
        self, work: Waiting, able: Sequence[Agent], now: datetime, last: str
    ) -> tuple[list[_Scored], list[tuple[Agent, Reason]]]:  # fmt: skip
        """How offers of this work to these agents weigh, the lower the better; and who is not to have it though they may."""
        prefers, language = work.requires.prefers, work.language
        if self.policy.strategy == "index":
            task, at = _task(work), now.timestamp()
            costs = self._index.costs(task, able, at)
            scored: list[_Scored] = [
                ((0.0 if a.id == prefers else 1.0, cost if language in a.languages or language == "und" else cost * FOREIGN), a.id, a)
                for cost, a in costs
            ]  # fmt: skip
            if len(costs) == len(able):
                return scored, []
            possible = {a.id for _, a in costs}
            lent = self._index.lent(task, at)
            return scored, [
                (a, Reason.HELD_BACK if a.expert and a.load >= lent * a.slots else Reason.DEAR) for a in able if a.id not in possible
            ]
        return [((0.0 if a.id == prefers else 1.0, float(_foreign(work, a)), *self._order(a, last)), a.id, a) for a in able], []

    def _order(self, a: Agent, last: str) -> tuple[float, ...]:
        match self.policy.strategy:
            case "least_load":
                return (a.load / a.slots, a.load)
            case "longest_idle":
                return (a.assigned_at.timestamp() if a.assigned_at else 0.0,)
            case _:
                return (float(a.id <= last),)

    def _offer_terms(self, work: Waiting, a: Agent, now: datetime) -> Mapping[str, float]:
        foreign = {"foreign": float(_foreign(work, a))}
        if self.policy.strategy == "index":
            return {**_terms(self._index.explain(a, _task(work), now.timestamp())), **foreign}
        return {"busy": round(a.load / a.slots, 4), **foreign}

    def _rank(self, work: Waiting, agent: Agent, at: float, age: float) -> tuple[tuple[float, ...], Match | None] | Reason:
        """How this work weighs for an agent with room: the lower the better."""
        second_choice = 0.0 if agent.id == work.requires.prefers else 1.0
        if self.policy.strategy != "index":
            return (second_choice, -age), None
        m = self._index.explain(agent, _task(work), at)
        if not m.possible:
            return Reason.HELD_BACK if m.held_back else Reason.DEAR
        vip = self._weights.vip if work.requires.vip else 1.0
        return (second_choice, -(self._weights.tau + age) * vip / m.seconds), m

    def _receipt(
        self, direction: Direction, now: datetime, subject: int, considered: int, about: object, ranked: object, refused: object,
        candidates: tuple[Candidate, ...], rejected: tuple[Rejection, ...], reasons: Mapping[Reason, int],
    ) -> Receipt:  # fmt: skip
        about_all = (self._policy_digest, sorted(self._versions.items()), about, ranked, refused)
        inputs = spelled_digest(direction.value, now.isoformat(), self.policy.version, about_all)
        return Receipt(
            direction, now, self.policy.version, subject, considered, inputs, candidates, 0, rejected,
            {r.value: n for r, n in reasons.items()}, self._versions,
        )  # fmt: skip


def spelled_digest(*values: object) -> str:
    """SHA-256 over plain values in tuples and lists, as Python spells them: one spelling for each, and a quick one."""
    return hashlib.sha256(repr(values).encode()).hexdigest()


def digest(value: object) -> str:
    """SHA-256 over the one spelling of a value in JSON's types."""
    spelled = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spelled)
    return hashlib.sha256(spelled.encode()).hexdigest()


def _spelled(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _in_turn(scored: list[_Scored], spread: float, name: str) -> list[_Scored]:
    """Those about as good as the best begin at another one for every conversation."""
    if not scored or spread <= 0:
        return scored
    best = scored[0][0]
    close = sum(1 for s, *_ in scored[:KEPT] if s[:-1] == best[:-1] and s[-1] <= best[-1] * (1 + spread))
    turn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % close
    return [*scored[turn:close], *scored[:turn], *scored[close:]]


def _last(agents: Sequence[Agent]) -> str:
    """Who was given work last."""
    latest = max((a.assigned_at for a in agents if a.assigned_at), default=None)
    return min((a.id for a in agents if latest is not None and a.assigned_at == latest), default="")


def _foreign(work: Waiting, a: Agent) -> bool:
    return work.language != "und" and work.language not in a.languages


def _task(w: Waiting) -> Task:
    return Task(w.requires.kind or w.queue, w.requires.complex, w.requires.vip, w.since.timestamp())


def _terms(m: Match) -> dict[str, float]:
    return {
        "seconds": round(m.seconds, 6), "price": round(m.price, 6), "crowding": round(m.crowding, 6), "fairness": round(m.fairness, 6),
        "cost": round(m.cost, 6), "worth": round(m.worth, 6),
    }  # fmt: skip


def _pull_terms(w: Waiting, m: Match | None, now: datetime) -> dict[str, float]:
    return {**(_terms(m) if m is not None else {}), "age": round((now - w.counts_from).total_seconds(), 3)}


def _facts(w: Waiting) -> tuple[object, ...]:
    """What is known of waiting work, as plain values."""
    r = w.requires
    return (
        w.conversation, w.queue, w.priority, w.since.isoformat(), w.language, w.not_to, w.channel,
        r.kind, r.level, r.complex, r.vip, r.region, r.prefers, r.worth, r.ahead,
        *((r.brand, r.tier) if r.brand or r.tier else ()),
    )  # fmt: skip


def _profile(a: Agent) -> tuple[object, ...]:
    """What is known of an agent, as plain values."""
    return (
        a.id, a.version, a.capacity, float(a.load), str(a.presence), tuple(a.queues), tuple(a.languages), sorted(a.skills.items()),
        tuple(a.channels), tuple(a.regions), a.expert, str(a.assigned_at),
        *((tuple(asdict(a.limits).items()),) if a.limits != UNLIMITED else ()),
    )  # fmt: skip
