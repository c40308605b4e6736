"""Marks of begun work in memory."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


class MemoryAttempts:
    """Implements `application.ports.Attempts`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[str, tuple[datetime, set[int]]] = {}

    def begin(self, work: str, attempt: int, at: datetime) -> int:
        with self._lock:
            since, begun = self._begun.get(work, (at, set()))
            if since + timedelta(days=1) <= at:
                since, begun = at, set()
            self._begun[work] = (since, begun | {attempt})
            return len(begun - {attempt})

    def end(self, work: str) -> None:
        with self._lock:
            self._begun.pop(work, None)
