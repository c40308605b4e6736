"""The small model: the intent layer's answers without an encoder, from a megabyte of weights, and less often right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.adapters.ngrams.features import features
from switchboard.adapters.onnx.decision import Scale, decide
from switchboard.adapters.onnx.language import UNDETERMINED, LanguageIdentifier
from switchboard.adapters.onnx.location import MANIFEST, locate_model
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding


class NgramIntentModel:
    """Answers as `OnnxIntentModel` does, without vectors for search."""

    def __init__(self, directory: Path | None = None) -> None:
        """`directory`: where the model's files lie; by default where `locate_model` finds them."""
        directory = directory or locate_model()
        version: str = json.loads((directory / MANIFEST).read_text("utf-8"))["version"]
        self.version = f"{version}-ngrams"
        self._languages = LanguageIdentifier(directory / "language.npz")
        with np.load(directory / "ngrams.npz", allow_pickle=False) as file:
            self._scale = Scale.read(file["settings"])
            self._weights: npt.NDArray[np.int8] = file["weights"]  # bucket, output
            self._steps: npt.NDArray[np.float32] = file["steps"]  # what 1 in `weights` is worth, by output
            self._bias: npt.NDArray[np.float32] = file["bias"]

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        """One answer a text, in their order. A text without a letter, digit or sign is out of scope with confidence 1."""
        return [self._classify(text) for text in texts]

    def _classify(self, text: str) -> Understanding:
        seen = features(text)
        if not seen:
            return Understanding(OUT_OF_SCOPE, 1.0, UNDETERMINED, (), self.version)
        sums = self._weights[seen].sum(axis=0, dtype=np.int32) * self._steps / np.sqrt(len(seen)) + self._bias
        return decide(self._scale, sums, self._languages.identify(text), self.version)
