"""How far the label "complex" is to be believed, kind by kind, learnt from what conversations turned out to be.

An expert's slot is best spent on work only an expert does well. A third of what is labelled complex may be simple, and in some kinds
most of it; so what counts is the share of an expert's time that such work would really spend on complex matters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from switchboard.domain.strategies.base import Ended

PRIOR_RIGHT, PRIOR_WRONG = 6.5, 3.5  # conversations: before any has ended, a label is right in two of three
PRIOR_SECONDS = {True: 600.0, False: 400.0}  # of an expert, complex and simple
PRIOR_COUNT = 10.0  # conversations of a kind that weigh as much as what is known of all kinds
PRIOR_OF_ALL = 5.0  # conversations of all kinds that weigh as much as PRIOR_SECONDS


@dataclass(slots=True)
class _Mean:
    total: float = 0.0
    count: float = 0.0

    def add(self, value: float) -> None:
        self.total += value
        self.count += 1

    def shrunk(self, towards: float, weight: float) -> float:
        return (self.total + towards * weight) / (self.count + weight)


@dataclass(slots=True)
class Hardness:
    """Counts of ended conversations labelled complex by what they proved to be, and experts' mean seconds on either."""

    _proved: dict[tuple[str, bool], int] = field(default_factory=lambda: defaultdict(int))
    _seconds: dict[tuple[str, bool], _Mean] = field(default_factory=lambda: defaultdict(_Mean))
    _all: dict[bool, _Mean] = field(default_factory=lambda: defaultdict(_Mean))

    def ended(self, e: Ended) -> None:
        """Learn from one finished conversation."""
        if e.complex:
            self._proved[e.kind, e.proved_complex] += 1
        if e.expert:
            self._seconds[e.kind, e.proved_complex].add(e.seconds)
            self._all[e.proved_complex].add(e.seconds)

    def share(self, kind: str) -> float:
        """Of the time an expert would give to work of this kind labelled complex, the share that would go to truly complex work."""
        hard = (PRIOR_RIGHT + self._proved.get((kind, True), 0)) * self._mean(kind, True)
        easy = (PRIOR_WRONG + self._proved.get((kind, False), 0)) * self._mean(kind, False)
        return hard / (hard + easy)

    def _mean(self, kind: str, proved_complex: bool) -> float:
        of_all = self._all.get(proved_complex, _Mean()).shrunk(PRIOR_SECONDS[proved_complex], PRIOR_OF_ALL)
        return self._seconds.get((kind, proved_complex), _Mean()).shrunk(of_all, PRIOR_COUNT)
