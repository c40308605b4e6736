"""Telephone numbers: international ones anywhere, national ones of the countries where the text's language is spoken, and whatever
the words beside it call one. Numbers of orders, parcels, invoices, articles, prices and days are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from switchboard.domain.privacy.countries import COUNTRIES
from switchboard.domain.privacy.kinds import CHECKED, DOUBTFUL, LIKELY, Found, Kind
from switchboard.domain.privacy.numbering import PLANS
from switchboard.domain.privacy.numbers import Row, of_code

BARE = frozenset({"ES", "PT", "IT", "IN", "CN", "BR", "MX", "CL", "PE", "CO"})
"""Where mobile numbers are written in one piece without a trunk prefix, and are long enough to be known by their first digits."""
LEAST, MOST = 7, 15  # digits (E.164)
MOST_GROUPS, MOST_UNKNOWN = 12, 12
_MONEY = re.compile(
    r"(?i)(?:[$€£¥₹₽₩%]|\b(?:eur|usd|gbp|inr|rub|jpy|krw|brl|chf|aed|sar|rs|r\$|cny|rmb|yuan|euros?|dollars?)|元|円|원|руб|ريال|درهم|रुपये)"
)
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
_RUN = re.compile(r"\d+")
_HOURS = re.compile(r"(?:[01]?\d|2[0-4])[.:]?[0-5]\d ?- ?(?:[01]?\d|2[0-4])[.:]?[0-5]\d")
_FURTHER = re.compile(r"(?:/-?\d{1,4}|-\d)$|(?:-\d{2}){1,3}$")  # other extensions of the same line, as companies tell them
_AREA = re.compile(r"(?:[01] ?)?\(\d{2,5}\) ?\d")  # nothing but a telephone's number has its area in brackets
_TRUNK_IN_BRACKETS = re.compile(r"\(0\)")


@lru_cache(maxsize=512)
def _plan(region: str) -> tuple[str, str, re.Pattern[str], re.Pattern[str] | None]:
    code, trunk, general, mobile = PLANS[region]
    return code, trunk, re.compile(general), re.compile(mobile) if mobile else None


@lru_cache(maxsize=1)
def _codes() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for region, (code, *_) in PLANS.items():
        found.setdefault(code, []).append(region)
    return {code: tuple(regions) for code, regions in found.items()}


def countries_of(language: str) -> tuple[str, ...]:
    return tuple(COUNTRIES.get(language, "").split())


@lru_cache(maxsize=1)
def _everywhere() -> tuple[str, ...]:
    return tuple(dict.fromkeys(r for regions in COUNTRIES.values() for r in regions.split()))


def international(digits: str) -> bool:
    """Whether these digits, the country's code first, may be a number there."""
    for length in (1, 2, 3):
        for region in _codes().get(digits[:length], ()):
            national = digits[length:]
            _, trunk, general, _ = _plan(region)
            if general.fullmatch(national) or (trunk == "0" and national[:1] == "0" and general.fullmatch(national[1:])):
                return True
    return False


def national(digits: str, countries: tuple[str, ...]) -> str:
    """How well these digits fit a numbering plan: "trunk" with its prefix before them, "mobile", "plain" without; "" not at all."""
    best = ""
    for region in countries:
        _, trunk, general, mobile = _plan(region)
        if trunk and trunk != "1" and digits.startswith(trunk) and len(digits) >= 9 and general.fullmatch(digits[len(trunk) :]):
            return "trunk"
        bare = digits[1:] if trunk == "1" and len(digits) == 11 and digits[0] == "1" else digits
        if region in BARE and len(bare) >= 9 and mobile is not None and mobile.fullmatch(bare):
            best = "mobile"
        elif region == "IT" and digits[0] == "0" and 9 <= len(digits) <= 11 and general.fullmatch(digits):
            return "trunk"
        elif not best and len(bare) >= 8 and general.fullmatch(bare):
            best = "plain"
    return best


def phones(row: Row, countries: tuple[str, ...]) -> Iterator[Found]:
    """The telephone numbers in a row of digits; the doubtful ones among them too."""
    if row.alone and not row.long and len(row.groups) <= MOST_GROUPS:
        found = list(_windows(row, countries))
        if found:
            yield from found
            return
    if _doubtful(row):
        yield Found(row.start, row.end, Kind.PHONE, DOUBTFUL)


def _windows(row: Row, countries: tuple[str, ...]) -> Iterator[Found]:
    """From the left, the longest run of groups that is one; of what stands apart, the first part if it is one alone."""
    groups, first, floor = row.groups, 0, row.start
    if len(groups) == 1:
        if (certainty := _certainty(row, row.start, row.end, countries, whole=True)) is not None:
            yield Found(row.start, row.end, Kind.PHONE, certainty)
        return
    wide = [n for n in range(1, len(groups)) if _apart(row, n)]
    while first < len(groups):
        for last in _ends(first, len(groups), wide):
            start, end = _opening(row, first, floor), row.end if last == len(groups) else groups[last - 1][1]
            end = _without_further(row, start, end, countries)
            if (certainty := _certainty(row, start, end, countries, whole=first == 0 and last == len(groups))) is not None:
                yield Found(start, end, Kind.PHONE, certainty)
                first, floor = last, end
                break
        else:
            following = [n for n in wide if n > first]
            if not following:
                return
            first, floor = following[0], groups[following[0] - 1][1]


