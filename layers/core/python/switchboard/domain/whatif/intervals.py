"""Confidence intervals by the jackknife over blocks: each figure is made again without each of the blocks, and from how far those
differ it is estimated how far the figure would have differed on other days of the same kind (J. W. Tukey 1958; for blocks of what
follows one another H. R. Kuensch 1989, The jackknife and the bootstrap for general stationary observations).

It serves means, shares, quantiles of many and spreads alike, and a difference between two policies is one more figure: made of the
same days under both, so what days have in common drops out (paired). Student's t with one degree of freedom less than blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, pi, sin, sqrt

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the interval at LEVEL, None where it cannot be made: fewer than two blocks."""

    value: float
    low: float | None = None
    high: float | None = None


def jackknife(whole: float | None, without: Sequence[float | None]) -> Estimate | None:
    """`whole`: the figure over all blocks; `without`: over all but each one. None where there is no figure."""
    if whole is None:
        return None
    known = [x for x in without if x is not None]
    n = len(known)
    if n < 2 or n < len(without):
        return Estimate(whole)
    mean = sum(known) / n
    error = sqrt((n - 1) / n * sum((x - mean) ** 2 for x in known))
    reach = t_quantile(0.5 + LEVEL / 2, n - 1) * error
    return Estimate(whole, whole - reach, whole + reach)


@cache
def t_quantile(share: float, freedom: int) -> float:
    """Of Student's t, for `share` above a half and whole degrees of freedom, by bisection."""
    low, high = 0.0, 1.0
    while t_share(high, freedom) < share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_share(middle, freedom) < share else (low, middle)
    return high


def t_share(t: float, freedom: int) -> float:
    """The share below `t` >= 0: the finite sums for whole degrees of freedom (M. Abramowitz, I. Stegun 1964, 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    c = cos(angle)
    if freedom % 2:
        term, total, k = c, 0.0, 1
        while k <= freedom - 2:
            total += term
            term *= c * c * (k + 1) / (k + 2)
            k += 2
        between = 2 / pi * (angle + sin(angle) * total)
    else:
        term, total, k = 1.0, 0.0, 0
        while k <= freedom - 2:
            total += term
            term *= c * c * (k + 1) / (k + 2)
            k += 2
        between = sin(angle) * total
    return 0.5 + between / 2
