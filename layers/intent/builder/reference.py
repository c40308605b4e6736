"""The encoder in plain single-precision numpy: the yardstick for the ONNX graph, and for nothing else.

Written apart from the graph on purpose (no padding, no fused operators, no integers), so that an error in the one
does not hide in the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from .e5_weights import E5Weights
from .encoder_graph import INNER_VIEW

Array = npt.NDArray[np.float32]


class ReferenceEncoder:
    """Embeds token ids one text at a time."""

    def __init__(self, weights: E5Weights) -> None:
        self._weights = weights
        self._dense = {name: matrix.dense() for name, matrix in weights.matrices.items()}

    def embed(self, ids: Sequence[int]) -> Array:
        """The views, each of length 1, of one text's token ids (special tokens included)."""
        weights = self._weights
        words = self._dense["emb.word"][np.asarray(ids)]
        positions = weights.vectors["emb.pos"].reshape(-1, weights.hidden)[: len(ids)]
        kind = weights.vectors["emb.type"].reshape(-1, weights.hidden)[0]
        state = self._normalise(words + positions + kind, "emb.ln")
        means = []
        for layer in range(weights.layers):
            state = self._layer(state, f"l{layer}")
            means.append(state.mean(axis=0))
        views = np.stack([means[-1], means[INNER_VIEW]])
        return np.asarray(views / np.linalg.norm(views, axis=1, keepdims=True), np.float32)

    def _layer(self, state: Array, name: str) -> Array:
        tokens, heads = len(state), self._weights.heads
        query, key, value = (self._linear(state, f"{name}.{part}").reshape(tokens, heads, -1).transpose(1, 0, 2) for part in "qkv")
        logits = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = (weights @ value).transpose(1, 0, 2).reshape(tokens, -1)
        state = self._normalise(state + self._linear(mixed, f"{name}.ao"), f"{name}.aln")
        inner = self._linear(state, f"{name}.fi")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        return self._normalise(state + self._linear(inner, f"{name}.fo"), f"{name}.oln")

    def _linear(self, state: Array, name: str) -> Array:
        return np.asarray(state @ self._dense[f"{name}.w"].T + self._weights.vectors[f"{name}.b"], np.float32)

    def _normalise(self, state: Array, name: str) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._weights.epsilon)
        vectors = self._weights.vectors
        return np.asarray(centred / spread * vectors[f"{name}.w"] + vectors[f"{name}.b"], np.float32)
