"""Calls that take several items are bounded by count and by bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size_of: Callable[[T], int], count: int, size: int) -> Iterator[list[T]]:
    """Split into runs of at most `count` items and `size` bytes, keeping the order; an item above `size` has a run of its own."""
    run: list[T] = []
    used = 0
    for item in items:
        length = size_of(item)
        if run and (len(run) == count or used + length > size):
            yield run
            run, used = [], 0
        run.append(item)
        used += length
    if run:
        yield run
