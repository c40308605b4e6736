"""The search view is taught with every question once, beside the passages it could be taken for."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.intent.training.pairs import PairsError, Passage, read_pairs, rounds

ROW = '{"id": "a", "lang": "en", "title": "T", "text": "x", "questions": {"en": ["q"], "fr": ["r"]}}\n'


def passages(questions: list[int]) -> list[Passage]:
    return [
        Passage(f"p{n}", "en", f"title {n}", "text", {"en": tuple(f"{n}-{q}" for q in range(count))})
        for n, count in enumerate(questions)
    ]


@given(st.lists(st.integers(1, 7), min_size=2, max_size=30), st.integers(2, 16), st.integers(1, 4), st.integers(0, 99))
def test_no_question_is_asked_twice_and_each_has_its_passage_beside_it(counts: list[int], size: int, asked: int, seed: int) -> None:
    every = passages(counts)
    near = np.random.default_rng(seed).random((len(every), len(every)), np.float32)
    heard: Counter[str] = Counter()
    for turn in rounds(every, near, size, asked, random.Random(seed)):
        assert 2 <= len(turn.passages) <= size
        assert len({one.id for one in turn.passages}) == len(turn.passages)
        for language, text, place in turn.questions:
            assert text in turn.passages[place].questions[language]
            heard[text] += 1
    assert set(heard.values()) == {1}
    left = [one for one in every if not all(text in heard for text in one.questions["en"])]
    assert len(left) <= 1  # the last has nothing to be told apart from


def test_the_nearest_passages_are_in_a_round() -> None:
    every = passages([1] * 40)
    near = np.zeros((40, 40), np.float32)
    for pair in range(0, 40, 2):
        near[pair, pair + 1] = near[pair + 1, pair] = 1
    first = next(iter(rounds(every, near, 8, 1, random.Random(3))))
    ids = [int(one.id[1:]) for one in first.passages]
    assert ids[0] ^ 1 in ids


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(ROW + '{"id": 3}\n')
    with pytest.raises(PairsError, match=r"a\.jsonl, line 2"):
        read_pairs(tmp_path)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(ROW + ROW)
    with pytest.raises(PairsError, match="one id"):
        read_pairs(tmp_path)


def test_the_projects_own_pairs_can_be_read() -> None:
    found = read_pairs(Path("layers/intent/pairs"))
    assert len(found) >= 420
    assert sum(len(texts) for one in found for texts in one.questions.values()) >= 4000
