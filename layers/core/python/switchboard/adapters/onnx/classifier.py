"""The intent layer's adapter: what a customer wants, in which mood and in which language, from the text of a message."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from switchboard.adapters.ngrams.model import NgramModel
from switchboard.adapters.onnx.decision import Settings, decide
from switchboard.adapters.onnx.encoder import Array, SentenceEncoder
from switchboard.adapters.onnx.head import Heads
from switchboard.adapters.onnx.language import LanguageIdentifier
from switchboard.adapters.onnx.location import MANIFEST, locate_model
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding


class OnnxIntentModel:
    """Understands messages. Made once a process: reading the files takes some tenths of a second."""

    def __init__(self, directory: Path | None = None, threads: int = 1) -> None:
        """`directory`: where the model's files lie; by default where `locate_model` finds them.

        `threads`: how many work on one encoder pass.
        """
        directory = directory or locate_model()
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
        self.version: str = manifest["version"]
        self._prefix: str = manifest["prefix"]
        self._passage_prefix: str = manifest["passage_prefix"]
        self._max_tokens: int = manifest["max_tokens"]
        self._tokenizer = UnigramTokenizer.load(directory / "tokenizer.npz")
        self._languages = LanguageIdentifier(directory / "language.npz")
        self._encoder = SentenceEncoder(directory / "encoder.onnx", threads)
        self._before = len(self._tokenizer.encode("", self._max_tokens, self._prefix)) - 1
        self._heads = Heads(directory / "heads.npz")
        self._ngrams = NgramModel(directory / "ngrams.npz")
        self._settings = Settings.read(directory / "settings.json")

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        """One answer a text, in their order.

        Only the first `max_tokens` tokens of a text (128 by default, some 90 English words) are read. A text without
        anything to read (empty, blanks, control characters, unknown scripts) is out of scope with confidence 1.
        """
        tokens = [self._tokenizer.encode(text, self._max_tokens, self._prefix) for text in texts]
        outputs = self._heads.outputs(self._encoder.understood(tokens))
        return [self._answer(text, ids, row) for text, ids, row in zip(texts, tokens, outputs, strict=True)]

    def embed(self, texts: Sequence[str], *, passages: bool = False) -> Array:
        """Vectors of length 1, [texts, width]: the larger the product of two, the nearer their meaning, across languages.

        `passages`: the texts are what is searched (articles, answers), not what asks. Rank by the product and do not compare
        it with a fixed value: unrelated texts score high, too.
        """
        prefix = self._passage_prefix if passages else self._prefix
        return self._encoder.meaning([self._tokenizer.encode(text, self._max_tokens, prefix) for text in texts])

    def impressions(self, texts: Sequence[str]) -> Array:
        """Vectors of length 1 of what understanding is read off: near each other where customers want the same, in any language."""
        found = self._encoder.understood([self._tokenizer.encode(text, self._max_tokens, self._prefix) for text in texts])
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6), np.float32)

    def _answer(self, text: str, ids: list[int], outputs: Array) -> Understanding:
        seen = self._ngrams.read(text)
        language = self._languages.identify(text, seen.languages)
        if self._tokenizer.says_nothing(ids[self._before : -1]):
            return Understanding(OUT_OF_SCOPE, 1.0, language, (), self.version)
        together = self._settings.together(outputs, seen.outputs)
        return decide(self._settings.both, together, language, self.version)
