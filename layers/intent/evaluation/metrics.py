"""Measures of a classifier. Shares are fractions, 0 to 1; None where there is nothing to measure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Meant and found: what is true of a message, and what was said of it.
Pair = tuple[str, str]
CALIBRATION_BINS = 15


@dataclass(frozen=True)
class Score:
    """How well one label is found. Precision is None where it was never said, recall where it was never true."""

    precision: float | None
    recall: float | None
    f1: float | None


def share(right: Iterable[bool]) -> float | None:
    """The share that is true."""
    listed = list(right)
    return sum(listed) / len(listed) if listed else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those that could be measured."""
    listed = [value for value in values if value is not None]
    return sum(listed) / len(listed) if listed else None


def score(pairs: Sequence[Pair], label: str) -> Score:
    """Precision, recall and F1 = 2 TP / (2 TP + FP + FN) of `label`."""
    true = sum(meant == found == label for meant, found in pairs)
    said = sum(found == label for _, found in pairs)
    were = sum(meant == label for meant, _ in pairs)
    return Score(true / said if said else None, true / were if were else None, 2 * true / (said + were) if said + were else None)


def macro_f1(pairs: Sequence[Pair]) -> float | None:
    """The mean F1 of the labels that are true of at least one."""
    were, said = Counter(meant for meant, _ in pairs), Counter(found for _, found in pairs)
    true = Counter(meant for meant, found in pairs if meant == found)
    return mean(2 * true[label] / (said[label] + were[label]) for label in were)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """How probably a score of `inside` is above one of `outside`, a tie counting half: the area under the ROC curve.

    Hanley and McNeil 1982, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve".
    """
    if not inside or not outside:
        return None
    ranked = sorted(outside)
    won = sum(bisect_left(ranked, value) + bisect_right(ranked, value) for value in inside)
    return won / (2 * len(inside) * len(outside))


def rejected_at_loss(inside: Sequence[float], outside: Sequence[float], loss: float) -> float | None:
    """The share of `outside` that lies below the highest threshold with at most the share `loss` of `inside` below it."""
    if not inside or not outside:
        return None
    threshold = sorted(inside)[min(math.floor(loss * len(inside)), len(inside) - 1)]
    return sum(value < threshold for value in outside) / len(outside)


def calibration_error(answers: Sequence[tuple[float, bool]], bins: int = CALIBRATION_BINS) -> float | None:
    """Expected calibration error of answers' (confidence, whether right): the mean gap between the two over bins of equal
    width, each weighing as many answers as it has. Guo et al. 2017, "On Calibration of Modern Neural Networks"."""
    gaps = [0.0] * bins
    for confidence, right in answers:
        gaps[min(int(confidence * bins), bins - 1)] += confidence - right
    return sum(map(abs, gaps)) / len(answers) if answers else None


def percentile(values: Sequence[float], part: float) -> float:
    """The least of `values` (at least one) that the share `part` of them does not exceed: nearest rank."""
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)]
