"""Settles what a model's outputs mean, by labelled messages that it did not learn from: temperatures and thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from ..builder.corpus import SENTIMENTS, Example
from ..evaluation.metrics import auroc, calibration_error

Array = npt.NDArray[np.float64]
Columns = npt.NDArray[np.int_]
_ANGRY = SENTIMENTS.index("angry")


@dataclass(frozen=True)
class Goals:
    """The right answers, as columns of a model's outputs. The last label is out of scope."""

    intents: Columns
    moods: Columns

    @classmethod
    def of(cls, examples: Sequence[Example], labels: Sequence[str]) -> Goals:
        """Those of `examples`."""
        return cls(
            np.array([labels.index(example.label) for example in examples]),
            np.array([SENTIMENTS.index(example.sentiment) for example in examples]),
        )


def settle(outputs: Array, goals: Goals, labels: Sequence[str], lost: float) -> tuple[dict[str, float], dict[str, float]]:
    """The numbers of `switchboard.adapters.onnx.decision.Scale`, and how good the answers then are.

    `lost`: the share of in-scope messages that may be rejected.
    """
    intents, moods = outputs[:, : len(labels)], outputs[:, len(labels) :]
    temperature, mood_temperature = _calibrate(intents, goals.intents), _calibrate(moods, goals.moods)
    shares, anger = _softmax(intents / temperature), _softmax(moods / mood_temperature)[:, _ANGRY]
    outside, angry = goals.intents == len(labels) - 1, goals.moods == _ANGRY
    threshold = float(np.quantile(shares[~outside, -1], 1 - lost))
    least = _best_threshold(anger, angry)
    values = {
        "temperature": round(temperature, 4),
        "mood_temperature": round(mood_temperature, 4),
        "threshold": round(threshold, 4),
        "anger": round(least, 4),
    }
    best = shares[:, :-1].max(axis=1)
    right = shares[:, :-1].argmax(axis=1) == goals.intents
    rejected = shares[:, -1] >= threshold
    confidence = np.where(rejected, 1 - best, best)
    figures = {
        "accuracy_unrejected": float(right[~outside].mean()),
        "accuracy": float((right & ~rejected)[~outside].mean()),
        "out_of_scope_rejected": float(rejected[outside].mean()),
        "out_of_scope_auroc": auroc(best[~outside].tolist(), best[outside].tolist()) or 0.0,
        "calibration_error": calibration_error(list(zip(confidence, np.where(rejected, outside, right), strict=True))) or 0.0,
        "anger_f1": _f1(anger >= least, angry),
        "mood_accuracy": float((moods.argmax(axis=1) == goals.moods).mean()),
    }
    return values, {name: round(float(value), 4) for name, value in figures.items()}


def best_share(first: Array, second: Array, goals: Columns) -> float:
    """What `second` counts beside `first` when both are added: the ratio of the weights with the least log-loss."""

    def loss(weights: Array) -> tuple[float, Array]:
        shares = _softmax(weights[0] * first + weights[1] * second)
        error = shares - np.eye(first.shape[1])[goals]
        value = -np.log(np.maximum(shares[np.arange(len(goals)), goals], 1e-12)).mean()
        return float(value), np.array([(error * part).sum() / len(goals) for part in (first, second)])

    found = minimize(loss, np.ones(2), jac=True, method="L-BFGS-B", bounds=[(0.05, None), (0.0, None)])
    return float(found.x[1] / found.x[0])


def _softmax(logits: Array) -> Array:
    raw = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _calibrate(logits: Array, goals: Columns) -> float:
    """The temperature of the least log-loss. Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

    def loss(temperature: float) -> float:
        chosen = _softmax(logits / temperature)[np.arange(len(goals)), goals]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 10.0), method="bounded").x)


def _best_threshold(shares: Array, meant: npt.NDArray[np.bool_]) -> float:
    """The share from which on a message counts as meant, by the largest F1."""
    return float(max(np.linspace(0.05, 0.95, 91), key=lambda candidate: _f1(shares >= candidate, meant)))


def _f1(found: npt.NDArray[np.bool_], meant: npt.NDArray[np.bool_]) -> float:
    return 2 * float((found & meant).sum()) / max(int(found.sum() + meant.sum()), 1)
