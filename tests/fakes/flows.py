"""Measurements of queues in memory, of the company that a store in memory holds."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from switchboard.application.ports import QueueFlow, Whereabouts
from switchboard.domain.events import Presence
from tests.fakes.store import MemoryStore


class MemoryFlows:
    """Implements `application.ports.Flows`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._flows: dict[str, QueueFlow] = {}

    def of(self, queue: str) -> QueueFlow:
        return self._flows.get(queue, QueueFlow())

    def keep(self, queue: str, measured: QueueFlow) -> bool:
        with self._lock:
            if self.of(queue).version != measured.version:
                return False
            self._flows[queue] = replace(measured, version=measured.version + 1)
            return True

    def slots(self, queue: str) -> int:
        agents = self._store.agents()
        return sum(a.capacity for a in agents if a.presence is Presence.ONLINE and queue in a.queues)

    def whereabouts(self, conversations: Sequence[str]) -> Mapping[str, Whereabouts]:
        return {c.id: Whereabouts(c.queue, c.taken_at) for c in self._store.conversations(conversations)}
