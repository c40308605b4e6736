"""What a company decided about its waiting room: each version is a commit of a ledger; the last one holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from switchboard.application.fanout import StoredCommits
from switchboard.application.ports import Clock, Store
from switchboard.application.rule_book import FALLBACK_QUEUE
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room import settings
from switchboard.domain.waiting_room.settings import Settings, Then

LEDGER = "cfg#waiting"


@dataclass(frozen=True, slots=True)
class WaitingRoomSettings:
    """The document is read as it is stored: nothing in it is personal, and the outbox, which reads it too, has no keys."""

    commits: StoredCommits
    store: Store
    clock: Clock

    def document(self) -> Mapping[str, object]:
        """What was set, {} where nothing was: every setting has a default."""
        found = [e for c in self.commits.commits(LEDGER, 0) for e in c.events if e.type == ev.WaitingRoomSet.type]
        return cast(Mapping[str, object], found[-1].fields["policy"]) if found else {}

    def in_force(self) -> Settings:
        return settings.parse(self.document())

    def set(self, actor: ev.Actor, document: Mapping[str, object]) -> Mapping[str, object]:
        """Put a new version in force; every function sees it within a minute. Raises Malformed."""
        wanted = settings.parse(document)
        if wanted.then is Then.QUEUE and wanted.then_queue not in self.store.queues() | {FALLBACK_QUEUE}:
            raise Malformed(f"'waiting_room.then': nobody serves a queue {wanted.then_queue!r}")
        self.store.append(LEDGER, [ev.WaitingRoomSet(dict(document))], actor, self.clock.now())
        return document
