"""The intent layer's adapter: what a customer wants, and in which language, from the text of a message."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.adapters.onnx.encoder import SentenceEncoder
from switchboard.adapters.onnx.head import IntentHead
from switchboard.adapters.onnx.language import UNDETERMINED, LanguageIdentifier
from switchboard.adapters.onnx.location import MANIFEST, locate_model
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding

# Other answers worth showing an agent.
_ALTERNATIVES = 3


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
        self._max_tokens: int = manifest["max_tokens"]
        self._tokenizer = UnigramTokenizer.load(directory / "tokenizer.npz")
        self._languages = LanguageIdentifier(directory / "language.npz")
        self._encoder = SentenceEncoder(directory / "encoder.onnx", threads)
        self._head = IntentHead(directory / "head.npz")

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        """One answer a text, in their order.

        Only the first `max_tokens` tokens of a text (128 by default, some 90 English words) are read. A text without
        anything to read (empty, blanks, control or unknown characters) is out of scope with confidence 1 and language "und".
        """
        tokens = [self._tokenizer.encode(text, self._max_tokens, self._prefix) for text in texts]
        before = len(self._tokenizer.encode("", self._max_tokens, self._prefix)) - 1
        answers = [Understanding(OUT_OF_SCOPE, 1.0, UNDETERMINED, (), self.version)] * len(texts)
        readable = [index for index, ids in enumerate(tokens) if not self._tokenizer.says_nothing(ids[before:-1])]
        if readable:
            languages = [self._languages.identify(texts[index]) for index in readable]
            embeddings = self._encoder.embed([tokens[index] for index in readable])
            table = self._head.probabilities(embeddings, languages)
            for index, language, row in zip(readable, languages, table, strict=True):
                answers[index] = self._decide(row, language)
        return answers

    def _decide(self, row: npt.NDArray[np.float32], language: str) -> Understanding:
        order = np.argsort(-row, kind="stable")
        ranked = [(self._head.labels[column], float(row[column])) for column in order[: _ALTERNATIVES + 1]]
        intent, confidence = ranked[0]
        if intent != OUT_OF_SCOPE and confidence < self._head.threshold:
            # no intent is sure enough: that the best one is wrong is what this answer is sure of
            rest = [pair for pair in ranked if pair[0] != OUT_OF_SCOPE][:_ALTERNATIVES]
            return Understanding(OUT_OF_SCOPE, 1 - confidence, language, tuple(rest), self.version)
        return Understanding(intent, confidence, language, tuple(ranked[1:]), self.version)
