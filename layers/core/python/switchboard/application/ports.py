"""What the use cases need of the world. Each port has one contract suite that runs against its fake and its real adapter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus
from switchboard.domain.routing.waiting import Waiting
from switchboard.domain.understanding import Understanding
from switchboard.domain.waiting_room.flow import Flow


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A fresh id, unique everywhere, that sorts by time; letters and digits only."""
        ...


class Index(Protocol):
    """Keyed hashes: the only form in which personal values may stand in keys and attributes."""

    def key(self, purpose: str, *parts: str) -> str: ...


class Understander(Protocol):
    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        """One result a text, in order; never raises for any text."""
        ...


# -- the store -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known before a message is taken in: is it on record already, and whose identity is it."""

    duplicate: bool
    contact: str  # "" for somebody never seen
    erased_before: datetime | None = None  # who wrote by this identity up to then was erased


@dataclass(frozen=True, slots=True)
class ContactState:
    """A contact and their current conversation (the newest; open or resolved), if they ever had one."""

    contact: Contact
    conversation: Conversation | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that could not be processed, as operators see it."""

    id: str
    ledger: str  # the conversation's, or "ops#parked" where none could be named
    no: int
    at: datetime
    reason: str
    group: str
    ciphertext: str


@dataclass(frozen=True, slots=True)
class HandledSum:
    """What an agent finished of one class so far: how many, and the slot-seconds they took together."""

    agent: str
    kind: str
    complex: bool
    proved_complex: bool
    count: int
    seconds: float


TURN_LASTS = timedelta(seconds=20)  # then whoever has it has died


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to bring a shard's agents and waiting work together. A courtesy, no lock: what is written stands or falls by the
    conditions of its own transaction. `wants`: all that was asked for so far, each a wish and, after a space, a mark of its own;
    `callers`: how many came so far."""

    shard: str
    token: str
    wants: frozenset[str]
    callers: int = 0


@dataclass(frozen=True, slots=True)
class Along:
    """What is written to another ledger in the same transaction, if that ledger still has `version` commits."""

    ledger: str
    version: int
    events: tuple[ev.Event, ...]


