"""Learns the small model that stands in for the encoder: multinomial logistic regression over hashed words and letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from switchboard.adapters.ngrams.features import BUCKETS, features

from ..builder import archive
from ..builder.corpus import SENTIMENTS, Example
from .scale import Array, Goals, settle

# Inverse strength of the L2 penalty, and how long to look for the best weights. Chosen on the messages held back.
STRENGTH = 20.0
_ITERATIONS = 80
_LARGEST = 127


def learn(examples: Sequence[Example], judge: Sequence[Example], labels: Sequence[str], target: Path) -> dict[str, float]:
    """Writes the model learnt from `examples`; returns its figures on `judge`."""
    seen, judged = _table(examples), _table(judge)
    goals, judging = Goals.of(examples, labels), Goals.of(judge, labels)
    parts = [_fit(seen, goals.intents, len(labels)), _fit(seen, goals.moods, len(SENTIMENTS))]
    weights, bias = np.hstack([part[:-1] for part in parts]), np.concatenate([part[-1] for part in parts])
    steps = np.abs(weights).max(axis=0) / _LARGEST
    integers = np.round(weights / steps).astype(np.int8)
    outputs = judged @ (integers * steps) + bias
    values, figures = settle(outputs, judging, labels)
    archive.write_arrays(
        target,
        {
            "weights": integers,
            "steps": steps.astype(np.float32),
            "bias": bias.astype(np.float32),
            "settings": np.frombuffer(json.dumps(values, sort_keys=True).encode(), np.uint8),
        },
    )
    return figures


def _table(examples: Sequence[Example]) -> csr_matrix:
    """One row of length 1 an example."""
    found = [features(example.text) for example in examples]
    sizes = np.array([len(row) for row in found])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    columns = np.array([column for row in found for column in row])
    return csr_matrix((values, columns, np.concatenate([[0], np.cumsum(sizes)])), shape=(len(found), BUCKETS))


def _fit(table: Any, goals: npt.NDArray[np.int_], count: int) -> Array:
    """Weights (buckets x outputs) and, as the last row, the bias."""
    target = np.eye(count)[goals]
    turned = table.T.tocsr()

    def loss(flat: Array) -> tuple[float, Array]:
        matrix = flat.reshape(BUCKETS + 1, count)
        logits = table @ matrix[:-1] + matrix[-1]
        logits -= logits.max(axis=1, keepdims=True)
        raw = np.exp(logits)
        sums = raw.sum(axis=1, keepdims=True)
        value = -STRENGTH * (target * (logits - np.log(sums))).sum() + 0.5 * (matrix[:-1] ** 2).sum()
        error = STRENGTH * (raw / sums - target)
        return float(value), np.vstack([turned @ error + matrix[:-1], error.sum(axis=0)]).ravel()

    found = minimize(loss, np.zeros((BUCKETS + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    return np.asarray(found.x.reshape(BUCKETS + 1, count))
