"""Who is off shift, for routing: asked for every decision, worked out once a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchboard.domain.hours.settings import HoursSettings


class Shifts:
    """`hours` gives the settings in force. Shifts begin and end with minutes, so what was worked out holds for the rest of one."""

    def __init__(self, hours: Callable[[], HoursSettings]) -> None:
        self._hours = hours
        self._made_of: HoursSettings | None = None
        self._minute: datetime | None = None
        self._off: dict[str, frozenset[str]] = {}

    def off(self, queue: str, at: datetime) -> frozenset[str]:
        """The agents whom rosters keep from work of the queue at that instant."""
        settings, minute = self._hours(), at.replace(second=0, microsecond=0)
        if settings is not self._made_of or minute != self._minute:
            self._made_of, self._minute, self._off = settings, minute, {}
        if queue not in self._off:
            self._off[queue] = settings.off_shift(queue, minute)
        return self._off[queue]
