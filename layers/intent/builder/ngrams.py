"""Learns the linear model over words and letters from the corpus: support vector machines, one a label, sentiment or language.

Alone it is the small model, and beside the encoder it knows the words that the encoder has not tuned. It is learnt anew
with every build, which takes half a minute; how far its outputs count was settled in training.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from switchboard.adapters.ngrams.features import BUCKETS, features
from switchboard.adapters.ngrams.model import weigh

from . import archive
from .corpus import SENTIMENTS, Example

# Of errors against large weights (C of the machine). Chosen on the messages held back.
STRENGTH = 0.7
# What an agent's correction counts beside a message of the corpus. It stands alone against what the encoder thinks: with 1 every
# other made-up phrase was still understood as before, with 4 only those that the encoder was surest of (then it takes a second one).
CORRECTION = 4.0
_LARGEST = 127


def learn(examples: Sequence[Example], labels: Sequence[str], target: Path, corrections: Sequence[Example] = ()) -> None:
    """Writes the model learnt from `examples` and `corrections`, for `NgramModel` to read."""
    counts = np.repeat([1.0, CORRECTION], [len(examples), len(corrections)]) if corrections else None
    examples = [*examples, *corrections]
    table = _table([example.text for example in examples])
    met = np.bincount(table.indices, minlength=BUCKETS)
    rarity = (np.log((1 + len(examples)) / (1 + met)) + 1).astype(np.float16)
    table.data = weigh(table.data, rarity[table.indices])
    lengths = np.sqrt(np.add.reduceat(table.data**2, table.indptr[:-1]))
    table.data /= np.repeat(lengths, np.diff(table.indptr))
    languages = sorted({example.language for example in examples})
    goals = (
        (range(len(labels)), [labels.index(example.label) for example in examples]),
        (range(len(SENTIMENTS)), [SENTIMENTS.index(example.sentiment) for example in examples]),
        (range(len(languages)), [languages.index(example.language) for example in examples]),
    )
    parts = [_fit(table, np.array(meant), len(columns), counts) for columns, meant in goals]
    weights, bias = np.hstack([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    steps = np.abs(weights).max(axis=0) / _LARGEST
    archive.write_arrays(
        target,
        {
            "rarity": rarity,
            "weights": np.round(weights / steps).astype(np.int8),
            "steps": steps.astype(np.float32),
            "bias": bias.astype(np.float32),
            "languages": np.array(languages),
        },
    )


def _table(texts: Sequence[str]) -> csr_matrix:
    """One row a text: how often each feature is in it."""
    found = [features(text) for text in texts]
    columns = np.array([bucket for row in found for bucket in row], np.int32)
    counts = np.array([count for row in found for count in row.values()], np.float32)
    return csr_matrix((counts, columns, np.cumsum([0, *map(len, found)])), shape=(len(texts), BUCKETS))


def _fit(
    table: csr_matrix, goals: npt.NDArray[np.int_], count: int, counts: npt.NDArray[np.float64] | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights (bucket, column) and biases; the goals are columns below `count`, `counts` what each message counts (None: alike)."""
    machines = LinearSVC(C=STRENGTH, random_state=1).fit(table, goals, counts)
    if len(machines.classes_) != count:
        raise ValueError("the corpus lacks a label or a sentiment")
    return machines.coef_.T, machines.intercept_
