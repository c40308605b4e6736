"""The index strategy: every match is weighed as what the customer's wait is worth against what the agent's time is worth.

A slot-second of an agent has a price, a conversation of a class has a value: both are duals of the staffing programme
(`adapters.planning`), so an agent whom scarce work needs is dear, and one whom nobody else needs is cheap. A match costs price times
expected seconds. Whoever comes is given the cheapest hands whose cost the class's value, grown by the wait, is worth; else they wait a
little for cheaper ones.

An agent with room takes, of the work that is worth it, that with the largest urgency over expected seconds: the generalised c-mu rule
(J. A. van Mieghem 1995, Dynamic scheduling with convex delay costs: the generalized c-mu rule; for many classes and many skills A.
Mandelbaum and A. L. Stolyar 2004, Scheduling flexible servers with convex delay costs). The delay cost here grows with the square of
the wait, so its derivative, the urgency, grows in proportion to it.

Experts' slots are held back for work labelled complex, and of that for kinds whose label is right often enough. The other complex
work, which takes anybody else about twice as long, comes to experts with much room once it has waited a little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from operator import itemgetter
from typing import NamedTuple, TypeVar

from switchboard.domain.strategies.base import Class, Desk, Hands, Task

H = TypeVar("H", bound=Hands)

UNKNOWN_SECONDS = 480.0
FAIREST = 4.0  # at fairness 1 an agent used twice as much as the others costs two to the power of this times as much
LOOKS = (0.25, 0.5, 1.0, 2.0, 4.0)  # of `patience`: what a wait is worth grows steadily, and is weighed again at these


@dataclass(frozen=True, slots=True)
class Weights:
    """`tolerance`: how many times its class's value a match may cost at no wait; each `patience` seconds of waiting add one more time.
    `vip`: how much more an important customer's wait is worth. `crowding`: how much dearer an agent's time is with all slots taken
    than with none. `relax`: seconds of waiting from which agents without the skill are asked. `tau`: seconds that everybody is taken
    to have waited already when classes compete for an agent: the larger, the more quick work goes first. `lend`: seconds of waiting
    from which experts take work labelled complex of kinds whose label is not to be believed too, those of whose slots less than
    `lend_up_to` (a share) are taken. `release`: seconds of waiting from which they take any work, so that nobody is left where only
    experts are on duty. `spared`: seconds of waiting from which nobody who has nothing to do is too dear: a plan knows who was there,
    and the cheap ones may have gone home. `fairness`: 0 to 1, how much dearer agents are who were used more than their colleagues
    lately, and how much cheaper who were used less; 0: not at all."""

    tolerance: float = 1.6
    patience: float = 60.0
    vip: float = 6.0
    crowding: float = 0.6
    relax: float = 5.0
    tau: float = 60.0
    lend: float = 15.0
    lend_up_to: float = 0.5
    release: float = 900.0
    spared: float = 240.0
    fairness: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.fairness <= 1.0:
            raise ValueError(f"fairness must lie between 0 and 1, not {self.fairness}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner made of the last hours (`learning.Learning`). `price`: of a slot-second, by agent; `value`: of one
    conversation, by class; `seconds`: expected, by agent and class; `doubtful`: kinds whose label "complex" is not to be believed
    (`Weights.lend`); `use`: share of their slots used lately over that of all on duty, by agent, above 0. What is missing, as on the
    first day: as if nobody were dear and everybody alike."""

    price: Mapping[str, float] = field(default_factory=dict)
    value: Mapping[Class, float] = field(default_factory=dict)
    seconds: Mapping[tuple[str, str, bool], float] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    use: Mapping[str, float] = field(default_factory=dict)


class Match(NamedTuple):
    """Why an agent is given a conversation, or is not. `seconds`: how long it is expected to take them; `price`: of a slot-second of
    theirs; `crowding`: factor for the slots they use now; `fairness`: factor for having been used more (above 1) or less than
    colleagues lately; `cost`: the four multiplied; `value`: of a conversation of its class; `worth`: what may be spent on it now, its
    value times what its wait and its customer's importance make of it; `held_back`: the expert's slots are kept for other work."""

    seconds: float
    price: float
    crowding: float
    fairness: float
    cost: float
    value: float
    worth: float
    held_back: bool

    @property
    def possible(self) -> bool:
        """Of those with whom it is, `Index.agent_for` takes the one of the lowest cost, the first of equals."""
        return not self.held_back and self.cost <= self.worth


