"""A customer, whichever channels they speak through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.privacy.rights import UNSAID, Rights

RECTIFIABLE = frozenset({"name", "phone", "email"})  # attributes have a way of their own
CUSTOMER = "customer"  # the attribute that holds the company's own id of the customer: whose orders the bot acts on


@dataclass(frozen=True, slots=True)
class Identity:
    """A contact on one channel account. `key` is the keyed hash of channel, account and address: what look-ups use.
    Personal: `address`."""

    key: str
    channel: str
    account: str
    address: str


@dataclass(frozen=True, slots=True)
class Contact:
    """The profile. Personal: everything but `id`, `merged_into` and the versions. `attributes` are the company's own facts
    (orders, tier, city). `version` counts the commits of the contact's ledger."""

    id: str
    name: str = ""
    phone: str = ""
    email: str = ""
    identities: tuple[Identity, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()  # contacts merged into this one: their conversations are this customer's too
    rights: Rights = UNSAID  # what they said about the use of their data
    erased_at: datetime | None = None  # then their key was destroyed, and of all this only id, `merged_into` and versions are left
    version: int = 0
    last_event: int = 0
    head: str = ""

    @property
    def ledger(self) -> str:
        return f"cct#{self.id}"
