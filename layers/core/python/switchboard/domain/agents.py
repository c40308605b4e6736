"""Agents as routing sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.events import Presence


@dataclass(frozen=True, slots=True)
class Agent:
    """`load` counts the conversations the agent owns, `capacity` is its maximum; both in conversations.
    `version` is the number of the last commit of the agent's ledger; `load` is not part of that ledger, it is moved by the
    transactions of the conversations."""

    id: str
    name: str = ""
    capacity: int = 0
    load: int = 0
    presence: Presence = Presence.OFFLINE
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    version: int = 0
    last_event: int = 0
    head: str = ""
    loaded_at: datetime | None = None  # when `load` last moved

    @property
    def free(self) -> int:
        """Conversations the agent can still take; 0 unless online."""
        return max(0, self.capacity - self.load) if self.presence is Presence.ONLINE else 0

    @property
    def ledger(self) -> str:
        return f"agt#{self.id}"
