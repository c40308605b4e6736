"""Finds messages of the corpus that are not written in their language: in another script, or in another's words.

The words are judged by the corpus itself: naive Bayes over character trigrams, each language's own messages the sample of
it, the message at hand left out. Customers mix languages and write any in Latin letters, so only what clearly belongs to
another language is named, and words are judged only among languages whose own letters are Latin.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from .corpus import Example
from .likeness import trigrams
from .taxonomy import OUT_OF_SCOPE

# The first word of a character's Unicode name. All languages may also use Latin letters; one not listed uses no others.
_SCRIPTS = {
    "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}, "ko": {"HANGUL", "CJK"}, "ru": {"CYRILLIC"},
    "ar": {"ARABIC"}, "hi": {"DEVANAGARI"},
}  # fmt: skip
LEAST_CHARACTERS = 20
# How much likelier, as a natural logarithm, the message must be in another language.
MARGIN = 15.0
# And in English, which all others borrow whole phrases from.
ENGLISH_MARGIN = 40.0
_UNSEEN = 0.1
# The share of a message's letters that makes it one of their script.
_MOST = 2 / 3


def foreign(examples: Sequence[Example]) -> Iterator[tuple[Example, str]]:
    """The messages in scope that are in another script or language, and what they seem to be in.

    Out of scope is left out: spam and nonsense come in any language.
    """
    inside = [example for example in examples if example.label != OUT_OF_SCOPE]
    for example in inside:
        script = _script(example.text)
        if script and script != "LATIN" and script not in _SCRIPTS.get(example.language, ()):
            yield example, f"{script.capitalize()} script"
    yield from _other_words([example for example in inside if example.language not in _SCRIPTS])


def _other_words(examples: Sequence[Example]) -> Iterator[tuple[Example, str]]:
    languages = sorted({example.language for example in examples})
    grams = [list(trigrams(example.text)) for example in examples]
    numbers = {gram: number for number, gram in enumerate(sorted({gram for every in grams for gram in every}))}
    rows = [np.array([numbers[gram] for gram in every]) for every in grams]
    counts = np.zeros((len(numbers), len(languages)))
    own = np.array([languages.index(example.language) for example in examples])
    for row, column in zip(rows, own, strict=True):
        counts[row, column] += 1
    totals = counts.sum(axis=0) + _UNSEEN * len(numbers)
    for example, row, column in zip(examples, rows, own, strict=True):
        if len(example.text) < LEAST_CHARACTERS:
            continue
        seen = counts[row]
        seen[:, column] -= 1
        scores = np.log((seen + _UNSEEN) / totals).sum(axis=0)
        best = int(scores.argmax())
        if scores[best] - scores[column] > (ENGLISH_MARGIN if languages[best] == "en" else MARGIN):
            yield example, f"language {languages[best]}"


def _script(text: str) -> str | None:
    """The script that most letters are of."""
    letters = Counter(_script_of(character) for character in unicodedata.normalize("NFKC", text) if character.isalpha())
    script, count = letters.most_common(1)[0] if letters else ("", 0)
    return script if count > _MOST * letters.total() else None


@cache
def _script_of(character: str) -> str:
    return unicodedata.name(character, "unknown").split()[0]
