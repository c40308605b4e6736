"""What a customer can read in a text, in whichever of the twelve languages it is written.

Texts are compared folded: NFKC, caseless, every digit as 0-9, runs of blanks as one. Words of all languages are looked for
together: whether the bot spoke the customer's own is not judged here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from tests.journeys.words import MONTHS

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟।])\s+|(?<=[。！？؟।])|\n")
_QUESTION = ("?", "？", "؟")
_DENSE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")  # a character of these says as much as about two and a half letters


def folded(text: str) -> str:
    digits = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in unicodedata.normalize("NFKC", text))
    return " ".join(digits.casefold().split())


def contains(expected: str, actual: str) -> bool:
    """Whether `actual` holds `expected` whatever the case, the digits' script, the punctuation and the blanks between its words.
    It does not where `expected` is only part of a Latin word or of a number there: "40" is not in "140", "size L" not in "size
    Large". More than five digits are also found in a number that is grouped, as telephone numbers are."""
    if expected.isdecimal() and len(expected) > 5:
        return folded(expected) in re.sub(r"[\s().-]", "", folded(actual))
    wanted, given = _words(expected), _words(actual)
    edge = "0-9" if expected.isdecimal() else "0-9a-z"
    before = f"(?<![{edge}])" if re.match("[0-9a-z]", wanted) else ""
    after = f"(?![{edge}])" if re.search("[0-9a-z]$", wanted) else ""
    return bool(wanted) and bool(re.search(before + r"\s*".join(map(re.escape, wanted.split())) + after, given))


def _words(text: str) -> str:
    """`text` without punctuation; an address of e-mail stays as it is."""
    kept = (each if each in "@._-+" or unicodedata.category(each)[0] in "LMN" else " " for each in folded(text))
    return " ".join("".join(kept).split()) if "@" in text else " ".join(re.sub(r"[@._+-]", " ", "".join(kept)).split())


def order_numbers(text: str) -> set[str]:
    """The order numbers written out in `text`, as "SB-41027"."""
    return {f"SB-{digits}" for digits in re.findall(r"(?<![a-z0-9])sb[\s‐-―−-]?(\d{5})(?!\d)", folded(text))}


def statements(text: str) -> str:
    """`text` without its questions."""
    return " ".join(each for each in _SENTENCE_END.split(text) if each and not each.rstrip().endswith(_QUESTION))


def weight(text: str) -> float:
    """How much `text` says: its letters, vowel signs and digits, Chinese, Japanese and Korean ones counted two and a half times."""
    signs = [each for each in text if unicodedata.category(each)[0] in "LMN"]
    return sum(2.5 if unicodedata.name(each, "").startswith(_DENSE) else 1 for each in signs)


def shows_date(text: str, day: date) -> bool:
    """Whether `text` names that day of that month: in figures in either order, the Chinese or Korean way, or with the month's
    name in one of the languages at most twelve other characters away."""
    d, m = rf"(?<!\d)0?{day.day}(?!\d)", rf"(?<!\d)0?{day.month}(?!\d)"
    month = "|".join(rf"(?<!\w){re.escape(stem)}" for stem in map(folded, MONTHS[day.month]))
    patterns = (
        rf"{m}[./-]{d}|{d}[./-]{m}",
        rf"{m}\s*[月월]\s*{d}",
        rf"{d}[^\d]{{0,12}}(?:{month})|(?:{month})[^\d]{{0,12}}{d}",
    )
    plain = folded(text)
    return any(re.search(pattern, plain) for pattern in patterns)


def speaks_of(text: str, stems: Iterable[str]) -> bool:
    plain = folded(text)
    return any(folded(stem) in plain for stem in stems)
