"""What states number their people by: each by its form and check digit, and where that is not enough, by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchboard.domain.privacy import checksums as check
from switchboard.domain.privacy import words
from switchboard.domain.privacy.kinds import CHECKED, DOUBTFUL, LIKELY, Found, Kind
from switchboard.domain.privacy.numbers import Row, of_code

MOST_GROUPS = 8
_WANTED = frozenset({8, 9, 10, 11, 12, 13, 15, 17, 18})  # digits
_SPANISH = re.compile(r"(?ai)(?<![A-Z0-9.])(?:[XYZ][ .-]?\d{7}|\d{1,2}[ .]?\d{3}[ .]?\d{3})[ .-]?[A-Z](?![A-Z0-9])")
_ITALIAN = re.compile(
    r"(?ai)(?<![A-Z0-9])[A-Z]{3} ?[A-Z]{3} ?[0-9LMNPQRSTUV]{2} ?[ABCDEHLMPRST] ?[0-9LMNPQRSTUV]{2} ?[A-Z] ?[0-9LMNPQRSTUV]{3} ?[A-Z]"
    r"(?![A-Z0-9])"
)
_TOKEN = re.compile(r"(?ai)(?<![A-Z0-9])(?=[A-Z]{0,5}\d)(?=\d{0,10}[A-Z])[A-Z0-9]{8,10}(?![A-Z0-9])")
_LETTERED = re.compile(r"(?ai)(?<![A-Z0-9])[A-Z]{1,3} \d{6,8}(?![A-Z0-9])")
_CORSICAN = re.compile(r"(?ai)(?<![A-Z0-9])[12][ .]?\d\d[ .]?\d\d[ .]?2[AB][ .]?\d{3}[ .]?\d{3}(?:[ .]{0,3}\d\d)?(?![A-Z0-9])")
_PAN = re.compile(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]")
_GERMAN_CARD = re.compile(r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d?")
_CHECK_X = re.compile(r"(?ai)[ -]?X(?![A-Z0-9])")
_BARE = re.compile(r"[^A-Za-z0-9]")


def numbered(row: Row, languages: frozenset[str]) -> Iterator[Found]:
    """The numbers of people in a row of digits."""
    if row.long or len(row.shown) < 9:
        return
    count = len(row.groups)
    if count == 1 or count > MOST_GROUPS:
        yield from _window(row, 0, count, languages)
        return
    for first in range(count):
        total = 0
        for last in range(first + 1, count + 1):
            total += row.sizes[last - 1]
            if total > 18:
                break
            if total in _WANTED:
                yield from _window(row, first, last, languages)


def _window(row: Row, first: int, last: int, languages: frozenset[str]) -> Iterator[Found]:
    start, end = row.groups[first][0], row.groups[last - 1][1]
    text = row.text
    if of_code(text[start - 1 : start], "+#"):
        return
    digits = row.joined(first, last)
    if len(digits) == 17 and (m := _CHECK_X.match(text, end)) is not None:
        digits, end = digits + "X", m.end()
    elif of_code(text[end : end + 1]):
        return
    whole = first == 0 and last == len(row.groups)
    if (found := _numbered(row, digits, row.sizes[first:last], languages, whole=whole)) is not None:
        yield Found(start, end, *found)


def _numbered(row: Row, digits: str, sizes: tuple[int, ...], languages: frozenset[str], *, whole: bool) -> tuple[Kind, int] | None:
    """What these digits are, and how surely."""
    match len(digits):
        case 18 if check.chinese_id(digits):
            return Kind.CN_ID, CHECKED
        case 15 if check.french_nir(digits):
            return Kind.FR_NIR, CHECKED
        case 15 if whole and check.chinese_id(digits):
            if row.label is Kind.CN_ID:
                return Kind.CN_ID, CHECKED
            return (Kind.CN_ID, LIKELY) if row.label is None and "zh" in languages and not check.luhn(digits) else None
        case 13 if check.french_nir(digits) and row.label is Kind.FR_NIR:
            return Kind.FR_NIR, CHECKED
        case 12 if check.aadhaar(digits):
            if row.label is Kind.IN_ID:
                return Kind.IN_ID, CHECKED
            spelled = (whole and sizes == (4, 4, 4)) or ("hi" in languages and sizes == (12,) and digits[:2] != "91")
            return (Kind.IN_ID, LIKELY) if row.label is None and spelled else None
        case 11 if check.brazilian_cpf(digits) and (
            row.label is Kind.BR_CPF or sizes == (3, 3, 3, 2) or ("pt" in languages and row.label is None)
        ):
            return Kind.BR_CPF, CHECKED
        case 11 if check.german_tax_id(digits) and (
            row.label is Kind.DE_ID or (row.label is None and (sizes == (2, 3, 3, 3) or "de" in languages))
        ):
            return Kind.DE_ID, CHECKED
        case 9 if check.us_ssn(digits):
            hyphens = whole and row.shown.count("-") == 2 and sizes == (3, 2, 4)
            if row.label is Kind.US_SSN or (hyphens and row.label is not words.Other.THING):
                return Kind.US_SSN, CHECKED
        case _:
            pass
    if whole and 8 <= len(digits) <= 10 and len(sizes) <= 3 and row.label is Kind.PASSPORT:
        return Kind.PASSPORT, CHECKED
    return None


def lettered(text: str, languages: frozenset[str]) -> Iterator[Found]:
    """The numbers of people with letters in them. `text` is folded."""
    beside = words.Beside(text)
    for m in _SPANISH.finditer(text):
        plain = _bare(m[0])
        if check.spanish_id(plain if plain[0] in "XYZ" else plain.zfill(9)):
            label = beside.of(*m.span())
            sure = label is Kind.ES_ID or (label is None and len(plain) == 9)
            if sure or (len(plain) == 9 and "es" in languages and label is not words.Other.THING):
                yield Found(*m.span(), Kind.ES_ID, CHECKED)
    for m in _ITALIAN.finditer(text):
        if check.italian_code(_bare(m[0])):
            yield Found(*m.span(), Kind.IT_CF, CHECKED)
    for m in _CORSICAN.finditer(text):
        if check.french_nir(_bare(m[0])):
            yield Found(*m.span(), Kind.FR_NIR, CHECKED)
    for m in _TOKEN.finditer(text):
        if (kind := _token(text, *m.span(), beside)) is not None:
            yield Found(*m.span(), *kind)
    for m in _LETTERED.finditer(text):
        if beside.of(*m.span()) is Kind.PASSPORT:
            yield Found(*m.span(), Kind.PASSPORT, CHECKED)


def _token(text: str, start: int, end: int, beside: words.Beside) -> tuple[Kind, int] | None:
    plain = text[start:end].upper()
    if _PAN.fullmatch(plain):
        label = beside.of(start, end)
        if label is Kind.IN_ID:
            return Kind.IN_ID, CHECKED
        return (Kind.IN_ID, LIKELY) if plain[3] == "P" and label is None else (Kind.IN_ID, DOUBTFUL)
    if sum(map(str.isdigit, plain)) < 2:
        return None
    label = beside.of(start, end)
    if label is Kind.PASSPORT:
        return Kind.PASSPORT, CHECKED
    if label is Kind.DE_ID and _GERMAN_CARD.fullmatch(plain) and (len(plain) == 9 or check.german_card(plain)):
        return Kind.DE_ID, CHECKED
    return None


def _bare(shown: str) -> str:
    return _BARE.sub("", shown).upper()
