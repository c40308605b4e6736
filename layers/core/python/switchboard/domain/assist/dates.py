"""Days that a text promises, as far as they are written out: in figures, in Chinese, Japanese or Korean, or with the month's name.

Only sentences that speak of what is to come count ("by 3 March", "am 3. März werden ..."): a day that is merely mentioned, as that of
an old order, is no promise. What can be read in two ways is read in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from switchboard.domain.knowledge.passages import sentences

READ = 4_000  # characters of a text
RECENT = timedelta(days=183)  # a day without a year is the nearest one of that name

_MONTHS = {
    1: "january jan januar enero janvier janeiro gennaio января يناير जनवरी", 2: "february feb februar febrero février fevereiro "
    "febbraio февраля فبراير फ़रवरी फरवरी", 3: "march mar märz marzo mars março марта مارس मार्च", 4: "april apr abril avril aprile "
    "апреля أبريل अप्रैल", 5: "may mai mayo maio maggio мая مايو मई", 6: "june jun juni junio juin junho giugno июня يونيو जून",
    7: "july jul juli julio juillet julho luglio июля يوليو जुलाई", 8: "august aug agosto août августа أغسطس अगस्त",
    9: "september sep sept septiembre septembre setembro settembre сентября سبتمبر सितंबर", 10: "october oct oktober octubre "
    "octobre outubro ottobre октября أكتوبر अक्टूबर", 11: "november nov noviembre novembre novembro ноября نوفمبر नवंबर",
    12: "december dec dezember diciembre décembre dezembro dicembre декабря ديسمبر दिसंबर",
}  # fmt: skip
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_NAMED = "|".join(sorted(map(re.escape, _MONTH_OF), key=len, reverse=True))

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_FIGURES = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_EAST = re.compile(r"(?:(\d{4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号일]")
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+)?({_NAMED})\b\.?(?:\s+(?:de\s+)?(\d{{4}}))?", re.I)
_MONTH_FIRST = re.compile(rf"\b({_NAMED})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?", re.I)

_AHEAD = re.compile(
    r"\b(?:will|shall|going to|by|until|expect\w*|arrives?|due|werden|wird|wirst|bis|spätestens|kommt|seront?|serez|recevrez|arrivera|"
    r"d.ici|avant|será\w*|recibirá\w*|llegará\w*|antes|hasta|receberá|chegará|até|sarà|riceverà|arriverà|entro|будет|будут|придёт|"
    r"получите|до|не позднее)\b|\w['’]ll\b|将|会|前|预计|到货|予定|まで|お届け|예정|까지|것입니다|سوف|سيصل|ستصل|سنرسل|قبل|"
    r"होगा|होगी|जाएगा|जाएगी|मिलेगा|मिलेगी|तक", re.I,
)  # fmt: skip


def promised(text: str, today: date) -> Iterator[tuple[str, date]]:
    """The days that the sentences about what is to come name, as written, in order. Of two readings, the later day."""
    for sentence in sentences(text[:READ]):
        if _AHEAD.search(sentence):
            yield from sorted(set(_days(sentence, today)), key=lambda d: sentence.find(d[0]))


def _days(sentence: str, today: date) -> Iterator[tuple[str, date]]:
    for found in _ISO.finditer(sentence):
        yield from _day(found[0], int(found[1]), int(found[2]), int(found[3]))
    for found in _FIGURES.finditer(sentence):
        a, b, year = int(found[1]), int(found[2]), int(found[3])
        readings = [*_day(found[0], year, b, a), *_day(found[0], year, a, b)]
        if readings:
            yield max(readings, key=lambda r: r[1])
    for found in _EAST.finditer(sentence):
        yield from _dated(found[0], found[1], int(found[2]), int(found[3]), today)
    for found in _DAY_FIRST.finditer(sentence):
        yield from _dated(found[0], found[3], _MONTH_OF[found[2].lower()], int(found[1]), today)
    for found in _MONTH_FIRST.finditer(sentence):
        yield from _dated(found[0], found[3], _MONTH_OF[found[1].lower()], int(found[2]), today)


def _dated(written: str, year: str | None, month: int, day: int, today: date) -> Iterator[tuple[str, date]]:
    if year:
        yield from _day(written, int(year), month, day)
        return
    near = [d for y in (today.year - 1, today.year, today.year + 1) for _, d in _day("", y, month, day)]
    if near:
        yield written.strip(), min(near, key=lambda d: abs(d - today))


def _day(written: str, year: int, month: int, day: int) -> Iterator[tuple[str, date]]:
    if 1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2999:
        try:
            yield written.strip(), date(year, month, day)
        except ValueError:  # such as the 30th of February
            return
