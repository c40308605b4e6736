"""Questions and the passages that answer them: what the search view is taught with, and how they are dealt into batches."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class PairsError(ValueError):
    """A file of pairs is not in the form that is asked for."""


@dataclass(frozen=True)
class Passage:
    """`questions`: language -> those it answers. `searched` is what the index embeds of it."""

    id: str
    language: str
    title: str
    text: str
    questions: dict[str, tuple[str, ...]]

    @property
    def searched(self) -> str:
        return f"{self.title}. {self.text}"


@dataclass(frozen=True)
class Round:
    """One step's passages, and questions with the place of the passage that answers each."""

    passages: tuple[Passage, ...]
    questions: tuple[tuple[str, str, int], ...]  # language, text, place


def read_pairs(folder: Path) -> list[Passage]:
    """All passages of `folder`/*.jsonl, by name of file and line. Raises PairsError by file and line."""
    found: list[Passage] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                questions = {language: tuple(map(str, texts)) for language, texts in row["questions"].items()}
                found.append(Passage(row["id"], row["lang"], row["title"], row["text"], questions))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise PairsError(f"{path.name}, line {number}: {error}") from None
    if len({one.id for one in found}) != len(found):
        raise PairsError("two passages have one id")
    return found


def rounds(passages: Sequence[Passage], near: Floats, size: int, asked: int, source: random.Random) -> Iterator[Round]:
    """Every question about once, `size` passages at a time, with at most `asked` questions of each. Passages of a round are near each
    other (`near`: [passages, passages], the larger the nearer), for those are the ones to be told apart."""
    waiting = {place: _shuffled(one, source) for place, one in enumerate(passages)}
    while len(waiting) >= 2:
        seed = source.choice(sorted(waiting))
        # half of the neighbours are the nearest, half are drawn: a round of look-alikes alone forgets the rest
        others = sorted((place for place in waiting if place != seed), key=lambda place: -float(near[seed, place]))
        nearest = others[: size // 2]
        drawn = source.sample(others[size // 2 :], min(size - 1 - len(nearest), max(len(others) - size // 2, 0)))
        chosen = [seed, *nearest, *drawn]
        questions = []
        for number, place in enumerate(chosen):
            for language, text in waiting[place][:asked]:
                questions.append((language, text, number))
            waiting[place] = waiting[place][asked:]
            if not waiting[place]:
                del waiting[place]
        yield Round(tuple(passages[place] for place in chosen), tuple(questions))


def _shuffled(passage: Passage, source: random.Random) -> list[tuple[str, str]]:
    questions = [(language, text) for language, texts in sorted(passage.questions.items()) for text in texts]
    source.shuffle(questions)
    return questions
