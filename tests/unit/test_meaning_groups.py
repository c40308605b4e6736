"""Questions that ask the same come together whatever their language, and others stay apart."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.adapters.knowledge.centres import Array, Centres, unit
from switchboard.adapters.knowledge.groups import ALIKE, MeaningGroups, together
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from tests.contract.knowledge_contract import ARTICLES
from tests.fakes.knowledge import WordsOnly


def slowly(vectors: Array, least: float) -> list[list[int]]:
    """Average link by its definition."""
    groups = [[n] for n in range(len(vectors))]
    while len(groups) > 1:
        mean, a, b = max(
            ((float(np.mean([[vectors[i] @ vectors[j] for j in groups[b]] for i in groups[a]])), a, b)
             for a, b in combinations(range(len(groups)), 2)),
            key=lambda found: found[0],
        )  # fmt: skip
        if mean < least:
            break
        groups[a] += groups.pop(b)
    return sorted(sorted(g) for g in groups if len(g) > 1)


@given(st.integers(0, 10_000), st.integers(0, 14), st.sampled_from([0.1, 0.35, 0.6, 0.9]))
@settings(max_examples=80, deadline=None)
def test_groups_are_those_of_the_definition(seed: int, count: int, least: float) -> None:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(count, 4)).astype(np.float32))
    found = together(vectors, least)
    assert sorted(sorted(g) for g in found) == slowly(vectors, least)
    assert [len(g) for g in found] == sorted((len(g) for g in found), reverse=True)
    assert found == together(vectors, least)


def test_the_most_central_comes_first() -> None:
    angles = np.array([0.0, 0.2, 0.4, 2.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert together(vectors, 0.8) == [[1, 0, 2]] or together(vectors, 0.8) == [[1, 2, 0]]


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_and_one_make_no_group(rows: int) -> None:
    assert together(np.ones((rows, 3), np.float32), 0.1) == []


def test_texts_without_meaning_break_nothing() -> None:
    assert together(np.zeros((5, 3), np.float32), 0.35) == []
    same = together(np.tile(np.float32([1, 0, 0]), (500, 1)), 0.35)
    assert [len(g) for g in same] == [500]


def test_a_runs_largest_sample_is_grouped_in_seconds() -> None:
    random = np.random.default_rng(4)
    topics = unit(random.normal(size=(300, 64)).astype(np.float32))
    vectors = unit(topics[random.integers(0, 300, 2_000)] + random.normal(size=(2_000, 64)).astype(np.float32) * 0.08)
    began = time.process_time()
    assert len(together(vectors, ALIKE)) >= 200
    assert time.process_time() - began < 15  # five thousand: six times as long


LOST_KEY = {
    "en": ["I locked myself out of my holiday flat", "the door of the apartment we rented will not open, we lost the key"],
    "de": ["Ich habe mich aus der Ferienwohnung ausgesperrt", "der Schlüssel der gemieteten Wohnung ist weg"],
    "fr": ["nous avons perdu la clé de l'appartement de vacances"],
    "es": ["he perdido la llave del apartamento de vacaciones"],
}
GUITAR = {"en": ["do you give guitar lessons", "can somebody there teach me the guitar"], "de": ["geben Sie Gitarrenunterricht"]}


@pytest.fixture(scope="module")
def groups() -> MeaningGroups:
    return MeaningGroups(OnnxIntentModel(), Centres.shipped(), WordsOnly(list(ARTICLES)))


def flat(*topics: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    pairs = [(text, language) for topic in topics for language, texts in topic.items() for text in texts]
    return [text for text, _ in pairs], [language for _, language in pairs]


def never(done: int) -> bool:
    return False


def test_one_question_in_four_languages_is_one_group_and_another_is_another(groups: MeaningGroups) -> None:
    texts, languages = flat(LOST_KEY, GUITAR)
    found = groups.groups(groups.vectors(texts, languages, never))
    assert sorted(map(sorted, found)) == [[0, 1, 2, 3, 4, 5], [6, 7, 8]]


def test_any_text_has_a_vector_and_enough_is_enough(groups: MeaningGroups) -> None:
    odd = ["", " ", "\u0000", "🙂" * 500, "x" * 2_000, "⟦ORDER_1⟧"] * 20
    told: list[int] = []

    def enough(done: int) -> bool:
        told.append(done)
        return done >= 100

    assert np.isfinite(groups.vectors(odd, ["en"] * len(odd), never)).all()
    assert len(groups.vectors(odd, ["xx"] * len(odd), enough)) == 100
    assert told == [0, 50, 100]
    assert groups.groups(groups.vectors([], [], never)) == []


def test_the_nearest_article_is_that_of_all_the_texts_together(groups: MeaningGroups) -> None:
    texts: Sequence[str] = ["when do I get the refund of the purchase price", "refund of the price please", "parcel refund price"]
    found = groups.nearest(texts, ["en"] * 3)
    assert found is not None
    assert (found.article, found.title) == ("refund", "Refunds")
    assert 0 < found.probability <= 1
    for nothing in (WordsOnly([]), None):
        assert MeaningGroups(OnnxIntentModel(), Centres.shipped(), nothing).nearest(texts, ["en"] * 3) is None
