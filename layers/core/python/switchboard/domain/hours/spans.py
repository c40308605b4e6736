"""Spans of a day's wall clock, e.g. 09:00-17:30 or, past midnight, 22:00-06:00."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from switchboard.domain.errors import Malformed

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
MAX_SPANS = 24
MAX_DAYS = 400

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` until before `end`, in minutes after the midnight that begins its day. `end` may lie on the next day
    (above 1440)."""

    start: int
    end: int


def parse_span(value: object, field: str) -> Span:
    """`"HH:MM-HH:MM"`; the end may be 24:00, and an end before the start lies on the next day."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Malformed(f"{field!r} is a span like '09:00-17:30', '22:00-06:00' or '00:00-24:00'")
    h, m, to_h, to_m = map(int, found.groups())
    start, end = h * 60 + m, to_h * 60 + to_m
    if end > DAY or start == end:
        raise Malformed(f"{field!r} ends at 24:00 at the latest, and not when it starts; a whole day is '00:00-24:00'")
    return Span(start, end if end > start else end + DAY)


def parse_spans(value: object, field: str) -> tuple[Span, ...]:
    """A list of spans, which may overlap; sorted."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_SPANS:
        raise Malformed(f"{field!r} is a list of at most {MAX_SPANS} spans")
    return tuple(sorted(parse_span(item, f"{field}[{n}]") for n, item in enumerate(value)))


def parse_week(value: object, field: str = "week") -> tuple[tuple[Span, ...], ...]:
    """Weekdays (`mon` to `sun`) to spans; a weekday left out has none. Seven entries, Monday first."""
    if not isinstance(value, Mapping) or set(value) - set(WEEKDAYS):
        raise Malformed(f"{field!r} maps weekdays ({', '.join(WEEKDAYS)}) to lists of spans")
    return tuple(parse_spans(value.get(day, ()), f"{field}.{day}") for day in WEEKDAYS)


def parse_date(value: object, field: str) -> date:
    """`"YYYY-MM-DD"`."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Malformed(f"{field!r} is a date like '2026-12-24'")


def days(first: date, last: date, field: str) -> list[date]:
    """Every date from first to last, both included."""
    count = (last - first).days + 1
    if not 0 < count <= MAX_DAYS:
        raise Malformed(f"{field!r} is the last of 1 to {MAX_DAYS} days")
    return [first + timedelta(days=n) for n in range(count)]
