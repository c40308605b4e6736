"""Plays a centre's day under a strategy: arrivals, assignments, completions, and customers who give up.

Time jumps from event to event. Work waits by class (kind and complexity as labelled), oldest first; whoever comes free is shown the
head of each class they have the skill for, those of important customers apart. Nothing is drawn here: chance is in the `Centre`.

Strategies and observers see a `Task` and a `Desk` by the protocols of `strategies.base` alone: no truth before a conversation's end,
no patience, no agent's true speed."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from math import inf
from typing import Protocol

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent
from switchboard.domain.strategies import base
from switchboard.domain.strategies.base import Ended, Strategy

ENDS, SHIFTS, LOOKS = 0, 1, 2  # the order in which events of the same instant happen: conversations end, then shifts, then retries

Line = tuple[str, bool, bool]  # kind, complex, vip


@dataclass(slots=True, eq=False)
class Desk:
    """An agent at work (see `strategies.base.Desk`). `busy`: slot-seconds used after the warm-up."""

    agent: SimulatedAgent
    id: str
    slots: int
    skills: Mapping[str, int]
    expert: bool
    here: bool
    load: int = 0
    assigned_at: float = -inf
    busy: float = 0.0


@dataclass(slots=True, eq=False)
class Task:
    """A customer in the system (see `strategies.base.Task`). `waited`: until taken on or gone; `desk` None at the end: gave up."""

    arrival: Arrival
    kind: str
    complex: bool
    vip: bool
    since: float
    gives_up: float
    desk: Desk | None = None
    waited: float = 0.0
    handled: float = 0.0
    left: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of everybody who came after the warm-up, in order of arrival; `busy`: each agent's share of used slots."""

    tasks: tuple[Task, ...]
    busy: Mapping[str, float]


class Observer(Protocol):
    """Who learns from the day. `replan` is called at the first arrival after every `every` seconds, as the scheduled function is in
    production."""

    @property
    def every(self) -> float: ...

    def arrived(self, task: base.Task) -> None: ...

    def ended(self, e: Ended) -> None: ...

    def replan(self, desks: Sequence[base.Desk]) -> None:
        """With those on duty."""
        ...


