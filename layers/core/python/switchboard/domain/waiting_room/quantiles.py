"""The time until a Poisson process of uncertain rate has had n events.

The rate is known from a gamma distribution of shape `a` and scale 1/`b`: `a` events seen in `b` seconds. The number of events in t
seconds is then negative binomial, so that the time T of the n-th event has

    P(T <= t) = 1 - sum over k < n of G(a + k) / (G(a) k!) * (b / (b + t))^a * (t / (b + t))^k

(the gamma-Poisson mixture of M. Greenwood and G. U. Yule, 1920). With much evidence it is Erlang's distribution, with little it
has the heavier tail that little evidence deserves."""

from __future__ import annotations

from math import exp, lgamma, log, log1p

MOST_EVENTS = 200
"""Beyond it the relative spread hardly shrinks any more, and the quantile is carried on in proportion."""

_HALVINGS = 40


def probability(events: int, a: float, ratio: float) -> float:
    """P(T <= ratio * b) of the `events`-th event. Needs a > 0, ratio >= 0."""
    return _probability(_ways(events, a), a, ratio)


def _ways(events: int, a: float) -> list[float]:
    """The logarithms of G(a + k) / (G(a) k!)."""
    return [lgamma(a + k) - lgamma(a) - lgamma(k + 1) for k in range(events)]


def _probability(ways: list[float], a: float, ratio: float) -> float:
    if ratio <= 0:
        return 0.0
    none, one = -a * log1p(ratio), log(ratio) - log1p(ratio)
    later = sum(exp(way + none + k * one) for k, way in enumerate(ways))
    return min(1.0, max(0.0, 1.0 - later))


def quantile(share: float, events: int, a: float, b: float) -> float:
    """The seconds within which the `events`-th event has come with probability `share` (between 0 and 1)."""
    if not (0 < share < 1 and events > 0 and a > 0 and b > 0):
        raise ValueError("a quantile needs a share between 0 and 1, and positive events and evidence")
    counted = min(events, MOST_EVENTS)
    ways = _ways(counted, a)
    low, high = 0.0, counted / a
    while _probability(ways, a, high) < share:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _probability(ways, a, middle) < share:
            low = middle
        else:
            high = middle
    return high * b * (events / counted)