class Store(Protocol):
    """Ledgers and their projections. Every read is strongly consistent unless it says otherwise."""

    def arrival(self, identity: str, once: str) -> Arrival: ...

    def contact(self, contact: str) -> ContactState:
        """Raises NotFound."""
        ...

    def conversation(self, conversation: str) -> Conversation:
        """Raises NotFound."""
        ...

    def previous_conversations(self, contact: str) -> list[Conversation]:
        """Resolved conversations of a contact before the current one, newest first, at most 50."""
        ...

    def events(self, ledger: str, after: int = 0) -> list[ev.Recorded]:
        """The events with numbers above `after`, in order."""
        ...

    def last_event(self, ledger: str) -> ev.Recorded | None:
        """The newest event of a ledger, if it has any."""
        ...

    def audit_events(self, ledger: str, after: int, limit: int) -> list[ev.Recorded]:
        """The events of at most `limit` commits above commit `after`, with their callers' addresses."""
        ...

    def commit_events(self, ledger: str, commit: int) -> list[ev.Recorded]:
        """The events of one commit. Raises NotFound."""
        ...

    def commit_each(self, changes: Sequence[Change]) -> list[Conversation]:
        """Write changes of different conversations that exist and have no owner, in one transaction, without those that came too late
        (StaleVersion, AgentUnavailable). Returns the new projections of those that were written."""
        ...

    def commit(self, change: Change) -> Conversation:
        """Write a change as one transaction and return the new projection.

        Raises Duplicate (also where a parked message it settles is settled already), StaleVersion, AgentUnavailable or
        ContactRace; then nothing was written."""
        ...

    def append(self, ledger: str, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, once: str = "") -> None:
        """Append to a ledger that has no projection (access, operations); settles its own races. Raises Duplicate if `once`
        is on record, or if the events settle a parked message that is settled already."""
        ...

    # agents
    def agents(self) -> list[Agent]:
        """All of them, by id: for lists and sweepers, never for a decision."""
        ...

    def queues(self) -> frozenset[str]:
        """Queues that some agent serves or has served."""
        ...

    def shards(self, queues: Sequence[str], *, fresh: bool = False) -> list[str]:
        """The shards in which somebody serves one of the queues. May be half a minute old unless `fresh`."""
        ...

    def all_shards(self) -> list[str]: ...

    def handled(self, shard: str) -> list[HandledSum]:
        """What the agents of a shard finished (may lag by moments)."""
        ...

    def with_room(self, shard: str, least: float) -> list[Agent]:
        """Agents of a shard who are online and have at least this much room, in no order."""
        ...

    def agent(self, agent: str) -> Agent:
        """Raises NotFound."""
        ...

    def agents_of(self, ids: Sequence[str]) -> list[Agent]:
        """These agents, in one round trip for each hundred; those who do not exist are left out."""
        ...

    def commit_agent(
        self, before: Agent, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, along: Along | None = None
    ) -> Agent:
        """Append to an agent's ledger (version 0 creates it), and to another one. Raises StaleVersion, and Duplicate where the other
        one has moved on."""
        ...

    # who is at a shard
    def begin_turn(self, shard: str, wanted: Collection[str], at: datetime) -> Turn | None:
        """The turn, for `TURN_LASTS`; None: it is somebody else's, and `wanted` is left with them. Wishes that were left by somebody
        who died are the turn's too, unless several died of them."""
        ...

    def end_turn(self, turn: Turn, at: datetime) -> Turn | None:
        """Give the turn back (None). If more was asked for meanwhile the turn goes on instead, with that among its wishes. A turn that
        ended by itself and is somebody else's by now is over."""
        ...

    def leave_turn(self, turn: Turn, done: Collection[str]) -> None:
        """Give the turn back though something is left, for whoever has it next: all but those wishes that are `done`."""
        ...

    # contacts
    def commit_contact(self, before: Contact, events: Sequence[ev.Event], actor: ev.Actor, at: datetime) -> Contact:
        """Append to a contact's ledger. Raises StaleVersion."""
        ...

    def merge_contacts(
        self, source: Contact, talk: Conversation | None, target: Contact, actor: ev.Actor, at: datetime
    ) -> Contact:
        """In one transaction: both ledgers learn of the merge, and the identities of `source` lead to `target`. `talk` is
        the source's current conversation as read, over or none: if it moved on, nothing is written. Returns the target.
        Raises StaleVersion."""
        ...

    # queue and lists
    def waiting(self, queue: str, limit: int) -> list[Waiting]:
        """The head of a queue, best first."""
        ...

    def drop_waiting(self, entry: Waiting) -> bool:
        """Remove an entry whose conversation does not wait there (any more); False where it does."""
        ...

    def owned_by(self, agent: str) -> list[Conversation]:
        """Open conversations an agent owns (an index: may lag by moments)."""
        ...

    def overdue_with_bot(self, before: datetime, limit: int) -> list[str]:
        """Conversations that the bot has, and waits in since before then (an index: may lag by moments), the longest overdue first."""
        ...

    def conversations(self, ids: Sequence[str]) -> list[Conversation]:
        """Current conversations by id, in bulk; those that are gone are left out."""
        ...

    def parked(self) -> list[Parked]: ...

    def parked_message(self, parked: str) -> Parked:
        """Raises NotFound."""
        ...

    def reconcile_load(self, agent: Agent, load: float, at: datetime) -> bool:
        """Set an agent's counter to `load` if it still is what `agent` says; False if it moved meanwhile."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message to the customer has come."""

    message: str
    conversation: str
    status: DeliveryStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """A delivery that has waited longer than it should."""

    message: str
    conversation: str
    commit: int
    channel: str
    account: str
    since: datetime


class Deliveries(Protocol):
    """Delivery records. A record's rank only rises, but for a refused attempt that may be tried again."""

    def claim(self, message: str, at: datetime) -> DeliveryStatus:
        """PENDING becomes SENDING. Returns the status found before; the caller sends only if it was PENDING."""
        ...

    def retry(self, message: str, reason: str, at: datetime, again: datetime) -> None:
        """It was not taken: SENDING becomes PENDING again, and is not overdue before `again`."""
        ...

    def settle(
        self, message: str, status: DeliveryStatus, vendor_keys: Sequence[str], reason: str, at: datetime
    ) -> Delivery:
        """The vendor's answer to our calls: SENT, FAILED or UNKNOWN, linked with the vendor's id of each part that is out ("" for
        none). The last part of a message that was SENT speaks for the whole; of any other part only a failure counts. Returns how
        far the message has come by all that is known: the vendor's receipt may have been faster than its answer."""
        ...

    def receipt(self, vendor_key: str, receipt: DeliveryReceipt) -> Delivery | None:
        """One upsert. Returns the delivery if our message is known already and the rank rose, or it has failed: a failure must
        get on record, so a repeated one is told again."""
        ...

    def raise_to(self, message: str, status: DeliveryStatus, at: datetime) -> None:
        """Our own proof of delivery (web chat): the rank rises or nothing happens."""
        ...

    def of(self, conversation: str) -> list[Delivery]:
        """An index: may lag by moments."""
        ...

    def pending_since(self, before: datetime) -> list[PendingDelivery]: ...


