"""How much of a suggested text stayed in what was sent."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

COMPARED = 600  # words of a text: comparing takes the square of them at the least
_WORD = re.compile(r"[^\W\u3000-\u9fff\uac00-\ud7af]+|\S")  # of scripts without blanks, signs


def _words(text: str) -> list[str]:
    return [found[0] for _, found in zip(range(COMPARED), _WORD.finditer(text), strict=False)]


def alike(one: str, other: str) -> float:
    """0: nothing is common, 1: the same words in the same order (twice the common ones by all of both)."""
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def kept(suggested: str, sent: str) -> float:
    """The share of the suggested words that were sent, in their order and not one by one."""
    words = _words(suggested)
    matched = SequenceMatcher(None, words, _words(sent), autojunk=False).get_matching_blocks()
    return sum(block.size for block in matched if block.size > 1) / max(1, len(words))
