"""Trains the intent head: multinomial logistic regression on the encoder's embeddings of the corpus.

Nothing is drawn at random: the folds follow the corpus's order, so equal inputs give equal bytes on one kind of
processor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from switchboard.adapters.onnx.head import LanguageMeans

from .archive import write_arrays
from .corpus import Example
from .taxonomy import OUT_OF_SCOPE

Array = npt.NDArray[np.float64]

# Inverse strength of the L2 penalty, and the folds that calibrate. Chosen by cross-validation on the corpus.
STRENGTH = 10.0
FOLDS = 5
# The share of in-scope messages (of the folds) that the threshold may reject beyond the trained rejection.
LOST_IN_SCOPE = 0.05
_ITERATIONS = 500


@dataclass(frozen=True)
class TrainedHead:
    """What `write` stores; `accuracy` is that of the folds, in scope and out of scope together."""

    labels: tuple[str, ...]
    languages: tuple[str, ...]
    weights: Array
    bias: Array
    means: Array
    fallback: Array
    temperature: float
    threshold: float
    accuracy: float

    def write(self, path: Path) -> None:
        settings = {
            "labels": self.labels,
            "languages": self.languages,
            "temperature": round(self.temperature, 4),
            "threshold": round(self.threshold, 4),
        }
        write_arrays(
            path,
            {
                "weights": self.weights.astype(np.float32),
                "bias": self.bias.astype(np.float32),
                "means": self.means.astype(np.float32),
                "fallback": self.fallback.astype(np.float32),
                "settings": np.frombuffer(json.dumps(settings, sort_keys=True).encode(), np.uint8),
            },
        )


def train(embeddings: npt.NDArray[np.float32], examples: Sequence[Example], labels: Sequence[str]) -> TrainedHead:
    """Learns from one row of `embeddings` an example. `labels` are the columns of the answer."""
    languages = sorted({example.language for example in examples})
    rows = np.array([example.language for example in examples])
    means = np.stack([embeddings[rows == language].mean(axis=0) for language in languages])
    # languages without a corpus of their own are centred by what the corpus's languages have in common
    fallback = means.mean(axis=0)
    centring = LanguageMeans(dict(zip(languages, means, strict=True)), fallback)
    features = centring.centre(embeddings, rows.tolist()).astype(np.float64)
    answers = np.array([labels.index(example.label) for example in examples])
    logits = _out_of_fold(features, answers, _folds(examples), len(labels))
    temperature = _calibrate(logits, answers)
    certainty = _softmax(logits / temperature)
    threshold = _threshold(certainty, answers, labels.index(OUT_OF_SCOPE))
    weights, bias = fit(features, answers, len(labels))
    return TrainedHead(
        tuple(labels), tuple(languages), weights, bias, means.astype(np.float64), fallback.astype(np.float64),
        temperature, threshold, float((certainty.argmax(axis=1) == answers).mean()),
    )  # fmt: skip


def fit(features: Array, answers: npt.NDArray[np.int_], count: int) -> tuple[Array, Array]:
    """Weights (features x labels) and bias that minimise STRENGTH * negative log-likelihood + |weights|^2 / 2."""
    width = features.shape[1]
    target = np.eye(count)[answers]

    def loss(flat: Array) -> tuple[float, Array]:
        matrix = flat.reshape(width + 1, count)
        logits = features @ matrix[:width] + matrix[width]
        logits -= logits.max(axis=1, keepdims=True)
        raw = np.exp(logits)
        sums = raw.sum(axis=1, keepdims=True)
        value = -STRENGTH * (target * (logits - np.log(sums))).sum() + 0.5 * (matrix[:width] ** 2).sum()
        error = STRENGTH * (raw / sums - target)
        slope = np.vstack([features.T @ error + matrix[:width], error.sum(axis=0)])
        return float(value), slope.ravel()

    found = minimize(loss, np.zeros((width + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    matrix = found.x.reshape(width + 1, count)
    return matrix[:width], matrix[width]


def _folds(examples: Sequence[Example]) -> npt.NDArray[np.int_]:
    """Each label of each language is dealt out to the folds in turn."""
    dealt: dict[tuple[str, str], int] = {}
    folds = []
    for example in examples:
        number = dealt.get((example.label, example.language), 0)
        dealt[example.label, example.language] = number + 1
        folds.append(number % FOLDS)
    return np.array(folds)


def _out_of_fold(features: Array, answers: npt.NDArray[np.int_], folds: npt.NDArray[np.int_], count: int) -> Array:
    logits = np.zeros((len(features), count))
    for fold in range(FOLDS):
        held = folds == fold
        weights, bias = fit(features[~held], answers[~held], count)
        logits[held] = features[held] @ weights + bias
    return logits


def _calibrate(logits: Array, answers: npt.NDArray[np.int_]) -> float:
    """The temperature of the least log-loss. Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

    def loss(temperature: float) -> float:
        chosen = _softmax(logits / temperature)[np.arange(len(answers)), answers]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.1, 10.0), method="bounded").x)


def _threshold(certainty: Array, answers: npt.NDArray[np.int_], rejection: int) -> float:
    """The confidence below which an intent is rejected: it loses `LOST_IN_SCOPE` of the messages rightly answered."""
    best = certainty.argmax(axis=1)
    right = (answers != rejection) & (best == answers)
    return float(np.quantile(certainty[right].max(axis=1), LOST_IN_SCOPE)) if right.any() else 0.0


def _softmax(logits: Array) -> Array:
    raw = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))
