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

FOCUS = 0.66
"""Experts take a kind's work labelled complex at once if at least this share of the time it would cost them goes to truly complex
work; of other kinds only what has waited (`index.Weights.lend`)."""

SMOOTHING = 0.3
"""Weight of the last interval in the demand by class (exponential smoothing)."""

MEMORY = 0.97
"""What the use of agents' slots weighs an interval later: at 300 s an hour ago counts for two thirds."""

USE_PRIOR = 3600.0
"""Slot-seconds of work that an agent counts as having had like everybody, so that little seen says little."""


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


@dataclass(slots=True)
class _Used:
    """Slot-seconds of ended conversations, and those there were on duty, both fading."""

    seconds: float = 0.0
    there: float = 0.0


Solve = Callable[[Sequence[Hands], Mapping[Class, float]], Prices]
"""Hands and demand (conversations a second by class) -> prices."""


def shares_of(used: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Each agent's share of used slots over everybody's (`index.Plan.use`), of their slot-seconds used and those there were. Nothing,
    if nobody did anything: then nobody is behind."""
    seconds, there = (sum(each[n] for each in used.values()) for n in (0, 1))
    if not seconds or not there:
        return {}
    return {agent: (did + USE_PRIOR) / (had * seconds / there + USE_PRIOR) for agent, (did, had) in used.items()}


class Learning:
    """`arrived` and `ended` are told as things happen, `plan` is asked every `every` seconds."""

    def __init__(self, solve: Solve, every: float = 300.0) -> None:
        self.every = every
        self._solve = solve
        self._rates = Rates()
        self._hardness = Hardness()
        self._came: dict[Class, int] = defaultdict(int)
        self._demand: dict[Class, float] = {}
        self._expected: Mapping[Class, float] | None = None
        self._used: dict[str, _Used] = defaultdict(_Used)

    def expect(self, demand: Mapping[Class, float]) -> None:
        """The demand for the next plan, in conversations a second by class, where it was measured elsewhere."""
        self._expected = demand

    def arrived(self, task: Task) -> None:
        self._came[task.kind, task.complex] += 1

    def ended(self, e: Ended) -> None:
        self._hardness.ended(e)
        self._rates.ended(e)
        self._used[e.agent].seconds += e.seconds

    def plan(self, desks: Iterable[Desk]) -> Plan:
        """For those on duty. Expected seconds are given for the kinds somebody is skilled for."""
        desks = list(desks)
        demand = self._smoothed() if self._expected is None else self._expected
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
        return Plan(prices.agents, prices.values, seconds, doubtful, self._use(desks))

    def _use(self, desks: Sequence[Desk]) -> dict[str, float]:
        """Closes the interval: each one's share of used slots over everybody's."""
        used = {desk.id: self._used[desk.id] for desk in desks}
        for desk in desks:
            used[desk.id].there += desk.slots * self.every
        shares = shares_of({agent: (each.seconds, each.there) for agent, each in used.items()})
        for each in used.values():
            each.seconds, each.there = each.seconds * MEMORY, each.there * MEMORY
        return shares

    def _smoothed(self) -> dict[Class, float]:
        """Closes the interval: conversations a second by class."""
        for each in self._demand.keys() | self._came.keys():
            now = self._came.get(each, 0) / self.every
            before = self._demand.get(each, now)
            self._demand[each] = before + SMOOTHING * (now - before)
        self._came.clear()
        return self._demand
