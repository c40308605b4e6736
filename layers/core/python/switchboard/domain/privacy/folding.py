"""One spelling of digits and signs, character by character: places in a folded text are those of the text."""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc"
_BLANKS = "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINES = "\u000b\u000c\r\u0085\u2028\u2029"
_DOTS = "\u00b7\u2022\u30fb\u2219"
_FOLDS: dict[int, int] = {
    **{c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys(map(ord, _DASHES), ord("-")), **dict.fromkeys(map(ord, _BLANKS), ord(" ")),
    **dict.fromkeys(map(ord, _DOTS), ord(".")), **dict.fromkeys(map(ord, _LINES), ord("\n")),
}  # fmt: skip
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+")


def folded(text: str) -> str:
    """The text with ASCII's digits, blanks, dashes, line ends and full-width letters, as long as it was."""
    text = text.replace("\r\n", " \n")
    if text.isascii():
        return text.replace("\t", " ").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    foreign = {c for c in set(text) if c > "\x7f" and c.isdecimal()}
    folds = {**_FOLDS, **{ord(c): ord("0") + unicodedata.decimal(c) for c in foreign}} if foreign else _FOLDS
    return text.translate(folds)


class Visible:
    """A text folded, and without what nobody sees: soft hyphens, joiners, marks of direction, which stand between digits."""

    def __init__(self, text: str) -> None:
        self.text = folded(text)
        self._places: list[int] | None = None
        if not text.isascii() and _INVISIBLE.search(self.text) is not None:
            self._places = [place for place, c in enumerate(self.text) if _INVISIBLE.match(c) is None]
            self.text = _INVISIBLE.sub("", self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The places in the text as it was written."""
        if self._places is None or start >= end:
            return start, end
        return self._places[start], self._places[end - 1] + 1