class Outbox(Protocol):
    """What leaves the ledger for the queues."""

    def send(self, conversation: str, channel: str, account: str, items: Sequence[OutboxItem]) -> None:
        """Queue messages for delivery, in order; the same item twice within five minutes counts once."""
        ...

    def timer(self, timer: Timer, at: datetime) -> None: ...

    def cursor(self, ledger: str) -> int:
        """The last commit handed on."""
        ...

    def advance(self, ledger: str, commit: int) -> None:
        """Raise the cursor; never lowers it."""
        ...


@dataclass(frozen=True, slots=True)
class OutboxItem:
    message: str
    commit: int
    attempt: str = ""  # tells a sweep or redrive from the first hand-over


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to look at when `due`. `number` is the version it was set for: if that moved on, the timer does nothing."""

    kind: str  # "look" | "accept" | "grace" | "sla" | "waiting" | "bot"
    subject: str  # conversation or agent
    number: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a connection belongs to: `agent#<id>` or `visitor#<identity key>`."""

    key: str
    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QueueFlow:
    """How fast a queue moves. `handling`: seconds that finished conversations of the queue took, oldest first. `version` counts its
    writes; 0: nothing was measured yet."""

    flow: Flow = Flow()
    handling: tuple[float, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A conversation's queue ("": it had none), and when its last owner was given it."""

    queue: str
    taken_at: datetime | None


class Flows(Protocol):
    """Measurements of queues, beside the ledgers and best effort. Nothing here is personal, and no key is needed for it."""

    def of(self, queue: str) -> QueueFlow: ...

    def keep(self, queue: str, measured: QueueFlow) -> bool:
        """Write what was made of `of`'s answer, whose version it still carries. False: somebody was faster, nothing is written."""
        ...

    def slots(self, queue: str) -> int:
        """Conversations that the agents online for a queue can hold in all, taken or free. An estimate where there are very many."""
        ...

    def whereabouts(self, conversations: Sequence[str]) -> Mapping[str, Whereabouts]:
        """Of contacts' current conversations; those that are not (any more) are left out."""
        ...


class Connections(Protocol):
    """WebSocket connections with heartbeat leases, and one-time tickets."""

    def issue(self, principal: Principal, at: datetime) -> str:
        """A ticket that opens one connection within seconds."""
        ...

    def redeem(self, ticket: str, connection: str, at: datetime) -> Principal:
        """Use a ticket up and register the connection. Raises Unauthenticated."""
        ...

    def principal(self, connection: str) -> Principal:
        """Raises Unauthenticated for a connection we do not know."""
        ...

    def renew(self, connection: str, principal: str, at: datetime) -> None: ...

    def drop(self, connection: str, at: datetime, unless_younger: timedelta = timedelta(0)) -> Principal | None:
        """Forget a connection; its lease ends at `at`. None, and nothing happens, if it is not known or younger than this."""
        ...

    def live(self, principal: str, at: datetime) -> list[str]:
        """Connections whose lease has not run out."""
        ...

    def last_seen(self, principal: str) -> datetime | None:
        """When the last lease ran or runs out; dropped connections count to their drop. None: not heard of lately."""
        ...


class Attempts(Protocol):
    """Marks of work that has begun, by which a later process learns that earlier ones died on it."""

    def begin(self, work: str, attempt: int, at: datetime) -> int:
        """How many other attempts at this work began within a day and have not ended. The same attempt twice is one."""
        ...

    def end(self, work: str) -> None:
        """All attempts at this work are over."""
        ...


class Gateway(Protocol):
    """Posts frames to connections."""

    def post(self, connection: str, frame: Mapping[str, object]) -> bool:
        """False if the connection is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of handing a message to a vendor. `outcome`: "accepted", "retry" (not taken), "refused" (will never work) or
    "unknown" (the answer was lost). `vendor_ids`: of the parts that are out, in order (a long text goes out in several), "" for one
    without. `reason` is for people and holds no personal data."""

    outcome: str
    vendor_ids: tuple[str, ...] = ()
    reason: str = ""
    retry_after: float | None = None  # seconds


class Shipment(Protocol):
    def send(self) -> Sent:
        """Hand the message to the channel's send API; never raises for what a vendor does."""
        ...


class Courier(Protocol):
    def prepare(self, channel: str, account: str, recipient: str, content: Content, reference: str) -> Shipment:
        """Everything that can fail harmlessly: credentials, access token, rendering. Raises VendorUnavailable,
        StorageUnavailable or Misconfigured for what may pass, NotFound or Malformed for what will not."""
        ...


class Facts(Protocol):
    """The analytics stream. No personal data goes in."""

    def put(self, facts: Iterable[Mapping[str, object]]) -> None:
        """Best effort; never raises for what the stream does."""
        ...


class InboundQueue(Protocol):
    def requeue(self, group: str, ciphertext: str, parked: str) -> None:
        """Send a parked body again, as it was."""
        ...
