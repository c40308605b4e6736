"""SLA clocks against a model that counts minute by minute, while timers ring for their alarms."""

from __future__ import annotations

from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from switchboard.domain.hours.sla import Alarm, Clocks, Fact, FactKind, Level, Outcome, alarms_until, apply, next_alarm
from switchboard.domain.hours.sla_policy import ClockKind, Start
from tests.unit.hours_oracle import MINUTE, open_minutes
from tests.unit.hours_promises import BEGIN, OFFICE, promise

MINUTES = 12 * 24 * 60
OPEN = open_minutes(OFFICE, BEGIN, MINUTES)


class CountedClock:
    """A clock that counts open minutes as they pass."""

    def __init__(self, kind: ClockKind, target: int) -> None:
        self.kind, self.target = kind, target
        self.used, self.running, self.stopped, self.void = 0, True, -1, False
        self.due = -1
        self.reached: list[int] = []  # when it was due, though a pause or stop at that very minute was in time

    def tick(self, minute: int) -> None:
        if self.running and OPEN[minute]:
            self.used += 60
            if self.used == self.target:
                self.due = minute + 1
                self.reached.append(self.due)

    def pause(self, now: int) -> None:
        if self.running and self.due == now:
            self.due = -1
        self.running = False

    def resume(self, now: int) -> None:
        if not self.running and self.stopped < 0:
            self.running = True
            if self.due < 0 and self.used >= self.target:
                self.due = now
                self.reached.append(now)

    def stop(self, now: int, void: bool = False) -> None:
        if self.stopped < 0:
            self.running, self.stopped, self.void = False, now, void

    def outcome(self, now: int) -> Outcome:
        if self.stopped >= 0:
            return Outcome.BREACHED if 0 <= self.due < self.stopped else Outcome.VOID if self.void else Outcome.MET
        if 0 <= self.due <= now:
            return Outcome.BREACHED
        return Outcome.RUNNING if self.running else Outcome.PAUSED


class Conversations(RuleBasedStateMachine):
    """One conversation lives through a fortnight of office hours; a timer rings for its alarms."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.told: list[Fact] = []
        self.counted: list[CountedClock] = []
        self.raised: dict[str, Alarm] = {}
        self.answered = self.resolved = False

    @initialize(
        first=st.integers(1, 600), following=st.integers(1, 600), resolution=st.integers(1, 3000), share=st.floats(0.05, 0.95),
        pauses=st.booleans(), counts=st.sampled_from(Start), begin=st.integers(0, 4 * 24 * 60),
    )  # fmt: skip
    def opens(self, first: int, following: int, resolution: int, share: float, pauses: bool, counts: Start, begin: int) -> None:
        self.rule = promise(first * 60, following * 60, resolution * 60, warn_at=share, pauses=pauses, counts_from=counts)
        self.clocks = Clocks(self.rule)
        self.now = begin
        self.tell(FactKind.OPENED)
        if counts is Start.OPENED:
            self.begin()

    def tell(self, kind: FactKind) -> None:
        fact = Fact(BEGIN + self.now * MINUTE, kind)
        self.told.append(fact)
        self.clocks = apply(self.clocks, fact)
        self.ring(fact.at)

    def ring(self, now: datetime) -> None:
        for a in alarms_until(self.clocks, now):
            self.raised.setdefault(a.id, a)

    def begin(self) -> None:
        if not self.counted:
            kinds = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
            self.counted = [CountedClock(kind, self.rule.targets[kind]) for kind in kinds]

    def of(self, *kinds: ClockKind) -> list[CountedClock]:
        return [c for c in self.counted if c.kind in kinds]

    def living(self) -> bool:
        return not self.resolved

    @rule(minutes=st.integers(1, 30) | st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        end = min(self.now + minutes, MINUTES)
        here = BEGIN + self.now * MINUTE
        while (alarm := next_alarm(self.clocks, here)) and alarm.at <= BEGIN + end * MINUTE:
            self.ring(alarm.at)
            here = alarm.at
        for minute in range(self.now, end):
            for c in self.counted:
                c.tick(minute)
        self.now = end

    @precondition(living)
    @rule()
    def is_queued(self) -> None:
        self.tell(FactKind.QUEUED)
        self.begin()
        for c in self.of(ClockKind.RESOLUTION):
            c.resume(self.now)

    @precondition(living)
    @rule()
    def customer_writes(self) -> None:
        self.tell(FactKind.CUSTOMER_MESSAGE)
        for c in self.of(ClockKind.RESOLUTION):
            c.resume(self.now)
        if self.answered and all(c.stopped >= 0 for c in self.of(ClockKind.NEXT_RESPONSE)):
            self.counted.append(CountedClock(ClockKind.NEXT_RESPONSE, self.rule.targets[ClockKind.NEXT_RESPONSE]))

    @precondition(living)
    @rule()
    def agent_replies(self) -> None:
        self.tell(FactKind.AGENT_REPLY)
        self.begin()
        self.answered = True
        for c in self.of(ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE):
            c.stop(self.now)

    @precondition(living)
    @rule()
    def agent_waits_for_the_customer(self) -> None:
        self.tell(FactKind.WAITING)
        for c in self.of(ClockKind.RESOLUTION) if self.rule.pauses else []:
            c.pause(self.now)

    @precondition(lambda self: not self.resolved and len(self.told) > 6)
    @rule()
    def is_resolved(self) -> None:
        self.tell(FactKind.RESOLVED)
        self.resolved = True
        for c in self.counted:
            c.stop(self.now, void=c.kind is not ClockKind.RESOLUTION)

    @invariant()
    def clocks_are_as_counted(self) -> None:
        now = BEGIN + self.now * MINUTE
        assert [c.kind for c in self.counted] == [k.kind for k in self.clocks.clocks] if self.told else True
        for c, k in zip(self.counted, self.clocks.clocks if self.told else (), strict=True):
            assert k.remaining(now) == c.target - c.used
            assert k.outcome(now) is c.outcome(self.now)
            if c.due >= 0:
                assert k.due_at == BEGIN + c.due * MINUTE
            elif k.due_at and c.running:
                assert k.due_at > now
            assert not (k.warn_at and k.due_at and k.warn_at > k.due_at)

    @invariant()
    def every_breach_was_raised_when_it_was_due_and_no_other(self) -> None:
        now = BEGIN + self.now * MINUTE
        reached: dict[str, list[int]] = {}  # two clocks start together where an answer and the next message have one instant
        for c, k in zip(self.counted, self.clocks.clocks if self.told else (), strict=True):
            breach = Alarm(now, Level.BREACH, k.kind, k.started_at).id
            reached.setdefault(breach, []).extend(c.reached)
            assert breach in self.raised or k.outcome(now) is not Outcome.BREACHED
        for breach, minutes in reached.items():
            raised = self.raised.get(breach)
            assert raised is None or (raised.at - BEGIN) // MINUTE in minutes

    @invariant()
    def the_next_alarm_lies_ahead_and_belongs_to_a_running_clock(self) -> None:
        if self.told and (alarm := next_alarm(self.clocks, BEGIN + self.now * MINUTE)):
            assert alarm.at > BEGIN + self.now * MINUTE
            assert any(k.running_since and k.started_at == alarm.started_at for k in self.clocks.clocks)


TestConversations = Conversations.TestCase
TestConversations.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
