"""What sixteen pairs of hands do next."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence

Action = Callable[[], None]


class Agenda:
    """Reactions come first when they are due; then arrivals and work, drawn so that the line grows while agents work. Due times are of
    `time.monotonic`."""

    def __init__(self, arrivals: Sequence[Action], share: float, seed: int) -> None:
        self._arrivals = list(arrivals[::-1])
        self._share = share
        self._reactions: list[tuple[float, int, Action]] = []
        self._work: list[tuple[float, int, Action]] = []
        self._order = itertools.count()
        self._dice = random.Random(seed)
        self._changed = threading.Condition()
        self._busy = 0
        self._paused = self._stopped = False

    def react(self, delay: float, action: Action) -> None:
        self._put(self._reactions, delay, action)

    def work(self, delay: float, action: Action) -> None:
        self._put(self._work, delay, action)

    def _put(self, heap: list[tuple[float, int, Action]], delay: float, action: Action) -> None:
        with self._changed:
            heapq.heappush(heap, (time.monotonic() + delay, next(self._order), action))
            self._changed.notify()

    def next(self) -> Action | None:
        """The next action, when there is one; None when it is over. Each is followed by `done`."""
        with self._changed:
            while not self._stopped:
                if not self._paused and (action := self._due()) is not None:
                    self._busy += 1
                    return action
                self._changed.wait(self._pause())
            return None

    def _due(self) -> Action | None:
        now = time.monotonic()
        if self._reactions and self._reactions[0][0] <= now:
            return heapq.heappop(self._reactions)[2]
        work = bool(self._work) and self._work[0][0] <= now
        if self._arrivals and (not work or self._dice.random() < self._share):
            return self._arrivals.pop()
        return heapq.heappop(self._work)[2] if work else None

    def _pause(self) -> float | None:
        if self._paused:
            return None
        heads = [heap[0][0] for heap in (self._reactions, self._work) if heap]
        return max(0.0, min(heads) - time.monotonic()) if heads else None

    def done(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def stand_still(self, seconds: float) -> bool:
        """Nothing new begins; True when all that had begun is done."""
        with self._changed:
            self._paused = True
            return self._changed.wait_for(lambda: not self._busy, seconds)

    def go_on(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    @property
    def arrivals_left(self) -> int:
        with self._changed:
            return len(self._arrivals)

    @property
    def quiet(self) -> bool:
        """Nothing is going on and nothing will."""
        with self._changed:
            return not (self._busy or self._arrivals or self._reactions or self._work)

    def __str__(self) -> str:
        with self._changed:
            to_come = f"{len(self._arrivals)} arrivals, {len(self._reactions)} reactions and {len(self._work)} works to come"
            return f"{self._busy} at work, {to_come}"
