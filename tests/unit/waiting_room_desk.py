"""A desk simulated from arrival to answer, that tells each customer who has to wait how long it will be: one queue, first come
first served, as its own oracle. Chance is seeded."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from switchboard.domain.waiting_room.estimate import Estimate, Evidence, estimate
from switchboard.domain.waiting_room.flow import Flow, moved

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(slots=True)
class Told:
    """What a customer was told on joining the queue, and the truth. `waited` is None for those who gave up."""

    at: float
    estimate: Estimate
    waited: float | None = None


def desk(
    seed: int,
    *,
    hours: float,
    arrivals: Callable[[float], float],  # a second, at a second of the day; at most 1
    slots: Callable[[float], int],
    handling: Callable[[Random], float],
    patience: float | None = None,  # mean seconds until a waiting customer gives up
) -> Iterator[Told]:
    """Everybody who had to wait and was served (or gave up) in these hours, in the order of their service."""
    random = Random(seed)
    now, busy, end = 0.0, 0, hours * 3600
    events: list[tuple[float, int, str, float]] = []
    waiting: deque[tuple[Told, float]] = deque()
    finished: deque[float] = deque(maxlen=50)
    flow, number = Flow(), 0

    def later(at: float, what: str, value: float = 0.0) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, what, value))

    def changed(left: int) -> None:
        nonlocal flow
        flow = moved(flow, START + timedelta(seconds=now), waiting=len(waiting), slots=slots(now), left=left)

    later(random.expovariate(1.0), "arrival")
    while events and events[0][0] < end:
        now, _, what, value = heapq.heappop(events)
        gone = [one for one in waiting if one[1] <= now]
        for one in gone:
            waiting.remove(one)
            changed(1)
            yield one[0]
        if what == "arrival":
            later(now + random.expovariate(1.0), "arrival")  # thinned below to the rate of the hour
            if random.random() >= arrivals(now):
                continue
            if busy < slots(now):
                busy += 1
                takes = handling(random)
                later(now + takes, "done", takes)
            else:
                changed(0)
                told = Told(now, estimate(Evidence(len(waiting), slots(now), tuple(finished), flow)))
                waiting.append((told, now + random.expovariate(1 / patience) if patience else float("inf")))
                changed(0)
        else:
            busy -= 1
            finished.append(value)
            while waiting and busy < slots(now):
                told, _ = waiting.popleft()
                told.waited = now - told.at
                changed(1)
                yield told
                busy += 1
                takes = handling(random)
                later(now + takes, "done", takes)
