"""Rows of digits, as people split them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from switchboard.domain.privacy import words
from switchboard.domain.privacy.kinds import Kind

_SEP = r"[ .\-()/*_\n]"
_ROW = re.compile(rf"[+(]{{0,3}}\d(?:{_SEP}{{0,4}}\d){{6,}}")
_RUN = re.compile(r"\d+")
_WORD_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9#_\-=&%.@])(?:[A-Z]?[a-z]{2,})?$")
_WORD_AFTER = re.compile(r"(?:[a-z]{3,}(?![A-Za-z0-9_@-])|$|[^A-Za-z0-9_@])")
LONGEST_ROW = 64  # characters that are tried in every way; in longer ones only standard forms are looked for
LONGEST_RUN = 19  # digits in one piece; nobody has longer ones


class Row:
    """Digits with separators alone between them. `text` is folded; places are the text's; `label`: what the words beside it say."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.shown = text[start:end]
        self.long = end - start > LONGEST_ROW

    @cached_property
    def groups(self) -> list[tuple[int, int]]:
        start = self.start
        return [(start + m.start(), start + m.end()) for m in _RUN.finditer(self.shown)]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(b - a for a, b in self.groups)

    @cached_property
    def digits(self) -> str:
        return "".join(self.text[a:b] for a, b in self.groups)

    @cached_property
    def label(self) -> words.Label | None:
        return words.before(self.text, self.start) or words.after(self.text, self.end)

    @cached_property
    def alone(self) -> bool:
        """Whether no letter, digit or sign of a code touches it; words without a blank do no harm where they call it a telephone's."""
        text = self.text
        if not of_code(text[self.start - 1 : self.start], "#_-=&%.@") and not of_code(text[self.end : self.end + 1], "_@"):
            return True
        return self.label is Kind.PHONE and bool(_WORD_BEFORE.search(text[max(0, self.start - 12) : self.start])) and bool(
            _WORD_AFTER.match(text[self.end : self.end + 12])
        )

    def joined(self, first: int, last: int) -> str:
        """The digits of groups `first` to `last` (excluded)."""
        return "".join(self.text[a:b] for a, b in self.groups[first:last])


def of_code(c: str, signs: str = "") -> bool:
    """Whether a sign belongs to a word or code written in ASCII."""
    return bool(c) and c.isascii() and (c.isalnum() or c in signs)


def rows(text: str) -> Iterator[Row]:
    """Of seven digits and more."""
    for m in _ROW.finditer(text):
        start, end = m.span()
        if end - start > LONGEST_RUN and m[0].isdigit():
            continue
        if "(" in m[0] and m[0].count("(") > m[0].count(")") and text[end : end + 1] == ")":
            if m[0].startswith("(") and ")" not in m[0]:  # the whole number stands in brackets
                start += 1
            else:
                end += 1
        yield Row(text, start, end)
