"""Argos models by path. The packages are none of ours: small ones stand in for them here, with the calls of the real ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from switchboard.adapters.translation.argos import ArgosEngine
from switchboard.adapters.translation.machines import MachineTranslator
from switchboard.application.translation_ports import Translator
from switchboard.domain.errors import Misconfigured
from switchboard.domain.translation.glossary import NO_TERMS
from switchboard.domain.translation.result import Reason
from tests.contract.translator_contract import MachineContract

SAYS = {"Guten": {"en": "Hello"}, "Tag": {"en": ""}, "Hello": {"fr": "Bonjour"}}


class _Model:
    """As `ctranslate2.Translator`: translates lists of tokens."""

    def __init__(self, path: str, device: str) -> None:
        assert device == "cpu"
        self._target = Path(path).parent.name.split("_")[1]

    def translate_batch(self, tokens: Sequence[Sequence[str]], beam_size: int, replace_unknowns: bool) -> list[Any]:
        assert beam_size
        assert replace_unknowns
        return [SimpleNamespace(hypotheses=[[self._said(t) for t in line]]) for line in tokens]

    def _said(self, token: str) -> str:
        bare = token.strip("\u2581.,")
        said = SAYS.get(bare, {}).get(self._target, bare)
        return token.replace(bare, said) if bare and said else token if not bare else ""


class _Processor:
    """As `sentencepiece.SentencePieceProcessor`: words, each with its blank before it."""

    def __init__(self, path: str) -> None:
        assert Path(path).is_file()

    def encode(self, text: str, out_type: type) -> list[str]:
        assert out_type is str
        return ["\u2581" + word for word in text.split(" ")]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, pieces = ModuleType("ctranslate2"), ModuleType("sentencepiece")
    engine.Translator = _Model  # type: ignore[attr-defined]
    pieces.SentencePieceProcessor = _Processor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ctranslate2", engine)
    monkeypatch.setitem(sys.modules, "sentencepiece", pieces)


def model(folder: Path, source: str, target: str) -> None:
    place = folder / f"{source}_{target}"
    (place / "model").mkdir(parents=True)
    (place / "metadata.json").write_text(json.dumps({"from_code": source, "to_code": target}))
    (place / "sentencepiece.model").write_bytes(b"")


@pytest.mark.usefixtures("packages")
class TestArgos(MachineContract):
    @pytest.fixture
    def translator(self, tmp_path: Path) -> Translator:
        model(tmp_path, "de", "en")
        return MachineTranslator(ArgosEngine(str(tmp_path)))


@pytest.mark.usefixtures("packages")
def test_two_models_are_joined_over_english(tmp_path: Path) -> None:
    model(tmp_path, "de", "en")
    model(tmp_path, "en", "fr")
    translator = MachineTranslator(ArgosEngine(str(tmp_path)))
    assert translator.translate(["Guten Tag"], "de", "fr", NO_TERMS)[0].text == "Bonjour"
    assert translator.translate(["Guten Tag"], "de", "ja", NO_TERMS)[0].reason is Reason.PAIR


def refusal(folder: Path) -> str:
    with pytest.raises(Misconfigured) as caught:
        MachineTranslator(ArgosEngine(str(folder))).translate(["Guten Tag"], "de", "en", NO_TERMS)
    return str(caught.value)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no folder" in refusal(tmp_path / "nowhere")
    assert "no Argos models" in refusal(tmp_path)
    model(tmp_path, "de", "en")
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    assert "ctranslate2" in refusal(tmp_path)


@pytest.mark.usefixtures("packages")
def test_a_model_that_is_broken_is_named(tmp_path: Path) -> None:
    model(tmp_path, "de", "en")
    (tmp_path / "de_en" / "sentencepiece.model").unlink()
    assert "sentencepiece.model" in refusal(tmp_path)
    (tmp_path / "de_en" / "metadata.json").write_text("[]")
    assert "from_code" in refusal(tmp_path)
