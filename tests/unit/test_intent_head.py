"""The head learns, says how sure it is, and centres every language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from layers.intent.builder.corpus import Example
from layers.intent.builder.training import train
from switchboard.adapters.onnx.head import IntentHead, LanguageMeans

LABELS = ("order_status", "praise", "out_of_scope")
SPREAD = 0.6


def messages(count: int, seed: int = 1) -> tuple[object, list[Example]]:
    """Clusters a label in two "languages" that lie far apart, as embeddings of real languages do."""
    random = np.random.default_rng(seed)
    centres = {label: np.eye(16)[index] for index, label in enumerate(LABELS)}
    shifts = {"en": np.eye(16)[10] * 3, "zh": np.eye(16)[11] * 3}
    examples = [Example("", label, language) for language in shifts for label in LABELS for _ in range(count)]
    rows = np.stack([centres[e.label] + shifts[e.language] + random.normal(0, SPREAD / 2, 16) for e in examples]).astype(np.float32)
    return rows[:, None, :] / np.linalg.norm(rows, axis=1)[:, None, None], examples


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> IntentHead:
    path = tmp_path_factory.mktemp("head") / "head.npz"
    train(*messages(60), LABELS).write(path)
    return IntentHead(path)


def test_it_names_the_label_of_new_messages_in_both_languages(head: IntentHead) -> None:
    embeddings, examples = messages(100, seed=2)
    found = head.probabilities(embeddings, [example.language for example in examples]).argmax(axis=1)
    right = np.mean([LABELS[index] == example.label for index, example in zip(found, examples, strict=True)])
    assert right > 0.85


def test_its_confidence_is_about_how_often_it_is_right(head: IntentHead) -> None:
    embeddings, examples = messages(400, seed=3)
    table = head.probabilities(embeddings, [example.language for example in examples])
    right = [LABELS[row.argmax()] == example.label for row, example in zip(table, examples, strict=True)]
    assert abs(float(table.max(axis=1).mean()) - float(np.mean(right))) < 0.05


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train(*messages(20), LABELS).write(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_language_without_a_corpus_is_centred_by_what_the_others_share(head: IntentHead) -> None:
    embeddings, examples = messages(30, seed=4)
    table = head.probabilities(embeddings, ["fr"] * len(examples))
    assert np.isfinite(table).all()
    assert table.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_an_embedding_equal_to_its_mean_gives_no_division_by_zero() -> None:
    mean = np.full((1, 4), 0.5, np.float32)
    assert np.isfinite(LanguageMeans({"en": mean}, mean).centre(mean[None], ["en"])).all()
