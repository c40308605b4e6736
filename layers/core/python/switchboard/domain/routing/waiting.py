"""Places in the wait index.

The order is by virtual age: each step of priority counts as so many seconds waited. So urgent work goes first, and nothing is
overtaken for ever: linear ageing needs no clock, for the difference of two ages never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.conversation import Conversation
from switchboard.domain.requirements import NOTHING, Requirements


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the wait index."""

    conversation: str
    queue: str
    priority: int
    since: datetime
    language: str = "und"
    not_to: str = ""  # the agent who handed it back: it does not go straight back to them
    channel: str = ""
    requires: Requirements = NOTHING

    @property
    def counts_from(self) -> datetime:
        """The virtual time of arrival."""
        return self.since - timedelta(seconds=self.priority * self.requires.worth + self.requires.ahead)

    @property
    def place(self) -> tuple[str, datetime]:
        """Where it stands in the index. The language may change while it waits; the place does not."""
        return (self.queue, self.counts_from)

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.counts_from, self.conversation)


def waiting_of(c: Conversation) -> Waiting:
    """The wait-index entry of a queued conversation."""
    assert c.since is not None, "a queued conversation knows since when it waits"
    return Waiting(c.id, c.queue, c.priority, c.since, c.language, c.handed_back_by, c.channel, c.requires)
