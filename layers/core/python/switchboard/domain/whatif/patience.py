"""How long customers would have waited before they gave up, out of a past in which most were served first.

A customer who was served after 20 s did not have a patience of 20 s: it was longer, nobody knows by how much. Such times are
censored; read as patience they would make everybody look hasty. The estimate that is right with them is the product-limit estimate
(E. L. Kaplan and P. Meier 1958, Nonparametric estimation from incomplete observations, JASA 53, 457-481). It takes for granted that
how long somebody had to wait says nothing about how patient they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import log

LONGEST = 86_400.0
"""Seconds: nobody is taken to wait longer. Where nobody ever gave up, everybody is as patient as this."""

ENOUGH = 20


class Patience:
    """`left`: seconds after which customers gave up; `served`: seconds after which others were taken on, or were last seen waiting.
    From where fewer than `enough` were seen to wait, next to nothing is known: one more who leaves would be a jump. There the mean
    hazard of all waiting goes on (exponential)."""

    def __init__(self, left: Iterable[float], served: Iterable[float], enough: int = ENOUGH) -> None:
        events = sorted([(t, 0) for t in left] + [(t, 1) for t in served])  # at one instant leaving comes first, as K. and M. have it
        self._times: list[float] = []
        self._surviving: list[float] = []  # share still waiting just after each of the times
        share, at_risk, place = 1.0, len(events), 0
        self._known_until = 0.0
        while place < len(events) and at_risk >= enough:
            t, gone, seen = events[place][0], 0, 0
            while place < len(events) and events[place][0] == t:
                gone += events[place][1] == 0
                seen += 1
                place += 1
            if gone:
                share *= 1.0 - gone / at_risk
                self._times.append(t)
                self._surviving.append(share)
            at_risk -= seen
            self._known_until = t
        waited = sum(t for t, _ in events)
        self._hazard = sum(1 for _, was_served in events if not was_served) / waited if waited > 0 else 0.0

    def surviving(self, t: float) -> float:
        """Share of customers who would still wait after `t` seconds."""
        place = bisect_right(self._times, t)
        return self._surviving[place - 1] if place else 1.0

    def draw(self, share: float, beyond: float = 0.0) -> float:
        """The patience of somebody known to have waited `beyond` seconds, at the quantile 1 - `share` (between 0 and 1) of what is
        then left to expect; never more than LONGEST, unless they were seen to wait longer."""
        wanted = share * self.surviving(beyond)
        low, high = bisect_right(self._times, beyond), len(self._times)
        while low < high:  # the first time after which no more than `wanted` still wait
            middle = (low + high) // 2
            if self._surviving[middle] <= wanted:
                high = middle
            else:
                low = middle + 1
        if low < len(self._times):
            return self._times[low]
        if self._hazard <= 0:
            return max(LONGEST, beyond + 1.0)
        known_until = max(self._known_until, beyond)
        left = self.surviving(known_until)
        # Nobody may be left (all gave up at one time): only `beyond` itself says anything there.
        further = log(left / wanted) if left > 0 else -log(share)
        return max(min(LONGEST, known_until + further / self._hazard), beyond + 1.0)
