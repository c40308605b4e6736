"""Numbers of payment cards: the length and first digits of a scheme, and Luhn's digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchboard.domain.privacy import words
from switchboard.domain.privacy.checksums import luhn
from switchboard.domain.privacy.kinds import CHECKED, DOUBTFUL, Found, Kind
from switchboard.domain.privacy.numbers import Row, of_code

_SCHEME = re.compile(
    r"4(?:\d{15}|\d{18})|(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d+|3[47]\d{13}"  # Visa, Mastercard, American Express
    r"|(?:6011|64[4-9]|65)\d{12,}|36\d{12,}|(?:30[0-59]|3[89])\d{11,}|35(?:2[89]|[3-8]\d)\d{12,}"  # Discover, Diners, JCB
    r"|(?:62|81)\d{14,}"
    r"|220[0-4]\d{12,}|(?:50|5[6-8]|6[037])\d{14,}|(?:82|9792|9682)\d+"  # UnionPay, Mir, Maestro and RuPay, Troy, mada
)
_SIXTEEN = re.compile(r"(?:5[1-5]|2[2-7]|82|9792|9682)")
_SHORT = re.compile(r"4\d{12}|(?:50|5[6-8]|6[037])\d{11,13}")  # old Visas and Maestros, which look like an article's EAN
_STANDARD = re.compile(
    r"(?<![\dA-Za-z])\d{4}(?:([ .\-/_*\n]|[ -]{2,3})\d{4})\1\d{4}\1\d{4}(?:\1\d{3})?(?![\dA-Za-z])"
    r"|(?<![\dA-Za-z])\d{14,19}(?![\dA-Za-z])"
)
_COMMAS = re.compile(r"(?<![\dA-Za-z.,])\d{4}(, ?)\d{4}\1\d{4}\1\d{4}(?![\dA-Za-z])(?![.,]\d)")
_GROUPS = frozenset({
    (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (8, 8), (4, 4, 4, 3), (4, 4, 4, 2), (4, 12), (6, 10), (4, 4, 8),
    (16,), (15,), (14,), (19,), (18,), (17,), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 4, 5), (13,), (4, 3, 3, 3),
})  # fmt: skip


def is_card(digits: str) -> bool:
    """Whether these may be a card's, by scheme, length and check digit."""
    return bool(_of_scheme(digits) or _SHORT.fullmatch(digits)) and luhn(digits)


def _of_scheme(digits: str) -> bool:
    if not 14 <= len(digits) <= 19 or _SCHEME.fullmatch(digits) is None:
        return False
    return len(digits) == 16 or _SIXTEEN.match(digits) is None


def cards(row: Row) -> Iterator[Found]:
    """The cards in a row, which may hold a date and other numbers beside them."""
    if len(row.shown) < 13:
        return
    if row.long or len(row.groups) > 8:
        for m in _STANDARD.finditer(row.text, row.start, row.end):
            digits = "".join(c for c in m[0] if c.isdigit())
            if _of_scheme(digits) and luhn(digits):
                yield Found(*m.span(), Kind.CARD, CHECKED)
        if not row.long and 13 <= len(row.digits) <= 19 and is_card(row.digits):
            yield Found(row.groups[0][0], row.groups[-1][1], Kind.CARD, CHECKED)
        return
    groups, done = row.groups, 0
    sizes = row.sizes
    if sum(sizes) < 13:
        return
    for standard in (True, False):
        for first in range(len(groups)):
            if first < done:
                continue
            for last in range(min(len(groups), first + 8), first, -1):
                if not 13 <= sum(sizes[first:last]) <= 19 or (sizes[first:last] in _GROUPS) is not standard:
                    continue
                if (found := _card(row, first, last)) is not None:
                    yield found
                    done = last
                    break


def listed(text: str) -> Iterator[Found]:
    """Cards whose groups have commas between them."""
    for m in _COMMAS.finditer(text):
        if is_card(m[0].replace(",", "").replace(" ", "")):
            yield Found(*m.span(), Kind.CARD, CHECKED)


def _card(row: Row, first: int, last: int) -> Found | None:
    digits = row.joined(first, last)
    start, end = row.groups[first][0], row.groups[last - 1][1]
    if not is_card(digits) or _touched(row.text, start, end):
        return None
    of_thing = row.label is words.Other.THING and not words.of_card(row.text, start)
    if of_thing or (row.label is not Kind.CARD and not _of_scheme(digits)):
        return Found(start, end, Kind.CARD, DOUBTFUL)
    return Found(start, end, Kind.CARD, CHECKED)


def _touched(text: str, start: int, end: int) -> bool:
    return of_code(text[start - 1 : start], "+#") or of_code(text[end : end + 1])
