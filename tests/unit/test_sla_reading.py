"""What a conversation's ledger says of its SLA clocks: in examples, and against minutes counted one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.content import ContentKind
from switchboard.domain.hours.sla import Level, Outcome
from switchboard.domain.hours.sla_policy import ClockKind, Rule, Start
from switchboard.domain.hours.sla_reading import Matter, Promise, SlaReading, Standing, read
from tests.unit.hours_oracle import MINUTE, open_minutes
from tests.unit.hours_promises import BEGIN, HOUR, OFFICE, at, promise
from tests.unit.ledgers import Ledger

FIRST, NEXT, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION
DAY = "2026-03-04T"  # a Wednesday; the office, an hour ahead of UTC, is open 08:00-11:00 and 12:00-17:00 UTC


def always(rule: Rule | None = None) -> Promise:
    return lambda _: rule or promise()


def the(kind: ClockKind, reading: SlaReading, now: datetime) -> Standing:
    [found] = [s for s in reading.standings(now) if s.clock is kind]
    return found


def begun(channel: str = "webchat") -> Ledger:
    """A customer wrote at 08:00 and waits in the queue."""
    ledger = Ledger(channel)
    when = at(DAY + "08:00")
    opened, queued = ev.ConversationOpened("c1", channel, "main"), ev.Queued("general", 5, "wish", when)
    return ledger.commit(when, opened, ledger.message(when), queued)


# -- by example ------------------------------------------------------------------------------------


def test_a_customer_in_the_queue_has_an_answer_and_a_resolution_to_come() -> None:
    reading, now = read(begun().recorded, always()), at(DAY + "08:30")
    first = the(FIRST, reading, now)
    assert (first.warn_at, first.due_at) == (at(DAY + "08:48"), at(DAY + "09:00"))
    assert (first.breached, first.remaining) == (False, HOUR / 2)
    assert the(RESOLUTION, reading, now).due_at == at(DAY + "17:00"), "eight hours, the break at noon left out"
    assert {s.clock for s in reading.standings(now)} == {FIRST, RESOLUTION}, "nobody owes a next answer before the first"
    late = the(FIRST, reading, at(DAY + "09:10"))
    assert (late.breached, late.remaining) == (True, -600)


def test_who_writes_several_times_before_an_answer_waits_from_the_first_time() -> None:
    ledger = begun().agent(at(DAY + "08:10"))
    for minute in (20, 25, 40):
        ledger.customer(at(f"{DAY}08:{minute}"))
    reading = read(ledger.recorded, always())
    following = the(NEXT, reading, at(DAY + "09:00"))
    assert (following.started_at, following.due_at) == (at(DAY + "08:20"), at(DAY + "10:20"))
    answered = read(ledger.agent(at(DAY + "10:20")).recorded, always())
    assert the(NEXT, answered, at(DAY + "12:00")).outcome is Outcome.MET


def test_the_resolution_stands_still_from_an_agent_s_answer_until_the_customer_writes() -> None:
    ledger = begun().agent(at(DAY + "09:00")).agent(at(DAY + "09:05"))
    waiting = the(RESOLUTION, read(ledger.recorded, always()), at(DAY + "16:00"))
    assert (waiting.outcome, waiting.due_at, waiting.remaining) == (Outcome.PAUSED, None, 7 * HOUR)
    ledger.customer(at("2026-03-05T08:00"))
    assert the(RESOLUTION, read(ledger.recorded, always()), at("2026-03-05T08:30")).due_at == at("2026-03-05T16:00")


def test_a_transfer_is_our_turn_again() -> None:
    ledger = begun().agent(at(DAY + "09:00")).transferred(at(DAY + "12:00"))
    moved = the(RESOLUTION, read(ledger.recorded, always()), at(DAY + "12:00"))
    assert (moved.outcome, moved.remaining) == (Outcome.RUNNING, 7 * HOUR)


def test_a_thumb_up_is_no_question() -> None:
    ledger = begun().agent(at(DAY + "08:10"))
    ledger.customer(at(DAY + "08:20"), ContentKind.REACTION).customer(at(DAY + "08:21"), ContentKind.EVENT)
    reading = read(ledger.recorded, always())
    assert {s.clock for s in reading.standings(at(DAY + "08:30"))} == {FIRST, RESOLUTION}
    assert the(RESOLUTION, reading, at(DAY + "08:30")).outcome is Outcome.PAUSED
    photo = read(ledger.customer(at(DAY + "08:25"), ContentKind.IMAGE).recorded, always())
    assert the(NEXT, photo, at(DAY + "08:30")).started_at == at(DAY + "08:25")


def test_the_bot_alone_owes_nothing_and_its_answers_stop_no_clock() -> None:
    opened = promise(counts_from=Start.OPENED)
    ledger = Ledger().opened(at(DAY + "08:00")).customer(at(DAY + "08:00")).bot(at(DAY + "08:00"))
    for rule in (promise(), opened):
        assert read(ledger.recorded, always(rule)).next_alarm() is None
    ledger.customer(at(DAY + "08:30")).queued(at(DAY + "08:30")).bot(at(DAY + "08:30"))
    assert the(FIRST, read(ledger.recorded, always()), at(DAY + "08:31")).due_at == at(DAY + "09:30")
    assert the(FIRST, read(ledger.recorded, always(opened)), at(DAY + "08:31")).due_at == at(DAY + "09:00"), "the bot's time counts"


def test_a_vendor_s_clock_and_ours_do_not_turn_time_back() -> None:
    """The message says it was sent a day before; another process, whose clock is behind, answered."""
    ledger = Ledger().opened(at(DAY + "08:00")).customer(at(DAY + "08:00"), sent_at=at("2026-03-03T08:00"))
    ledger.queued(at(DAY + "08:00:01")).agent(at(DAY + "07:59:59"))
    first = the(FIRST, read(ledger.recorded, always()), at(DAY + "08:01"))
    assert (first.outcome, first.started_at, first.remaining) == (Outcome.MET, at(DAY + "08:00:01"), HOUR)


def test_what_happens_in_one_commit_counts_in_its_order() -> None:
    """The agent takes the conversation and answers at once; then the answer and the end are one commit."""
    ledger = begun()
    when = at(DAY + "08:30")
    ledger.commit(when, ev.Assigned("ada", 1, ev.AssignReason.TAKEN, None), ev.Accepted("ada", 1), ledger.answer(),
                  ev.Resolved(ev.ActorKind.AGENT, "ada"))  # fmt: skip
    reading = read(ledger.recorded, always())
    assert [s.outcome for s in reading.standings(at("2026-03-09"))] == [Outcome.MET, Outcome.MET]
    assert reading.next_alarm() is None


def test_opened_again_all_is_promised_anew() -> None:
    ledger = begun().agent(at(DAY + "08:10")).resolved(at(DAY + "08:20"))
    ledger.commit(at(DAY + "08:21"), ev.NoteAdded("ada", "done")).commit(at(DAY + "08:22"), ev.DeliveryFailed("m2", "blocked"))
    assert read(ledger.recorded, always()).next_alarm() is None, "what is noted afterwards opens nothing"
    ledger.customer(at("2026-03-05T08:00")).queued(at("2026-03-05T08:00"))
    again = the(FIRST, read(ledger.recorded, always()), at("2026-03-05T08:00"))
    assert (again.outcome, again.due_at) == (Outcome.RUNNING, at("2026-03-05T09:00"))


def test_a_night_shift_in_which_the_clocks_change_counts_what_really_passed() -> None:
    """Saturday 22:00 to 03:30 in Berlin is four and a half hours long on 2026-03-29, when 02:00 becomes 03:00."""
    ledger = Ledger().opened(at("2026-03-28T21:30")).queued(at("2026-03-28T21:30"))
    rule = promise(first=4 * HOUR)
    assert the(FIRST, read(ledger.recorded, always(rule)), at("2026-03-28T22:00")).due_at == at("2026-03-29T01:30")
    longer = replace(rule, targets={FIRST: 5 * HOUR})
    assert the(FIRST, read(ledger.recorded, always(longer)), at("2026-03-28T22:00")).due_at == at("2026-03-30T08:00"), "on Monday"


# -- which promise ---------------------------------------------------------------------------------


def asked(ledger: Ledger) -> Matter:
    """What the promise is asked for."""
    questions: list[Matter] = []

    def answer(m: Matter) -> Rule | None:
        questions.append(m)
        return promise()

    read(ledger.recorded, answer)
    [question] = questions
    return question


def test_the_promise_is_to_the_queue_priority_and_channel_of_now() -> None:
    ledger = begun("whatsapp").queued(at(DAY + "09:00"), "billing", 7)
    assert asked(ledger) == Matter("billing", 7, "whatsapp")
    assert asked(ledger.commit(at(DAY + "09:10"), ev.PrioritySet(2, "agent"))) == Matter("billing", 2, "whatsapp")


def test_an_escalation_changes_no_promise_and_neither_does_a_return_from_it() -> None:
    moved = ev.Queued("supervisors", 9, "sla_breach", at(DAY + "08:00"))
    ledger = begun().commit(at(DAY + "09:00"), ev.PrioritySet(9, "sla_breach"), moved)
    assert asked(ledger) == Matter("general", 5, "webchat")
    assert asked(ledger.queued(at(DAY + "09:10"), "supervisors", 9, "not_accepted")) == Matter("general", 5, "webchat")
    assert asked(ledger.transferred(at(DAY + "09:20"), "billing", 9)) == Matter("billing", 5, "webchat"), "people chose the queue"


def test_where_nothing_was_promised_nothing_is_due() -> None:
    reading = read(begun().recorded, lambda _: None)
    assert (reading.next_alarm(), reading.due(at("2026-04-01")), reading.standings(at("2026-04-01"))) == (None, (), ())


# -- what is to be raised --------------------------------------------------------------------------


def test_an_alarm_on_record_is_not_raised_again() -> None:
    ledger = begun()
    warning = read(ledger.recorded, always()).next_alarm()
    assert warning is not None
    assert (warning.at, warning.level, warning.clock.kind) == (at(DAY + "08:48"), Level.WARNING, FIRST)
    assert warning.event == ev.SlaWarned("first_response", at(DAY + "09:00"), at(DAY + "08:00"))
    breach = read(ledger.commit(at(DAY + "08:48"), warning.event).recorded, always()).next_alarm()
    assert breach is not None
    assert (breach.at, breach.level) == (at(DAY + "09:00"), Level.BREACH)
    following = read(ledger.commit(at(DAY + "09:00"), breach.event).recorded, always()).next_alarm()
    assert following is not None
    assert following.clock.kind is RESOLUTION


def test_a_late_answer_is_a_breach_though_nobody_noticed_and_needs_no_warning() -> None:
    reading = read(begun().agent(at(DAY + "09:01")).recorded, always())
    assert [(a.level, a.clock.kind) for a in reading.due(at(DAY + "09:02"))] == [(Level.BREACH, FIRST)]
    answered = read(begun().agent(at(DAY + "08:55")).recorded, always())
    assert answered.due(at(DAY + "09:02")) == (), "warned of in vain, but answered in time"


def test_of_a_clock_that_ran_out_only_the_breach_is_raised() -> None:
    assert [a.level for a in read(begun().recorded, always()).due(at(DAY + "09:30"))] == [Level.BREACH]


# -- against minutes counted one by one ------------------------------------------------------------

MINUTES = 12 * 24 * 60
OPEN = open_minutes(OFFICE, BEGIN, MINUTES)


@dataclass
class Counted:
    """A clock as the minutes in which it counts: intervals (from, until), the last one open-ended while it runs."""

    kind: ClockKind
    target: int
    start: int
    intervals: list[tuple[int, int | None]] = field(default_factory=list)
    stop: int | None = None

    def halt(self, now: int) -> None:
        if self.intervals and self.intervals[-1][1] is None:
            self.intervals[-1] = (self.intervals[-1][0], now)

    def run(self, now: int) -> None:
        if self.stop is None and not (self.intervals and self.intervals[-1][1] is None):
            self.intervals.append((now, None))

    def end(self, now: int) -> None:
        if self.stop is None:
            self.halt(now)
            self.stop = now

    def used(self, now: int) -> int:
        return sum(sum(OPEN[a : now if b is None else b]) for a, b in self.intervals)

    def due(self, now: int) -> int | None:
        """The minute at which it ran out, if it did by `now`; what happens in that very minute is in time."""
        left = self.target
        for a, b in self.intervals:
            reached = a
            while left and reached < (now if b is None else b):
                left -= OPEN[reached]
                reached += 1
            if not left and (reached <= now if b is None else reached < b):
                return reached
        return None


class Told:
    """What was done in a conversation, as a ledger and as counted clocks side by side."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.ledger, self.now = rule, Ledger().opened(BEGIN), 0
        self.counted: list[Counted] = []
        self.answered = self.over = False

    @property
    def at(self) -> datetime:
        return BEGIN + self.now * MINUTE

    def clock(self, kind: ClockKind) -> Counted:
        made = Counted(kind, self.rule.targets[kind] // 60, self.now)
        made.run(self.now)
        self.counted.append(made)
        return made

    def of(self, kind: ClockKind) -> list[Counted]:
        return [c for c in self.counted if c.kind is kind]

    def begin(self) -> None:
        if not self.of(FIRST):
            self.clock(FIRST)
            self.clock(RESOLUTION)

    def queued(self) -> None:
        self.ledger.queued(self.at)
        self.begin()
        self.of(RESOLUTION)[0].run(self.now)

    def customer(self) -> None:
        self.ledger.customer(self.at)
        for c in self.of(RESOLUTION):
            c.run(self.now)
        if self.answered and all(c.stop is not None for c in self.of(NEXT)):
            self.clock(NEXT)

    def agent(self) -> None:
        self.ledger.agent(self.at)
        self.begin()
        self.answered = True
        for c in self.of(FIRST) + self.of(NEXT):
            c.end(self.now)
        self.of(RESOLUTION)[0].halt(self.now)

    def resolved(self) -> None:
        self.ledger.resolved(self.at)
        self.over = True
        for c in self.counted:
            c.end(self.now)

    def noise(self) -> None:
        self.ledger.bot(self.at).customer(self.at, ContentKind.REACTION).commit(self.at, ev.NoteAdded("ada", "hm"))

    def breaches(self) -> set[tuple[ClockKind, datetime, datetime]]:
        return {(c.kind, BEGIN + c.start * MINUTE, BEGIN + due * MINUTE) for c in self.counted if (due := c.due(self.now)) is not None}


Done = list[tuple[int, Callable[[Told], None]]]
steps = st.lists(
    st.tuples(
        st.integers(0, 20) | st.integers(0, 2500),
        st.sampled_from([Told.queued, Told.customer, Told.customer, Told.agent, Told.agent, Told.noise, Told.resolved]),
    ),
    max_size=14,
)  # fmt: skip
rules = st.builds(
    lambda first, following, whole, share: promise(first * 60, following * 60, whole * 60, warn_at=share),
    st.integers(1, 300), st.integers(1, 300), st.integers(1, 2000), st.floats(0.05, 0.95),
)  # fmt: skip


def lived(rule: Rule, done: Done, ring: Callable[[Told, datetime], None]) -> Told:
    """A conversation to whose every instant of waiting `ring` is called with its end; no two events lie in the same minute."""
    told = Told(rule)
    for gap, act in done:
        if told.over or told.now + gap + 1 >= MINUTES - 3000:
            break
        ring(told, told.at + (gap + 1) * MINUTE - timedelta(microseconds=1))
        told.now += gap + 1
        act(told)
    ring(told, told.at + 3000 * MINUTE)
    told.now += 3000
    return told


def punctually(told: Told, until: datetime) -> None:
    """Alarms get on record when they are due."""
    while (alarm := read(told.ledger.recorded, always(told.rule)).next_alarm()) and alarm.at <= until:
        due = read(told.ledger.recorded, always(told.rule)).due(alarm.at)
        told.ledger.commit(alarm.at, *(a.event for a in due))


def on_record(told: Told, kind: type[ev.SlaBreached] | type[ev.SlaWarned]) -> list[tuple[str, datetime, datetime]]:
    return [(r.event.clock, r.event.since, r.event.due) for r in told.ledger.recorded if isinstance(r.event, kind)]


@given(rule=rules, done=steps)
@settings(max_examples=150, deadline=None)
def test_clocks_stand_as_counted(rule: Rule, done: Done) -> None:
    told = lived(rule, done, lambda told, until: None)
    reading = read(told.ledger.recorded, always(rule))
    assert [k.kind for k in reading.clocks] == [c.kind for c in told.counted]
    for k, c in zip(reading.clocks, told.counted, strict=True):
        assert k.remaining(told.at) == (c.target - c.used(told.now)) * 60
        assert (k.outcome(told.at) is Outcome.BREACHED) == (c.due(told.now) is not None)
    assert {s.clock for s in reading.standings(told.at)} == {c.kind for c in told.counted}


@given(rule=rules, done=steps)
@settings(max_examples=150, deadline=None)
def test_every_breach_gets_on_record_once_at_its_time_and_nothing_else_does(rule: Rule, done: Done) -> None:
    told = lived(rule, done, punctually)
    breaches, warnings = on_record(told, ev.SlaBreached), on_record(told, ev.SlaWarned)
    assert sorted(breaches) == sorted(told.breaches())
    assert len({w[:2] for w in warnings}) == len(warnings)
    raised = {(r.event.clock, r.event.since): r.at for r in told.ledger.recorded if isinstance(r.event, ev.SlaWarned)}
    for clock, since, due in breaches:
        assert raised.get((clock, since), since) <= due
    stops = {(c.kind.value, BEGIN + c.start * MINUTE): c.stop for c in told.counted}
    assert all((stop := stops[key]) is None or when < BEGIN + stop * MINUTE for key, when in raised.items())


@given(rule=rules, done=steps)
@settings(max_examples=150, deadline=None)
def test_if_every_timer_is_lost_no_breach_is(rule: Rule, done: Done) -> None:
    told = lived(rule, done, lambda told, until: None)
    found = [a for a in read(told.ledger.recorded, always(rule)).due(told.at) if a.level is Level.BREACH]
    assert {(a.clock.kind, a.clock.started_at, a.at) for a in found} == told.breaches()
