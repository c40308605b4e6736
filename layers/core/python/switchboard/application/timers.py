"""One mechanism for everything that must happen later: a delayed message that carries the version it was set for.

A queue delays at most 15 minutes, so a timer that comes early is sent on. A timer whose subject moved on does
nothing; the sweeper
stands behind timers that got lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.ports import Clock, Outbox, Store, Timer
from switchboard.application.presence import EARLY, PresenceDesk
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Malformed


def grace_timer(agent: str, lost_at: datetime, grace: timedelta) -> Timer:
    """When to look whether an agent whose connection was lost has come back."""
    return Timer("grace", agent, 0, lost_at + grace)


@dataclass(frozen=True, slots=True)
class Timers:
    store: Store
    presence: PresenceDesk
    outbox: Outbox
    clock: Clock

    def fire(self, timer: Timer) -> str:
        """Act on a timer. Returns "chained", "done" or "moved_on"."""
        now = self.clock.now()
        if timer.due - now > EARLY:
            self.outbox.timer(timer, now)
            return "chained"
        match timer.kind:
            case "accept":
                acted = self.presence.offer_expired(timer.subject, timer.number)
            case "grace":
                acted = self.presence.connection_lost(timer.subject)
            case "first_response":
                acted = self.first_response_due(timer)
            case _:
                raise Malformed(f"unknown timer kind {timer.kind[:32]!r}")
        return "done" if acted else "moved_on"

    def first_response_due(self, timer: Timer) -> bool:
        """Put on record that nobody answered in time, once."""

        def attempt() -> bool:
            c = self.store.conversation(timer.subject)
            waits = c.status in (Status.QUEUED, Status.ASSIGNED, Status.ACTIVE) and c.answered_at is None
            if not waits or c.response_due_recorded:
                return False
            self.store.commit(Change(c, (ev.FirstResponseDue(timer.due),), ev.SYSTEM, self.clock.now()))
            return True

        return decide_again(attempt)
