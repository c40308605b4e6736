"""A customer's message as the engine reads it: cleaned, with every script's digits as 0 to 9, and its words with their places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

READ_CHARACTERS = 2000
"""Of a message; the ledger has all of it."""

_INVISIBLE = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff") | {
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Marks of direction and spaces without width. The joiners U+200C and U+200D stay: Hindi and Persian are spelled with them."""

_APOSTROPHES = frozenset("'’ʼ`´‘")
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"  # scripts that run on, hangul too
)


def cleaned(text: str) -> str:
    """The text as far as it is read, without control characters and marks of direction; line breaks stay."""
    shown = (c if c.isprintable() or c in "\n\u200c\u200d" else " " for c in text[: READ_CHARACTERS * 2] if c not in _INVISIBLE)
    return "".join(shown).strip()[:READ_CHARACTERS]


def _plain(c: str) -> str:
    if unicodedata.category(c) == "Nd":
        return str(unicodedata.decimal(c))
    form = unicodedata.normalize("NFKC", c)
    return form if len(form) == 1 else c


@dataclass(frozen=True, slots=True)
class Word:
    """`form` is what words are compared by; `start` and `end` its place in the text."""

    form: str
    start: int
    end: int


def form_of(text: str) -> str:
    """Small, without accents, apostrophes, Arabic vowel marks, the nukta: what is left out in haste makes no difference."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return unicodedata.normalize("NFC", "".join(map(_compared, parts)))


def _compared(c: str) -> str:
    if c in _APOSTROPHES or "\u0300" <= c <= "\u036f" or "\u064b" <= c <= "\u065f" or c in "\u0640\u0670\u093c\u200c\u200d":
        return ""
    return {"\u0901": "\u0902", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"}.get(c, c)


@dataclass(frozen=True)
class Message:
    """`shown` is the text as the customer sees it; `plain` has the same length, in plain characters."""

    shown: str

    @cached_property
    def plain(self) -> str:
        return "".join(map(_plain, self.shown))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Scripts that run on are one word a character; the joints of the others are everything but letters, marks and digits."""
        return _words(self.plain)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        return tuple(word.form for word in self.words)

    def without(self, *spans: tuple[int, int]) -> Message:
        """The text with gaps where some of its parts were."""
        kept = self.shown
        for start, end in spans:
            kept = f"{kept[:start]}{' ' * (end - start)}{kept[end:]}"
        return Message(kept)

    @property
    def bulk(self) -> int:
        """How much is said: words, or characters of scripts that run on by twos."""
        running = sum(bool(_UNSPACED.match(form)) for form in self.forms)
        return len(self.forms) - running + (running + 1) // 2


def _words(plain: str) -> tuple[Word, ...]:
    found: list[Word] = []
    start = -1
    for place, c in enumerate(f"{plain} "):
        running = bool(_UNSPACED.match(c)) and unicodedata.category(c)[0] in "LMN"
        inside = not running and (unicodedata.category(c)[0] in "LMN" or (start >= 0 and c in _APOSTROPHES) or c in "\u200c\u200d")
        if not inside and start >= 0:
            if form := form_of(plain[start:place]):
                found.append(Word(form, start, place))
            start = -1
        if running:
            found.append(Word(form_of(c), place, place + 1))
        elif inside and start < 0:
            start = place
    return tuple(found)


def read(text: str) -> Message:
    """The message in a text of any length and content."""
    return Message(cleaned(text))


def forms_of(phrase: str) -> tuple[str, ...]:
    """A phrase as messages have it."""
    return tuple(word.form for word in _words("".join(map(_plain, phrase))))
