"""Numbers of payment cards: the length and first digits of a scheme, and Luhn's digit, in one piece or as cards are printed.

One number in ten holds Luhn's digit by chance, and what is masked as a card is gone: so groups count that cards have, with one kind of
separator, on one line. Any others count where words call them a card; what words call a thing's number is not masked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchboard.domain.privacy import words
from switchboard.domain.privacy.checksums import ean, luhn
from switchboard.domain.privacy.kinds import CHECKED, DOUBTFUL, Found, Kind
from switchboard.domain.privacy.numbers import Row
from switchboard.domain.privacy.phones import international

_SCHEME = re.compile(
    r"4(?:\d{15}|\d{18})|(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d+|3[47]\d{13}"  # Visa, Mastercard, American Express
    r"|(?:6011|64[4-9]|65)\d{12,}|36\d{12,}|(?:30[0-59]|3[89])\d{11,}|35(?:2[89]|[3-8]\d)\d{12,}"  # Discover, Diners, JCB
    r"|(?:62|81)\d{14,}"
    r"|220[0-4]\d{12,}|(?:50|5[6-8]|6[037])\d{14,}|(?:82|94|9792|9682)\d+"  # UnionPay, Mir, Maestro and RuPay, Korean, Troy, mada
)
_SIXTEEN = re.compile(r"(?:5[1-5]|22[1-9]|2[3-7]|82|94|9792|9682)")
_SHORT = re.compile(r"4\d{12}|(?:50|5[6-8]|6[037])\d{11,13}")  # old Visas and Maestros, which look like an article's EAN
_OLD_VISA = re.compile(r"4\d{12}")

_FOUR = r"\d{4}(?!\d)"
_CANDIDATE = re.compile(
    r"(?<!\d)(?:(?P<token>\d{13,19})(?!\d)"
    rf"|(?P<fours>{_FOUR}(?:(?: {{1,4}}{_FOUR}){{3,}}|(?: ?([-./_*]) ?{_FOUR})(?: ?\3 ?{_FOUR}){{2,}}|(?:,{_FOUR}){{3,}}))(?P<more>([ .\-/_*])\d{{1,3}}(?!\d))?"
    r"|(?P<printed>3\d{3}([ .\-/_*]{1,3})\d{6}\7\d{4,5}|62\d{4}([ .\-/_*])\d{13}"
    r"|3[47]\d\d(?P<as_fours>[ .\-/_*]{1,3})\d{4}(?P=as_fours)\d{4}(?P=as_fours)\d{3}"  # what has 6-5 or 6-4, typed in fours
    r"|3[0689]\d\d(?P<diners>[ .\-/_*]{1,3})\d{4}(?P=diners)\d{4}(?P=diners)\d\d"
    r"|(?<!\d\n)\d{4} \d{4}\n\d{4} \d{4}(?!\n\d)|3[0689] \d{4} \d{4} \d{4}"  # in two lines, as some cards have it
    r"|\d{4}(?:[ .\-/_*]{1,3}\d{4}){3}|\d{4}[ -](?:\d{8}[ -]\d{4}|\d{4}[ -]\d{8}|\d{12})|(?:\d{8}[ -]\d{4}[ -]|\d{12}[ -])\d{4})(?!\d)"
    r"|(?P<single>\d(?P<by>[ .\-/_*,]{1,3})\d(?!\d)(?:(?P=by)\d(?!\d)){11,17})(?!(?P=by)\d))"
)
_COMMAS = re.compile(r"(?<![\dA-Za-z.,])\d{4}, \d{4}, \d{4}, \d{4}(?![\dA-Za-z])(?![.,]\d)")
_DIALLED = re.compile(r"\+\d{1,3}[ .\-/()]{1,3}$")
_BEFORE_SINGLE = re.compile(r"\d[ .\-/_*,]{1,3}$")
_GLUED_BEFORE = re.compile(r"[A-Za-z0-9]{1,24}$")
_GLUED_AFTER = re.compile(r"[A-Za-z0-9]{1,24}")
_WORD = re.compile(r"[A-Za-z]?[a-z]+|(?:CARD|VISA|AMEX|MASTERCARD|MAESTRO|KARTE|CARTE|TARJETA|CARTA|PAN)")
_WORD_AFTER = re.compile(r"(?:[A-Z]?[a-z]{2,}|and|EXP|CVV|CVC)(?:\d{1,6})?")
_MOST_FOURS = 24


def is_card(digits: str) -> bool:
    """Whether these may be a card's, by scheme, length and check digit."""
    return bool(_of_scheme(digits) or _SHORT.fullmatch(digits)) and luhn(digits)


def _of_scheme(digits: str) -> bool:
    if not 14 <= len(digits) <= 19 or _SCHEME.fullmatch(digits) is None:
        return False
    return len(digits) == 16 or _SIXTEEN.match(digits) is None


