"""Who should take waiting work, and which work a free agent should take. The baseline policy: skill, then language,
then least load.

The store's transaction has the last word (`load < capacity`, no owner); what is chosen here is only the best first try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the wait index. Order: higher priority first, then the longer wait."""

    conversation: str
    queue: str
    priority: int
    since: datetime
    language: str = "und"
    not_to: str = ""  # the agent who handed it back: it does not go straight back to them

    @property
    def place(self) -> tuple[str, int, datetime]:
        """Where it stands in the index. The language may change while it waits; the place does not."""
        return (self.queue, self.priority, self.since)

    @property
    def order(self) -> tuple[int, datetime, str]:
        return (-self.priority, self.since, self.conversation)


def waiting_of(c: Conversation) -> Waiting:
    """The wait-index entry of a queued conversation."""
    assert c.since is not None, "a queued conversation knows since when it waits"
    return Waiting(c.id, c.queue, c.priority, c.since, c.language, c.handed_back_by)


def rank(work: Waiting, agents: Iterable[Agent]) -> list[tuple[Agent, float]]:
    """Agents that can take this work, best first, each with its score (higher is better, at most 2).

    One point for speaking the customer's language, and the free share of the capacity."""
    able = [a for a in agents if a.free > 0 and work.queue in a.queues and a.id != work.not_to]
    scored = [(a, (1.0 if work.language in a.languages else 0.0) + a.free / a.capacity) for a in able]
    return sorted(scored, key=lambda s: (-s[1], s[0].load, s[0].id))


def best_waiting(entries: Sequence[Waiting]) -> Waiting | None:
    """The entry to serve next."""
    return min(entries, key=lambda w: w.order, default=None)
