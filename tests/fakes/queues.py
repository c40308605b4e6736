"""What leaves by queues and streams, kept for a test to look at."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from switchboard.application.ports import OutboxItem, Timer


class MemoryCursors:
    """How far each ledger was handed on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursors: dict[str, int] = {}

    def cursor(self, ledger: str) -> int:
        return self._cursors.get(ledger, 0)

    def advance(self, ledger: str, commit: int) -> None:
        with self._lock:
            self._cursors[ledger] = max(commit, self._cursors.get(ledger, 0))


class MemoryOutbox(MemoryCursors):
    """Implements `application.ports.Outbox`. `sent` holds (conversation, channel, account, item), `timers` (timer, set at)."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str, str, OutboxItem]] = []
        self.timers: list[tuple[Timer, datetime]] = []

    def send(self, conversation: str, channel: str, account: str, items: Sequence[OutboxItem]) -> None:
        for item in items:
            queued = (conversation, channel, account, item)
            if queued not in self.sent:
                self.sent.append(queued)

    def timer(self, timer: Timer, at: datetime) -> None:
        self.timers.append((timer, at))


class MemoryInbound:
    """Implements `application.ports.InboundQueue`. `requeued` holds (group, ciphertext, parked)."""

    def __init__(self) -> None:
        self.requeued: list[tuple[str, str, str]] = []

    def requeue(self, group: str, ciphertext: str, parked: str) -> None:
        self.requeued.append((group, ciphertext, parked))


class MemoryFacts:
    """Implements `application.ports.Facts`."""

    def __init__(self) -> None:
        self.put_so_far: list[Mapping[str, object]] = []

    def put(self, facts: Iterable[Mapping[str, object]]) -> None:
        self.put_so_far += facts
