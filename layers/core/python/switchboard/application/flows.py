"""How fast queues move, measured from what the ledger's stream tells.

Best effort like the facts: a batch that is lost makes an estimate poorer for some minutes, and nothing waits for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import Flows, Store, Whereabouts
from switchboard.domain import events as ev
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.waiting_room.estimate import COUNTED, RECENT
from switchboard.domain.waiting_room.flow import moved

TRIES = 3
MOVES = frozenset({ev.Queued.type, ev.Assigned.type, ev.Resolved.type})


@dataclass(frozen=True, slots=True)
class FlowKeeper:
    store: Store
    flows: Flows

    def after(self, commits: Sequence[StoredCommit]) -> None:
        """Take in commits that were handed on, each once. Never raises for what storage does."""
        try:
            self._after([c for c in commits if c.ledger.startswith("cnv#") and any(e.type in MOVES for e in c.events)])
        except SwitchboardError:
            return

    def _after(self, commits: Sequence[StoredCommit]) -> None:
        if not commits:
            return
        where = self.flows.whereabouts(list(dict.fromkeys(_subject(c) for c in commits)))
        latest: dict[str, datetime] = {}
        left: Counter[str] = Counter()
        handled: defaultdict[str, list[float]] = defaultdict(list)
        for commit in commits:
            found = where.get(_subject(commit))
            for queue in _touched(commit, found):
                latest[queue] = max(commit.at, latest.get(queue, commit.at))
            if found is not None and found.queue:
                left[found.queue] += _leaves(commit)
                handled[found.queue] += _handled(commit, found)
        for queue, at in latest.items():
            self._measure(queue, at, left[queue], handled[queue])

    def _measure(self, queue: str, at: datetime, left: int, handled: list[float]) -> None:
        waiting, slots = len(self.store.waiting(queue, COUNTED)), self.flows.slots(queue)
        for _ in range(TRIES):
            before = self.flows.of(queue)
            flow = moved(before.flow, at, waiting=waiting, slots=slots, left=left)
            if self.flows.keep(queue, replace(before, flow=flow, handling=(*before.handling, *handled)[-RECENT:])):
                return


def _subject(commit: StoredCommit) -> str:
    return commit.ledger.partition("#")[2]


def _touched(commit: StoredCommit, found: Whereabouts | None) -> set[str]:
    queues = {str(e.fields["queue"]) for e in commit.events if e.type == ev.Queued.type}
    return (queues | {found.queue if found else ""}) - {""}


def _leaves(commit: StoredCommit) -> int:
    """Whether the conversation left its queue: to somebody who had not owned it, or because it was closed while it waited."""
    kinds = {e.type for e in commit.events}
    return int(not commit.was_owner and ev.Queued.type not in kinds and bool(kinds & {ev.Assigned.type, ev.Resolved.type}))


def _handled(commit: StoredCommit, found: Whereabouts) -> list[float]:
    """The seconds from being given the work to resolving it."""
    if not commit.was_owner or found.taken_at is None or all(e.type != ev.Resolved.type for e in commit.events):
        return []
    return [round((commit.at - found.taken_at).total_seconds(), 3)]
