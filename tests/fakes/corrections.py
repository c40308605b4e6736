"""The list of corrected messages in memory, read off the ledgers."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.application.corrections import CorrectedMessage
from switchboard.domain.improvement.events import IntentCorrected
from tests.fakes.store import MemoryStore


class MemoryCorrectedMessages:
    """Implements `application.corrections.CorrectedMessages`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def after(self, message: str, limit: int) -> Sequence[CorrectedMessage]:
        found = {
            r.event.message: r.ledger.partition("#")[2]
            for ledger in self._store.ledgers()
            for r in self._store.events(ledger)
            if isinstance(r.event, IntentCorrected)
        }
        return [CorrectedMessage(id_, found[id_]) for id_ in sorted(found) if id_ > message][:limit]
