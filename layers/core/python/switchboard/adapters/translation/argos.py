"""Argos Translate models (CTranslate2 and SentencePiece) from a folder: no network, no account. Neither the packages nor the models
come with Switchboard.

A model is a folder as an `.argosmodel` archive unpacks to: `metadata.json` with `from_code` and `to_code`, `model/` for CTranslate2
and `sentencepiece.model`. Where no model leads from one language to the other, two are joined over English."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from switchboard.domain.errors import Misconfigured
from switchboard.domain.translation.cutting import sentences
from switchboard.domain.translation.machine import Answer
from switchboard.domain.translation.result import Reason
from switchboard.domain.translation.shielding import BRACKETS

Pair = tuple[str, str]
BEAM = 2
_BLANK = "\u2581"  # SentencePiece's sign for a space


class ArgosEngine:
    """Implements `domain.translation.machine.Engine`. Raises Misconfigured where the folder, a model or a package is missing."""

    name = "argos"
    limit = 4_000
    marks = BRACKETS

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._loaded: dict[Pair, Callable[[list[str]], list[str]]] = {}

    @cached_property
    def pairs(self) -> Mapping[Pair, Path]:
        """The models there are."""
        if not self._folder.is_dir():
            raise Misconfigured(f"there is no folder {str(self._folder)!r} with Argos models; set SWITCHBOARD_TRANSLATOR")
        found = {_pair(file): file.parent for file in sorted(self._folder.glob("*/metadata.json"))}
        if not found:
            raise Misconfigured(f"{str(self._folder)!r} has no Argos models: unpack .argosmodel archives there, a folder each")
        return found

    def say(self, text: str, source: str, target: str) -> Answer:
        route = self._route(source, target)
        if not route:
            return Answer(refused=Reason.PAIR)
        lines = text.split("\n")
        for pair in route:
            model = self._model(pair)
            lines = [_line(line, model) for line in lines]
        return Answer("\n".join(lines))

    def _route(self, source: str, target: str) -> list[Pair]:
        if (source, target) in self.pairs:
            return [(source, target)]
        over = [(source, "en"), ("en", target)]
        return over if all(pair in self.pairs for pair in over) else []

    def _model(self, pair: Pair) -> Callable[[list[str]], list[str]]:
        if pair not in self._loaded:
            self._loaded[pair] = _load(self.pairs[pair])
        return self._loaded[pair]


def _pair(metadata: Path) -> Pair:
    try:
        said = json.loads(metadata.read_text(encoding="utf-8"))
        return str(said["from_code"]), str(said["to_code"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Misconfigured(f"{str(metadata)!r} does not say from_code and to_code of an Argos model") from None


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Misconfigured(f"the package {name!r} is missing: Argos models need ctranslate2 and sentencepiece") from None


def _load(folder: Path) -> Callable[[list[str]], list[str]]:
    engine, pieces = _package("ctranslate2"), _package("sentencepiece")
    parts = folder / "model", folder / "sentencepiece.model"
    if missing := next((part for part in parts if not part.exists()), None):
        raise Misconfigured(f"the Argos model has no {str(missing)!r}")
    try:
        translator = engine.Translator(str(parts[0]), device="cpu")
        processor = pieces.SentencePieceProcessor(str(parts[1]))
    except (RuntimeError, ValueError, OSError) as error:
        raise Misconfigured(f"the Argos model in {str(folder)!r} cannot be loaded: {error}") from None

    def say(texts: list[str]) -> list[str]:
        tokens = [processor.encode(text, out_type=str) for text in texts]
        results = translator.translate_batch(tokens, beam_size=BEAM, replace_unknowns=True)
        return ["".join(result.hypotheses[0]).replace(_BLANK, " ").strip() for result in results]

    return say


def _line(line: str, model: Callable[[list[str]], list[str]]) -> str:
    """A line, sentence by sentence: the models were made on single sentences."""
    said = [part.strip() for part in sentences(line) if part.strip()]
    return " ".join(model(said)) if said else line
