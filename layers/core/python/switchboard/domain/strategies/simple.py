"""The textbook's strategies: first come, first served, to one of those with the skill. Peers to measure against, and for those who
want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from switchboard.domain.strategies.base import Desk, Task


def oldest(heads: Sequence[Task]) -> Task:
    """Whoever has waited longest."""
    return min(heads, key=lambda t: t.since)


class FirstComeFirstServed:
    """Work in the order of its arrival; who comes while somebody has room goes to the lowest of them by `order`."""

    relaxes_after = inf

    def __init__(self, order: Callable[[Desk], tuple[float | str, ...]]) -> None:
        self._order = order

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        return min(free, key=self._order)

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        return oldest(heads)

    def looks_again(self, task: Task) -> Sequence[float]:
        return ()


def least_load() -> FirstComeFirstServed:
    """The agent with the lowest share of used slots."""
    return FirstComeFirstServed(lambda d: (d.load / d.slots, d.id))


def longest_idle() -> FirstComeFirstServed:
    """The agent whose last assignment is longest ago: with several slots, idle cannot mean empty-handed."""
    return FirstComeFirstServed(lambda d: (d.assigned_at, d.id))


def most_room() -> FirstComeFirstServed:
    """The agent with the most free slots."""
    return FirstComeFirstServed(lambda d: (d.load - d.slots, d.id))


class RoundRobin:
    """Everybody in turn: a ring of agents for each kind, in order of their ids; the first with room behind the last one chosen."""

    relaxes_after = inf

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        last = self._last.get(task.kind, "")
        chosen = min(free, key=lambda d: (d.id <= last, d.id))
        self._last[task.kind] = chosen.id
        return chosen

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        chosen = oldest(heads)
        self._last[chosen.kind] = desk.id
        return chosen

    def looks_again(self, task: Task) -> Sequence[float]:
        return ()
