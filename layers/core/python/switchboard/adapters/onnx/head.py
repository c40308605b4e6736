"""From embeddings to a model's outputs: linear heads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_LEAST_VARIANCE = 1e-6


class Heads:
    """What is read off an embedding. Made by the model's training."""

    def __init__(self, path: Path) -> None:
        """Reads what training wrote."""
        with np.load(path, allow_pickle=False) as file:
            self._weights = np.hstack([file["intent.w"], file["mood.w"]]).astype(np.float32)
            self._bias = np.concatenate([file["intent.b"], file["mood.b"]]).astype(np.float32)

    def outputs(self, embeddings: Array) -> Array:
        """One row a text, one column a label and then a sentiment."""
        return np.asarray(standardise(embeddings) @ self._weights + self._bias, np.float32)


def standardise(embeddings: Array) -> Array:
    """Mean 0 and variance 1 within each embedding: heads are trained on that scale."""
    centred = embeddings - embeddings.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + _LEAST_VARIANCE), np.float32)
