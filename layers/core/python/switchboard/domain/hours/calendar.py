"""Business hours as data, and business time counted with them.

Open time is the set of instants whose local wall time lies in a span. Everything about daylight saving follows from that:
- A span within a skipped hour is not open at all that day; a span that starts in it opens when the clocks have jumped.
- A span within a doubled hour is open both times. One that starts (ends) inside the doubled hour opens (closes) there twice, and is
  shut (open) again in between until the clocks show that time for the second time.

A span belongs to the day on which it starts. So a night shift (22:00-06:00) is cancelled by an exception for the evening's date, and
an exception for the next date leaves its morning alone unless it says `ends_night_before`. Likewise the last night of a calendar
that is valid until a date runs on into the next morning. Overlapping spans count once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.spans import DAY, Span, days, parse_date, parse_spans, parse_week
from switchboard.domain.hours.zones import stretches, utc, wall, zone_named

HORIZON_DAYS = 400
"""How far `next_open` and `next_close` look: a year and a month, so that a day open once a year is found."""

REACH_DAYS = 3660
"""How far `add_business_time` reaches: ten years."""

MAX_EXCEPTIONS = 2000
NAME_CHARACTERS = 100
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that differs from its weekday. `spans` replace the weekday's (none: closed), or are added to them if `extra`.
    `ends_night_before`: what began the evening before is shut from midnight."""

    spans: tuple[Span, ...] = ()
    extra: bool = False
    ends_night_before: bool = False
    name: str = ""  # of the holiday


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week`: the spans of the seven weekdays, Monday first, each sorted. Spans start on dates from `valid_from` to
    `valid_until`, both included; None: without limit."""

    zone: str
    week: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, SpecialDay] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None


ALWAYS = Calendar("UTC", ((Span(0, DAY),),) * 7)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the wall time at that instant lies in a span."""
    shown = wall(calendar.zone, at)
    today = shown.date()
    minute = shown.hour * 60 + shown.minute
    return any(s.start <= minute < s.end for s in _spans(calendar, today)) or any(
        minute + DAY < s.end for s in _spans(calendar, today - _ONE_DAY)
    )


def next_open(calendar: Calendar, at: datetime) -> datetime | None:
    """The first open instant, `at` itself included. None if there is none within HORIZON_DAYS."""
    at = utc(at)
    return next((opens for opens, _ in pieces(calendar, at, at + timedelta(days=HORIZON_DAYS))), None)


def next_close(calendar: Calendar, at: datetime) -> datetime | None:
    """The first shut instant, `at` itself included (so `at`, if it is shut then). None if there is none within HORIZON_DAYS."""
    reached = utc(at)
    end = reached + timedelta(days=HORIZON_DAYS)
    for opens, closes in pieces(calendar, reached, end):
        if opens > reached:
            break
        reached = closes
    return reached if reached < end else None


def open_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Seconds of business time from `start` until before `end`; 0 if `end` is not later. Exact to the microsecond."""
    parts = (closes - opens for opens, closes in pieces(calendar, utc(start, "start"), utc(end, "end")))
    return sum(parts, timedelta()).total_seconds()


def add_business_time(calendar: Calendar, start: datetime, seconds: float) -> datetime | None:
    """The first instant by which that much business time has passed since `start`: a target that is used up as the desk shuts falls
    due then, not when it opens again. None if the calendar has not as much within REACH_DAYS."""
    if not 0 <= seconds <= REACH_DAYS * 86400:
        raise Malformed(f"'seconds' of business time are a number from 0 to {REACH_DAYS * 86400}")
    start = utc(start, "start")
    rest = timedelta(seconds=seconds)
    if not rest:
        return start
    for opens, closes in pieces(calendar, start, start + timedelta(days=REACH_DAYS)):
        if closes - opens >= rest:
            return opens + rest
        rest -= closes - opens
    return None


def pieces(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open time between two UTC instants as pairs (opens, closes), ascending and disjoint; pairs may touch."""
    reached = start
    for s in stretches(calendar.zone, start, end):
        day = (s.start + s.offset).date() - _ONE_DAY
        last = (s.end + s.offset).date()
        while day <= last:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - s.offset
            for span in _spans(calendar, day):
                opens = max(midnight + timedelta(minutes=span.start), reached, s.start)
                closes = min(midnight + timedelta(minutes=span.end), s.end)
                if opens < closes:
                    yield opens, closes
                    reached = closes
            day += _ONE_DAY


def _spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """The spans that start on that date, sorted."""
    if (calendar.valid_from and day < calendar.valid_from) or (calendar.valid_until and day > calendar.valid_until):
        return ()
    spans = calendar.week[day.weekday()]
    if not calendar.exceptions:
        return spans
    if special := calendar.exceptions.get(day):
        spans = tuple(sorted(spans + special.spans)) if special.extra else special.spans
    following = calendar.exceptions.get(day + _ONE_DAY)
    if following and following.ends_night_before:
        return tuple(Span(s.start, min(s.end, DAY)) for s in spans)
    return spans


# -- from JSON ---------------------------------------------------------------------------------

_FIELDS = ("zone", "week", "exceptions", "valid_from", "valid_until")
_EXCEPTION_FIELDS = ("date", "until", "closed", "spans", "extra", "ends_night_before", "name")


def parse(data: object, field: str = "calendar") -> Calendar:
    """A calendar from JSON's types:

        {"zone": "Europe/Berlin", "week": {"mon": ["09:00-12:30", "13:30-18:00"], "fri": ["22:00-06:00"]},
         "exceptions": [{"date": "2026-12-25", "until": "2026-12-26", "closed": true, "name": "Christmas"},
                        {"date": "2026-12-24", "spans": ["09:00-12:00"]}, {"date": "2026-11-27", "extra": ["18:00-22:00"]}],
         "valid_from": "2026-01-01", "valid_until": "2026-12-31"}

    Only zone and week are required. Raises Malformed, which names the field at fault."""
    known = check_fields(data, _FIELDS, field)
    zone = zone_named(known.get("zone"), f"{field}.zone")
    week = parse_week(known.get("week"), f"{field}.week")
    first, last = (parse_date(known[name], f"{field}.{name}") if known.get(name) is not None else None for name in _FIELDS[3:])
    if first and last and last < first:
        raise Malformed(f"'{field}.valid_until' is before 'valid_from'")
    return Calendar(zone, week, parse_exceptions(known.get("exceptions", ()), f"{field}.exceptions"), first, last)


def parse_exceptions(value: object, field: str = "exceptions") -> dict[date, SpecialDay]:
    """A list of exceptions by date. Each date may be named once."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Malformed(f"{field!r} is a list of exceptions")
    found: dict[date, SpecialDay] = {}
    for n, item in enumerate(value):
        for day, special in _exception(item, f"{field}[{n}]"):
            if day in found:
                raise Malformed(f"'{field}[{n}]' names {day} again")
            found[day] = special
        if len(found) > MAX_EXCEPTIONS:
            raise Malformed(f"{field!r} has more than {MAX_EXCEPTIONS} dates")
    return found


def _exception(value: object, field: str) -> Iterator[tuple[date, SpecialDay]]:
    known = check_fields(value, _EXCEPTION_FIELDS, field)
    said = [name for name in ("closed", "spans", "extra") if name in known]
    if len(said) != 1 or known.get("closed", True) is not True:
        raise Malformed(f"{field!r} has one of 'closed': true, 'spans' and 'extra'")
    spans = () if said == ["closed"] else parse_spans(known[said[0]], f"{field}.{said[0]}")
    cuts, name = known.get("ends_night_before", False), known.get("name", "")
    if not isinstance(cuts, bool):
        raise Malformed(f"'{field}.ends_night_before' is true or false")
    if not isinstance(name, str) or len(name) > NAME_CHARACTERS:
        raise Malformed(f"'{field}.name' is a text of at most {NAME_CHARACTERS} characters")
    first = parse_date(known.get("date"), f"{field}.date")
    last = parse_date(known["until"], f"{field}.until") if "until" in known else first
    special = SpecialDay(spans, said == ["extra"], cuts, name)
    return ((day, special) for day in days(first, last, f"{field}.until"))


def check_fields(value: object, known: Sequence[str], field: str) -> Mapping[str, object]:
    """The value, if it is an object with no other fields than these."""
    if not isinstance(value, Mapping):
        raise Malformed(f"{field!r} is an object")
    if unknown := sorted(str(name)[:64] for name in set(value) - set(known)):
        raise Malformed(f"{field!r} has no field {unknown[0]!r}; its fields are {', '.join(known)}")
    return value


def parse_calendars(data: object, field: str = "calendars") -> dict[str, Calendar]:
    """Calendars by the names that teams and SLA policies call them; `always` is taken."""
    if not isinstance(data, Mapping) or not all(isinstance(name, str) and 0 < len(name) <= NAME_CHARACTERS for name in data):
        raise Malformed(f"{field!r} maps names of at most {NAME_CHARACTERS} characters to calendars")
    if "always" in data:
        raise Malformed(f"'{field}.always' is built in: round the clock")
    return {name: parse(value, f"{field}.{name}") for name, value in data.items()}


def calendar_named(name: object, calendars: Mapping[str, Calendar], field: str) -> Calendar:
    """One of these calendars, or `always`: round the clock."""
    if name == "always":
        return ALWAYS
    if not isinstance(name, str) or name not in calendars:
        raise Malformed(f"{field!r} is 'always' or the name of a calendar")
    return calendars[name]
