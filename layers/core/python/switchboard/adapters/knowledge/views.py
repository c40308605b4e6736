"""A text's vector for the knowledge base: two views of the encoder, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from switchboard.adapters.knowledge.centres import Array


class Encoder(Protocol):
    """`adapters.onnx.classifier.OnnxIntentModel` is one."""

    def embed(self, texts: Sequence[str], *, passages: bool = False) -> Array: ...

    def impressions(self, texts: Sequence[str]) -> Array: ...


class TwoViews:
    """The first half of a vector is the meaning, for search; the second what is wanted, as the intents are read off it. The second
    knows less, but is nearly the same in every language."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed(self, texts: Sequence[str], *, passages: bool = False) -> Array:
        """[texts, 2 * width]; each half has length 1. `passages`: the texts are what is searched."""
        return np.hstack([self._encoder.embed(texts, passages=passages), self._encoder.impressions(texts)])
