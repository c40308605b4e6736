"""From the record to facts: what rules are told of an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status, contact_of, fold
from switchboard.domain.rules.facts import Facts
from switchboard.domain.rules.model import TRIGGERS

_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})

OpenAt = Callable[[datetime], bool | None]


def not_known(_at: datetime) -> bool | None:
    """The opening hours of a company that named none."""
    return None


@dataclass(frozen=True, slots=True)
class Moment:
    """A conversation as one commit left it. `events` are the commit's; what a commit holds happened at once, so rules know an
    intent already when they are asked about the message it was found in."""

    state: Conversation
    events: tuple[ev.Recorded, ...]

    @property
    def at(self) -> datetime:
        return self.events[0].at

    @property
    def triggers(self) -> tuple[ev.Recorded, ...]:
        """The events that rules may wait for."""
        return tuple(r for r in self.events if r.event.type in TRIGGERS)

    def caused_by(self, no: int) -> tuple[str, ...]:
        """The rules that led to an event, oldest first; empty: none did."""
        fired: tuple[str, ...] = ()
        for r in self.events:
            if r.no >= no:
                break
            if isinstance(r.event, ev.RuleFired):
                fired = r.event.caused_by
        return fired


def moments(conversation: str, recorded: Sequence[ev.Recorded]) -> Iterator[Moment]:
    """A whole ledger, commit by commit."""
    state = Conversation(conversation, contact_of(conversation))
    for _, group in groupby(recorded, key=lambda r: r.commit):
        events = tuple(group)
        state = fold(state, [r.event for r in events], events[0].at)
        yield Moment(state, events)


def gather(moment: Moment, no: int, contact: Contact, open_at: OpenAt, replied_at: datetime | None) -> Facts:
    """The facts of event number `no`. `replied_at` is when a rule replied last, even if that was after the event: counted from the
    event, so that a late decision is the one that would have been made at once."""
    c = moment.state
    text, author = _message(moment, no)
    waits = c.since is not None and c.status is Status.QUEUED
    vip = contact.attributes.get("vip", "").strip().casefold()
    return Facts(
        channel=c.channel, account=c.account, language=c.language, intent=c.intent, queue=c.queue, status=c.status.value,
        owner=c.owner, author=author, tier=contact.attributes.get("tier", ""), region=contact.attributes.get("region", ""),
        vip=True if vip in _YES else False if vip in _NO else None, business_hours_open=open_at(moment.at), priority=c.priority,
        waiting_seconds=max(0.0, (moment.at - c.since).total_seconds()) if waits and c.since else None,
        tags=frozenset(c.tags), replied_seconds=(moment.at - replied_at).total_seconds() if replied_at else None,
        text=text, attributes=contact.attributes,
    )  # fmt: skip


def _message(moment: Moment, no: int) -> tuple[str, str]:
    """(text, author) of the event's message: its own, else the one it names, else what the customer said in the same commit."""
    event = next(r.event for r in moment.events if r.no == no)
    said = [r.event for r in moment.events if isinstance(r.event, ev.MessageReceived | ev.MessageSent)]
    named = getattr(event, "message", "")
    by_customer = [e for e in said if isinstance(e, ev.MessageReceived)]
    found = next((e for e in said if e.message == named), by_customer[-1] if by_customer and not named else None)
    if found is None:
        return "", ""
    return found.content.text, "customer" if isinstance(found, ev.MessageReceived) else found.author.value
