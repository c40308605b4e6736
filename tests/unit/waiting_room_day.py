"""Days in the waiting room, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from switchboard.application.ports import Timer
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.understanding import Understanding
from switchboard.domain.waiting_room.texts import Word
from tests.unit.world import UNCLEAR, World


class Day:
    """Time passes: the outbox reads every commit and the queue brings the waiting room's timers when they are due."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rung: list[str] = []
        self.fired: list[Timer] = []
        self._conversations: dict[str, Conversation] = {}
        self._timers: list[tuple[datetime, Timer]] = []

    def write(self, address: str = "1", u: Understanding = UNCLEAR, **how: Any) -> Conversation:
        return self.watch(self.world.write(address, u, **how))

    def watch(self, c: Conversation) -> Conversation:
        self._conversations[c.id] = c
        self.reads()
        return c

    def reads(self) -> None:
        """The outbox reads what is new. Timers of others are left out: nobody here is at work unless a test says so."""
        records = [r for c in self._conversations.values() for r in self.world.store.commits(c.ledger, 0)]
        self.world.outbox_reader.advance(records)
        self._timers += [t for t in self.world.outbox.arrivals() if t[1].kind == "waiting"]
        self.world.outbox.timers.clear()

    def passes(self, **by: float) -> None:
        until = self.world.clock.now() + timedelta(**by)
        while due := sorted((t for t in self._timers if t[0] <= until), key=lambda t: t[0])[:1]:
            self._timers.remove(due[0])
            self.world.clock.advance(seconds=max(0.0, (due[0][0] - self.world.clock.now()).total_seconds()))
            self.rung.append(self.world.timers.fire(due[0][1]))
            self.fired.append(due[0][1])
            self.reads()
        self.world.clock.advance(seconds=(until - self.world.clock.now()).total_seconds())

    @property
    def pending(self) -> int:
        return len(self._timers)


def heard(world: World, c: Conversation) -> list[str]:
    """What the waiting room said to the customer."""
    events = (r.event for r in world.store.events(c.ledger))
    return [e.content.text for e in events if isinstance(e, ev.MessageSent) and e.author_id == "waiting_room"]


def word(world: World, what: Word, language: str = "en") -> str:
    return world.waiting.texts.word(what, language)
