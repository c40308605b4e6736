"""What the sandbox remembers while it runs: threads as customers see them, and what went over the wire."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

WIRE_KEPT = 2_000
DELIVERIES_KEPT = 20_000
LISTENER_BACKLOG = 2_000


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass(eq=False)
class Message:
    """One bubble. `direction` is the system's view: `in` is the customer's, `out` was sent by the system."""

    id: str
    direction: str
    type: str
    text: str
    at: int
    status: str
    raw: Any = None
    """The vendor's own message object, as it went over the wire."""
    history: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        return vars(self).copy()


@dataclass
class Thread:
    """One customer's conversation with one account."""

    channel: str
    account: str
    customer: str
    name: str = ""
    username: str | None = None
    messages: list[Message] = field(default_factory=list)
    last_customer_at: int | None = None
    last_business_at: int | None = None
    read_up_to: str | None = None
    typing_until: int = 0
    subscribed: bool = True
    allowances: list[dict[str, int]] = field(default_factory=list)
    """WeChat only: what the customer's actions still allow the account to send."""

    def summary(self) -> dict[str, Any]:
        last = self.messages[-1] if self.messages else None
        return {
            "channel": self.channel,
            "account": self.account,
            "customer": self.customer,
            "name": self.name,
            "username": self.username,
            "last_customer_at": self.last_customer_at,
            "read_up_to": self.read_up_to,
            "typing_until": self.typing_until,
            "subscribed": self.subscribed,
            "count": len(self.messages),
            "last_text": last.text if last else "",
            "last_at": last.at if last else 0,
        }


class Memory:
    """Everything in one place, so that reset is one call and the page can follow one stream of events."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()
        self.reset()

    def reset(self) -> None:
        self.threads: dict[tuple[str, str, str], Thread] = {}
        self.requests: deque[dict[str, Any]] = deque(maxlen=WIRE_KEPT)
        self.webhooks: deque[dict[str, Any]] = deque(maxlen=WIRE_KEPT)
        self.media: dict[str, dict[str, Any]] = {}
        self.deliveries: dict[str, Any] = {}
        self._by_id: dict[tuple[str, str], tuple[Thread, Message]] = {}
        self.tell("reset", {})

    def thread(self, channel: str, account: str, customer: str, name: str | None = None) -> Thread:
        """The customer's thread, made on first use."""
        key = (channel, account, customer)
        thread = self.threads.get(key)
        if thread is None:
            thread = self.threads[key] = Thread(channel, account, customer)
        if name:
            thread.name = name
        return thread

    def known(self, channel: str, account: str, customer: str) -> Thread | None:
        return self.threads.get((channel, account, customer))

    def add(self, thread: Thread, message: Message) -> Message:
        message.history.append({"status": message.status, "at": message.at})
        thread.messages.append(message)
        self._by_id[(thread.channel, message.id)] = (thread, message)
        self._tell_message("message", thread, message)
        return message

    def mark(self, thread: Thread, message: Message, status: str, note: str | None = None) -> None:
        """Give a message its next status."""
        message.status = status
        message.history.append({"status": status, "at": now_ms()})
        if note:
            message.notes.append(note)
        self._tell_message("status", thread, message)

    def find(self, channel: str, message_id: str) -> tuple[Thread, Message] | None:
        return self._by_id.get((channel, message_id))

    def keep_delivery(self, key: str, envelope: Any) -> None:
        """Keep the exact bytes of a webhook post, so that it can be replayed."""
        while len(self.deliveries) >= DELIVERIES_KEPT:
            self.deliveries.pop(next(iter(self.deliveries)))
        self.deliveries[key] = envelope

    def tell_thread(self, kind: str, thread: Thread) -> None:
        self.tell(kind, thread.summary())

    def _tell_message(self, kind: str, thread: Thread, message: Message) -> None:
        place = {"channel": thread.channel, "account": thread.account, "customer": thread.customer}
        self.tell(kind, {**place, "name": thread.name, "message": message.public()})

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        for listener in self._listeners:
            if not listener.full():  # a page that fell this far behind loads everything anew
                listener.put_nowait({"kind": kind, "data": data})

    def listen(self) -> asyncio.Queue[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(LISTENER_BACKLOG)
        self._listeners.add(queue)
        return queue

    def unlisten(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._listeners.discard(queue)