def cards(text: str) -> Iterator[Found]:
    """Cards in one piece, as they are printed, or digit by digit. `text` is folded."""
    for m in _CANDIDATE.finditer(text):
        start, end = m.span()
        if m["fours"]:
            yield from _in_fours(text, m)
        elif m["token"]:
            digits = m["token"]
            if luhn(digits) and (_of_scheme(digits) or _short(text, m)) and not _in_code(text, start, end):
                yield Found(start, end, Kind.CARD, _certainty(text, start, end, printed=False))
        else:
            digits = "".join(filter(str.isdigit, m[0]))
            if m["single"] and _BEFORE_SINGLE.search(text, max(0, start - 4), start):
                continue
            if _of_scheme(digits) and luhn(digits) and not _in_code(text, start, end) and not _pair(m[0]):
                yield Found(start, end, Kind.CARD, _certainty(text, start, end, printed=True))


def _pair(shown: str) -> bool:
    """Whether it is two numbers of eight digits, spelled alike, with something else between them."""
    by = re.findall(r"\D+", shown)
    return len(by) == 3 and by[0] == by[2] != by[1] and by[1] != "\n"


def _short(text: str, m: re.Match[str]) -> bool:
    """Thirteen digits are an article's as often as a card's, fifteen and fewer a telephone's."""
    digits = m["token"]
    if _SHORT.fullmatch(digits) is None:
        return False
    if words.names_card(text, *m.span()):
        return True
    return _OLD_VISA.fullmatch(digits) is not None and not ean(digits) and not international(digits)


def _in_fours(text: str, m: re.Match[str]) -> Iterator[Found]:
    """A row of groups of four: a card, with another number before or behind it; or nothing but cards. Longer rows are lists."""
    groups = [(g.start(), g.end()) for g in re.finditer(r"\d{4}", text[m.start() : m.end("fours")])]
    base, count = m.start(), len(groups)
    dialled = _DIALLED.search(text, max(0, base - 8), base) is not None
    named = words.names_card(text, base, m.end()) if count != 4 or dialled else False
    if dialled and not named:
        return
    if count <= 5 or (named and count <= _MOST_FOURS):
        firsts = range(count - 3)
    else:
        firsts = range(0, count, 4)
        if count % 4 or not all(_of_scheme(d) and luhn(d) for d in (_digits(text, base, groups[n : n + 4]) for n in firsts)):
            return
    done = 0
    for first in firsts:
        if first < done:
            continue
        start, end = base + groups[first][0], base + groups[first + 3][1]
        digits = _digits(text, base, groups[first : first + 4])
        if first + 4 == count and m["more"]:
            longer = digits + "".join(filter(str.isdigit, m["more"]))
            if _of_scheme(longer) and luhn(longer):
                digits, end = longer, m.end()
        if _of_scheme(digits) and luhn(digits) and not _in_code(text, start, end):
            yield Found(start, end, Kind.CARD, _certainty(text, start, end, printed=True))
            done = first + 4


def _digits(text: str, base: int, groups: list[tuple[int, int]]) -> str:
    return "".join(text[base + a : base + b] for a, b in groups)


def named_cards(row: Row) -> Iterator[Found]:
    """Cards in whatever groups people make, over lines too, where words call them so."""
    if row.long or len(row.shown) < 14 or row.label is not Kind.CARD or not words.names_card(row.text, row.start, row.end):
        return
    groups, done, sizes = row.groups, 0, row.sizes
    if len(groups) > 8:
        if 13 <= len(row.digits) <= 19 and is_card(row.digits):
            yield Found(groups[0][0], groups[-1][1], Kind.CARD, CHECKED)
        return
    for first in range(len(groups)):
        if first < done:
            continue
        for last in range(len(groups), first, -1):
            start, end = groups[first][0], groups[last - 1][1]
            fits = 13 <= sum(sizes[first:last]) <= 19 and is_card(row.joined(first, last))
            if fits and not _in_code(row.text, start, end):
                yield Found(start, end, Kind.CARD, CHECKED)
                done = last
                break


def listed(text: str) -> Iterator[Found]:
    """Cards whose groups have commas and blanks between them, as lists have, where words call them so."""
    for m in _COMMAS.finditer(text):
        if is_card(m[0].replace(", ", "")) and words.names_card(text, *m.span()):
            yield Found(*m.span(), Kind.CARD, CHECKED)


def _certainty(text: str, start: int, end: int, *, printed: bool) -> int:
    called = words.called(text, start, end, printed=printed)
    if called is None or called is Kind.CARD or called is Kind.PHONE:
        return CHECKED
    return CHECKED if printed and words.of_card(text, start) else DOUBTFUL


def _in_code(text: str, start: int, end: int) -> bool:
    """Whether letters that touch it make a code of it, as parcels' numbers have. Words that only lack a blank do not."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == "+":
        return True
    if before.isascii() and before.isalpha():
        m = _GLUED_BEFORE.search(text, max(0, start - 24), start)
        word = m[0] if m is not None else ""
        if _WORD.fullmatch(word) is None or len(word) < 2:
            return True
    if after.isascii() and after.isalpha():
        m = _GLUED_AFTER.match(text, end)
        return m is None or _WORD_AFTER.fullmatch(m[0]) is None
    return False
