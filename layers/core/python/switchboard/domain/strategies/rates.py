"""How long which agent takes for which work, learned from what they finished."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from switchboard.domain.strategies.base import Ended
from switchboard.domain.strategies.index import UNKNOWN_SECONDS

PRIOR_COUNT = 12.0  # finished conversations after which an agent's own mean weighs as much as everybody's
UNSKILLED = 1.5  # how many times longer work is expected to take whoever lacks the skill, before any is seen


@dataclass(slots=True)
class _Sum:
    seconds: float = 0.0
    count: float = 0.0


@dataclass(slots=True)
class Rates:
    """Running means of handling seconds, shrunk to what is known of the next wider group while data are few (empirical Bayes with
    a fixed prior count): the agent's own mean of a class, else their general pace times the class's mean, else the class's mean,
    else everybody's."""

    _own: dict[tuple[str, str, bool], _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    _class: dict[tuple[str, bool, bool, bool], _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    _pace: dict[str, _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    _all: _Sum = field(default_factory=_Sum)

    def ended(self, e: Ended) -> None:
        """Learn from one finished conversation."""
        expected = self._class_mean(e.kind, e.complex, e.expert, e.skilled)
        for known in (self._own[e.agent, e.kind, e.complex], self._class[e.kind, e.complex, e.expert, e.skilled], self._all):
            known.seconds += e.seconds
            known.count += 1
        pace = self._pace[e.agent]  # in units of the expected: seconds are ratios here
        pace.seconds += min(10.0, e.seconds / expected)
        pace.count += 1

    def mean(self, agent: str, expert: bool, kind: str, complex_: bool, *, skilled: bool = True) -> float:
        """Expected handling seconds."""
        pace = self._pace.get(agent)
        ratio = (pace.seconds + 2 * PRIOR_COUNT) / (pace.count + 2 * PRIOR_COUNT) if pace else 1.0
        prior = self._class_mean(kind, complex_, expert, skilled) * ratio
        own = self._own.get((agent, kind, complex_))
        if own is None:
            return prior
        return (own.seconds + PRIOR_COUNT * prior) / (own.count + PRIOR_COUNT)

    def _class_mean(self, kind: str, complex_: bool, expert: bool, skilled: bool) -> float:
        if skilled:
            prior = (self._all.seconds + UNKNOWN_SECONDS) / (self._all.count + 1.0)
        else:
            prior = UNSKILLED * self._class_mean(kind, complex_, expert, True)
        known = self._class.get((kind, complex_, expert, skilled))
        if known is None:
            return prior
        return (known.seconds + PRIOR_COUNT * prior) / (known.count + PRIOR_COUNT)
