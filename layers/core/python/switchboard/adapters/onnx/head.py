"""From embeddings to intents: a linear classifier with calibrated probabilities."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
_LEAST_NORM = 1e-6


class LanguageMeans:
    """Takes out of an embedding what all messages of its language share, so that intents look alike in all."""

    def __init__(self, means: dict[str, Array], fallback: Array) -> None:
        """`fallback` serves the languages that `means` lacks."""
        self._means = means
        self._fallback = fallback

    def centre(self, embeddings: Array, languages: Sequence[str]) -> Array:
        """Embeddings [texts, views, hidden] less their language's mean: one row of length 1 a text."""
        means = np.stack([self._means.get(language, self._fallback) for language in languages])
        centred = embeddings - means
        # the views weigh the same, however much of them their mean took away
        views = centred / np.maximum(np.linalg.norm(centred, axis=2, keepdims=True), _LEAST_NORM)
        return np.asarray(views.reshape(len(views), -1) / math.sqrt(views.shape[1]), np.float32)


class IntentHead:
    """Multinomial logistic regression over centred embeddings."""

    def __init__(self, path: Path) -> None:
        """Reads what the model's build wrote."""
        with np.load(path, allow_pickle=False) as file:
            settings = json.loads(file["settings"].tobytes())
            self._weights = file["weights"]
            self._bias = file["bias"]
            means = dict(zip(settings["languages"], file["means"], strict=True))
            self._means = LanguageMeans(means, file["fallback"])
        self.labels: tuple[str, ...] = tuple(settings["labels"])
        self.threshold: float = settings["threshold"]
        self._temperature: float = settings["temperature"]

    def probabilities(self, embeddings: Array, languages: Sequence[str]) -> Array:
        """One row a text, one column a label of `labels`; each row sums to 1."""
        logits = self._means.centre(embeddings, languages) @ self._weights + self._bias
        logits = logits / self._temperature
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
