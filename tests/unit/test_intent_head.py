"""What a model's outputs mean: the decision, and how training settles it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from layers.intent.builder.archive import write_arrays
from layers.intent.builder.corpus import SENTIMENTS, Example
from layers.intent.builder.ngrams import learn
from layers.intent.training.scale import Goals, best_share, settle
from layers.intent.training.settle import Outputs, write_settings
from switchboard.adapters.ngrams.model import NgramModel
from switchboard.adapters.onnx.decision import Scale, Settings, decide
from switchboard.adapters.onnx.head import Heads, standardise

LABELS = ("order_status", "praise", "refund_status", "out_of_scope")
SCALE = Scale(LABELS, SENTIMENTS, temperature=1.0, mood_temperature=1.0, threshold=0.4, anger=0.3)


def outputs(intents: list[float], moods: list[float]) -> np.ndarray:
    """Shares as a model's outputs."""
    return np.log(np.array([*intents, *moods], np.float32))


def test_the_best_intent_is_named_with_the_others_in_order() -> None:
    answer = decide(SCALE, outputs([0.6, 0.1, 0.2, 0.1], [0.1, 0.7, 0.1, 0.1]), "en", "m1")
    assert (answer.intent, answer.sentiment, answer.model) == ("order_status", "neutral", "m1")
    assert answer.confidence == pytest.approx(0.6)
    assert [label for label, _ in answer.alternatives] == ["refund_status", "praise"]


def test_a_message_is_rejected_from_the_threshold_on_though_an_intent_is_likelier() -> None:
    answer = decide(SCALE, outputs([0.5, 0.05, 0.03, 0.42], [0.1, 0.7, 0.1, 0.1]), "en", "m1")
    assert answer.intent == "out_of_scope"
    assert answer.confidence == pytest.approx(0.5)
    assert answer.alternatives[0][0] == "order_status"


def test_anger_is_heard_from_its_own_threshold_on() -> None:
    angry = decide(SCALE, outputs([0.7, 0.1, 0.1, 0.1], [0.0001, 0.3, 0.3899, 0.31]), "en", "m1")
    calm = decide(SCALE, outputs([0.7, 0.1, 0.1, 0.1], [0.0001, 0.3, 0.4199, 0.28]), "en", "m1")
    assert (angry.sentiment, calm.sentiment) == ("angry", "negative")
    assert angry.anger == pytest.approx(0.31, abs=1e-3)


def test_heads_read_what_training_wrote(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    arrays = {f"{part}.w": random.normal(size=(8, 4)) for part in ("intent", "mood")}
    arrays |= {f"{part}.b": np.ones(4) for part in ("intent", "mood")}
    write_arrays(tmp_path / "heads.npz", arrays)
    heads = Heads(tmp_path / "heads.npz")
    row = random.normal(size=(1, 8)).astype(np.float32)
    level = (row - row.mean()) / row.std()
    assert heads.outputs(row)[0, :4] == pytest.approx((level @ arrays["intent.w"] + 1)[0], abs=1e-3)


def test_an_embedding_of_equal_values_gives_no_division_by_zero() -> None:
    assert np.isfinite(standardise(np.ones((1, 8), np.float32))).all()


@pytest.fixture(scope="module")
def judged() -> tuple[np.ndarray, Goals]:
    """Outputs three times too sure of themselves, of messages a tenth of which is out of scope."""
    random = np.random.default_rng(5)
    intents = random.choice(4, 4000, p=[0.3, 0.3, 0.3, 0.1])
    moods = random.choice(4, 4000, p=[0.1, 0.6, 0.2, 0.1])
    clean = np.hstack([np.eye(4)[intents] * 2.5, np.eye(4)[moods] * 2.5]) + random.normal(size=(4000, 8))
    return clean * 3, Goals(intents, moods)


def test_settling_makes_confidence_honest_and_rejects_no_more_than_it_may(judged: tuple[np.ndarray, Goals]) -> None:
    found, goals = judged
    values, figures = settle(found, goals, LABELS, 0.05)
    scale = Scale(LABELS, SENTIMENTS, **values)
    answers = [decide(scale, row, "en", "m") for row in found]
    right = [LABELS[goal] == answer.intent for goal, answer in zip(goals.intents, answers, strict=True)]
    named = [number for number, answer in enumerate(answers) if answer.intent != "out_of_scope"]
    sure = np.mean([answers[number].confidence for number in named])
    assert sure == pytest.approx(np.mean([right[number] for number in named]), abs=0.03)
    lost = [answers[number].intent == "out_of_scope" for number in np.flatnonzero(goals.intents != 3)]
    assert np.mean(lost) <= 0.051
    assert figures["out_of_scope_auroc"] > 0.9


def test_two_models_that_err_apart_are_mixed_into_a_better_one(tmp_path: Path, judged: tuple[np.ndarray, Goals]) -> None:
    first, goals = judged
    noise = np.random.default_rng(6).normal(size=(4000, 8))
    second = (np.hstack([np.eye(4)[goals.intents], np.eye(4)[goals.moods]]) * 2.5 + noise) / 5
    figures = write_settings(tmp_path, Outputs(first, second), examples(goals), LABELS)
    settings = Settings.read(tmp_path / "settings.json")
    # it is as good as the first and fifteen times as timid
    assert settings.intent_share == pytest.approx(15, rel=0.25)
    right = [
        decide(settings.both, settings.together(one, two), "en", "m").intent == LABELS[goal]
        for one, two, goal in zip(first, second, goals.intents, strict=True)
    ]
    assert np.mean(right) > max(figures["encoder"]["accuracy"], figures["small"]["accuracy"]) + 0.03


def test_a_model_that_knows_nothing_gets_no_share(judged: tuple[np.ndarray, Goals]) -> None:
    found, goals = judged
    noise = np.random.default_rng(8).normal(size=(4000, 4))
    assert best_share(found[:, :4], noise, goals.intents) < 0.1


def test_the_small_model_learns_words_and_reads_any_text(tmp_path: Path) -> None:
    said = dict(zip(LABELS, ("where is parcel {}", "thanks great {}", "my money back {}", "xyz {}"), strict=True))
    learnt = [
        Example(text.format(number), label, ("en", "de", "fr")[number % 3], SENTIMENTS[number % 4])
        for label, text in said.items()
        for number in range(20)
    ]
    learn(learnt, LABELS, tmp_path / "ngrams.npz")
    model = NgramModel(tmp_path / "ngrams.npz")
    for label, text in said.items():
        assert LABELS[int(model.read(text.format("now")).outputs[:4].argmax())] == label
    for text in ("", "\x00", "👍", "x" * 100_000, "\ud800", "退" * 9000):
        assert np.isfinite(model.read(text).outputs).all()


def examples(goals: Goals) -> list[Example]:
    return [Example("", LABELS[intent], "en", SENTIMENTS[mood]) for intent, mood in zip(goals.intents, goals.moods, strict=True)]
