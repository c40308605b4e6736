"""Words to compare texts by: folded so that spellings meet, cut into character pairs where a script has no blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LETTER = r"(?:[^\W_]|[\u0900-\u0963])"  # Indic vowel signs are marks to `re`, and part of the word
_WORD = re.compile(rf"{_LETTER}+(?:['\u2019]{_LETTER}+)?")
STEM = 6  # letters of a word that are compared: endings change, in Russian most of all
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u0640]")  # accents; Arabic vowels and lengthening. Not Indic vowels.
_LETTERS = str.maketrans({
    "\u00df": "ss", "\u00f8": "o", "\u00e6": "ae", "\u0142": "l", "\u0451": "\u0435",
    "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0649": "\u064a", "\u0629": "\u0647",
})  # fmt: skip


def is_ideograph(c: str) -> bool:
    """Whether the character is of a script written without blanks, or Korean, whose blanks say little."""
    return "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" or "\U00020000" <= c <= "\U0003ffff"


def fold(text: str) -> str:
    """Small letters without accents, wide forms made narrow, variants of a letter made one."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", text).translate(_LETTERS))


def terms(text: str) -> Iterator[str]:
    """What of a text is compared, in order and with repetitions."""
    for word in _WORD.findall(_spread(fold(text))):
        if is_ideograph(word[0]):
            yield from (word[i : i + 2] for i in range(len(word) - 1)) if len(word) > 1 else (word,)
        else:
            word = word.replace("\u2019", "'").partition("'")[0] if word.endswith(("'s", "\u2019s")) else word
            yield word if word.isdigit() else word[:STEM]


def _spread(text: str) -> str:
    """Blanks between scripts: "PUK\u7801" is a word and a character."""
    out: list[str] = []
    before: bool | None = None
    for c in text:
        wide = is_ideograph(c)
        if before is not None and wide != before:
            out.append(" ")
        out.append(c)
        before = wide
    return "".join(out)
