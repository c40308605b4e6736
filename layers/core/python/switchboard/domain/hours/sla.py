"""SLA clocks: what became of what was promised. They count business time and are a pure fold of what happened, when.

- First response and resolution start when the conversation is queued (or opened, as the rule says), at the latest with an agent's
  first word. Next response starts with the customer's first message after an agent's answer.
- An agent's reply meets the response clocks, the end of the conversation meets the resolution; a response nobody owes any more at the
  end is void.
- Resolution stands still from `WAITING` until the customer writes or the conversation is queued again. Meanwhile its due time is
  open; afterwards it has as much time left as it had. What fell due before stays so.
- What happens at the very instant of the due time is in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.domain.hours.calendar import Calendar, add_business_time, open_between
from switchboard.domain.hours.sla_policy import ClockKind, Rule, Start
from switchboard.domain.hours.zones import utc


class FactKind(StrEnum):
    """What happened. Of facts at the same instant, the one named first here comes first."""

    OPENED = "opened"
    QUEUED = "queued"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_REPLY = "agent_reply"
    WAITING = "waiting"  # an agent says that the customer's answer is needed
    RESOLVED = "resolved"


_ORDER = {kind: n for n, kind in enumerate(FactKind)}


@dataclass(frozen=True, slots=True)
class Fact:
    at: datetime
    kind: FactKind


class Outcome(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Clock:
    """`used`: seconds of the calendar's time counted until it last ran; `running_since`: since when it counts again, None while it
    stands still. `warn_at` and `due_at`: None while open (it stands still before them, or the calendar has no such time)."""

    kind: ClockKind
    target: int
    warning: int  # seconds after which to warn
    calendar: Calendar
    started_at: datetime
    used: float = 0.0
    running_since: datetime | None = None
    stopped_at: datetime | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    void: bool = False

    def outcome(self, now: datetime) -> Outcome:
        """How it stands at `now`, which is not before the last fact."""
        if self.stopped_at:
            late = self.due_at is not None and self.due_at < self.stopped_at
            return Outcome.BREACHED if late else Outcome.VOID if self.void else Outcome.MET
        if self.due_at and self.due_at <= now:
            return Outcome.BREACHED
        return Outcome.RUNNING if self.running_since else Outcome.PAUSED

    def remaining(self, now: datetime) -> float:
        """Seconds of business time left at `now`; negative when overdue."""
        return self.target - self.used - (open_between(self.calendar, self.running_since, now) if self.running_since else 0.0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one conversation, in the order in which they started. `answered`: an agent has replied before."""

    rule: Rule
    clocks: tuple[Clock, ...] = ()
    started: bool = False
    answered: bool = False
    resolved: bool = False
    last_at: datetime | None = None


def fold(rule: Rule, facts: Iterable[Fact]) -> Clocks:
    """The clocks after these facts, in whatever order and however often they are told."""
    clocks = Clocks(rule)
    for fact in sorted(facts, key=lambda f: (utc(f.at), _ORDER[f.kind])):
        clocks = apply(clocks, fact)
    return clocks


