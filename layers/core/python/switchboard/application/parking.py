"""Operators' work with messages that could not be processed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.application.intake import OPERATIONS_LEDGER, Intake
from switchboard.application.ports import Clock, Ids, InboundQueue, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotAllowedNow

Decide = Callable[[Conversation], list[ev.Event]]


@dataclass(frozen=True, slots=True)
class Parking:
    store: Store
    inbound: InboundQueue
    intake: Intake
    ids: Ids
    clock: Clock

    def redrive(self, actor: ev.Actor, parked: str, text: str) -> None:
        """With `text`: take the repaired message in, as the customer's, with a reference to the parked one. Without: send the
        original through the queue again, after its cause was mended."""
        p = self.store.parked_message(parked)
        if not text.strip():
            self.inbound.requeue(p.group, p.ciphertext, parked)
            return
        if p.ledger == OPERATIONS_LEDGER:
            raise NotAllowedNow("nobody knows whose message this is, so it cannot be rewritten; redrive it as it is")

        def decide(c: Conversation) -> list[ev.Event]:
            now = self.clock.now()
            received = ev.MessageReceived(
                message=self.ids.new("m"), channel=c.channel, account=c.account, vendor_key="", sent_at=p.at, received_at=now,
                content=Content(text=text), sender_name=c.name, reply_address=c.reply_address, redriven_from=p.no,
            )  # fmt: skip
            waits = [ev.Queued(c.queue or "general", c.priority, "redriven", now)] if c.status is Status.BOT else []
            return [received, ev.Redriven(parked, "received"), *waits]

        self._commit(actor, p.ledger, decide)

    def discard(self, actor: ev.Actor, parked: str) -> None:
        """Take it off the list; it stays on record."""
        p = self.store.parked_message(parked)
        settled = ev.Redriven(parked, "discarded")
        if p.ledger == OPERATIONS_LEDGER:
            self.store.append(p.ledger, [settled], actor, self.clock.now())
        else:
            self._commit(actor, p.ledger, lambda _: [settled])

    def _commit(self, actor: ev.Actor, ledger: str, decide: Decide) -> None:
        def attempt() -> Conversation:
            c = self.store.conversation(ledger.partition("#")[2])
            return self.store.commit(Change(c, tuple(decide(c)), actor, self.clock.now()))

        after = decide_again(attempt)
        if after.status is Status.QUEUED:
            self.intake.assignment.serve([after.queue], after)
