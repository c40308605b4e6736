"""Draws that are the same wherever and whenever they are made: a seed's text fixes all of them. The domain has no dice of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from math import cos, exp, log, pi, sqrt
from typing import Generic, TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1


class Chance:
    """A stream of draws (the generator splitmix64: G. L. Steele, D. Lea, C. H. Flood 2014, Fast splittable pseudorandom number
    generators). Streams of different seeds have nothing to do with each other, so a conversation can have its own."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(blake2b(seed.encode("utf-8", "replace"), digest_size=8).digest(), "big")

    def share(self) -> float:
        """Uniform between 0 and 1, neither of them reached."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return (((z ^ (z >> 31)) >> 11) + 0.5) / (1 << 53)

    def between(self, low: float, high: float) -> float:
        """Uniform."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def exponential(self, mean: float) -> float:
        return -mean * log(self.share())

    def lognormal(self, spread: float) -> float:
        """With mean 1; `spread` is the standard deviation of its logarithm."""
        normal = sqrt(-2.0 * log(self.share())) * cos(2.0 * pi * self.share())
        return exp(spread * normal - spread * spread / 2.0)

    def one_of(self, things: Sequence[T]) -> T:
        """One of them, all equally likely."""
        return things[int(self.share() * len(things))]

    def some_of(self, things: Sequence[T], weights: Sequence[float], count: int) -> list[T]:
        """`count` different ones (all, if there are no more), each draw in proportion to the weights of those left."""
        left = list(zip(things, weights, strict=True))
        chosen: list[T] = []
        while left and len(chosen) < count:
            again = Wheel(range(len(left)), [weight for _, weight in left])
            chosen.append(left.pop(again.turn(self))[0])
        return chosen


class Wheel(Generic[T]):
    """Things that are drawn in proportion to their weights, again and again."""

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self._things = things
        self._below = list(accumulate(weights))

    def turn(self, chance: Chance) -> T:
        place = bisect_right(self._below, chance.share() * self._below[-1])
        return self._things[min(place, len(self._things) - 1)]
