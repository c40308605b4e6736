"""A conversation's ledger as its SLA clocks see it: which promise holds, how each clock stands, and what is to be raised next.

- What counts is the order of the ledger and the times of its commits; where processes' clocks differ, time stands still rather than
  run backwards.
- After an agent's answer the customer is waited for, until they write or the conversation is queued again.
- The bot owes nothing: a conversation that no person was asked into has no clocks. Once one was, rules that count from the opening
  count the bot's time too. The bot's answers stop no clock.
- The promise is that to the queue and priority the conversation has now, save what an escalation set: who is late is not given less
  time for it. So a transfer, or a new document, counts from the beginning of the conversation.
- Reactions, follows and the like are no questions: nobody waits for an answer to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain import events as ev
from switchboard.domain.content import WORDLESS
from switchboard.domain.conversation import Conversation
from switchboard.domain.hours.escalation import REASONS
from switchboard.domain.hours.sla import Alarm, Clock, Clocks, Fact, FactKind, Level, Outcome, apply
from switchboard.domain.hours.sla_policy import ClockKind, Rule

_NEW = Conversation("", "")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a promise depends on."""

    queue: str = ""
    priority: int = _NEW.priority
    channel: str = ""


Promise = Callable[[Matter], Rule | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at an instant. `remaining`: seconds of business time, negative when overdue. `warn_at`, `due_at`: None while
    it stands still before them."""

    clock: ClockKind
    outcome: Outcome
    started_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    remaining: float

    @property
    def breached(self) -> bool:
        return self.outcome is Outcome.BREACHED


@dataclass(frozen=True, slots=True)
class Pending:
    """An alarm that is not on record yet, past or to come."""

    at: datetime
    level: Level
    due: datetime
    clock: Clock

    @property
    def id(self) -> str:
        return _id(self.level, self.clock.kind.value, self.clock.started_at)

    @property
    def event(self) -> ev.SlaWarned | ev.SlaBreached:
        kind = ev.SlaBreached if self.level is Level.BREACH else ev.SlaWarned
        return kind(self.clock.kind.value, self.due, self.clock.started_at)


@dataclass(frozen=True, slots=True)
class SlaReading:
    """`clocks` in the order in which they started; `raised`: the ids of the alarms on record."""

    matter: Matter
    clocks: tuple[Clock, ...] = ()
    raised: frozenset[str] = frozenset()

    def standings(self, now: datetime) -> tuple[Standing, ...]:
        """The latest clock of each kind. `now` is not before the last event."""
        latest = {k.kind: k for k in self.clocks}
        return tuple(Standing(k.kind, k.outcome(now), k.started_at, k.warn_at, k.due_at, k.remaining(now)) for k in latest.values())

    def next_alarm(self) -> Pending | None:
        """The first alarm that is not on record, be it past already: set a timer to it."""
        return min(self._pending(), key=_by_time, default=None)

    def due(self, now: datetime) -> tuple[Pending, ...]:
        """What is to be raised at `now`, in order. Of a clock that ran out, nobody needs the warning any more."""
        found = sorted((a for a in self._pending() if a.at <= now), key=_by_time)
        broken = [a.clock for a in found if a.level is Level.BREACH]
        return tuple(a for a in found if a.level is Level.BREACH or a.clock not in broken)

    def _pending(self) -> Iterable[Pending]:
        """Breaches count for ever, also of clocks that were stopped before anybody noticed. Warnings count until then."""
        for k in self.clocks:
            if k.due_at is None or (k.stopped_at and k.stopped_at <= k.due_at):
                continue
            breach = Pending(k.due_at, Level.BREACH, k.due_at, k)
            if breach.id in self.raised:
                continue
            if k.warn_at:
                warning = Pending(k.warn_at, Level.WARNING, k.due_at, k)
                if warning.id not in self.raised:
                    yield warning
            yield breach


def read(events: Iterable[ev.Recorded], promise: Promise) -> SlaReading:
    """The reading of a whole ledger, from its first event, in order."""
    story = _Story()
    for r in events:
        story.tell(r)
    matter = Matter(story.promised_queue, story.promised_priority, story.channel)
    rule = promise(matter) if story.asked else None
    if rule is None:
        return SlaReading(matter, raised=frozenset(story.raised))
    clocks = Clocks(rule)
    for fact in story.facts:
        clocks = apply(clocks, fact)
    return SlaReading(matter, clocks.clocks, frozenset(story.raised))


class _Story:
    """What is gathered while the ledger is read. `queue` and `priority` are the conversation's, `promised_...` those that count."""

    def __init__(self) -> None:
        self.queue = self.promised_queue = self.channel = ""
        self.priority = self.promised_priority = _NEW.priority
        self.facts: list[Fact] = []
        self.raised: set[str] = set()
        self.asked = self.over = False

    def tell(self, r: ev.Recorded) -> None:
        match r.event:
            case ev.ConversationOpened(channel=channel):
                self.channel = channel
                self._fact(r.at, FactKind.OPENED)
            case ev.MessageReceived(content=content, channel=channel):
                self.channel = channel
                if content.kind not in WORDLESS:
                    self._fact(r.at, FactKind.CUSTOMER_MESSAGE)
            case ev.MessageSent(author=ev.ActorKind.AGENT):
                self._fact(r.at, FactKind.AGENT_REPLY)
                self._fact(r.at, FactKind.WAITING)
                self.asked = True
            case ev.Queued(queue=queue, priority=priority, reason=reason):
                self._fact(r.at, FactKind.QUEUED)
                self.asked = True
                self._place(queue, priority, escalated=reason in REASONS)
            case ev.PrioritySet(priority=priority, reason=reason):
                self._place(self.queue, priority, escalated=reason in REASONS)
            case ev.SlaWarned(clock=clock, since=since):
                self.raised.add(_id(Level.WARNING, clock, since))
            case ev.SlaBreached(clock=clock, since=since):
                self.raised.add(_id(Level.BREACH, clock, since))
            case ev.Resolved():
                self._fact(r.at, FactKind.RESOLVED)
                self.over = True
            case _:
                pass

    def _fact(self, at: datetime, kind: FactKind) -> None:
        if self.over and kind is not FactKind.RESOLVED:  # opened again: what was promised before is over with it
            self.facts, self.asked, self.over = [Fact(at, FactKind.OPENED)], False, False
        self.facts.append(Fact(at, kind))

    def _place(self, queue: str, priority: int, *, escalated: bool) -> None:
        """What returns as it was, keeps the promise it had."""
        if not escalated:
            self.promised_queue = queue if queue != self.queue else self.promised_queue
            self.promised_priority = priority if priority != self.priority else self.promised_priority
        self.queue, self.priority = queue, priority


def _id(level: Level, clock: str, since: datetime) -> str:
    return Alarm(since, level, ClockKind(clock), since).id


def _by_time(a: Pending) -> tuple[datetime, bool, str]:
    return (a.at, a.level is Level.BREACH, a.id)
