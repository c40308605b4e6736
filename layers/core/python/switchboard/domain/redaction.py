"""Personal data taken out of a text: replaced by marks that can be put back, or by made-up values of the same shape.

Found are what has a form (addresses, numbers with a checksum, telephone and order numbers) and the names the caller knows; a name
nobody told of, or a street, is not. In doubt something is taken out: a text reads on without a number, and cannot be called back
with one. Digits count in every script; the time taken grows with the text's length alone, whatever it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

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
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ASCII_EMAIL = re.compile(r"(?<![A-Za-z0-9.%+_-])[A-Za-z0-9.%+_-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_IBAN = re.compile(r"(?i)(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}")
_NATIONAL_ID = re.compile(r"(?<![A-Za-z0-9])[0-9]{17}[0-9Xx](?![A-Za-z0-9])")
_BETWEEN = r"[ \u00a0\u2009\u202f.\-\u2010-\u2015()/]{0,3}"
_DIGITS = re.compile(rf"(?:\+|\()?\d(?:{_BETWEEN}\d){{2,40}}")
_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[., \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}")
_CODE = re.compile(r"(?<![A-Za-z0-9])#?(?:[A-Za-z0-9]+[-_]?){1,8}(?![A-Za-z0-9])")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")

PHONE_LEAST = 7  # digits; there is no most: two numbers may stand side by side
ORDER_LEAST, CODE_LEAST = 5, 4  # digits of a bare number; of one with letters or # before it


def _found(text: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where what stands, in the text's order; nothing twice."""
    taken: list[tuple[int, int, str]] = []
    rest = text
    for kind, finder in _FINDERS:
        spans = [(a, b) for a, b in finder(rest) if a < b]
        taken += [(a, b, kind) for a, b in spans]
        rest = _blanked(rest, spans)
    taken += [(a, b, "NAME") for a, b in _named(rest, names)]
    return sorted(taken)


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """What is found is gone for those who look later; a mark's bracket stands in its place, which belongs to no word."""
    parts, at = list[str](), 0
    for start, end in spans:
        parts += [text[at:start], "⟦" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _marks(text: str) -> Iterator[Span]:
    return (m.span() for m in _MARK.finditer(text))


def _urls(text: str) -> Iterator[Span]:
    for m in _URL.finditer(text):
        yield m.start(), m.start() + len(m[0].rstrip(".,;:!?)]}'\""))


def _emails(text: str) -> Iterator[Span]:
    """Chinese is written without blanks: there an address ends where its letters do."""
    at = 0
    while m := _EMAIL.search(text, at):
        m = (None if m[0].isascii() else _ASCII_EMAIL.search(text, m.start(), m.end())) or m
        yield m.span()
        at = m.end()


def _ibans(text: str) -> Iterator[Span]:
    for m in _IBAN.finditer(text):
        ends = [e for e in range(m.end(), m.start() + 14, -1) if e == len(text) or not text[e].isascii() or not text[e].isalnum()]
        if end := next((e for e in ends if iban_holds(text[m.start() : e])), 0):
            yield m.start(), end


def iban_holds(text: str) -> bool:
    """Whether it is an IBAN by its check digits (ISO 13616: 97 leaves 1)."""
    plain = re.sub(r"[ \u00a0-]", "", text).upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii() or not plain.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _national_ids(text: str) -> Iterator[Span]:
    return (m.span() for m in _NATIONAL_ID.finditer(text) if national_id_holds(m[0]))


def national_id_holds(text: str) -> bool:
    """Whether it is a Chinese citizen's number by its last digit (GB 11643: ISO 7064 MOD 11-2)."""
    total = sum(int(c) * (1 << (17 - place)) for place, c in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17].upper()


def _cards(text: str) -> Iterator[Span]:
    """The longest number of a card in each row of digits: it may stand beside others."""
    for m in _DIGITS.finditer(text):
        places = [i for i in range(*m.span()) if text[i].isdecimal()]
        starts = [n for n, i in enumerate(places) if n == 0 or places[n - 1] != i - 1]
        ends = {n + 1 for n, i in enumerate(places) if n + 1 == len(places) or places[n + 1] != i + 1}
        done = 0
        for start in starts:
            lengths = [n for n in range(19, 12, -1) if start + n in ends]
            card = next((n for n in lengths if luhn_holds([int(text[i]) for i in places[start : start + n]])), 0)
            if card and start >= done:
                done = start + card
                yield places[start], places[done - 1] + 1


def luhn_holds(digits: list[int]) -> bool:
    """Whether it may be a card's number by its check digit (ISO/IEC 7812, Luhn)."""
    doubled = [d if place % 2 == 0 else d * 2 - 9 * (d > 4) for place, d in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _phones(text: str) -> Iterator[Span]:
    for m in _DIGITS.finditer(text):
        start, row = m.start(), m[0]
        alone = start == 0 or not ((text[start - 1].isascii() and text[start - 1].isalnum()) or text[start - 1] in "#_-")
        whole = m.end() == len(text) or not (text[m.end()].isascii() and text[m.end()].isalpha())
        digits = [c for c in row if c.isdecimal()]
        if not alone or not whole or len(digits) < PHONE_LEAST:
            continue
        plain = "".join(str(int(c)) for c in digits)
        spelled = row[0] == "+" or plain[0] == "0" or len(row) > len(digits) or _CHINESE_MOBILE.fullmatch(plain)
        if spelled and not _DATE.fullmatch(row) and not _AMOUNT.fullmatch(row):
            yield start, m.end()


def _orders(text: str) -> Iterator[Span]:
    """Numbers of orders, parcels, customers: bare ones of some length, and codes of letters and digits."""
    for m in _CODE.finditer(text):
        found = m[0].rstrip("-_")
        digits = sum(c.isdigit() for c in found)
        bare = digits == len(found)
        if _DATE.fullmatch(found):
            continue
        if digits >= (ORDER_LEAST if bare else CODE_LEAST) or (found[0] == "#" and digits >= 3):  # as #123
            yield m.start(), m.start() + len(found)
    for m in re.finditer(rf"\d{{{ORDER_LEAST},}}", text):  # in other scripts' digits, and beside other scripts' letters
        if not m[0].isascii() or not _CODE.match(text, m.start()):
            yield m.span()


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


_Finder = Callable[[str], Iterable[Span]]


def _once(finder: _Finder) -> _Finder:
    """In the text's order, none within another."""

    def found(text: str) -> Iterable[Span]:
        spans, end = list[Span](), 0
        for span in sorted(finder(text)):
            if span[0] >= end:
                spans.append(span)
                end = span[1]
        return spans

    return found


_FINDERS: tuple[tuple[str, _Finder], ...] = tuple(
    (kind, _once(finder))
    for kind, finder in (
        ("MARK", _marks), ("URL", _urls), ("EMAIL", _emails), ("IBAN", _ibans), ("ID", _national_ids), ("CARD", _cards),
        ("PHONE", _phones), ("ORDER", _orders),
    )
)  # fmt: skip


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
