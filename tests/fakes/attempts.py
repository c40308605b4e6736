"""Marks of begun work in memory."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


class MemoryAttempts:
    """Implements `application.ports.Attempts`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[str, datetime] = {}

    def begin(self, work: str, at: datetime) -> bool:
        with self._lock:
            known = self._begun.get(work)
            if known is not None and known + timedelta(days=1) >= at:
                return False
            self._begun[work] = at
            return True

    def end(self, work: str) -> None:
        with self._lock:
            self._begun.pop(work, None)
