"""The record of who read what and who was refused. Reads never touch a conversation's ledger: they have ledgers of their own. Whether
somebody may is the gate's (`application.admission`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from switchboard.application.ports import Clock, Store
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import SwitchboardError

T = TypeVar("T")


def access_ledger(actor: ev.Actor, day: str) -> str:
    """One ledger a person and day keeps appends short and free of contention."""
    return f"acs#{actor.id}#{day}"


@dataclass(frozen=True, slots=True)
class Access:
    store: Store
    clock: Clock

    def recorded(self, actor: ev.Actor, name: str, resource: str, read: Callable[[], T]) -> T:
        """Run a read of customer data and put it, or its refusal, on the reader's access ledger before anything is shown."""
        try:
            result = read()
        except SwitchboardError as error:
            self._append(actor, ev.AccessRecorded(name, resource, error.code))
            raise
        self._append(actor, ev.AccessRecorded(name, resource))
        return result

    def refused(self, actor: ev.Actor, name: str, resource: str, error: SwitchboardError) -> None:
        """Put a command that failed for who asked, or for what they named, on the caller's access ledger."""
        self._append(actor, ev.AccessRecorded(name, resource, error.code))

    def decided(
        self, actor: ev.Actor, name: str, resource: str, policies: tuple[str, ...], error: SwitchboardError | None = None
    ) -> None:
        """Put a decision on the caller's access ledger, with the policies that made it."""
        self._append(actor, ev.AccessRecorded(name, resource, error.code if error is not None else "", policies))

    def _append(self, actor: ev.Actor, event: ev.AccessRecorded) -> None:
        now = self.clock.now()
        self.store.append(access_ledger(actor, f"{now:%Y-%m-%d}"), [event], actor, now)

    def history(self, contact: str) -> list[Conversation]:
        """All conversations of a customer, those of contacts merged into them included, newest first."""
        state = self.store.contact(contact)
        found = [state.conversation] if state.conversation is not None else []
        found += self.store.previous_conversations(contact)
        for other in state.contact.absorbed:
            found += self.history(other)
        return sorted(found, key=lambda c: (c.opened_at is not None, c.opened_at), reverse=True)
