"""The encoder in plain single-precision numpy: the yardstick for the ONNX graph, and for nothing else.

Written apart from the graph on purpose (no fused operators, no integers), so that an error in the one does not hide in
the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from .e5_weights import E5Weights
from .learned import SMOOTHED, Layer

Array = npt.NDArray[np.float32]


class ReferenceEncoder:
    """Embeds token ids one text at a time."""

    def __init__(self, weights: E5Weights, layers: Sequence[Layer]) -> None:
        self._weights = weights
        self._layers = layers
        self._words = weights.matrices["emb.word"].dense()
        # of each layer, the largest magnitude so far of each input of the inner products (see `learned.SMOOTHED`)
        self.largest = [{part: np.zeros(layer[f"{part}.w"].shape[1], np.float32) for part in SMOOTHED} for layer in layers]

    def embed(self, ids: Sequence[int]) -> Array:
        """The mean of the last layer over one text's token ids (special tokens included)."""
        weights, vectors = self._weights, self._weights.vectors
        positions = vectors["emb.pos"].reshape(-1, weights.hidden)[: len(ids)]
        kind = vectors["emb.type"].reshape(-1, weights.hidden)[0]
        state = self._normalise(self._words[np.asarray(ids)] + positions + kind, vectors["emb.ln.w"], vectors["emb.ln.b"])
        for layer, largest in zip(self._layers, self.largest, strict=True):
            state = self._layer(state, layer, largest)
        return np.asarray(state.mean(axis=0), np.float32)

    def _layer(self, state: Array, layer: Layer, largest: dict[str, Array]) -> Array:
        tokens, heads = len(state), self._weights.heads
        joint = state @ layer["qkv.w"].T + layer["qkv.b"]
        query, key, value = (part.reshape(tokens, heads, -1).transpose(1, 0, 2) for part in np.split(joint, 3, axis=1))
        logits = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ value).transpose(1, 0, 2).reshape(tokens, -1) @ layer["ao.w"].T + layer["ao.b"]
        state = self._normalise(state + mixed, layer["aln.w"], layer["aln.b"])
        outer, inner = state, state @ layer["fi.w"].T + layer["fi.b"]
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        for part, given in (("fi", outer), ("fo", inner)):
            largest[part] = np.maximum(largest[part], np.abs(given).max(axis=0))
        return self._normalise(state + inner @ layer["fo.w"].T + layer["fo.b"], layer["oln.w"], layer["oln.b"])

    def _normalise(self, state: Array, weight: Array, bias: Array) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._weights.epsilon)
        return np.asarray(centred / spread * weight + bias, np.float32)
