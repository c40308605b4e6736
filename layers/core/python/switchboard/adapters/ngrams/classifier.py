"""The small model: the intent layer's answers without an encoder, from a few megabytes, and less often right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from switchboard.adapters.ngrams.model import NgramModel
from switchboard.adapters.onnx.decision import Settings, decide
from switchboard.adapters.onnx.language import LanguageIdentifier
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
        self._scale = Settings.read(directory / "settings.json").small
        self._model = NgramModel(directory / "ngrams.npz")

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        """One answer a text, in their order. A text without a letter, digit or sign is out of scope with confidence 1."""
        return [self._classify(text) for text in texts]

    def _classify(self, text: str) -> Understanding:
        seen = self._model.read(text)
        language = self._languages.identify(text, seen.languages)
        if not any(sign.isprintable() and not sign.isspace() for sign in text):
            return Understanding(OUT_OF_SCOPE, 1.0, language, (), self.version)
        return decide(self._scale, seen.outputs, language, self.version)
