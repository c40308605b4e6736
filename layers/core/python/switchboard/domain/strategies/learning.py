"""What is learnt from ended conversations, and the plan made of it every few minutes: demand, hands, and prices from a solver.

It sees what a contact centre sees: labels of those who came, and all about what has ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.domain.strategies.base import Class, Desk, Ended, Task
from switchboard.domain.strategies.hardness import Hardness
from switchboard.domain.strategies.index import Plan
from switchboard.domain.strategies.rates import Rates

FOCUS = 0.62
"""Experts take a kind's work labelled complex if at least this share of the time it would cost them goes to truly complex work."""

SMOOTHING = 0.3
"""Weight of the last interval in the demand by class (exponential smoothing)."""


@dataclass(frozen=True, slots=True)
class Hands:
    """An agent as the staffing programme sees them: expected seconds of each class they are planned for."""

    agent: str
    slots: int
    seconds: Mapping[Class, float]


@dataclass(frozen=True, slots=True)
class Prices:
    """`agents`: price of a slot-second by agent; `values`: value of one conversation by class."""

    agents: Mapping[str, float]
    values: Mapping[Class, float]


Solve = Callable[[Sequence[Hands], Mapping[Class, float]], Prices]
"""Hands and demand (conversations a second by class) -> prices."""


class Learning:
    """`arrived` and `ended` are told as things happen, `plan` is asked every `every` seconds."""

    def __init__(self, solve: Solve, every: float = 300.0) -> None:
        self.every = every
        self._solve = solve
        self._rates = Rates()
        self._hardness = Hardness()
        self._came: dict[Class, int] = defaultdict(int)
        self._demand: dict[Class, float] = {}

    def arrived(self, task: Task) -> None:
        self._came[task.kind, task.complex] += 1

    def ended(self, e: Ended) -> None:
        self._hardness.ended(e)
        self._rates.ended(e)

    def plan(self, desks: Iterable[Desk]) -> Plan:
        """For those on duty. Expected seconds are given for the kinds somebody is skilled for."""
        desks = list(desks)
        demand = self._smoothed()
        kinds = {kind for desk in desks for kind in desk.skills} | {kind for kind, _ in demand}
        doubtful = frozenset(kind for kind in kinds if self._hardness.share(kind) < FOCUS)
        seconds = {
            (desk.id, kind, hard): self._rates.mean(desk.id, desk.expert, kind, hard, skilled=kind in desk.skills)
            for desk in desks for kind in kinds for hard in (True, False)
        }  # fmt: skip
        hands = [
            Hands(desk.id, desk.slots, {
                (kind, hard): seconds[desk.id, kind, hard] for kind in desk.skills for hard in (True, False)
                if not desk.expert or (hard and kind not in doubtful)
            })
            for desk in desks
        ]  # fmt: skip
        prices = self._solve(hands, demand)
        return Plan(prices.agents, prices.values, seconds, doubtful)

    def _smoothed(self) -> dict[Class, float]:
        """Closes the interval: conversations a second by class."""
        for each in self._demand.keys() | self._came.keys():
            now = self._came.get(each, 0) / self.every
            before = self._demand.get(each, now)
            self._demand[each] = before + SMOOTHING * (now - before)
        self._came.clear()
        return self._demand
