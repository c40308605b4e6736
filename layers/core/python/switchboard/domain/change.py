"""One transaction's worth of change, and everything that follows from it.

The events are the cause; owner, load, wait index and outbound records are effects derived here, so that no use case
can forget one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status, fold
from switchboard.domain.drafting.events import DraftAsked, DraftMade, DraftRefused
from switchboard.domain.routing.waiting import Waiting, waiting_of


@dataclass(frozen=True, slots=True)
class Change:
    """Events to append to one conversation, decided on `before` (version 0: it does not exist yet).

    `once` is the keyed hash of the cause (vendor message, client id): the transaction fails with Duplicate if it is on record.
    `new_contact` is written along when the customer has never been seen. `previous` is the contact's last, resolved conversation,
    which moves out of the current place when a new one opens."""

    before: Conversation
    events: tuple[ev.Event, ...]
    actor: ev.Actor
    at: datetime
    once: str = ""
    new_contact: Contact | None = None
    previous: Conversation | None = None

    @property
    def after(self) -> Conversation:
        """The projection once this is committed."""
        return fold(self.before, self.events, self.at)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A delivery record to be made: one for each message to the customer."""

    message: str
    channel: str
    account: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A share of an agent's capacity."""

    agent: str
    weight: float


@dataclass(frozen=True, slots=True)
class Handled:
    """What an agent had done with a conversation when they no longer owned it. `kind`, `complex`: what it was taken for;
    `proved_complex`: what it turned out to be; `seconds`: of slots, those of a heavy conversation count by its weight."""

    agent: str
    kind: str
    complex: bool
    proved_complex: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Charge:
    """What the large model costs on a day, in millionths of the company's currency. `ceiling`: of the day, 0 where it does not hold:
    what was spent is counted in any case."""

    day: str
    amount: int
    ceiling: int = 0


@dataclass(frozen=True, slots=True)
class Effects:
    """What besides commit and projection the transaction must write."""

    take: Seat | None = None  # whose load rises, if they are online and have the room
    give_back: Seat | None = None  # whose load falls
    handled: Handled | None = None
    wait: Waiting | None = None
    stop_waiting: Waiting | None = None
    outbound: tuple[OutboundMessage, ...] = ()
    charge: Charge | None = None


def _handled(change: Change) -> Handled:
    c = change.before
    said = next((e.proved_complex for e in change.events if isinstance(e, ev.Resolved)), None)
    needs, since = c.requires, c.taken_at or change.at
    seconds = max(0.0, (change.at - since).total_seconds()) * c.weight
    return Handled(c.owner, needs.kind or c.queue, needs.complex, needs.complex if said is None else said, round(seconds, 3))


def _charge(change: Change) -> Charge | None:
    """What is reserved when a call is about to be made, and set right when its price is known. Of one call in a change."""
    for e in change.events:
        if isinstance(e, DraftAsked):
            return Charge(e.day, e.reserved, e.ceiling)
        if isinstance(e, DraftMade | DraftRefused) and e.day and e.cost != e.reserved:
            return Charge(e.day, e.cost - e.reserved)
    return None


def effects(change: Change) -> Effects:
    """Derive the effects of a change from its two ends and its events."""
    before, after = change.before, change.after
    moved = before.owner != after.owner
    waited = waiting_of(before) if before.status is Status.QUEUED else None
    waits = waiting_of(after) if after.status is Status.QUEUED else None
    left_place = waited is not None and (waits is None or waits.place != waited.place)
    return Effects(
        take=Seat(after.owner, after.weight) if moved and after.owner else None,
        give_back=Seat(before.owner, before.weight) if moved and before.owner else None,
        handled=_handled(change) if moved and before.owner and before.status is Status.ACTIVE else None,
        wait=waits if waits != waited else None,
        stop_waiting=waited if left_place else None,
        outbound=tuple(
            OutboundMessage(e.message, e.channel, e.account) for e in change.events if isinstance(e, ev.MessageSent)
        ),
        charge=_charge(change),
    )