def _ends(first: int, count: int, wide: list[int]) -> list[int]:
    stop = next((n for n in wide if n > first), count)
    return [*range(stop, first, -1), *range(count, stop, -1)]


def _apart(row: Row, group: int) -> bool:
    """Whether a group stands apart from the one before: by a new line, a slash or dash between blanks, or blanks."""
    between = row.text[row.groups[group - 1][1] : row.groups[group][0]]
    blanks = len(between) >= 2 and between.isspace()
    return "\n" in between or blanks or (len(between) >= 3 and between[0] == between[-1] == " ")


def _without_further(row: Row, start: int, end: int, countries: tuple[str, ...]) -> int:
    """Where a number ends before other extensions of its line ("-11/-12", "/11"), if it is one without them."""
    shown = row.text[start:end]
    while (more := _FURTHER.search(shown)) is not None and shown[more.start()] not in shown[: more.start()]:
        less = shown[: more.start()]
        digits = _bare(_TRUNK_IN_BRACKETS.sub("", less, count=1))
        if not (international(digits) if "+" in less[:3] else national(digits, countries) in ("trunk", "mobile")):
            break
        shown = less
    return start + len(shown)


def _opening(row: Row, first: int, floor: int) -> int:
    """Where a number begins: with its + or bracket."""
    start = row.groups[first][0]
    while start > floor and row.text[start - 1] in "+(" and (row.text[start - 1] == "+" or ")" in row.text[start : row.end]):
        start -= 1
    return start


def _certainty(row: Row, start: int, end: int, countries: tuple[str, ...], *, whole: bool) -> int | None:
    shown = row.text[start:end]
    digits = _bare(shown)
    lines = shown.count("\n")
    if not LEAST <= len(digits) <= MOST + 2 or (lines and not (whole and lines <= 2)) or _HOURS.fullmatch(shown) or _dotted(shown):
        return None
    if "+" in shown[:3]:
        return CHECKED if international(_bare(_TRUNK_IN_BRACKETS.sub("", shown, count=1))) else None
    label = row.label
    short_for_card = label is Kind.CARD and len(digits) < 13
    if (label not in (None, Kind.PHONE) and not short_for_card and _AREA.match(shown) is None) or _paid(row.text, start, end):
        return None
    called = label is Kind.PHONE
    if digits.startswith("00") and international(digits[2:]):
        return CHECKED if called else LIKELY
    fits = national(digits, countries) or (called and national(digits, _everywhere()))
    amount = _AMOUNT.fullmatch(shown) is not None
    if called:
        if fits or international(digits):
            return CHECKED
        return LIKELY if whole and len(digits) <= MOST_UNKNOWN and not amount else None
    if _own(digits, countries):
        return LIKELY
    if fits in ("trunk", "mobile"):
        return LIKELY
    if fits == "plain" and not amount and not lines and len(shown) > len(digits):
        return LIKELY if _spelled(tuple(map(len, _RUN.findall(shown))), shown, countries) else None
    return None


def _own(digits: str, countries: tuple[str, ...]) -> bool:
    """Whether it is a mobile number of one of these countries with the country's code before it, as many save it without the +."""
    if len(digits) < 11:
        return False
    for region in countries:
        code, _, _, mobile = _plan(region)
        if code != "1" and digits.startswith(code) and mobile is not None and mobile.fullmatch(digits[len(code) :]):
            return True
    return False


def _dotted(shown: str) -> bool:
    """Whether it is an internet address or a version: four parts with dots, of unequal sizes, none over 255 or one of one digit."""
    parts = shown.split(".")
    if len(parts) != 4 or not all(p.isdigit() and len(p) <= 3 for p in parts) or len({*map(len, parts)}) == 1:
        return False
    return min(map(len, parts)) == 1 or all(int(p) <= 255 for p in parts)


def _spelled(shape: tuple[int, ...], shown: str, countries: tuple[str, ...]) -> bool:
    """Whether groups are those in which people write numbers there."""
    if "US" in countries and (shape in ((3, 3, 4), (1, 3, 3, 4))):
        return True
    if "RU" in countries and shape == (3, 3, 2, 2):
        return True
    if "GB" in countries or BARE.isdisjoint(countries) or any(c in shown for c in "/_*"):  # elsewhere a 0 stands before it
        return False
    return 3 <= len(shape) <= 6 and all(2 <= n <= 4 for n in shape) and sum(shape) >= 9


def _paid(text: str, start: int, end: int) -> bool:
    return bool(_MONEY.search(text[max(0, start - 3) : start]) or _MONEY.match(text[end : end + 8].lstrip()))


def _bare(shown: str) -> str:
    return shown if shown.isdigit() else "".join(filter(str.isdigit, shown))


def _doubtful(row: Row) -> bool:
    """What has digits enough and looks spelled: in doubt it is one."""
    shown = row.shown
    if of_code(row.text[row.start - 1 : row.start], "#_-") or of_code(row.text[row.end : row.end + 1]):
        return False
    spelled = shown[0] in "+0(" or not shown.isdigit() or _CHINESE_MOBILE.fullmatch(shown) is not None
    return spelled and _AMOUNT.fullmatch(shown) is None
