"""Shifts of agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from switchboard.domain.errors import Malformed
from switchboard.domain.hours.calendar import MAX_EXCEPTIONS, Calendar, SpecialDay, check_fields, is_open, parse
from switchboard.domain.hours.spans import Span, days, parse_date, parse_spans

ID_CHARACTERS = 128


@dataclass(frozen=True, slots=True)
class Roster:
    """An agent's shifts in a team. An agent may have several rosters, e.g. the next one from a date on. Why somebody is absent is no
    business of routing and is not kept."""

    agent: str
    team: str
    hours: Calendar


def on_shift(rosters: Iterable[Roster], at: datetime) -> tuple[str, ...]:
    """The agents whose shift it is at that instant, each once, sorted. Whether they are online is another matter."""
    return tuple(sorted({r.agent for r in rosters if is_open(r.hours, at)}))


_SHIFTS = ("zone", "week", "valid_from", "valid_until")
_FIELDS = ("agent", "team", *_SHIFTS, "absent", "extra")


def parse_roster(data: object, field: str = "roster") -> Roster:
    """A roster from JSON's types:

        {"agent": "a1", "team": "emea", "zone": "Europe/Berlin", "week": {"mon": ["22:00-06:00"]},
         "absent": [{"from": "2026-08-03", "until": "2026-08-14"}], "extra": [{"date": "2026-08-15", "spans": ["09:00-13:00"]}]}

    Extra shifts come on top of the week's, or in their place on days of absence. Absence is by the days on which shifts start.
    Raises Malformed, which names the field at fault."""
    known = check_fields(data, _FIELDS, field)
    agent, team = (text(known.get(name), f"{field}.{name}") for name in ("agent", "team"))
    regular = parse({name: known[name] for name in _SHIFTS if name in known}, field)
    special = {day: SpecialDay() for day in _absent(known.get("absent", ()), f"{field}.absent")}
    for day, spans in _extra(known.get("extra", ()), f"{field}.extra"):
        before = special.get(day, SpecialDay(extra=True))
        special[day] = replace(before, spans=tuple(sorted(before.spans + spans)))
    if len(special) > MAX_EXCEPTIONS:
        raise Malformed(f"{field!r} has more than {MAX_EXCEPTIONS} days of absence and extra shifts")
    return Roster(agent, team, replace(regular, exceptions=special))


def text(value: object, field: str) -> str:
    """A name that is not empty."""
    if not isinstance(value, str) or not 0 < len(value) <= ID_CHARACTERS:
        raise Malformed(f"{field!r} is a text of at most {ID_CHARACTERS} characters")
    return value


def listed(value: object, field: str) -> Sequence[object]:
    """A list, of anything."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Malformed(f"{field!r} is a list")
    return value


def _absent(value: object, field: str) -> Iterable[date]:
    for n, item in enumerate(listed(value, field)):
        known = check_fields(item, ("from", "until"), f"{field}[{n}]")
        first = parse_date(known.get("from"), f"{field}[{n}].from")
        last = parse_date(known["until"], f"{field}[{n}].until") if "until" in known else first
        yield from days(first, last, f"{field}[{n}].until")


def _extra(value: object, field: str) -> Iterable[tuple[date, tuple[Span, ...]]]:
    for n, item in enumerate(listed(value, field)):
        known = check_fields(item, ("date", "spans"), f"{field}[{n}]")
        yield parse_date(known.get("date"), f"{field}[{n}].date"), parse_spans(known.get("spans"), f"{field}[{n}].spans")
