"""Texts on their way to and from vendors: making them encodable, and cutting long ones at sensible places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Best cut first. Each match ends where the cut goes, so that white space stays with the piece before it.
_CUTS = (
    re.compile(r"\n[ \t\r]*\n\s*"),  # paragraph
    re.compile(r"\n\s*"),  # line
    re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？；][\"'”’」』）]*\s*"),  # sentence
    re.compile(r"\s+|[，、]"),  # word, or clause where words are not spaced
)
_JOINER = "\u200d"
_FOLLOWERS = (("\U0001f3fb", "\U0001f3ff"), ("\U000e0020", "\U000e007f"), ("\u1160", "\u11ff"))  # skin tones, tags, jamo
_UNITS: dict[str, Callable[[str], int]] = {
    "characters": lambda _: 1,
    "utf8_bytes": lambda c: 1 if c < "\x80" else 2 if c < "\u0800" else 3 if c < "\U00010000" else 4,
    "utf16_units": lambda c: 1 if c < "\U00010000" else 2,
}


def clean(text: str) -> str:
    """The text with lone surrogates (which JSON can carry and UTF-8 cannot) replaced by U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def size(text: str, unit: str) -> int:
    """The length of a text in a unit of `Limits.text_unit`."""
    return sum(map(_UNITS[unit], text))


def split(text: str, limit: int, unit: str) -> list[str]:
    """Cut a text into pieces of at most `limit` units that join to the very same text.

    Prefers the end of a paragraph, line, sentence or word in the later half of a piece, then the edge of what people see as
    one character; a single such character longer than `limit` is cut between code points, never inside one."""
    if limit < 4:
        raise ValueError("a piece must have room for any one character: at least 4 units")
    width = _UNITS[unit]
    pieces = []
    start = 0
    while start < len(text):
        end, used = start, 0
        while end < len(text) and (used := used + width(text[end])) <= limit:
            end += 1
        if end < len(text):
            end = _cut(text, start, end)
        pieces.append(text[start:end])
        start = end
    return pieces


def _cut(text: str, start: int, end: int) -> int:
    """The best place for a cut in the later half of `text[start:end]`."""
    half = start + (end - start) // 2
    for pattern in _CUTS:
        ends = [m.end() for m in pattern.finditer(text, half, end)]
        for place in reversed(ends):
            if _between_graphemes(text, place):
                return place
    for place in range(end, start, -1):
        if _between_graphemes(text, place):
            return place
    return end


def _between_graphemes(text: str, place: int) -> bool:
    """May the text be cut before `text[place]`? The main rules of Unicode's UAX #29: marks, joiners, skin tones, flags,
    tags, jamo and CR LF stay with what they belong to."""
    before, after = text[place - 1], text[place]
    if before == _JOINER or after == _JOINER or (before == "\r" and after == "\n"):
        return False
    if unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return False
    if any(first <= after <= last for first, last in _FOLLOWERS):
        return False
    if _flag_letter(before) and _flag_letter(after):
        first = place
        while first > 0 and _flag_letter(text[first - 1]):
            first -= 1
        return (place - first) % 2 == 0
    return True


def _flag_letter(c: str) -> bool:
    return "\U0001f1e6" <= c <= "\U0001f1ff"
