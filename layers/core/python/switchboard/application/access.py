"""Who may read what, and the record of it. Reads never touch a conversation's ledger: they have ledgers of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from switchboard.application.ports import Clock, Store
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, SwitchboardError
from switchboard.domain.routing.policy import RoutingPolicy

T = TypeVar("T")
LEADERS = frozenset({"supervisor", "administrator"})


def access_ledger(actor: ev.Actor, day: str) -> str:
    """One ledger a person and day keeps appends short and free of contention."""
    return f"acs#{actor.id}#{day}"


@dataclass(frozen=True, slots=True)
class Access:
    store: Store
    clock: Clock
    policy: Callable[[], RoutingPolicy] = RoutingPolicy

    def require(self, actor: ev.Actor, *roles: str) -> None:
        """Raise Forbidden unless the caller has one of the roles; administrators have every role."""
        if actor.role not in (*roles, "administrator"):
            needed = " or ".join((*roles, "administrator"))
            raise Forbidden(f"this needs the role {needed}; you are signed in as {actor.role or 'nobody'}")

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
        """Put a refused command on the caller's access ledger."""
        self._append(actor, ev.AccessRecorded(name, resource, error.code))

    def _append(self, actor: ev.Actor, event: ev.AccessRecorded) -> None:
        now = self.clock.now()
        self.store.append(access_ledger(actor, f"{now:%Y-%m-%d}"), [event], actor, now)

    def conversation(self, actor: ev.Actor, conversation: str) -> Conversation:
        """A conversation the caller may read: one they may work on, one they finished, or one they are asked about."""
        c = self.store.conversation(conversation)
        return c if actor.id in (c.finished_by, *c.consulted) else self._workable(actor, c)

    def note(self, actor: ev.Actor, conversation: str) -> Conversation:
        """A conversation the caller may leave notes in: one they may work on, or one they are asked about."""
        c = self.store.conversation(conversation)
        return c if actor.id in c.consulted else self._workable(actor, c)

    def served(self, actor: ev.Actor, conversation: str) -> Conversation:
        """A conversation the caller works on or may work on, or one they finished."""
        c = self.store.conversation(conversation)
        return c if actor.id == c.finished_by else self._workable(actor, c)

    def work(self, actor: ev.Actor, conversation: str) -> Conversation:
        """A conversation the caller may work on: their own, one that waits in their queues, an earlier one of a customer they
        serve now, or any for supervisors."""
        return self._workable(actor, self.store.conversation(conversation))

    def _workable(self, actor: ev.Actor, c: Conversation) -> Conversation:
        if actor.role in LEADERS or c.owner == actor.id:
            return c
        if c.status is Status.QUEUED and c.queue in self.policy().queues_open_to(self.store.agent(actor.id).queues):
            return c
        state = self.store.contact(c.contact)
        if state.contact.merged_into:
            state = self.store.contact(state.contact.merged_into)
        if state.conversation is not None and state.conversation.owner == actor.id:
            return c  # an earlier conversation of a customer they are serving now
        raise Forbidden("this conversation is neither yours nor waiting in your queues")

    def contact(self, actor: ev.Actor, contact: str) -> Contact:
        """A contact the caller may see and change: everyone for supervisors, else those they are serving or could take from a
        queue."""
        state = self.store.contact(contact)
        if actor.role not in LEADERS:
            if state.conversation is None:
                raise Forbidden("you are not serving this customer")
            self.work(actor, state.conversation.id)
        return state.contact

    def history(self, contact: str) -> list[Conversation]:
        """All conversations of a customer, those of contacts merged into them included, newest first."""
        state = self.store.contact(contact)
        found = [state.conversation] if state.conversation is not None else []
        found += self.store.previous_conversations(contact)
        for other in state.contact.absorbed:
            found += self.history(other)
        return sorted(found, key=lambda c: (c.opened_at is not None, c.opened_at), reverse=True)
