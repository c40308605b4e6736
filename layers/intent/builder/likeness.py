"""Finds texts that are nearly the same among many, without comparing all with all.

Two texts are as alike as their sets of character trigrams: |common| / |all| (Jaccard). If that is at least t, then of
each set, its grams in one fixed order, the first n - ceil(t * n) + 1 must share one (Bayardo, Ma and Srikant 2007,
"Scaling Up All Pairs Similarity Search"). With rare grams first, few pairs do, and only those are compared.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

_ROUNDING = 1e-9


def normal(text: str) -> str:
    """The text without differences of case, width and spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def trigrams(text: str) -> frozenset[str]:
    """The character trigrams of the text's words, marks aside: "Yes!!" is " ye", "yes", "es ". What has no words is its only gram."""
    plain = normal(text)
    # by category: to a regular expression the vowel signs of Hindi are no part of a word
    words = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in plain).split()
    padded = f" {' '.join(words)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2)) if words else frozenset([plain])


def alike_pairs(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Every pair of `texts`, by index, the lower first, that is at least `least` (above 0, to 1) alike, and how much."""
    grams = [trigrams(text) for text in texts]
    frequency = Counter(gram for every in grams for gram in every)
    rank = {gram: place for place, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
    index: dict[int, list[int]] = defaultdict(list)  # a gram's rank -> the sets that have it among their first, by size
    order = sorted(range(len(texts)), key=lambda number: len(grams[number]))
    sets = [frozenset(rank[gram] for gram in grams[number]) for number in order]
    sizes = [len(own) for own in sets]
    for place, own in enumerate(sets):
        needed = math.ceil(least * len(own) - _ROUNDING)
        first = sorted(own)[: len(own) - needed + 1]
        large = bisect_left(sizes, needed)  # smaller sets cannot have enough in common
        candidates: set[int] = set()
        for gram in first:
            listed = index[gram]
            candidates.update(listed[bisect_left(listed, large) :])
            listed.append(place)
        for other in candidates:
            common = len(own & sets[other])
            likeness = common / (len(own) + sizes[other] - common)
            if likeness >= least - _ROUNDING:
                yield min(order[place], order[other]), max(order[place], order[other]), likeness
