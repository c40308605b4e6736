"""Zones as stretches of constant offset, so that wall-clock times become instants by subtraction alone.

The source is the IANA time zone database as `zoneinfo` finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from switchboard.domain.errors import Malformed, Misconfigured

PROBE = timedelta(hours=6)
"""A zone that changed its offset and changed it back within this time would be misread; none has since clocks are electric."""

NAME_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` until before `end` (UTC) the zone's wall clock shows UTC plus `offset`."""

    start: datetime
    end: datetime
    offset: timedelta


def zone_named(value: object, field: str) -> str:
    """The name of a zone that exists, e.g. `Europe/Berlin`. Raises Malformed naming `field`, or Misconfigured if this machine
    has no zone data at all."""
    if not isinstance(value, str) or not 0 < len(value) <= NAME_CHARACTERS:
        raise Malformed(f"{field!r} is the IANA name of a zone, e.g. 'Europe/Berlin'")
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as e:  # OSError: the name of a folder of zones
        if not _has_data():
            raise Misconfigured("this machine has no time zone data; install the package tzdata") from e
        raise Malformed(f"{field!r} is not an IANA zone: {value!r}") from e
    return value


def _has_data() -> bool:
    try:
        ZoneInfo("UTC")
    except (KeyError, OSError):
        return False
    return True


def utc(at: datetime, field: str = "at") -> datetime:
    """The same instant in UTC. Raises Malformed for a naive datetime, which is no instant, and for one that no desk can mean."""
    if at.tzinfo is None or not 1970 <= at.year < 3000:
        raise Malformed(f"{field!r} is a time with a zone, in the years 1970 to 2999")
    return at.astimezone(UTC)


def wall(zone: str, at: datetime) -> datetime:
    """What clocks in the zone show at that instant, as a naive datetime."""
    return utc(at).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def offset(zone: str, at: datetime) -> timedelta:
    """How far the zone's clocks are ahead of UTC at that instant."""
    return _offset(ZoneInfo(zone), utc(at))


def stretches(zone: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The zone's stretches between two instants, ascending and without gaps. Each ends at the latest with its UTC year."""
    for year in range(start.year, end.year + 1):
        for s in _year(zone, year):
            if s.end > start and s.start < end:
                yield Stretch(max(s.start, start), min(s.end, end), s.offset)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None, "a zone knows its offset"
    return found


@lru_cache(maxsize=512)
def _year(name: str, year: int) -> tuple[Stretch, ...]:
    zone = ZoneInfo(name)
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found: list[Stretch] = []
    since, ahead, at = begin, _offset(zone, begin), begin
    while at < end:
        following = min(at + PROBE, end)
        if _offset(zone, following) != ahead:
            change = _first_change(zone, at, following, ahead)
            if change < end:
                found.append(Stretch(since, change, ahead))
                since, ahead = change, _offset(zone, change)
        at = following
    return (*found, Stretch(since, end, ahead))


def _first_change(zone: ZoneInfo, before: datetime, after: datetime, ahead: timedelta) -> datetime:
    """The second at which the offset ceases to be `ahead`, as it is at `before` and is not at `after`."""
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + timedelta(seconds=middle)) == ahead:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
