"""Agents and contacts as the folds of their ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.contacts import Contact


def fold_agent(a: Agent, events: Sequence[ev.Event]) -> Agent:
    """The agent after one more commit. `load` is not part of the ledger and stays."""
    for event in events:
        match event:
            case ev.AgentProfileSet():
                a = replace(
                    a, name=event.name, capacity=event.capacity, queues=event.queues, languages=event.languages,
                    skills=dict(event.skills), channels=event.channels, regions=event.regions, expert=event.expert,
                )  # fmt: skip
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
            case _:
                pass
    return replace(c, version=c.version + 1, last_event=c.last_event + len(events))
