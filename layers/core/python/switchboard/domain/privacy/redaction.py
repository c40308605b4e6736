"""Personal data taken out of a text: replaced by marks that can be put back, or by made-up values of the same shape.

Found are what the detector finds, its doubtful findings too, links, numbers of orders, and the names the caller knows; a name nobody
told of, or a street, is not. In doubt something is taken out: a text reads on without a number, and cannot be called back with one.
The time taken grows with the text's length alone, whatever it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.kinds import DOUBTFUL, IDS

MOST_NAMES, LONGEST_NAME = 100, 300
_MARK = re.compile(r"⟦[^⟦⟧]{0,40}⟧")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Redacted:
    """`text` holds marks like ⟦EMAIL_1⟧; `found` is what each stands for, the same for the same words. What looked like a mark
    before is one now (⟦MARK_1⟧), so that nobody can write one that stands for somebody else's data."""

    text: str
    found: Mapping[str, str] = field(repr=False)

    def restore(self, text: str) -> str:
        """A text that was made from this one, with the originals back in place. Marks that are none of ours stay."""
        return _MARK.sub(lambda m: self.found.get(m[0], m[0]), text)


def redact(text: str, names: Iterable[str] = ()) -> Redacted:
    """Replace personal data by marks. `names`: of people, and whatever else must not be told (an address on a channel)."""
    marks: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}

    def mark(kind: str, original: str) -> str:
        if (kind, original) not in marks:
            counts[kind] = counts.get(kind, 0) + 1
            marks[kind, original] = f"⟦{kind}_{counts[kind]}⟧"
        return marks[kind, original]

    return Redacted(_replaced(text, names, mark), {made: original for (_, original), made in marks.items()})


def disguise(text: str, names: Iterable[str] = ()) -> str:
    """Replace personal data by made-up values of the same shape, which do not depend on the originals' digits or letters: texts to
    learn from. What looked like a mark is gone."""
    known: dict[tuple[str, str], int] = {}

    def made_up(kind: str, original: str) -> str:
        number = known.setdefault((kind, original), len(known))
        match kind:
            case "NAME":
                return _name_like(original, number)
            case "EMAIL":
                return f"mail{number + 1}@example.com"
            case "URL":
                return "https://example.com/page"
            case "MARK":
                return ""
            case _:
                return _digits_like(original, number)

    return _replaced(text, names, made_up)


def _replaced(text: str, names: Iterable[str], put: Callable[[str, str], str]) -> str:
    parts, at = list[str](), 0
    for start, end, kind in _found(text, names):
        parts += [text[at:start], put(kind, text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


# -- what is looked for, the most telling first ----------------------------------------------------

_URL = re.compile(r"(?i)(?<![A-Za-z0-9])(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[!#-&(-;=?-~]{1,2000}")
_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})")
_CODE = re.compile(r"(?<![A-Za-z0-9])#?(?:[A-Za-z0-9]+[-_]?){1,8}(?![A-Za-z0-9])")

ORDER_LEAST, CODE_LEAST = 5, 4  # digits of a bare number; of one with letters or # before it


def _found(text: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where what stands, in the text's order; nothing twice."""
    taken: list[tuple[int, int, str]] = []
    rest = text
    for finder in (_marks, _urls, _detected, _orders):
        spans = _apart(finder(rest))
        taken += spans
        rest = _blanked(rest, spans)
    taken += [(a, b, "NAME") for a, b in _named(rest, names)]
    return sorted(taken)


def _apart(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In the text's order, none within another."""
    spans, end = list[tuple[int, int, str]](), 0
    for start, stop, kind in sorted(found):
        if start >= end and start < stop:
            spans.append((start, stop, kind))
            end = stop
    return spans


def _blanked(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """What is found is gone for those who look later; a mark's bracket stands in its place, which belongs to no word."""
    parts, at = list[str](), 0
    for start, end, _ in spans:
        parts += [text[at:start], "⟦" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    return ((*m.span(), "MARK") for m in _MARK.finditer(text))


def _urls(text: str) -> Iterator[tuple[int, int, str]]:
    for m in _URL.finditer(text):
        yield m.start(), m.start() + len(m[0].rstrip(".,;:!?)]}'\"")), "URL"


def _detected(text: str) -> Iterator[tuple[int, int, str]]:
    for f in detect(text, least=DOUBTFUL):
        yield f.start, f.end, "ID" if f.kind in IDS else f.kind.value.upper()


def _orders(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers of orders, parcels, customers: bare ones of some length, and codes of letters and digits."""
    for m in _CODE.finditer(text):
        found = m[0].rstrip("-_")
        digits = sum(c.isdigit() for c in found)
        bare = digits == len(found)
        if _DATE.fullmatch(found):
            continue
        if digits >= (ORDER_LEAST if bare else CODE_LEAST) or (found[0] == "#" and digits >= 3):  # as #123
            yield m.start(), m.start() + len(found), "ORDER"
    for m in re.finditer(rf"\d{{{ORDER_LEAST},}}", text):  # in other scripts' digits, and beside other scripts' letters
        if not m[0].isascii() or not _CODE.match(text, m.start()):
            yield *m.span(), "ORDER"


def _named(text: str, names: Iterable[str]) -> list[Span]:
    wanted: dict[str, None] = {}
    for name in list(names)[:MOST_NAMES]:
        whole = " ".join(name[:LONGEST_NAME].split())
        for part in (whole, *re.split(r"[\s,;·•]+", whole)):
            if len(part) >= (3 if part.isascii() else 2) and any(c.isalnum() for c in part):
                wanted[part] = None
    if not wanted:
        return []
    spelled = [_spelled(part) for part in sorted(wanted, key=lambda p: (-len(p), p))]
    return [m.span() for m in re.finditer("|".join(spelled), text, re.IGNORECASE)]


def _spelled(part: str) -> str:
    """A word stands alone, but for scripts that put no blanks between words."""
    pattern = re.escape(part).replace(r"\ ", r"\s+")
    if any(_unspaced(c) for c in part):
        return pattern
    return rf"(?<!\w){pattern}(?!\w)"


def _unspaced(c: str) -> bool:
    return "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af"


# -- made-up values ----------------------------------------------------------------------------------

_NAMES = {
    "CJK": ("李明", "王芳", "陈静"), "HIRAGANA": ("たろう", "はなこ"), "KATAKANA": ("タロウ", "ハナコ"), "HANGUL": ("민준", "서연"),
    "CYRILLIC": ("Иван", "Анна"), "ARABIC": ("أحمد", "سارة"), "DEVANAGARI": ("राहुल", "अनिता"),
}  # fmt: skip
_LATIN_NAMES = ("Alex", "Kim", "Robin")


def _name_like(original: str, number: int) -> str:
    letter = next((c for c in original if c.isalpha()), "a")
    known = _NAMES.get(unicodedata.name(letter, "LATIN").split()[0], _LATIN_NAMES)
    others = [name for name in known if name.casefold() not in original.casefold()]
    return others[number % len(others)] if others else _LATIN_NAMES[0]


def _digits_like(original: str, number: int) -> str:
    """Other digits, in the same script; the first stays a 0 where it is one."""
    made, count = list[str](), number
    for before, c in pairwise(" " + original):
        if not c.isdecimal() or (c == "0" and count == number and before in " ("):
            made.append(c)
            continue
        zero = ord(c) - unicodedata.decimal(c)
        made.append(chr(zero + (count * 7 + 3) % 10))
        count += 1
    return "".join(made)
