"""Business actions: a company's system is asked to look something up or to do something, and the bot goes on with its answer.

The request is on the ledger before anybody is asked, a queue carries its number, and the answer is one commit with all that follows
from it. The queue may bring it twice and the company be asked twice: the call's id tells, there and here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.bot_turns import BotTurns, Customer
from switchboard.application.connectors import FAILED, UNKNOWN, ActionAnswer, ActionCall, Connector
from switchboard.application.delivery import TryLater
from switchboard.application.ports import Clock, Index, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.contacts import CUSTOMER, Contact
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Duplicate, NotFound, Unreadable

PATIENCE = timedelta(seconds=20)  # with a system that does not answer; then people go on, for a customer waits
ACTOR = ev.Actor(ev.ActorKind.SYSTEM, "connector")


@dataclass(frozen=True, slots=True)
class Actions:
    store: Store
    turns: BotTurns
    connector: Connector
    assignment: Assignment
    index: Index
    clock: Clock

    def perform(self, conversation: str, call: str, tries: int = 1) -> ActionAnswer | None:
        """Ask the company's system, and go on with its answer. None where it is on record already or there is nobody left to ask for.
        Raises TryLater where the queue should bring it again."""
        found = self._requested(conversation, call)
        if found is None:
            return None
        requested, c, contact = found
        answer = self._ask(requested, c, contact, tries)
        request = requested.event
        assert isinstance(request, ev.ActionRequested)
        done = ev.ActionDone(call, request.flow, request.action, answer.outcome, answer.data)

        def attempt() -> Conversation:
            c = self.store.conversation(conversation)
            events = self.turns.done(c, done, Customer(contact)) if c.status is Status.BOT else [done]
            once = self.index.key("action", call)
            return self.store.commit(Change(c, tuple(events), ACTOR, self.clock.now(), once))

        try:
            after = decide_again(attempt)
        except Duplicate:
            return None
        if after.status is Status.QUEUED:
            self.assignment.wake_work(after)
        return answer

    def _requested(self, conversation: str, call: str) -> tuple[ev.Recorded, Conversation, Contact] | None:
        """The request, unless it was answered; where and whose it is."""
        try:
            c = self.store.conversation(conversation)
            recorded = self.store.events(c.ledger)
            contact = self.store.contact(c.contact).contact
        except (NotFound, Unreadable):  # erased
            return None
        if any(isinstance(r.event, ev.ActionDone) and r.event.call == call for r in recorded):
            return None
        request = next((r for r in recorded if isinstance(r.event, ev.ActionRequested) and r.event.call == call), None)
        return None if request is None else (request, c, contact)

    def _ask(self, requested: ev.Recorded, c: Conversation, contact: Contact, tries: int) -> ActionAnswer:
        """What nobody waits for any more is not begun: people may have done it by hand meanwhile. Whether an earlier try reached the
        company is then not known; nor is it where a later try is refused."""
        request = requested.event
        assert isinstance(request, ev.ActionRequested)
        if c.status is not Status.BOT or c.dialogue.call != request.call:
            return ActionAnswer(UNKNOWN, reason="nobody waits for it any more; it was not asked for now")
        call = ActionCall(
            request.call, c.id, request.action, request.purpose, request.language, customer_of(contact, c.channel), request.arguments
        )
        try:
            answer = self.connector.perform(call)
        except TryLater as silent:
            if self.clock.now() - requested.at < PATIENCE:
                raise
            return ActionAnswer(UNKNOWN, reason=str(silent))
        return ActionAnswer(UNKNOWN, reason=answer.reason) if answer.outcome == FAILED and tries > 1 else answer


def customer_of(contact: Contact, channel: str) -> Mapping[str, str]:
    """What a company is told of who asks, and by which channel: a telephone number is proof of who it is only where it rang."""
    said = {
        "id": contact.attributes.get(CUSTOMER, ""), "name": contact.name, "email": contact.email, "phone": contact.phone,
        "channel": channel,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}
