"""Messages on their way to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.intake import Intake, vendor_key
from switchboard.application.ports import Clock, Courier, Deliveries, Index, Sent, Shipment, Store
from switchboard.domain import events as ev
from switchboard.domain.conversation import ledger_of
from switchboard.domain.errors import Erased, Malformed, Misconfigured, NotFound, StorageUnavailable, VendorUnavailable
from switchboard.domain.inbound import DeliveryStatus

LOST_ANSWER = "the vendor's answer was lost: it may or may not have been delivered"


class GivenUp(VendorUnavailable):
    """The last try failed; the failure is on record and the queue may put the message aside."""


class TryLater(VendorUnavailable):
    """The vendor did not take it. `seconds` until the next try makes sense."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Refused:
    """What cannot even be prepared."""

    outcome: Sent

    def send(self) -> Sent:
        return self.outcome


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Sends each message once: a claim right before the call, the outcome after it.

    A crash in between leaves the claim, and the message becomes "unknown" instead of being sent twice: only people,
    who can ask the
    customer, repeat it."""

    store: Store
    deliveries: Deliveries
    courier: Courier
    intake: Intake
    index: Index
    clock: Clock

    def deliver(self, conversation: str, commit: int, message: str, tries: int, *, last: bool) -> DeliveryStatus:
        """Hand one message to its channel. `tries` counts from 1; raises TryLater, or GivenUp when `last`."""
        try:
            event = self._event(conversation, commit, message)
        except Erased:  # what it says cannot be read any more, and there is nobody to send it to
            self.deliveries.claim(message, self.clock.now())
            return self._settle(conversation, message, Sent("refused", reason="the person was erased"))
        try:
            shipment: Shipment = self.courier.prepare(event.channel, event.account, event.recipient, event.content, message)
        except (VendorUnavailable, StorageUnavailable, Misconfigured) as error:
            return self._not_taken(conversation, message, Sent("retry", reason=str(error)), tries, last=last)
        except (NotFound, Malformed) as error:
            shipment = _Refused(Sent("refused", reason=str(error)))
        found = self.deliveries.claim(message, self.clock.now())
        if found is DeliveryStatus.SENDING:
            return self._settle(conversation, message, Sent("unknown", reason=LOST_ANSWER))
        if found is not DeliveryStatus.PENDING:
            return self._settled_before(conversation, message, found)
        sent = shipment.send()
        if sent.outcome == "retry":
            return self._not_taken(conversation, message, sent, tries, last=last)
        keys = [vendor_key(self.index, event.channel, event.account, id_) if id_ else "" for id_ in sent.vendor_ids]
        return self._settle(conversation, message, sent, keys)

    def _settled_before(self, conversation: str, message: str, found: DeliveryStatus) -> DeliveryStatus:
        """A crash may have come between an outcome and its record; and a part may have failed before it was linked."""
        known = next((d for d in self.deliveries.of(conversation) if d.message == message), None)
        status = known.status if known is not None and known.status.rank >= found.rank else found
        if status in (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN):
            self.intake.fail(conversation, message, (known.reason if known is not None else "") or "not delivered")
        return status

    def _event(self, conversation: str, commit: int, message: str) -> ev.MessageSent:
        for r in self.store.commit_events(ledger_of(conversation), commit):
            if isinstance(r.event, ev.MessageSent) and r.event.message == message:
                return r.event
        raise NotFound(f"commit {commit} of {conversation} sends no message {message}")

    def _not_taken(self, conversation: str, message: str, sent: Sent, tries: int, *, last: bool) -> DeliveryStatus:
        """The vendor does not have it. Later, or never: then the failure is on record before the queue puts it aside."""
        now = self.clock.now()
        if not last:
            seconds = sent.retry_after or backoff(tries)
            self.deliveries.retry(message, sent.reason, now, now + timedelta(seconds=seconds))
            raise TryLater(sent.reason, seconds)
        self.deliveries.claim(message, now)
        reason = f"gave up after {tries} tries: {sent.reason}"
        self._settle(conversation, message, Sent("refused", reason=reason))
        raise GivenUp(reason)

    def _settle(self, conversation: str, message: str, sent: Sent, keys: Sequence[str] = ()) -> DeliveryStatus:
        status = {
            "accepted": DeliveryStatus.SENT,
            "unknown": DeliveryStatus.UNKNOWN,
            "refused": DeliveryStatus.FAILED,
        }[sent.outcome]
        known = self.deliveries.settle(message, status, keys, sent.reason, self.clock.now())
        if known.status in (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN):
            self.intake.fail(conversation, message, known.reason)
        return known.status


def backoff(tries: int) -> float:
    """Seconds until the next try: 2, 8, 32, 128 ... at most 15 minutes."""
    return float(min(900, 2 * 4 ** max(0, tries - 1)))
