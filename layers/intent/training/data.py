"""Messages to learn from: which are held back for judging, and how they are dealt into batches."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from ..builder.corpus import Example
from .augment import vary

HELD_BACK = 16  # every sixteenth message of a label and language judges
_FIRST_HELD_BACK = 4
LONGEST = 64
DEVICES = 2  # a batch is cut in two, one half a core; sums depend on it, so it is fixed
_WIDTHS = (8, 12, 16, 20, 24, 32, 44, LONGEST)
_TOKENS_A_BATCH = 1280
_VARIED = 0.5


@dataclass(frozen=True)
class Batch:
    """`rows` are the examples' numbers; `ids` and `mask` are [texts, tokens]."""

    rows: npt.NDArray[np.int32]
    ids: npt.NDArray[np.int32]
    mask: npt.NDArray[np.int32]


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Those to learn from and those that judge, by their place in the corpus: nothing is drawn."""
    seen: Counter[tuple[str, str]] = Counter()
    learn: list[Example] = []
    judge: list[Example] = []
    for example in examples:
        number = seen[example.label, example.language]
        seen[example.label, example.language] += 1
        (judge if number % HELD_BACK == _FIRST_HELD_BACK else learn).append(example)
    return learn, judge


def epoch(
    examples: Sequence[Example], tokenizer: UnigramTokenizer, prefix: str, seed: int, *, as_they_are: bool = False
) -> list[Batch]:
    """All examples once, in an order drawn from `seed`; half of them rewritten, unless `as_they_are`."""
    source = random.Random(seed)
    tokens = []
    for example in examples:
        varied = not as_they_are and source.random() < _VARIED
        text = vary(example.text, example.sentiment == "angry", source) if varied else example.text
        tokens.append(tokenizer.encode(text, LONGEST, prefix))
    order = list(range(len(examples)))
    source.shuffle(order)
    batches = list(_deal(order, tokens))
    source.shuffle(batches)
    return batches


def _deal(order: Sequence[int], tokens: Sequence[Sequence[int]]) -> Iterator[Batch]:
    """Batches of one width each: every width is a program to compile."""
    waiting: dict[int, list[int]] = {width: [] for width in _WIDTHS}
    for row in order:
        width = next(width for width in _WIDTHS if width >= len(tokens[row]))
        waiting[width].append(row)
        if len(waiting[width]) == _texts(width):
            yield _batch(waiting[width], tokens, width)
            waiting[width] = []
    for width, rows in waiting.items():
        if rows:
            yield _batch(rows, tokens, width)


def _texts(width: int) -> int:
    """How many texts a batch has: a number that `DEVICES` share evenly."""
    return _TOKENS_A_BATCH // width // DEVICES * DEVICES


def _batch(rows: Sequence[int], tokens: Sequence[Sequence[int]], width: int) -> Batch:
    texts = _texts(width)
    ids = np.ones((texts, width), np.int32)
    mask = np.zeros((texts, width), np.int32)
    for place, row in enumerate(rows):
        ids[place, : len(tokens[row])] = tokens[row]
        mask[place, : len(tokens[row])] = 1
    # a last batch is filled up with rows that count for nothing
    mask[len(rows) :, 0] = 1
    return Batch(np.array(rows, np.int32), ids, mask)
