"""One spelling of digits and signs, character by character: places in a folded text are those of the text."""

from __future__ import annotations

import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc"
_BLANKS = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\ufeff"
)  # direction marks and joiners too: nobody sees them, and they stand between digits
_DOTS = "\u00b7\u2022\u30fb\u2219"
_FOLDS: dict[int, int] = {
    ord("\t"): ord(" "),
    **{c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys(map(ord, _DASHES), ord("-")), **dict.fromkeys(map(ord, _BLANKS), ord(" ")),
    **dict.fromkeys(map(ord, _DOTS), ord(".")),
}  # fmt: skip


def folded(text: str) -> str:
    """The text with ASCII's digits, blanks, dashes and full-width letters, as long as it was."""
    if text.isascii():
        return text.replace("\t", " ")
    foreign = {c for c in set(text) if c > "\x7f" and c.isdecimal()}
    folds = {**_FOLDS, **{ord(c): ord("0") + unicodedata.decimal(c) for c in foreign}} if foreign else _FOLDS
    return text.translate(folds)
