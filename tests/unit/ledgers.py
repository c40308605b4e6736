"""Ledgers of conversations, written event by event, for tests that only read them."""

from __future__ import annotations

from datetime import datetime

from switchboard.domain import events as ev
from switchboard.domain.content import Content, ContentKind


class Ledger:
    """One conversation's. Each method is one commit at that instant."""

    def __init__(self, channel: str = "webchat") -> None:
        self.recorded: list[ev.Recorded] = []
        self.channel = channel
        self._commits = 0

    def commit(self, at: datetime, *events: ev.Event) -> Ledger:
        self._commits += 1
        for e in events:
            self.recorded.append(ev.Recorded("cnv#c1-000001", len(self.recorded) + 1, self._commits, at, ev.SYSTEM, e))
        return self

    def opened(self, at: datetime) -> Ledger:
        return self.commit(at, ev.ConversationOpened("c1", self.channel, "main"))

    def customer(self, at: datetime, kind: ContentKind = ContentKind.TEXT, sent_at: datetime | None = None) -> Ledger:
        return self.commit(at, self.message(at, kind, sent_at))

    def message(self, at: datetime, kind: ContentKind = ContentKind.TEXT, sent_at: datetime | None = None) -> ev.MessageReceived:
        return ev.MessageReceived("m1", self.channel, "main", "v1", sent_at or at, at, Content(kind, "hm"))

    def answer(self, author: ev.ActorKind = ev.ActorKind.AGENT) -> ev.MessageSent:
        return ev.MessageSent("m2", author, "ada", self.channel, "main", Content(text="ah"))

    def agent(self, at: datetime) -> Ledger:
        return self.commit(at, self.answer())

    def bot(self, at: datetime) -> Ledger:
        return self.commit(at, self.answer(ev.ActorKind.BOT))

    def queued(self, at: datetime, queue: str = "general", priority: int = 5, reason: str = "wish") -> Ledger:
        return self.commit(at, ev.Queued(queue, priority, reason, at))

    def transferred(self, at: datetime, queue: str = "general", priority: int = 5) -> Ledger:
        reason = ev.ReleaseReason.TRANSFERRED
        return self.commit(at, ev.Released("ada", 1, reason), ev.Queued(queue, priority, reason.value, at))

    def resolved(self, at: datetime) -> Ledger:
        return self.commit(at, ev.Resolved(ev.ActorKind.AGENT, "ada"))
