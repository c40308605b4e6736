"""A day under the index strategy with its planner: the router and the scheduled function of production, in one process."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.domain.simulation.centre import Centre
from switchboard.domain.simulation.play import Play
from switchboard.domain.strategies.base import Desk, Ended, Task
from switchboard.domain.strategies.index import Index, Weights
from switchboard.domain.strategies.learning import Learning, Solve


class Planner:
    """Learns from the day, and has `index` follow each new plan (see `play.Observer`)."""

    def __init__(self, index: Index, learning: Learning) -> None:
        self._index = index
        self._learning = learning

    @property
    def every(self) -> float:
        return self._learning.every

    def arrived(self, task: Task) -> None:
        self._learning.arrived(task)

    def ended(self, e: Ended) -> None:
        self._learning.ended(e)

    def replan(self, desks: Sequence[Desk]) -> None:
        self._index.follow(self._learning.plan(desks))


def planned(centre: Centre, solve: Solve, weights: Weights | None = None) -> Play:
    """A day that begins knowing nobody."""
    index = Index(weights=weights)
    return Play(centre, index, Planner(index, Learning(solve)))
