"""What agents corrected is learnt from: a file of it is checked, and the next model understands the phrase."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from layers.intent.builder import ngrams
from layers.intent.builder.corpus import CorpusError, Example, read_corpus
from layers.intent.builder.corrections import learnable, read_corrections
from layers.intent.builder.settings import INTENT_LAYER
from layers.intent.builder.taxonomy import Taxonomy, read_taxonomy
from layers.intent.evaluation.messages import Message
from switchboard.adapters.ngrams.classifier import NgramIntentModel
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.adapters.onnx.location import locate_model
from tools import layers

PHRASE = "my gizmo went kaput and shows a purple llama"


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return read_taxonomy(INTENT_LAYER / "intents.yaml")


@pytest.fixture(scope="module")
def corpus(taxonomy: Taxonomy) -> list[Example]:
    """Every third message of three languages: enough to learn from in seconds."""
    return read_corpus([INTENT_LAYER / "corpus" / f"{language}.yaml" for language in ("de", "en", "fr")], taxonomy)[::3]


def correction(text: str, intent: str = "warranty_repair", language: str = "en", line: int = 1) -> Message:
    return Message(text, language, intent, "neutral", f"c.jsonl:{line}")


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


LINE = {"text": PHRASE, "lang": "en", "intent": "warranty_repair", "sentiment": "neutral"}


def test_a_corrected_phrase_is_understood_by_the_next_model(tmp_path: Path, taxonomy: Taxonomy, corpus: list[Example]) -> None:
    taught = read_corrections(written(tmp_path / "c.jsonl", LINE), taxonomy, corpus)
    for name, more in (("before", []), ("after", taught)):
        shutil.copytree(locate_model(), tmp_path / name, ignore=shutil.ignore_patterns("ngrams.npz", "__pycache__"))
        ngrams.learn(corpus, taxonomy.labels, tmp_path / name / "ngrams.npz", more)
    for kind in (OnnxIntentModel, NgramIntentModel):
        before, after = (kind(tmp_path / name) for name in ("before", "after"))
        assert before.classify([PHRASE])[0].intent != "warranty_repair"
        assert after.classify([PHRASE])[0].intent == "warranty_repair"
        untouched = [one.text for one in corpus[::50]]
        same = [a.intent == b.intent for a, b in zip(before.classify(untouched), after.classify(untouched), strict=True)]
        assert sum(same) >= 0.99 * len(same)


def test_what_stands_in_the_corpus_already_is_left_out_and_what_is_against_it_is_named(corpus: list[Example]) -> None:
    known = next(one for one in corpus if one.label == "order_place" and len(one.text) > 40)
    kept, left = learnable(
        [correction(known.text + "!", "order_place", known.language, 1), correction(known.text, "praise", known.language, 2)],
        corpus, [], ["de", "en", "fr"],
    )  # fmt: skip
    assert kept == []
    first, second = map(str, left)
    assert first == "c.jsonl:1: is known already"
    assert second == "c.jsonl:2: is praise here, but order_place where it stands already"


def test_corrections_that_are_alike_count_once_and_contradictions_are_named() -> None:
    given = [correction(PHRASE), correction(PHRASE.upper(), line=2), correction(PHRASE + "!", "praise", line=3)]
    kept, left = learnable(given, [], [], ["en"])
    assert [one.text for one in kept] == [PHRASE]
    assert [one.place for one in left] == ["c.jsonl:2", "c.jsonl:3"]


def test_nothing_like_a_held_out_message_is_learnt_and_its_words_are_not_told() -> None:
    held_out = [Message(f"hello, {PHRASE}", "en", "warranty_repair", "neutral", "held.jsonl:1")]
    kept, left = learnable([correction(PHRASE)], [], held_out, ["en"])
    assert kept == []
    assert [str(one) for one in left] == ["c.jsonl:1: is like a held-out message"]


def test_other_languages_and_endless_or_empty_messages_are_left_out() -> None:
    odd = [correction("hoe gaat het", "greeting", "nl"), correction("x " * 1500), correction("   ")]
    kept, left = learnable(odd, [], [], ["en"])
    assert (kept, len(left)) == ([], 3)


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", '"text"', {**LINE, "intent": "repair"}, {**LINE, "sentiment": "cross"}, {**LINE, "lang": "English"},
     {**LINE, "text": 7}, {"text": PHRASE}],
)  # fmt: skip
def test_a_file_that_cannot_be_read_stops_the_build_by_its_line(tmp_path: Path, taxonomy: Taxonomy, line: Any) -> None:
    path = written(tmp_path / "c.jsonl", LINE, line)
    with pytest.raises(CorpusError, match=r"c\.jsonl:2"):
        read_corrections(path, taxonomy, [])


def test_a_file_that_is_not_there_stops_the_build_and_an_empty_one_does_not(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        read_corrections(tmp_path / "none.jsonl", taxonomy, [])
    assert read_corrections(written(tmp_path / "empty.jsonl"), taxonomy, []) == []


def test_corrections_make_another_layer_and_none_the_one_there_was(tmp_path: Path) -> None:
    plain = layers.digest("intent", "host")
    with_one = layers.digest("intent", "host", written(tmp_path / "c.jsonl", LINE))
    assert len({plain, with_one, layers.digest("intent", "host", written(tmp_path / "c.jsonl", LINE, LINE))}) == 3
    assert layers.digest("intent", "host", None) == plain
    assert layers.digest("core", "host", tmp_path / "c.jsonl") == layers.digest("core", "host")
