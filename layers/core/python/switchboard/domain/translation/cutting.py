"""Texts in parts that an engine takes: lines, and of long lines sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।؟])\s*")


def size(text: str) -> int:
    """In bytes, as services count."""
    return len(text.encode("utf-8", "replace"))


def sentences(text: str) -> list[str]:
    """The text's sentences, each with the blanks after it. Put together they are the text."""
    found, at = [], 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() > at:
            found.append(text[at : match.end()])
            at = match.end()
    return [*found, text[at:]] if at < len(text) or not found else found


def fitting(text: str, limit: int) -> Iterator[str]:
    """A line in parts of at most `limit` bytes, cut after sentences, else between words, else anywhere. Together they are the line."""
    held = ""
    for part in sentences(text):
        if held and size(held + part) > limit:
            yield held
            held = ""
        held += part
        while size(held) > limit:
            cut = _cut(held, limit)
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held


def _cut(text: str, limit: int) -> int:
    most = limit
    while size(text[:most]) > limit:
        most -= max(1, (size(text[:most]) - limit) // 4)
    blank = text.rfind(" ", max(1, most // 2), most)
    return blank + 1 if blank > 0 else max(1, most)


def batches(items: Sequence[T], weight: Callable[[T], int], limit: int) -> Iterator[list[T]]:
    """The items in their order, in as few runs as hold at most `limit` together; one that is heavier stands alone."""
    held: list[T] = []
    total = 0
    for item in items:
        own = weight(item)
        if held and total + own > limit:
            yield held
            held, total = [], 0
        held.append(item)
        total += own
    if held:
        yield held
