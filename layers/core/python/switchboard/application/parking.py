"""Operators' work with messages that could not be processed."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.intake import OPERATIONS_LEDGER, Intake
from switchboard.application.ports import InboundQueue, Store
from switchboard.domain import events as ev
from switchboard.domain.errors import NotAllowedNow


@dataclass(frozen=True, slots=True)
class Parking:
    store: Store
    inbound: InboundQueue
    intake: Intake

    def redrive(self, actor: ev.Actor, parked: str, text: str) -> None:
        """With `text`: take the repaired message in, as the customer's, with a reference to the parked one. Without: send the
        original through the queue again, after its cause was mended. Raises NotFound for what was settled already."""
        p = self.store.parked_message(parked)
        if not text.strip():
            self.inbound.requeue(p.group, p.ciphertext, parked)
        elif p.ledger == OPERATIONS_LEDGER:
            raise NotAllowedNow("nobody knows whose message this is, so it cannot be rewritten; redrive it as it is")
        else:
            self.intake.receive_repaired(p, text, actor)

    def discard(self, actor: ev.Actor, parked: str) -> None:
        """Take it off the list; it stays on record. Raises NotFound for what was settled already."""
        self.store.parked_message(parked)
        self.intake.settle_parked(parked, "discarded", actor)
