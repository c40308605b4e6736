"""The lists of requests in memory, read off the ledgers."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.application.fanout import StoredCommit
from switchboard.domain import approvals as a
from switchboard.domain.errors import NotFound
from tests.fakes.store import MemoryStore


class MemoryRequests:
    """Implements `application.approvals.RequestLists`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def commits(self, ledger: str) -> Sequence[StoredCommit]:
        return self._store.commits(ledger, 0)

    def ledger(self, id_: str) -> str:
        for ledger in self._all():
            if ledger.removeprefix(a.LEDGER).partition("#")[0] == id_:
                return ledger
        raise NotFound("there is no such request")

    def open(self) -> Sequence[str]:
        return [ledger for ledger in self._all() if not self._over(ledger)]

    def closed(self, limit: int) -> Sequence[str]:
        return [ledger for ledger in reversed(self._all()) if self._over(ledger)][:limit]

    def _all(self) -> list[str]:
        return sorted(ledger for ledger in self._store.ledgers() if ledger.startswith(a.LEDGER))

    def _over(self, ledger: str) -> bool:
        return any(a.closes(r.event) for r in self._store.unsealed(ledger))
