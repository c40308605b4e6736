"""The receipt of a routing decision: everything it was made of and is not on a ledger already, and what came of it. From it and the
ledgers of those it names the same decision can be made again (`application.receipts`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    OFFER = "offer"  # waiting work was offered to agents: candidates are agents
    PULL = "pull"  # an agent with room took work: candidates are conversations


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that was considered. `id`: an agent or a conversation; `version`: of its ledger when it was read. `load` and `assigned_at`
    are an agent's at that moment. `score`: the lower the better, compared from left to right; `terms`: what it is made of."""

    id: str
    version: int
    score: tuple[float, ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)
    load: float = 0
    assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One that was considered and could not be chosen, and why (`domain.routing.eligibility.Reason`)."""

    id: str
    version: int
    reason: str
    load: float = 0
    assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """`policy`: version of the routing policy, 0: the shipped one. `plans`: version of the staffing plan by shard. `subject`: the
    version of the ledger of the one who chose: the conversation's in an offer, the agent's in a pull. `ranked`: best first, the one
    chosen at `chosen`; both lists hold the first few, `considered` counts all. `inputs`: SHA-256 over all that was looked at."""

    direction: Direction
    at: datetime
    policy: int
    subject: int
    considered: int
    inputs: str
    ranked: tuple[Candidate, ...]
    chosen: int = 0
    rejected: tuple[Rejection, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)  # how many were rejected, by reason
    plans: Mapping[str, int] = field(default_factory=dict)
    present: tuple[str, ...] = ()  # agents at work whom some of the work prefers
    last: str = ""  # round robin: who had the last turn
    load: float = 0  # of the agent who pulls
    assigned_at: datetime | None = None
