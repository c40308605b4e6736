"""Faults of the corpus and of the taxonomy are found before anything is learned from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from layers.intent.builder.corpus import CorpusError, read_corpus
from layers.intent.builder.taxonomy import Taxonomy, TaxonomyError, read_taxonomy

TAXONOMY = Taxonomy(("order_status", "praise"), ("en", "zh"), ("positive", "neutral", "angry"))
LAYER = Path(__file__).resolve().parents[2] / "layers/intent"


def corpus(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "language": "en",
        "intents": {
            "order_status": [f"where is order {number}" for number in range(12)],
            "praise": [f"great job number {number}" for number in range(12)],
        },
        "out_of_scope": [f"tell me joke {number}" for number in range(12)],
    }
    return {**content, **changes}


def read(tmp_path: Path, content: object, name: str = "en.yaml") -> Any:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return read_corpus([path], TAXONOMY)


def test_every_message_is_read_with_its_label_and_language(tmp_path: Path) -> None:
    examples = read(tmp_path, corpus())
    assert len(examples) == 36
    assert {(example.label, example.language) for example in examples} == {
        ("order_status", "en"), ("praise", "en"), ("out_of_scope", "en"),
    }  # fmt: skip


def test_a_message_names_its_sentiment_or_is_neutral(tmp_path: Path) -> None:
    content = corpus()
    content["intents"]["praise"] += [{"positive": "lovely, thank you"}, {"angry": "WELL DONE, you lost it AGAIN"}]
    examples = read(tmp_path, content)
    assert {(example.text, example.sentiment) for example in examples if example.sentiment != "neutral"} == {
        ("lovely, thank you", "positive"), ("WELL DONE, you lost it AGAIN", "angry"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "message", [{"furious": "unknown"}, {"angry": 12}, {"angry": "one", "positive": "two"}, {}],
    ids=["unknown", "number", "two", "none"],
)
def test_a_sentiment_that_is_none_is_a_fault(tmp_path: Path, message: object) -> None:
    with pytest.raises(CorpusError, match=r"en\.yaml: praise"):
        read(tmp_path, corpus(intents={**corpus()["intents"], "praise": [*corpus()["intents"]["praise"], message]}))


def test_unknown_label_missing_label_and_too_few_messages_are_all_named(tmp_path: Path) -> None:
    intents = {"order_status": ["where is it"], "order_staus": ["typo"] * 12}
    with pytest.raises(CorpusError) as failure:
        read(tmp_path, corpus(intents=intents))
    message = str(failure.value)
    assert "unknown label 'order_staus'" in message
    assert "order_status has 1 messages" in message
    assert "praise has no list" in message


def test_a_message_under_two_labels_is_a_fault_whatever_its_case_and_spacing(tmp_path: Path) -> None:
    content = corpus()
    content["intents"]["praise"].append("  Where is ORDER 3 ")
    with pytest.raises(CorpusError, match="twice, first under order_status"):
        read(tmp_path, content)


@pytest.mark.parametrize("message", [True, 12, None, "   ", "x" * 3000], ids=["yes", "number", "null", "blank", "long"])
def test_what_is_no_message_is_a_fault(tmp_path: Path, message: object) -> None:
    with pytest.raises(CorpusError, match="praise"):
        read(tmp_path, corpus(intents={**corpus()["intents"], "praise": [*corpus()["intents"]["praise"], message]}))


def test_a_file_of_another_language_than_its_name_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="language 'en'"):
        read(tmp_path, corpus(), name="zh.yaml")


def test_broken_yaml_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"en\.yaml: not readable"):
        read(tmp_path, "intents: [")


def test_an_unquoted_language_that_yaml_reads_as_false_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "intents.yaml"
    path.write_text('languages: [en, no]\nintents:\n  praise: {means: "a compliment"}\n')
    with pytest.raises(TaxonomyError, match="quoted"):
        read_taxonomy(path)


@pytest.mark.parametrize("sentiments", ["", "sentiment: [angry]", "sentiment: [neutral, 1]"], ids=["none", "no neutral", "number"])
def test_a_taxonomy_without_sentiments_is_refused(tmp_path: Path, sentiments: str) -> None:
    path = tmp_path / "intents.yaml"
    path.write_text(f'languages: [en]\n{sentiments}\nintents:\n  praise: {{means: "a compliment"}}\n')
    with pytest.raises(TaxonomyError, match="sentiment"):
        read_taxonomy(path)


def test_the_projects_corpus_can_be_learned_from() -> None:
    taxonomy = read_taxonomy(LAYER / "intents.yaml")
    examples = read_corpus(sorted((LAYER / "corpus").glob("*.yaml")), taxonomy)
    assert {example.label for example in examples} == set(taxonomy.labels)
