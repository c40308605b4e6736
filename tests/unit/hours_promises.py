"""An office and what it promises, for the tests of SLA clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from switchboard.domain.hours.calendar import parse
from switchboard.domain.hours.sla_policy import ClockKind, Rule
from tests.unit.hours_oracle import WEEKDAYS

OFFICE: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "week": {**{day: ["09:00-12:00", "13:00-18:00"] for day in WEEKDAYS[:5]}, "sat": ["22:00-03:30"]},
    "exceptions": [{"date": "2026-03-31", "closed": True}],
}
CALENDAR = parse(OFFICE)
HOUR = 3600
BEGIN = datetime(2026, 3, 27, 6, tzinfo=UTC)
"""Berlin's change to summer time (in Saturday's night shift) and the holiday follow within days."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def promise(first: int = HOUR, following: int = 2 * HOUR, resolution: int = 8 * HOUR, **more: Any) -> Rule:
    targets = {ClockKind.FIRST_RESPONSE: first, ClockKind.NEXT_RESPONSE: following, ClockKind.RESOLUTION: resolution}
    return Rule(targets, CALENDAR, **more)
