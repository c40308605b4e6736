"""The index strategy: every match is weighed as what the customer's wait is worth against what the agent's time is worth.

A slot-second of an agent has a price, a conversation of a class has a value: both are duals of the staffing programme
(`adapters.planning`), so an agent whom scarce work needs is dear, and one whom nobody else needs is cheap. A match costs price times
expected seconds. Whoever comes is given the cheapest hands whose cost the class's value, grown by the wait, is worth; else they wait a
little for cheaper ones.

An agent with room takes, of the work that is worth it, that with the largest urgency over expected seconds: the generalised c-mu rule
(J. A. van Mieghem 1995, Dynamic scheduling with convex delay costs: the generalized c-mu rule; for many classes and many skills A.
Mandelbaum and A. L. Stolyar 2004, Scheduling flexible servers with convex delay costs). The delay cost here grows with the square of
the wait, so its derivative, the urgency, grows in proportion to it.

Experts' slots are held back for work labelled complex, and of that for kinds whose label is right often enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from switchboard.domain.strategies.base import Class, Desk, Task

UNKNOWN_SECONDS = 480.0
LOOKS = (0.25, 0.5, 1.0, 2.0, 4.0)  # of `patience`: what a wait is worth grows steadily, and is weighed again at these


@dataclass(frozen=True, slots=True)
class Weights:
    """`tolerance`: how many times its class's value a match may cost at no wait; each `patience` seconds of waiting add one more time.
    `vip`: how much more an important customer's wait is worth. `crowding`: how much dearer an agent's time is with all slots taken
    than with none. `relax`: seconds of waiting from which agents without the skill are asked. `tau`: seconds that everybody is taken
    to have waited already when classes compete for an agent: the larger, the more quick work goes first. `release`: seconds of
    waiting from which experts take any work, so that nobody is left where only experts are on duty."""

    tolerance: float = 1.6
    patience: float = 60.0
    vip: float = 6.0
    crowding: float = 0.6
    relax: float = 10.0
    tau: float = 60.0
    release: float = 900.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner made of the last hours (`learning.Learning`). `price`: of a slot-second, by agent; `value`: of one
    conversation, by class; `seconds`: expected, by agent and class; `doubtful`: kinds of which experts do not even take what is
    labelled complex. What is missing, as on the first day: as if nobody were dear and everybody alike."""

    price: Mapping[str, float] = field(default_factory=dict)
    value: Mapping[Class, float] = field(default_factory=dict)
    seconds: Mapping[tuple[str, str, bool], float] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


class Index:
    """`follow` replaces the plan, as often as it is made anew."""

    def __init__(self, plan: Plan | None = None, weights: Weights | None = None) -> None:
        self._w = weights or Weights()
        self._looks = sorted({*(share * self._w.patience for share in LOOKS), self._w.relax, self._w.release})
        self.follow(plan or Plan())

    def follow(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[tuple[str, str, bool], tuple[float, float, float]] = {}

    @property
    def relaxes_after(self) -> float:
        return self._w.relax

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        """The cheapest of those whose time it is worth."""
        times, best, lowest = self._affordable(task, now), None, inf
        for desk in free:
            cost, value, _ = self._match(desk, task)
            cost *= 1.0 + self._w.crowding * desk.load / desk.slots
            if cost < lowest and cost <= times * value and not self._held_back(desk, task, now):
                best, lowest = desk, cost
        return best

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        """The most urgent for the time it takes, of those that are worth this agent's."""
        crowded = 1.0 + self._w.crowding * desk.load / desk.slots
        best, highest = None, 0.0
        for task in heads:
            cost, value, seconds = self._match(desk, task)
            if cost * crowded > self._affordable(task, now) * value or self._held_back(desk, task, now):
                continue
            rank = (self._w.tau + now - task.since) * (self._w.vip if task.vip else 1.0) / seconds
            if rank > highest:
                best, highest = task, rank
        return best

    def looks_again(self, task: Task) -> Sequence[float]:
        return self._looks

    def _affordable(self, task: Task, now: float) -> float:
        """How many times its class's value may be spent on it now."""
        return (self._w.tolerance + (now - task.since) / self._w.patience) * (self._w.vip if task.vip else 1.0)

    def _held_back(self, desk: Desk, task: Task, now: float) -> bool:
        if not desk.expert or (task.complex and task.kind not in self._plan.doubtful):
            return False
        return now < task.since + self._w.release

    def _match(self, desk: Desk, task: Task) -> tuple[float, float, float]:
        """Cost with empty slots, value, and expected seconds; the same until the next plan."""
        key = (desk.id, task.kind, task.complex)
        known = self._known.get(key)
        if known is None:
            seconds = self._plan.seconds.get(key, UNKNOWN_SECONDS)
            value = self._plan.value.get((task.kind, task.complex), seconds)
            known = self._known[key] = (self._plan.price.get(desk.id, 1.0) * seconds, value, seconds)
        return known
