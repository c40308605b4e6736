"""Writes a message as a hurried customer might: typos, lost accents and punctuation, other numbers. Its meaning stays."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

_LETTER = re.compile(r"[^\W\d_]")
_PUNCTUATION = re.compile(r"[.,;:¿¡。，、؟।…\"'«»„“”()]+")
# scripts whose letters are typed one by one: leaving one out makes a typo, not another word
_ALPHABETS = ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI")
_LETTERS_A_TYPO = 40


def vary(text: str, angry: bool, source: random.Random) -> str:
    """`text`, changed in one or two ways. Capitals and the end of an `angry` message stay: they are its mood."""
    ways: list[Callable[[str, random.Random], str]] = [_mistyped, _without_accents, _without_punctuation, _other_numbers]
    if not angry:
        ways += [_small, _without_end]
    for way in source.sample(ways, source.choice((1, 1, 2))):
        text = way(text, source)
    return text


def _mistyped(text: str, source: random.Random) -> str:
    places = [at for at, sign in enumerate(text[:-1]) if _LETTER.match(sign) and unicodedata.name(sign, "").startswith(_ALPHABETS)]
    for at in sorted(source.sample(places, min(len(places), 1 + len(places) // _LETTERS_A_TYPO)), reverse=True):
        text = text[:at] + source.choice(_typos(text[at], text[at + 1])) + text[at + 2 :]
    return text


def _typos(one: str, two: str) -> tuple[str, str, str]:
    """`one` left out, typed twice, and in the other order."""
    return two, one + one + two, two + one


def _without_accents(text: str, _: random.Random) -> str:
    letters = ((sign, unicodedata.normalize("NFD", sign)[0]) for sign in unicodedata.normalize("NFC", text))
    return "".join(plain if plain.isascii() else sign for sign, plain in letters)


def _without_punctuation(text: str, _: random.Random) -> str:
    return " ".join(_PUNCTUATION.sub(" ", text).split()) or text


def _without_end(text: str, _: random.Random) -> str:
    return text.rstrip("?!.。？！؟। ") or text


def _small(text: str, _: random.Random) -> str:
    return text.lower()


def _other_numbers(text: str, source: random.Random) -> str:
    return re.sub(r"[0-9]", lambda _: str(source.randrange(10)), text)
