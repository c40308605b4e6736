"""One mechanism for everything that must happen later: a delayed message that carries the version it was set for.

A queue delays at most 15 minutes, so a timer that comes early is sent on. A timer whose subject moved on does
nothing; the sweeper
stands behind timers that got lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application import bot_watch, service_levels, waiting_room
from switchboard.application.assignment import Assignment
from switchboard.application.bot_watch import BotWatch
from switchboard.application.ports import Clock, Outbox, Store, Timer
from switchboard.application.presence import EARLY, PresenceDesk
from switchboard.application.service_levels import ServiceLevels
from switchboard.application.waiting_room import WaitingRoom
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Malformed, NotFound, Unreadable
from switchboard.domain.routing.waiting import waiting_of


def grace_timer(agent: str, lost_at: datetime, grace: timedelta) -> Timer:
    """When to look whether an agent whose connection was lost has come back."""
    return Timer("grace", agent, 0, lost_at + grace)


@dataclass(frozen=True, slots=True)
class Timers:
    store: Store
    presence: PresenceDesk
    assignment: Assignment
    service_levels: ServiceLevels
    waiting_room: WaitingRoom
    bot_watch: BotWatch
    outbox: Outbox
    clock: Clock

    def fire(self, timer: Timer) -> str:
        """Act on a timer. Returns "chained", "done" or "moved_on"."""
        if timer.kind == service_levels.KIND:
            return self.service_levels.fire(timer)
        if timer.kind == waiting_room.KIND:
            return self.waiting_room.fire(timer)
        if timer.kind == bot_watch.KIND:
            return self.bot_watch.fire(timer)
        now = self.clock.now()
        if timer.due - now > EARLY:
            self.outbox.timer(timer, now)
            return "chained"
        match timer.kind:
            case "accept":
                acted = self.presence.offer_expired(timer.subject, timer.number)
            case "grace":
                acted = self.presence.connection_lost(timer.subject)
            case "look":
                acted = self._look(timer)
            case "first_response":  # set before there were SLA clocks, which watch over the same
                acted = False
            case _:
                raise Malformed(f"unknown timer kind {timer.kind[:32]!r}")
        return "done" if acted else "moved_on"

    def _look(self, timer: Timer) -> bool:
        """Waiting work looks for an agent again: less is asked of them the longer it has waited. Sets the next look."""
        try:
            c = self.store.conversation(timer.subject)
        except (NotFound, Unreadable):  # erased: nobody waits any more
            return False
        if c.status is not Status.QUEUED or c.since is None or self.assignment.serve_work(c):
            return False
        waited = (self.clock.now() - c.since).total_seconds()
        steps = self.assignment.engine(()).looks(waiting_of(c))
        if (following := next((s for s in steps if s > waited + 1), None)) is not None:
            self.outbox.timer(Timer("look", c.id, timer.number, c.since + timedelta(seconds=following)), self.clock.now())
        return True