class Play:
    """One run. With `retry` nobody who comes free looks for work: each customer is offered again so many seconds apart."""

    def __init__(self, centre: Centre, strategy: Strategy, observer: Observer | None = None, retry: float = 0.0) -> None:
        self.centre = centre
        self.strategy = strategy
        self._observer = observer
        self._retry = retry
        self._relaxes_after = strategy.relaxes_after
        self._desks = [Desk(a, a.id, a.slots, a.skills, a.expert, here=not a.shifts) for a in centre.agents]
        self._skilled: dict[str, list[Desk]] = defaultdict(list)
        for desk in self._desks:
            for kind in desk.skills:
                self._skilled[kind].append(desk)
        self._kinds = sorted({w.kind for a in centre.agents for w in a.handling} | {a.label.kind for a in centre.arrivals})
        self._lines: dict[Line, deque[Task]] = {line: deque() for kind in self._kinds for line in _lines(kind)}
        self._own = {d.id: [line for kind in d.skills if kind in self._kinds for line in _lines(kind)] for d in self._desks}
        self._others = {d.id: [line for kind in self._kinds if kind not in d.skills for line in _lines(kind)] for d in self._desks}
        self._events: list[tuple[float, int, int, Callable[[float], None]]] = []
        self._number = 0

    def run(self) -> Outcome:
        """Play it to the end; whoever still waits then has waited until they gave up."""
        arrivals, warm_up = self.centre.arrivals, self.centre.warm_up
        for desk in self._desks:
            for start, end in desk.agent.shifts:
                self._at(start, SHIFTS, partial(self._comes_on, desk))
                self._at(end, SHIFTS, partial(self._goes_off, desk))
        observer, plans = self._observer, inf
        if observer is not None and arrivals:
            plans = arrivals[0].at + observer.every
        tasks = []
        for arrival in arrivals:
            now, label = arrival.at, arrival.label
            self._until(now)
            task = Task(arrival, label.kind, label.complex, arrival.vip, now, now + arrival.patience)
            tasks.append(task)
            if observer is not None:
                if now >= plans:
                    observer.replan([d for d in self._desks if d.here])
                    plans = now + observer.every
                observer.arrived(task)
            self._arrives(task, now)
        self._until(inf)
        for line in self._lines.values():
            for task in line:
                self._gives_up(task)
        span = arrivals[-1].at - warm_up if arrivals else 0.0
        busy = {d.id: d.busy / (span * d.slots) if span > 0 else 0.0 for d in self._desks}
        return Outcome(tuple(t for t in tasks if t.since >= warm_up), busy)

    # -- what happens ------------------------------------------------------------------------------------------------------------

    def _at(self, time: float, order: int, action: Callable[[float], None]) -> None:
        self._number += 1
        heappush(self._events, (time, order, self._number, action))

    def _until(self, end: float) -> None:
        events = self._events
        while events and events[0][0] <= end:
            now, _, _, action = heappop(events)
            action(now)

    def _comes_on(self, desk: Desk, now: float) -> None:
        desk.here = True
        while not self._retry and desk.load < desk.slots and self._serve(desk, now):
            pass

    def _goes_off(self, desk: Desk, now: float) -> None:  # noqa: ARG002 - an event is told its time
        desk.here = False

    def _arrives(self, task: Task, now: float) -> None:
        if self._offer(task, now):
            return
        self._wait(task)
        if self._retry:
            self._at(now + self._retry, LOOKS, partial(self._looks_again, task))
        else:
            for after in self.strategy.looks_again(task):
                if now + after < task.gives_up:
                    self._at(now + after, LOOKS, partial(self._looks_again, task))

    def _looks_again(self, task: Task, now: float) -> None:
        if task.desk is not None or task.gives_up <= now:
            return
        if self._offer(task, now):
            self._no_longer_waits(task)
        elif self._retry:
            self._at(now + self._retry, LOOKS, partial(self._looks_again, task))

    def _finishes(self, desk: Desk, task: Task, now: float) -> None:
        desk.load -= 1
        if self._observer is not None:
            skilled, proved = task.kind in desk.skills, task.arrival.true.complex
            self._observer.ended(Ended(desk.id, desk.expert, skilled, task.kind, task.complex, proved, task.handled))
        self._freed(desk, task, now)

    def _freed(self, desk: Desk, task: Task, now: float) -> None:  # noqa: ARG002 - not whose slot it was, here
        if not self._retry and desk.here:
            self._serve(desk, now)

    # -- who with whom -----------------------------------------------------------------------------------------------------------

    def _offer(self, task: Task, now: float) -> bool:
        asked = self._desks if now >= task.since + self._relaxes_after else self._skilled[task.kind]
        free = [d for d in asked if d.load < d.slots and d.here]
        chosen = self.strategy.agent_for(task, free, now) if free else None
        if chosen is None:
            return False
        assert isinstance(chosen, Desk)
        self._assign(chosen, task, now)
        return True

    def _serve(self, desk: Desk, now: float) -> bool:
        heads = list(self._heads(self._own[desk.id], now))
        if self._relaxes_after < inf:
            heads += [t for t in self._heads(self._others[desk.id], now) if now >= t.since + self._relaxes_after]
        chosen = self.strategy.task_for(desk, heads, now) if heads else None
        if chosen is None:
            return False
        assert isinstance(chosen, Task)
        self._no_longer_waits(chosen)
        self._assign(desk, chosen, now)
        return True

    def _assign(self, desk: Desk, task: Task, now: float) -> None:
        task.desk, task.waited = desk, now - task.since
        task.handled = desk.agent.handling[task.arrival.true] * task.arrival.effort
        desk.load += 1
        desk.assigned_at = now
        if now >= self.centre.warm_up:
            desk.busy += task.handled
        self._at(now + task.handled, ENDS, partial(self._finishes, desk, task))

    # -- who waits ---------------------------------------------------------------------------------------------------------------

    def _wait(self, task: Task) -> None:
        self._lines[task.kind, task.complex, task.vip].append(task)

    def _no_longer_waits(self, task: Task) -> None:
        line = self._lines[task.kind, task.complex, task.vip]
        if line[0] is task:
            line.popleft()
        else:
            line.remove(task)

    def _heads(self, lines: Iterable[Line], now: float) -> Iterator[Task]:
        for key in lines:
            line = self._lines[key]
            while line and line[0].gives_up <= now:
                self._gives_up(line.popleft())
            if line:
                yield line[0]

    def _heads_of(self, kind: str, now: float) -> Iterator[Task]:
        return self._heads(_lines(kind), now)

    @staticmethod
    def _gives_up(task: Task) -> None:
        task.left, task.waited = True, task.gives_up - task.since


def _lines(kind: str) -> list[Line]:
    return [(kind, hard, vip) for hard in (True, False) for vip in (True, False)]
