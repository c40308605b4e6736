"""Agents as routing sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.authority.limits import UNLIMITED, Limits
from switchboard.domain.events import Presence


def is_agent_id(text: str) -> bool:
    """1 to 64 letters, digits and dashes."""
    return text.isascii() and text.replace("-", "").isalnum() and len(text) <= 64


@dataclass(frozen=True, slots=True)
class Agent:
    """`load` is the weight of the conversations the agent owns, `capacity` its maximum; both in conversations of weight 1, in steps
    of 0.05. `skills`: name -> level 1 to 5. `channels` and `regions` they may serve, none: all. `expert`: their slots are kept for
    complex work. `limits`: what they are limited to, whatever they may do; unlike `regions`, which say whom to ask first, no waiting
    relaxes them. `grants`: actions added to what their role may, which the policies bound. `version` is the number of the last commit
    of the agent's ledger; `load` is not part of that ledger, it is moved by the transactions of the conversations."""

    id: str
    name: str = ""
    capacity: int = 0
    load: float = 0
    presence: Presence = Presence.OFFLINE
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    expert: bool = False
    limits: Limits = UNLIMITED
    grants: tuple[str, ...] = ()
    shard: str = ""  # where the store keeps them, with their part of the staffing plan
    version: int = 0
    last_event: int = 0
    head: str = ""
    loaded_at: datetime | None = None  # when `load` last moved
    assigned_at: datetime | None = None  # when they were last given work
    adrift: bool = False  # the store's count of free seats does not fit the load: the sweeper sets it right

    @property
    def slots(self) -> int:
        """Conversations of weight 1 at a time, as strategies count them."""
        return self.capacity or 1

    @property
    def free(self) -> float:
        """Weight the agent can still take; 0 unless online."""
        return max(0, round(self.capacity - self.load, 2)) if self.presence is Presence.ONLINE else 0

    @property
    def ledger(self) -> str:
        return f"agt#{self.id}"
