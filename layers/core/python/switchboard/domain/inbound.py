"""What a channel hands to the desk: messages, delivery receipts, and things it saw but does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.domain.content import Content


@dataclass(frozen=True, slots=True)
class Party:
    """A person as one channel knows them. All of it is personal data.

    `address` is the vendor's stable id for the person within the account (WhatsApp user id, WeChat openid, visitor id):
    the key of the identity and the place replies go to. `reply_address` is set only where replies need another one."""

    address: str
    name: str = ""
    phone: str = ""  # E.164 with leading +, where the vendor tells
    email: str = ""
    reply_address: str = ""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message from a customer. `vendor_id` is unique within channel and account; it may contain personal data."""

    channel: str
    account: str
    sender: Party
    vendor_id: str
    content: Content
    sent_at: datetime  # aware, UTC
    in_reply_to: str = ""  # vendor id of the quoted message
    client_id: str = ""  # the sender's own id of the message, where the channel has one (web chat)


class DeliveryStatus(StrEnum):
    """How far an outbound message is known to have come. `UNKNOWN`: the vendor may or may not have it."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """Statuses arrive in any order; a record's rank only rises."""
        return _RANK[self]


_RANK = {
    DeliveryStatus.PENDING: 0,
    DeliveryStatus.SENDING: 1,
    DeliveryStatus.UNKNOWN: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.DELIVERED: 4,
    DeliveryStatus.FAILED: 5,
    DeliveryStatus.READ: 5,
}


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """The vendor's word on a message we sent. `vendor_id` is the id the vendor gave it."""

    channel: str
    account: str
    recipient: str  # the address as in `Party.address`; orders receipts with the customer's messages
    vendor_id: str
    status: DeliveryStatus
    at: datetime
    reason: str = ""  # the vendor's code and words for a failure; no personal data


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """Something in a verified post that this version does not know: counted, answered 200, never an error."""

    channel: str
    account: str
    kind: str  # the vendor's type name, cut to 64 characters


InboundItem = InboundMessage | DeliveryReceipt | Unrecognised
