"""SLA clocks at work: warnings and breaches get on record once and are escalated, and a timer is always set to the next.

Every commit of a conversation sets a first look at it (`look`), a timer that carries the commit's number. The look reads the ledger
and sets a timer to the next alarm, with the same number. A timer whose conversation moved on does nothing, for the later commit has a
look of its own: so there is one live timer a conversation, and none that is later than what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.ports import Clock, Outbox, Store, Timer
from switchboard.application.presence import EARLY
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status, fold
from switchboard.domain.errors import NotFound, Unreadable
from switchboard.domain.hours.escalation import escalate
from switchboard.domain.hours.settings import HoursSettings
from switchboard.domain.hours.sla_policy import Rule
from switchboard.domain.hours.sla_reading import Matter, Pending, SlaReading, Standing, read

KIND = "sla"
FIRST_LOOK = timedelta(seconds=5)  # commits come in flurries; only the last of one needs a look
SLACK = timedelta(seconds=1)  # a timer may come early by moments, an alarm may not
TIER = "tier"  # the contact's attribute that promises may depend on
RAISED, SET, NOTHING = "done", "chained", "moved_on"


def look(conversation: str, commit: int, at: datetime) -> Timer:
    """The timer to set after each commit of a conversation, or after the last of several."""
    return Timer(KIND, conversation, commit, at + FIRST_LOOK)


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """`hours` gives the settings in force, which hold also for what was promised before."""

    store: Store
    outbox: Outbox
    assignment: Assignment
    clock: Clock
    hours: Callable[[], HoursSettings]

    def fire(self, timer: Timer) -> str:
        """Act on a timer of ours. Returns "done" (alarms were raised), "chained" (a timer is set) or "moved_on"."""
        now = self.clock.now()
        if timer.due - now <= EARLY:
            return self.alarm_due(timer.subject, timer.number)
        c = self._find(timer.subject)
        if c is None or c.version != timer.number:
            return NOTHING
        self.outbox.timer(timer, now)
        return SET

    def alarm_due(self, conversation: str, number: int = 0, late: timedelta = timedelta(0)) -> str:
        """Raise what is due, each alarm once; or else set the timer to what comes next. Returns as `fire` does.

        `number`: the commit the timer was set after; 0: whatever it is. `late`: raise only what has been due for so long."""
        c, after = decide_again(lambda: self._alarm_due(conversation, number, late))
        if c is None or after is None:
            return NOTHING if c is None else SET
        if after.status is Status.QUEUED and (after.queue, after.priority, after.owner) != (c.queue, c.priority, c.owner):
            self.assignment.wake_work(after)
            if c.owner:
                self.assignment.wake_agent(c.owner)
        return RAISED

    def next_timer(self, conversation: str) -> Timer | None:
        """The timer to the next alarm, as things stand; None: there is none. Raises NotFound."""
        c = self.store.conversation(conversation)
        return _timer(c, self._read(c))

    def standings(self, conversation: str) -> tuple[Standing, ...]:
        """How the conversation's clocks stand now. Raises NotFound."""
        return self._read(self.store.conversation(conversation)).standings(self.clock.now())

    def repair(self, waiting: Iterable[tuple[str, datetime]], late: timedelta) -> int:
        """Raise the alarms of conversations that wait (each with since when) whose timers were lost: those that have been due for so
        long. Returns in how many there were any."""
        soonest = self.hours().soonest_alarm
        if soonest is None:
            return 0
        since = self.clock.now() - soonest - late
        return sum(self.alarm_due(c, late=late) == RAISED for c, began in waiting if began <= since)

    def _alarm_due(self, conversation: str, number: int, late: timedelta) -> tuple[Conversation | None, Conversation | None]:
        """(None, None): there is nothing. (before, None): a timer is set. (before, after): alarms were raised."""
        c = self._find(conversation)
        if c is None or (number and c.version != number):
            return None, None
        reading, now = self._read(c), self.clock.now()
        if due := reading.due(now - late):
            return c, self.store.commit(Change(c, tuple(self._raise(c, reading, due, now)), ev.SYSTEM, now))
        timer = _timer(c, reading)
        if timer is None or late:
            return None, None
        self.outbox.timer(timer, now)
        return c, None

    def _raise(self, c: Conversation, reading: SlaReading, due: Iterable[Pending], now: datetime) -> list[ev.Event]:
        """The alarms, and what follows from those that can still be helped."""
        policy, so_far = self.hours().sla_of(reading.matter.queue), c
        events: list[ev.Event] = []
        for alarm in due:
            step: list[ev.Event] = [alarm.event]
            if policy is not None and alarm.clock.stopped_at is None:
                step += escalate(so_far, policy.escalation(alarm.level), alarm.level, now)
            so_far = fold(so_far, step, now)
            events += step
        return events

    def _find(self, conversation: str) -> Conversation | None:
        try:
            return self.store.conversation(conversation)
        except (NotFound, Unreadable):  # erased: nobody waits any more
            return None

    def _read(self, c: Conversation) -> SlaReading:
        if not c.queue and not c.assignments:
            return SlaReading(Matter())  # the bot's alone: spares the ledger
        hours = self.hours()
        tier = self.store.contact(c.contact).contact.attributes.get(TIER, "") if hours.asks_tier else ""

        def promise(m: Matter) -> Rule | None:
            return hours.promise(m.queue, m.priority, tier, m.channel)

        return read(self.store.events(c.ledger), promise)


def _timer(c: Conversation, reading: SlaReading) -> Timer | None:
    ahead = reading.next_alarm()
    return Timer(KIND, c.id, c.version, ahead.at + SLACK) if ahead else None
