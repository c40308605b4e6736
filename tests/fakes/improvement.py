"""The past read off the store in memory, somebody who is told to look, and questions grouped by their first word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from switchboard.application.fanout import StoredCommit
from switchboard.application.improvements import Enough
from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.improvement.proposals import Nearest
from tests.fakes.store import MemoryStore


class MemoryPast:
    """Implements `application.improvements.Past`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:
        for ledger in self._store.ledgers():
            yield from (c for c in self._store.commits(ledger, 0) if since <= c.at < until)


class FirstWords:
    """Implements `application.improvements.Grouping`. `seen`: every text it was ever shown."""

    def __init__(self, article: Nearest | None = None) -> None:
        self.article = article
        self.seen: list[str] = []

    def vectors(self, texts: Sequence[str], languages: Sequence[str], enough: Enough) -> Any:
        assert len(texts) == len(languages)
        found: list[str] = []
        for number, text in enumerate(texts):
            if enough(number):
                break
            found.append(text)
        self.seen += found
        return [(text.split() or [""])[0].lower() for text in found]

    def groups(self, vectors: Any) -> Sequence[Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(vectors):
            found.setdefault(word, []).append(place)
        return sorted((g for g in found.values() if len(g) > 1), key=lambda g: (-len(g), g))

    def nearest(self, texts: Sequence[str], languages: Sequence[str]) -> Nearest | None:
        return self.article


class MemoryLookers:
    """Implements `application.improvement_desk.Lookers`. `told`: what, in order; nobody can be told while `away`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = False

    def look(self, id_: str) -> None:
        if self.away:
            raise StorageUnavailable("nobody could be told to look; ask again")
        self.told.append(id_)