def apply(clocks: Clocks, fact: Fact) -> Clocks:
    """The clocks after one more fact. One that comes late counts as if it happened with the last one known: clocks never run
    backwards. After the end nothing counts."""
    if clocks.resolved:
        return clocks
    at = max(utc(fact.at), clocks.last_at) if clocks.last_at else utc(fact.at)
    c = replace(clocks, last_at=at)
    match fact.kind:
        case FactKind.OPENED:
            return _begin(c, at) if c.rule.counts_from is Start.OPENED else c
        case FactKind.QUEUED:
            return _resume(_begin(c, at), at)
        case FactKind.CUSTOMER_MESSAGE:
            waited = any(k.kind is ClockKind.NEXT_RESPONSE and not k.stopped_at for k in c.clocks)
            c = _resume(c, at)
            return _start(c, ClockKind.NEXT_RESPONSE, at) if c.answered and not waited else c
        case FactKind.AGENT_REPLY:
            c = replace(_begin(c, at), answered=True)
            return _each(c, lambda k: _stop(k, at), ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
        case FactKind.WAITING:
            return _each(c, lambda k: _pause(k, at), ClockKind.RESOLUTION) if c.rule.pauses else c
        case FactKind.RESOLVED:
            c = _each(c, lambda k: _stop(k, at), ClockKind.RESOLUTION)
            c = _each(c, lambda k: replace(_stop(k, at), void=True), ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
            return replace(c, resolved=True)


def _begin(c: Clocks, at: datetime) -> Clocks:
    if c.started:
        return c
    return _start(_start(replace(c, started=True), ClockKind.FIRST_RESPONSE, at), ClockKind.RESOLUTION, at)


def _start(c: Clocks, kind: ClockKind, at: datetime) -> Clocks:
    target = c.rule.targets.get(kind)
    if target is None:
        return c
    warning = max(1, int(target * c.rule.warn_at))
    clock = _run(Clock(kind, target, warning, c.rule.calendar, at), at)
    return replace(c, clocks=(*c.clocks, clock))


def _resume(c: Clocks, at: datetime) -> Clocks:
    return _each(c, lambda k: k if k.running_since else _run(k, at), ClockKind.RESOLUTION)


def _each(c: Clocks, change: Callable[[Clock], Clock], *kinds: ClockKind) -> Clocks:
    """Changes the clocks of these kinds that were not stopped yet."""
    return replace(c, clocks=tuple(change(k) if k.kind in kinds and not k.stopped_at else k for k in c.clocks))


def _run(k: Clock, at: datetime) -> Clock:
    """Counts from `at` on. What was reached before stays where it was."""
    warn, due = (add_business_time(k.calendar, at, max(0.0, seconds - k.used)) for seconds in (k.warning, k.target))
    return replace(k, running_since=at, warn_at=k.warn_at or warn, due_at=k.due_at or due)


def _halt(k: Clock, at: datetime) -> Clock:
    if k.running_since is None:
        return k
    return replace(k, used=k.used + open_between(k.calendar, k.running_since, at), running_since=None)


def _pause(k: Clock, at: datetime) -> Clock:
    warned = k.warn_at if k.warn_at and k.warn_at < at else None
    fell_due = k.due_at if k.due_at and k.due_at < at else None
    return replace(_halt(k, at), warn_at=warned, due_at=fell_due)


def _stop(k: Clock, at: datetime) -> Clock:
    return replace(_halt(k, at), stopped_at=at)


# -- what is to be raised ------------------------------------------------------------------------


class Level(StrEnum):
    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A clock came to its warning or fell due. `id` tells alarms of a conversation apart: each is raised once, though its instant may
    move while it lies ahead. (Of clocks of one kind that start at the same instant all but the last were stopped at it, and have no
    alarms.)"""

    at: datetime
    level: Level
    kind: ClockKind
    started_at: datetime

    @property
    def id(self) -> str:
        return f"{self.level.value}#{self.kind.value}#{self.started_at.isoformat()}"


def alarms_until(clocks: Clocks, now: datetime) -> tuple[Alarm, ...]:
    """Every alarm there has been by `now`, in order; none of a clock that was stopped in time. After each fact and whenever a timer
    rings, raise those whose `id` is not on record as raised: then a lost timer loses nothing."""
    found = (a for k in clocks.clocks for a in _alarms(k) if a.at <= now and not (k.stopped_at and k.stopped_at <= a.at))
    return tuple(sorted(found, key=_by_time))


def next_alarm(clocks: Clocks, now: datetime) -> Alarm | None:
    """The first alarm after `now`, as things stand: set a timer to it, anew after each fact. None: no running clock has any."""
    ahead = (a for k in clocks.clocks if k.running_since for a in _alarms(k) if a.at > now)
    return min(ahead, key=_by_time, default=None)


def _alarms(k: Clock) -> Iterable[Alarm]:
    for at, level in ((k.warn_at, Level.WARNING), (k.due_at, Level.BREACH)):
        if at:
            yield Alarm(at, level, k.kind, k.started_at)


def _by_time(a: Alarm) -> tuple[datetime, bool, str]:
    return (a.at, a.level is Level.BREACH, a.id)
