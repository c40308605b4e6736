"""What happens to a contact, on its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from switchboard.domain.contacts import Identity
from switchboard.domain.event import Event, personal


@dataclass(frozen=True, slots=True)
class ContactCreated(Event):
    """Somebody wrote for the first time."""

    type: ClassVar[str] = "contact_created"
    identities: tuple[Identity, ...] = personal()
    name: str = personal()
    phone: str = personal()
    email: str = personal()


@dataclass(frozen=True, slots=True)
class ContactAttributesSet(Event):
    type: ClassVar[str] = "contact_attributes_set"
    attributes: Mapping[str, str] = personal()


@dataclass(frozen=True, slots=True)
class ContactMerged(Event):
    """This contact's identities belong to `into` from now on; its ledgers and keys stay as they are."""

    type: ClassVar[str] = "contact_merged"
    into: str


@dataclass(frozen=True, slots=True)
class ContactAbsorbed(Event):
    """Another contact's identities are this one's now."""

    type: ClassVar[str] = "contact_absorbed"
    contact: str
    identities: tuple[Identity, ...] = personal()


CONTACT_TYPES: tuple[type[Event], ...] = (ContactCreated, ContactAttributesSet, ContactMerged, ContactAbsorbed)
