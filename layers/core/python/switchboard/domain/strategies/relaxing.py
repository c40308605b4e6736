"""Steps that relax, as task routers of the field have them: the longer a customer waits, the wider the circle of those who are asked.
Important customers first, then by age; among those whom the step admits the one whose last assignment is longest ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from switchboard.domain.strategies.base import Desk, Task


@dataclass(frozen=True, slots=True)
class Steps:
    """The first step admits who has the kind at `level`, and for work labelled complex experts only. From `any_level` seconds of
    waiting the level and the experts do not matter, from `anybody` seconds not even the skill (infinite: it always does)."""

    level: int = 3
    any_level: float = 30.0
    anybody: float = 120.0


class Relaxing:
    def __init__(self, steps: Steps | None = None) -> None:
        self._steps = steps or Steps()
        self._begin = tuple(at for at in (self._steps.any_level, self._steps.anybody) if at < inf)

    @property
    def relaxes_after(self) -> float:
        return self._steps.anybody

    def agent_for(self, task: Task, free: Sequence[Desk], now: float) -> Desk | None:
        admitted = [desk for desk in free if self._admits(task, desk, now)]
        return min(admitted, key=lambda d: (d.assigned_at, d.id), default=None)

    def task_for(self, desk: Desk, heads: Sequence[Task], now: float) -> Task | None:
        """A class's longest waiting stands for it: whoever is admitted to a younger one is admitted to it."""
        admitted = [task for task in heads if self._admits(task, desk, now)]
        return min(admitted, key=lambda t: (not t.vip, t.since), default=None)

    def looks_again(self, task: Task) -> Sequence[float]:
        return self._begin

    def _admits(self, task: Task, desk: Desk, now: float) -> bool:
        level = desk.skills.get(task.kind, 0)
        if now >= task.since + self._steps.anybody:
            return True
        if now >= task.since + self._steps.any_level:
            return level > 0
        return level >= self._steps.level and (desk.expert or not task.complex)
