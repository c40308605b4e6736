"""Business hours the slow way: every UTC minute is turned into local wall time and looked up among painted minutes. It shares nothing
with the code it judges but the zone data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Istanbul", "Africa/Casablanca", "Africa/Cairo", "America/New_York",
    "America/St_Johns", "America/Los_Angeles", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Asuncion",
    "Asia/Tehran", "Asia/Kathmandu", "Asia/Beirut", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham",
)  # fmt: skip


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Instants up to three hours after each change of the zone's offset from 2020 to 2030."""
    found, at, info = [], datetime(2020, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    before = at.astimezone(info).utcoffset()
    while at < datetime(2031, 1, 1, tzinfo=UTC):
        now = at.astimezone(info).utcoffset()
        if now != before:
            found.append(at)
            before = now
        at += timedelta(hours=3)
    return tuple(found)


def _minutes(span: str) -> range:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
    return range(start, end if end > start else end + 1440)


def paint(data: Mapping[str, Any], first: date, last: date) -> set[int]:
    """The wall minutes in spans, each as minutes since the first midnight of year 1, for spans starting on these dates."""
    special = {}
    for e in data.get("exceptions", ()):
        day = date.fromisoformat(e["date"])
        while day <= date.fromisoformat(e.get("until", e["date"])):
            special[day] = e
            day += timedelta(days=1)
    painted: set[int] = set()
    day = first
    while day <= last:
        spans: Sequence[str] = data["week"].get(WEEKDAYS[day.weekday()], ())
        if e := special.get(day):
            spans = [*spans, *e["extra"]] if "extra" in e else e.get("spans", ())
        if data.get("valid_from", "") <= day.isoformat() <= data.get("valid_until", "9"):
            cut = special.get(day + timedelta(days=1), {}).get("ends_night_before", False)
            for span in spans:
                painted |= {day.toordinal() * 1440 + m for m in _minutes(span) if m < 1440 or not cut}
        day += timedelta(days=1)
    return painted


def open_minutes(data: Mapping[str, Any], start: datetime, count: int) -> list[bool]:
    """For each of so many UTC minutes whether the desk is open."""
    zone = ZoneInfo(data["zone"])
    near = timedelta(days=3)
    painted = paint(data, (start - near).date(), (start + count * MINUTE + near).date())
    shown = (datetime.fromtimestamp(start.timestamp() + 60 * n, zone) for n in range(count))
    return [w.toordinal() * 1440 + w.hour * 60 + w.minute in painted for w in shown]
