"""Contacts: attributes, and the link between two that are the same person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.admission import CONTACT, About, Admission
from switchboard.application.assignment import Assignment
from switchboard.application.ports import Clock, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.contacts import CUSTOMER, Contact
from switchboard.domain.errors import Malformed, NotAllowedNow
from switchboard.domain.privacy.policy import PrivacyPolicy, kept
from switchboard.domain.privacy.rights import Purpose, Rights

SET_DECIDING = "SetDecidingAttributes"
DECIDING = frozenset({CUSTOMER, "region", "brand", "tier", "vip"})
ATTRIBUTES = 64
ATTRIBUTE_CHARACTERS = 2_000
MERGED = "said before they were known to be the same person"


@dataclass(frozen=True, slots=True)
class Contacts:
    store: Store
    assignment: Assignment
    clock: Clock
    admission: Admission
    privacy: Callable[[], PrivacyPolicy] = PrivacyPolicy

    def set_attributes(self, actor: ev.Actor, contact: str, attributes: Mapping[str, str]) -> Contact:
        """Set the company's own facts of a customer (orders, tier ...). An empty value removes one."""
        if any(len(k) > 64 or len(v) > ATTRIBUTE_CHARACTERS or not k.strip() for k, v in attributes.items()):
            raise Malformed(f"attribute names hold 1-64 characters, values at most {ATTRIBUTE_CHARACTERS}")

        policy = self.privacy()
        attributes = {k: _kept(k, v, policy) for k, v in attributes.items()}

        def attempt() -> Contact:
            before = self.store.contact(contact).contact
            if any(attributes[k] != before.attributes.get(k, "") for k in self._deciding() & attributes.keys()):
                self.admission.admit(actor, SET_DECIDING, About(CONTACT, contact), record=True)
            merged = {k: v for k, v in {**before.attributes, **attributes}.items() if v}
            if len(merged) > ATTRIBUTES:
                raise Malformed(f"a contact holds at most {ATTRIBUTES} attributes")
            return self.store.commit_contact(before, [ev.ContactAttributesSet(merged)], actor, self.clock.now())

        return decide_again(attempt)

    def _deciding(self) -> frozenset[str]:
        """Attributes that decide rights, and whose orders the bot acts on: only the company's own systems set them."""
        return DECIDING | {self.assignment.policy.vip.attribute}

    def merge(self, actor: ev.Actor, contact: str, into: str) -> Contact:
        """Link `contact` to `into`: its identities lead there from now on. Its ledgers and keys are not touched; an open
        conversation of it is closed with a reference to the one that goes on. Returns `into`."""
        if contact == into:
            raise Malformed("a contact cannot be merged into itself")

        freed: set[str] = set()

        def attempt() -> Contact:
            target, source = self.store.contact(into), self.store.contact(contact)
            if target.contact.merged_into:
                raise NotAllowedNow(f"{into} was merged into {target.contact.merged_into}; merge into that one")
            if source.contact.merged_into == into:
                return target.contact
            if source.contact.merged_into:
                raise NotAllowedNow(f"{contact} was merged into {source.contact.merged_into} already")
            now = self.clock.now()
            goes_on, talk = target.conversation, source.conversation
            if talk is not None and talk.open:
                if goes_on is None or not goes_on.open:
                    raise NotAllowedNow(f"{contact} has the open conversation; merge {into} into it instead")
                freed.update({talk.owner} - {""})
                talk = self.store.commit(Change(talk, (ev.Resolved(actor.kind, actor.id, goes_on.id),), actor, now))
            kept = target.contact
            if carried := _carried(source.contact.rights, kept.rights, now):  # first: should the merge fail, not too much is allowed
                kept = self.store.commit_contact(kept, carried, actor, now)
            return self.store.merge_contacts(source.contact, talk, kept, actor, now)

        merged = decide_again(attempt)
        for agent in freed:
            self.assignment.wake_agent(agent)
        return merged


def _carried(source: Rights, target: Rights, at: datetime) -> list[ev.Event]:
    """What a person denied as one contact, they deny as the other."""
    found: list[ev.Event] = [
        ev.ConsentWithdrawn(c.purpose, c.channel, c.source, at, c.version)
        for c in source.consents if not c.given and target.allow(Purpose(c.purpose), c.channel)
    ]  # fmt: skip
    if not {*source.objections} <= {*target.objections}:
        found.append(ev.ContactObjected(tuple(sorted({*source.objections, *target.objections})), MERGED))
    if source.restricted and not target.restricted:
        found.append(ev.ContactRestricted(True, MERGED))
    return found


def _kept(name: str, value: str, policy: PrivacyPolicy) -> str:
    """As it may be stored; the attribute's name says what a bare number is."""
    lead = f"{name.replace('_', ' ')}: "
    under = kept(lead + value, policy)
    return under[len(lead) :] if under.startswith(lead) else kept(value, policy)
