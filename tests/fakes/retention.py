"""What a retention run reaches, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.fakes.store import MemoryStore


class MemoryCensus:
    """Implements `application.retention.Census`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def silent(self, before: datetime, erased_since: datetime, after: str, limit: int) -> tuple[list[str], str]:
        everybody = sorted(c for c in self._store.everybody() if c > after)
        page, rest = everybody[:limit], everybody[limit:]
        return [c for c in page if self._is_silent(c, before, erased_since)], page[-1] if rest else ""

    def _is_silent(self, contact: str, before: datetime, erased_since: datetime) -> bool:
        person = self._store.one_of(contact)
        gone, talk = person.contact.erased_at, person.current
        last = (talk.last_at or talk.opened_at) if talk is not None else None
        return (gone is None or gone >= erased_since) and last is not None and last < before


class MemoryFiles:
    """Implements `application.retention.Files`. `there`: names and when they were written."""

    def __init__(self) -> None:
        self.there: dict[str, datetime] = {}

    def older(self, folder: str, before: datetime, limit: int) -> list[str]:
        return sorted(name for name, at in self.there.items() if name.startswith(folder) and at < before)[:limit]

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            self.there.pop(name, None)
