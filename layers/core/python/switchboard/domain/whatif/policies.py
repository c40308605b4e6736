"""Policies by name and weights, made ready to play."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import inf, isnan
from typing import Any

from switchboard.domain.errors import Malformed
from switchboard.domain.simulation.centre import Centre
from switchboard.domain.simulation.planned import Planner
from switchboard.domain.simulation.play import Play
from switchboard.domain.strategies import simple
from switchboard.domain.strategies.base import Desk, Strategy, Task
from switchboard.domain.strategies.index import Index, Weights
from switchboard.domain.strategies.learning import Learning, Solve
from switchboard.domain.strategies.relaxing import Relaxing, Steps

LABEL_CHARACTERS = 60
PLAN_EVERY = 300.0  # seconds, as the scheduled function of production

PlayOf = Callable[[Centre], Play]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy to be played: a strategy's name, and what of its settings differs from the usual (see `STRATEGIES`). `label` names it
    in the results. Raises Malformed for what cannot be played."""

    label: str
    strategy: str
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        if not self.label.strip() or len(self.label) > LABEL_CHARACTERS or not self.label.isprintable():
            raise Malformed(f"a policy's label is 1 to {LABEL_CHARACTERS} printable characters")
        _settings(self.strategy, self.weights)


STRATEGIES: Mapping[str, type[Any] | None] = {
    "index": Weights, "least_load": None, "round_robin": None, "longest_idle": None, "relaxing": Steps,
}  # fmt: skip
"""Strategies by name, each with the class of its settings. `least_load` is the seed's rule with a real queue."""

_NEVER_IF_INFINITE = frozenset({"any_level", "anybody", "relax", "lend", "release"})
_MUST_BE_MORE_THAN_0 = frozenset({"patience", "vip", "tolerance"})


def strategy_for(name: str, weights: Mapping[str, float], solve: Solve, every: float = PLAN_EVERY) -> PlayOf:
    """How to play a centre under a strategy of STRATEGIES. `solve` and `every` (seconds between plans) matter to those that plan.
    Raises Malformed, naming what there is, for names and weights that are not known, and for weights that make no sense."""
    settings = _settings(name, weights)
    if name == "index":
        return lambda centre: _planned(centre, solve, settings, every)
    if name == "relaxing":
        return lambda centre: Play(centre, _within(centre, Relaxing(settings)))
    if name == "round_robin":
        return lambda centre: Play(centre, _within(centre, simple.RoundRobin()))
    order = simple.longest_idle if name == "longest_idle" else simple.least_load
    return lambda centre: Play(centre, _within(centre, order()))


def _planned(centre: Centre, solve: Solve, weights: Weights, every: float) -> Play:
    index = Index(weights=weights)
    return Play(centre, _within(centre, index), Planner(index, Learning(solve, every)))


class Within:
    """A strategy that is shown only who may take the work: those who have a handling time for its kind. Where skills relax, queues
    do not."""

    def __init__(self, strategy: Strategy, may: Mapping[str, frozenset[str]]) -> None:
        self._strategy = strategy
        self._may = may

    @property
    def relaxes_after(self) -> float:
        return self._strategy.relaxes_after

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        allowed = [desk for desk in free if task.kind in self._may[desk.id]]
        return self._strategy.agent_for(task, allowed, now) if allowed else None

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        allowed = [task for task in heads if task.kind in self._may[desk.id]]
        return self._strategy.task_for(desk, allowed, now) if allowed else None

    def looks_again(self, task: Task) -> Sequence[float]:
        return self._strategy.looks_again(task)


def _within(centre: Centre, strategy: Strategy) -> Strategy:
    may = {agent.id: frozenset(work.kind for work in agent.handling) for agent in centre.agents}
    kinds = {arrival.label.kind for arrival in centre.arrivals}
    return strategy if all(kinds <= own for own in may.values()) else Within(strategy, may)


def _settings(name: str, weights: Mapping[str, float]) -> Any:
    if name not in STRATEGIES:
        raise Malformed(f"there is no strategy {name[:40]!r}; there are {', '.join(STRATEGIES)}")
    kind = STRATEGIES[name]
    known = {f.name: f.default for f in fields(kind)} if kind is not None else {}
    for weight, value in weights.items():
        if weight not in known:
            raise Malformed(f"{name} has no weight {weight[:40]!r}; it has {', '.join(known) or 'none'}")
        if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value) or value < 0:
            raise Malformed(f"the weight {weight} of {name} is a number that is not negative, not {str(value)[:40]!r}")
        if value == 0 and weight in _MUST_BE_MORE_THAN_0:
            raise Malformed(f"the weight {weight} of {name} must be more than 0")
        if value == inf and weight not in _NEVER_IF_INFINITE:
            raise Malformed(f"the weight {weight} of {name} must be finite")
    if kind is None:
        return None
    whole = {k: int(v) for k, v in weights.items() if isinstance(known[k], int)}
    try:
        return replace(kind(), **{**weights, **whole})
    except ValueError as error:
        raise Malformed(str(error)) from None
