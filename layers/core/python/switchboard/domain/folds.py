"""Agents and contacts as the folds of their ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.authority.limits import Limits
from switchboard.domain.contacts import Contact
from switchboard.domain.privacy.rights import Consent


def fold_agent(a: Agent, events: Sequence[ev.Event]) -> Agent:
    """The agent after one more commit. `load` is not part of the ledger and stays."""
    for event in events:
        match event:
            case ev.AgentProfileSet():
                a = replace(
                    a, name=event.name, capacity=event.capacity, queues=event.queues, languages=event.languages,
                    skills=dict(event.skills), channels=event.channels, regions=event.regions, expert=event.expert,
                )  # fmt: skip
            case ev.AgentLimitsSet():
                a = replace(a, limits=Limits(event.regions, event.brands, event.tiers, event.assigned_only))
            case ev.AgentGrantsSet():
                a = replace(a, grants=event.grants)
            case ev.PresenceChanged():
                a = replace(a, presence=event.presence)
            case _:
                pass
    return replace(a, version=a.version + 1, last_event=a.last_event + len(events))


def fold_contact(c: Contact, events: Sequence[ev.Event]) -> Contact:
    """The contact after one more commit."""
    for event in events:
        match event:
            case ev.ContactCreated():
                c = replace(c, identities=event.identities, name=event.name, phone=event.phone, email=event.email)
            case ev.ContactAttributesSet():
                c = replace(c, attributes=dict(event.attributes))
            case ev.ContactMerged():
                c = replace(c, merged_into=event.into)
            case ev.ContactAbsorbed():
                identities = (*c.identities, *event.identities)
                c = replace(c, identities=identities, absorbed=(*c.absorbed, event.contact))
            case ev.ConsentGiven() | ev.ConsentWithdrawn():
                given = isinstance(event, ev.ConsentGiven)
                said = Consent(event.purpose, event.channel, given, event.since, event.source, event.version)
                c = replace(c, rights=c.rights.said(said))
            case ev.ContactRectified():
                right = event.values
                c = replace(c, name=right.get("name", c.name), phone=right.get("phone", c.phone), email=right.get("email", c.email))
            case ev.ContactRestricted():
                c = replace(c, rights=replace(c.rights, restricted=event.restricted))
            case ev.LegalHoldSet() | ev.LegalHoldLifted():
                c = replace(c, rights=replace(c.rights, held=isinstance(event, ev.LegalHoldSet)))
            case ev.ContactObjected():
                c = replace(c, rights=c.rights.objected(event.purposes))
            case _:
                pass
    return replace(c, version=c.version + 1, last_event=c.last_event + len(events))
