"""Agents' corrections: taken in at the desk, and given out as labelled data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, contact_of, ledger_of
from switchboard.domain.errors import NotFound, Unreadable
from switchboard.domain.improvement import corrections
from switchboard.domain.improvement.corrections import Labelled
from switchboard.domain.privacy.rights import Purpose

MOST = 200  # messages of a page


@dataclass(frozen=True, slots=True)
class CorrectedMessage:
    """Where a message lies that was corrected, once or more often."""

    message: str
    conversation: str


class CorrectedMessages(Protocol):
    """All messages that were ever corrected, kept in step with the ledgers by the store, in its transactions."""

    def after(self, message: str, limit: int) -> Sequence[CorrectedMessage]:
        """By id, which is by time, those above `message`."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: where the next page begins, "" after the last. `left_out`: of customers erased or unwilling, or of no use."""

    found: tuple[Labelled, ...]
    left_out: int
    next: str


@dataclass(frozen=True, slots=True)
class CorrectionDesk:
    store: Store
    corrected: CorrectedMessages
    clock: Clock

    def correct(self, actor: ev.Actor, conversation: str, message: str, intent: str, sentiment: str = "") -> Conversation:
        """Put on record what a message wanted. Raises Malformed, NotFound."""

        def attempt() -> Conversation:
            c = self.store.conversation(conversation)
            events = corrections.correct(self.store.events(c.ledger), message, intent, sentiment)
            return self.store.commit(Change(c, tuple(events), actor, self.clock.now())) if events else c

        return decide_again(attempt)

    def export(self, after: str, limit: int) -> Page:
        """Corrected messages as labelled data, personal data taken out; the oldest first."""
        limit = max(1, min(limit, MOST))
        listed = self.corrected.after(after, limit)
        known: dict[str, list[ev.Recorded]] = {}
        found = []
        for one in listed:
            if one.conversation not in known:
                known[one.conversation] = self._events(one.conversation)
            if (label := corrections.labelled(known[one.conversation], one.message)) is not None:
                found.append(label)
        return Page(tuple(found), len(listed) - len(found), listed[-1].message if len(listed) == limit else "")

    def _events(self, conversation: str) -> list[ev.Recorded]:
        try:
            if not standing(self.store, contact_of(conversation)).rights.allow(Purpose.IMPROVEMENT):
                return []
            return self.store.events(ledger_of(conversation))
        except (NotFound, Unreadable):  # erased
            return []
