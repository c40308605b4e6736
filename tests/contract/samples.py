"""Customers, agents and the changes they cause, as the contract suites use them. Ids are fresh: no test meets another's things."""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from switchboard.application.ports import Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact, Identity
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation

A = TypeVar("A")
T = TypeVar("T")

T0 = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
ACCOUNT = "shop"
_numbers = itertools.count()


def fresh(prefix: str = "") -> str:
    """Letters and digits nobody else has; later ones sort after earlier ones."""
    return f"{prefix}{next(_numbers):08d}{uuid.uuid4().hex}"


def later(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def person(channels: Sequence[str] = ("whatsapp",), name: str = "Ada") -> Contact:
    """A customer nobody has seen yet, with one identity a channel."""
    identities = tuple(Identity(fresh("k"), channel, ACCOUNT, fresh("address")) for channel in channels)
    return Contact(fresh("c"), name, "+4915100000001", "ada@example.org", identities)


def customer(c: Conversation) -> ev.Actor:
    return ev.Actor(ev.ActorKind.CUSTOMER, c.contact)


def agent_actor(agent: str) -> ev.Actor:
    return ev.Actor(ev.ActorKind.AGENT, agent, "agent")


def received(text: str = "hello", *, channel: str = "whatsapp", at: datetime = T0) -> ev.MessageReceived:
    return ev.MessageReceived(
        message=fresh("m"), channel=channel, account=ACCOUNT, vendor_key=fresh("v"), sent_at=at, received_at=at,
        content=Content(text=text), sender_name="Ada", reply_address="+4915100000001",
    )  # fmt: skip


def sent(text: str = "hi", *, channel: str = "whatsapp", message: str = "") -> ev.MessageSent:
    return ev.MessageSent(
        message=message or fresh("m"), author=ev.ActorKind.BOT, author_id="bot", channel=channel, account=ACCOUNT,
        content=Content(text=text), recipient="+4915100000001",
    )  # fmt: skip


def queued(queue: str, *, priority: int = 5, since: datetime = T0) -> ev.Queued:
    return ev.Queued(queue, priority, "wish", since)


def parked() -> ev.MessageParked:
    return ev.MessageParked(fresh("p"), "unreadable", "c2VhbGVk", fresh("g"))


def opening(
    contact: Contact, *more: ev.Event, new: bool = True, previous: Conversation | None = None, once: str = "",
    channel: str = "", at: datetime = T0,
) -> Change:  # fmt: skip
    """A first message: the contact's first ever (`new`), or the one after `previous` was resolved."""
    channel = channel or contact.identities[0].channel
    ordinal = cv.ordinal_of(previous.id) + 1 if previous is not None else 1
    before = Conversation(cv.conversation_id(contact.id, ordinal), contact.id)
    events = (ev.ConversationOpened(contact.id, channel, ACCOUNT), received(channel=channel, at=at), *more)
    return Change(before, events, customer(before), at, once or fresh("o"), contact if new else None, previous)


def change(before: Conversation, *events: ev.Event, at: datetime = T0, once: str = "") -> Change:
    return Change(before, events, ev.SYSTEM, at, once)


def open_conversation(store: Store, *more: ev.Event, channels: Sequence[str] = ("whatsapp",), at: datetime = T0) -> Conversation:
    """A conversation of a new customer."""
    return store.commit(opening(person(channels), *more, at=at))


def resolved(store: Store, c: Conversation, at: datetime = T0) -> Conversation:
    return store.commit(change(c, ev.Resolved(ev.ActorKind.SYSTEM, "test"), at=at))


def assigned(c: Conversation, agent: str, at: datetime = T0) -> Change:
    return change(c, *cv.assign(c, agent, ev.AssignReason.ROUTED, at + timedelta(seconds=30)), at=at)


def released(c: Conversation, at: datetime = T0) -> Change:
    return change(c, *cv.release(c, ev.ReleaseReason.DECLINED, at=at), at=at)


def transferred(c: Conversation, agent: str, at: datetime = T0) -> Change:
    """From the owner straight to a colleague."""
    let_go = cv.release(c, ev.ReleaseReason.TRANSFERRED, at=at)
    freed = cv.fold(c, let_go, at)
    return change(c, *let_go, *cv.assign(freed, agent, ev.AssignReason.TRANSFERRED, at), at=at)


def agent(
    store: Store, *, capacity: int = 3, queues: tuple[str, ...] = (), presence: ev.Presence = ev.Presence.ONLINE, name: str = "Kim"
) -> Agent:
    profile = ev.AgentProfileSet(capacity=capacity, queues=queues, languages=("en",), name=name)
    return store.commit_agent(Agent(fresh("a")), [profile, ev.PresenceChanged(presence, "agent")], ev.SYSTEM, T0)


def stale(c: Conversation) -> Conversation:
    """The conversation as somebody remembers it who missed the last commit."""
    return replace(c, version=c.version - 1)


def at_once(work: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run all of it at the same moment, a thread each; results and exceptions in order."""
    gate = threading.Barrier(len(work))

    def run(one: Callable[[], T]) -> T | Exception:
        gate.wait()
        try:
            return one()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def each_at_once(work: Callable[[A], T], arguments: Sequence[A]) -> list[T | Exception]:
    """The same work on each argument, at the same moment."""
    return at_once([partial(work, argument) for argument in arguments])
