"""A wait as people say it: "less than 5 minutes", "about 15 minutes", "10 to 20 minutes", "more than 30 minutes".

Bounds are rounded outwards to numbers that people use, so that what is said never claims more than the estimate carries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.waiting_room.estimate import Estimate

BOUNDS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 240)
"""Minutes that are said as a bound."""

OPEN_FROM = 30
"""Minutes. From this lower bound on only the lower bound is said: nobody plans by the upper one."""

LONGEST = 90
"""Minutes. An upper bound above is no news."""

LEAST_OPEN = 5
"""Minutes. "More than 3 minutes" of somebody who may wait for hours misleads; below this nothing is said."""

ABOUT = {(3, 5): 4, (4, 7): 5, (7, 15): 10, (10, 20): 15, (15, 25): 20, (20, 30): 25, (25, 40): 30}
"""Lower and upper bound close enough that people say one number for both."""


class Shape(StrEnum):
    UNKNOWN = "unknown"
    LESS_THAN = "less_than"
    ABOUT = "about"
    BETWEEN = "between"
    MORE_THAN = "more_than"


@dataclass(frozen=True, slots=True)
class Figure:
    """`low` and `high`: the minutes the words stand for; None: open. `about`: the one number said instead."""

    shape: Shape
    low: int = 0
    high: int | None = None
    about: int = 0

    def holds(self, seconds: float) -> bool:
        """Whether somebody who waited this long was told the truth."""
        return self.shape is not Shape.UNKNOWN and self.low * 60 <= seconds and (self.high is None or seconds <= self.high * 60)


UNKNOWN = Figure(Shape.UNKNOWN)


def figure(e: Estimate) -> Figure:
    """What to say of an estimate."""
    if e.low is None or e.high is None:
        return UNKNOWN
    low, high = _at_most(e.low / 60), _at_least(e.high / 60)
    if low >= OPEN_FROM or high is None or high > LONGEST:
        return Figure(Shape.MORE_THAN, low) if low >= LEAST_OPEN else UNKNOWN
    if low <= 1:
        return Figure(Shape.LESS_THAN, 0, max(2, high))
    if about := ABOUT.get((low, high)):
        return Figure(Shape.ABOUT, low, high, about)
    return Figure(Shape.BETWEEN, low, high)


def _at_most(minutes: float) -> int:
    place = bisect_right(BOUNDS, minutes)
    return BOUNDS[place - 1] if place else 0


def _at_least(minutes: float) -> int | None:
    place = bisect_left(BOUNDS, minutes)
    return BOUNDS[place] if place < len(BOUNDS) else None
