"""What a trained model is judged by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
_BINS = 10


def softmax(logits: Array) -> Array:
    raw = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def area_under_roc(scores: Array, positive: npt.NDArray[np.bool_]) -> float:
    """How often a positive scores above another one (Mann and Whitney 1947); ties count half."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    some, others = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - some * (some + 1) / 2) / (some * others))


def calibration_error(confidence: Array, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error in ten bins of equal width. Guo et al. 2017, "On Calibration of Modern Neural Networks"."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((confidence - right)[bins == number].sum())) for number in range(_BINS)]
    return sum(gaps) / max(len(confidence), 1)


def f1(found: npt.NDArray[np.bool_], meant: npt.NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * float((found & meant).sum()) / max(int(found.sum() + meant.sum()), 1)