class Index:
    """`follow` replaces the plan, as often as it is made anew."""

    def __init__(self, plan: Plan | None = None, weights: Weights | None = None) -> None:
        self._w = w = weights or Weights()
        self._evens_out = w.fairness * FAIREST
        self._looks = sorted({*(share * w.patience for share in LOOKS), w.relax, w.lend, w.release, w.spared})
        self.follow(plan or Plan())

    def follow(self, plan: Plan) -> None:
        self._plan = plan
        self._seconds: dict[Class, dict[str, float]] = {}
        for (agent, kind, hard), seconds in plan.seconds.items():
            self._seconds.setdefault((kind, hard), {})[agent] = seconds

    @property
    def relaxes_after(self) -> float:
        return self._w.relax

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        """The cheapest of those whose time it is worth, the first of equals."""
        return min(self.costs(task, free, now), key=itemgetter(0), default=(inf, None))[1]

    def costs(self, task: Task, free: Sequence[H], now: float) -> list[tuple[float, H]]:
        """Those with whom the match is possible, each with its cost, as `explain` has it: one loop, for there may be hundreds."""
        plan, about = self._plan, (task.kind, task.complex)
        price, seconds_of, use, value = plan.price, self._seconds.get(about, {}), plan.use, plan.value.get(about)
        crowding, evens_out = self._w.crowding, self._evens_out
        times, lent, overdue = self._times(task, now), self.lent(task, now), self._overdue(task, now)
        worth = None if value is None else times * value
        possible = []
        for desk in free:
            load = desk.load
            if desk.expert and (not lent or load >= lent * desk.slots):
                continue
            agent = desk.id
            seconds = seconds_of.get(agent, UNKNOWN_SECONDS)
            cost = price.get(agent, 1.0) * seconds
            if load:
                cost *= 1.0 + crowding * load / desk.slots
            if evens_out:
                cost *= use.get(agent, 1.0) ** evens_out
            if cost <= (times * seconds if worth is None else worth) or (overdue and not load):
                possible.append((cost, desk))
        return possible

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        """The most urgent for the time it takes, of those that are worth this agent's."""
        best, highest = None, 0.0
        for task in heads:
            match = self.explain(desk, task, now)
            if not match.possible:
                continue
            rank = (self._w.tau + now - task.since) * (self._w.vip if task.vip else 1.0) / match.seconds
            if rank > highest:
                best, highest = task, rank
        return best

    def explain(self, desk: Hands, task: Task, now: float) -> Match:
        """How this one match is weighed."""
        plan, agent, about = self._plan, desk.id, (task.kind, task.complex)
        seconds = self._seconds.get(about, {}).get(agent, UNKNOWN_SECONDS)
        value = plan.value.get(about, seconds)
        price, crowding = plan.price.get(agent, 1.0), 1.0 + self._w.crowding * desk.load / desk.slots
        fairness = plan.use.get(agent, 1.0) ** self._evens_out if self._evens_out else 1.0
        held_back = desk.expert and desk.load >= self.lent(task, now) * desk.slots
        cost = price * seconds * crowding * fairness
        worth = self._times(task, now) * value
        if not desk.load and self._overdue(task, now):
            worth = max(worth, cost)
        return Match(seconds, price, crowding, fairness, cost, value, worth, held_back)

    def looks_again(self, task: Task) -> Sequence[float]:
        return self._looks

    def _times(self, task: Task, now: float) -> float:
        """How many times its class's value may be spent on it now."""
        return (self._w.tolerance + (now - task.since) / self._w.patience) * (self._w.vip if task.vip else 1.0)

    def _overdue(self, task: Task, now: float) -> bool:
        return now >= task.since + self._w.spared

    def lent(self, task: Task, now: float) -> float:
        """Experts take it while less than this share of their slots is taken; 0: they are kept for other work."""
        if (task.complex and task.kind not in self._plan.doubtful) or now >= task.since + self._w.release:
            return inf
        return self._w.lend_up_to if task.complex and now >= task.since + self._w.lend else 0.0
