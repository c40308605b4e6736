"""What happens to a contact, on its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class ConsentGiven(Event):
    """The person agrees to `purpose` (`domain.privacy.rights.Purpose`) on a channel ("": all). `source`: where they said so, `since`:
    when; `version` and `proof`: of and from the text that they were shown."""

    type: ClassVar[str] = "consent_given"
    purpose: str
    channel: str
    source: str
    since: datetime
    version: str = ""
    proof: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """The same person does not any more. The fields are those of ConsentGiven."""

    type: ClassVar[str] = "consent_withdrawn"
    purpose: str
    channel: str
    source: str
    since: datetime
    version: str = ""
    proof: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ContactRectified(Event):
    """What was wrong about the person is right now (GDPR 16): `values` by field (name, phone, email). `why`: what they said."""

    type: ClassVar[str] = "contact_rectified"
    fields: tuple[str, ...]
    values: Mapping[str, str] = personal()
    why: str = personal()


@dataclass(frozen=True, slots=True)
class ContactRestricted(Event):
    """The person's data are kept and not used (GDPR 18), or used again."""

    type: ClassVar[str] = "contact_restricted"
    restricted: bool
    why: str = personal()


@dataclass(frozen=True, slots=True)
class ContactObjected(Event):
    """The purposes that the person objects to from now on (GDPR 21), all of them."""

    type: ClassVar[str] = "contact_objected"
    purposes: tuple[str, ...]
    why: str = personal()


@dataclass(frozen=True, slots=True)
class ExportAsked(Event):
    """The person's data are about to be gathered for them (GDPR 15, 20)."""

    type: ClassVar[str] = "export_asked"
    export: str


@dataclass(frozen=True, slots=True)
class ExportMade(Event):
    """They were gathered, `lines` of them; whoever asked has them now."""

    type: ClassVar[str] = "export_made"
    export: str
    lines: int


CONTACT_TYPES: tuple[type[Event], ...] = (
    ContactCreated, ContactAttributesSet, ContactMerged, ContactAbsorbed, ConsentGiven, ConsentWithdrawn, ContactRectified,
    ContactRestricted, ContactObjected, ExportAsked, ExportMade,
)  # fmt: skip
