"""Ranges of a ledger's commits that the archive lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple


class Gap(NamedTuple):
    """Commits `first` to `last` of a ledger, both included."""

    ledger: str
    first: int
    last: int


def covering(commits: Iterable[tuple[str, int]]) -> list[Gap]:
    """The fewest gaps with these commits, given as (ledger, number), and no others."""
    return [gap for ledger, found in groupby(sorted(set(commits)), lambda c: c[0]) for gap in _runs(ledger, (no for _, no in found))]


def _runs(ledger: str, numbers: Iterable[int]) -> Iterator[Gap]:
    """Of numbers that rise."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        found = [no for _, no in run]
        yield Gap(ledger, found[0], found[-1])


def between(ledger: str, head: int, there: Iterable[int], last: int) -> list[Gap]:
    """What is missing above `head` up to `last` where these numbers are there."""
    gaps, expected = [], head + 1
    for no in [*sorted(n for n in set(there) if head < n <= last), last + 1]:
        if no > expected:
            gaps.append(Gap(ledger, expected, no - 1))
        expected = no + 1
    return gaps
