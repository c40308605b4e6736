"""SLA clocks: what is due when, what is late, and what must be raised."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.hours.calendar import parse
from switchboard.domain.hours.sla import Clock, Clocks, Fact, FactKind, Level, Outcome, alarms_until, apply, fold, next_alarm
from switchboard.domain.hours.sla_policy import ClockKind, Rule, Start
from tests.unit.hours_oracle import WEEKDAYS
from tests.unit.hours_promises import BEGIN, HOUR, OFFICE, at, promise


def facts(*told: tuple[str, FactKind]) -> list[Fact]:
    return [Fact(at(when), kind) for when, kind in told]


def the(kind: ClockKind, clocks: Clocks) -> Clock:
    (found,) = [c for c in clocks.clocks if c.kind is kind]
    return found


# -- by example ------------------------------------------------------------------------------------


def test_a_question_of_friday_evening_is_due_on_monday_morning_and_warned_of_before() -> None:
    """18:00 in Berlin is 17:00 UTC until 2026-03-29, then 16:00; Saturday's night shift is left out here."""
    weekdays = parse({**OFFICE, "week": {day: OFFICE["week"][day] for day in WEEKDAYS[:5]}})
    rule = Rule({ClockKind.FIRST_RESPONSE: HOUR}, weekdays)
    first = the(ClockKind.FIRST_RESPONSE, fold(rule, facts(("2026-03-27T16:45", FactKind.QUEUED))))
    assert first.due_at == at("2026-03-30T07:45")
    assert first.warn_at == at("2026-03-30T07:33")
    assert first.remaining(at("2026-03-28T12:00")) == 45 * 60
    assert first.remaining(at("2026-03-30T08:00")) == -15 * 60
    assert first.outcome(at("2026-03-30T07:44")) is Outcome.RUNNING
    assert first.outcome(at("2026-03-30T07:45")) is Outcome.BREACHED


def test_an_answer_at_the_last_instant_is_in_time_and_one_later_is_late() -> None:
    for answered, outcome in (("2026-03-04T09:00:00", Outcome.MET), ("2026-03-04T09:00:00.000001", Outcome.BREACHED)):
        c = fold(promise(), facts(("2026-03-04T08:00", FactKind.QUEUED), (answered, FactKind.AGENT_REPLY)))
        assert the(ClockKind.FIRST_RESPONSE, c).outcome(at("2026-03-05")) is outcome


def test_each_question_after_an_answer_has_a_clock_that_counts_from_its_first_message() -> None:
    c = fold(promise(), facts(
        ("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T08:10", FactKind.CUSTOMER_MESSAGE),
        ("2026-03-04T08:30", FactKind.AGENT_REPLY),
        ("2026-03-04T09:00", FactKind.CUSTOMER_MESSAGE), ("2026-03-04T09:30", FactKind.CUSTOMER_MESSAGE),
        ("2026-03-04T10:00", FactKind.AGENT_REPLY), ("2026-03-04T10:05", FactKind.AGENT_REPLY),
        ("2026-03-04T14:00", FactKind.CUSTOMER_MESSAGE),
    ))  # fmt: skip
    following = [k for k in c.clocks if k.kind is ClockKind.NEXT_RESPONSE]
    assert [(k.started_at, k.used) for k in following] == [(at("2026-03-04T09:00"), HOUR), (at("2026-03-04T14:00"), 0)]
    assert following[1].due_at == at("2026-03-04T16:00")


def test_the_bot_s_time_does_not_count_unless_promised_so() -> None:
    told = facts(("2026-03-04T08:00", FactKind.OPENED), ("2026-03-04T08:20", FactKind.QUEUED))
    assert the(ClockKind.FIRST_RESPONSE, fold(promise(), told)).due_at == at("2026-03-04T09:20")
    assert the(ClockKind.FIRST_RESPONSE, fold(promise(counts_from=Start.OPENED), told)).due_at == at("2026-03-04T09:00")
    assert fold(promise(), told[:1]).clocks == (), "the bot alone has promised nothing"


def test_who_takes_a_conversation_from_the_bot_has_answered_in_time_and_owes_the_resolution() -> None:
    c = fold(promise(), facts(("2026-03-04T08:00", FactKind.OPENED), ("2026-03-04T09:00", FactKind.AGENT_REPLY)))
    assert the(ClockKind.FIRST_RESPONSE, c).outcome(at("2026-03-06")) is Outcome.MET
    assert the(ClockKind.RESOLUTION, c).started_at == at("2026-03-04T09:00")


def test_resolution_waits_for_the_customer_and_then_has_as_much_time_left_as_before() -> None:
    told = facts(("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T10:00", FactKind.WAITING))
    waiting = the(ClockKind.RESOLUTION, fold(promise(), told))
    assert (waiting.due_at, waiting.outcome(at("2026-04-30")), waiting.remaining(at("2026-04-30"))) == (None, Outcome.PAUSED, 6 * HOUR)
    goes_on = the(ClockKind.RESOLUTION, fold(promise(), told + facts(("2026-03-05T08:00", FactKind.CUSTOMER_MESSAGE))))
    assert goes_on.due_at == at("2026-03-05T15:00"), "six hours from 9:00 in Berlin, over lunch"
    assert the(ClockKind.RESOLUTION, fold(promise(pauses=False), told)).due_at == at("2026-03-04T17:00")


def test_what_was_due_before_the_wait_stays_late() -> None:
    c = fold(promise(resolution=HOUR), facts(("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T10:00", FactKind.WAITING)))
    c = apply(c, Fact(at("2026-03-04T12:00"), FactKind.RESOLVED))
    late = the(ClockKind.RESOLUTION, c)
    assert (late.due_at, late.outcome(at("2026-03-05"))) == (at("2026-03-04T09:00"), Outcome.BREACHED)


def test_a_wait_that_begins_as_the_time_is_up_is_in_time_but_nothing_is_left_after_it() -> None:
    told = facts(("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T09:00", FactKind.WAITING))
    waiting = fold(promise(resolution=HOUR), told)
    assert the(ClockKind.RESOLUTION, waiting).outcome(at("2026-03-05")) is Outcome.PAUSED
    solved = apply(waiting, Fact(at("2026-03-05"), FactKind.RESOLVED))
    assert the(ClockKind.RESOLUTION, solved).outcome(at("2026-03-05")) is Outcome.MET
    goes_on = apply(waiting, Fact(at("2026-03-05T20:00"), FactKind.CUSTOMER_MESSAGE))
    assert the(ClockKind.RESOLUTION, goes_on).due_at == at("2026-03-05T20:00")
    assert Level.BREACH in [a.level for a in alarms_until(goes_on, at("2026-03-05T20:00")) if a.kind is ClockKind.RESOLUTION]


def test_an_answer_nobody_owes_any_more_is_void_but_not_if_it_was_late() -> None:
    for resolved, outcome in (("2026-03-04T08:30", Outcome.VOID), ("2026-03-04T09:30", Outcome.BREACHED)):
        c = fold(promise(), facts(("2026-03-04T08:00", FactKind.QUEUED), (resolved, FactKind.RESOLVED)))
        assert the(ClockKind.FIRST_RESPONSE, c).outcome(at("2026-03-05")) is outcome
        assert the(ClockKind.RESOLUTION, c).outcome(at("2026-03-05")) is Outcome.MET
        assert next_alarm(c, at("2026-03-04T08:00")) is None


def test_what_is_not_promised_has_no_clock_and_a_desk_that_never_opens_owes_nothing_yet() -> None:
    assert fold(Rule({}), facts(("2026-03-04T08:00", FactKind.QUEUED))).clocks == ()
    shut = fold(Rule({ClockKind.FIRST_RESPONSE: 1}, parse({"zone": "UTC", "week": {}})), facts(("2026-03-04T08:00", FactKind.QUEUED)))
    assert (shut.clocks[0].due_at, next_alarm(shut, at("2026-03-04"))) == (None, None)


def test_alarms_come_in_the_order_in_which_timers_must_ring() -> None:
    c = fold(promise(), facts(("2026-03-04T08:00", FactKind.QUEUED)))
    rung, now = [], at("2026-03-04T08:00")
    while alarm := next_alarm(c, now):
        rung.append((alarm.at, alarm.level, alarm.kind))
        now = alarm.at
    assert rung == [
        (at("2026-03-04T08:48"), Level.WARNING, ClockKind.FIRST_RESPONSE),
        (at("2026-03-04T09:00"), Level.BREACH, ClockKind.FIRST_RESPONSE),
        (at("2026-03-04T15:24"), Level.WARNING, ClockKind.RESOLUTION),
        (at("2026-03-04T17:00"), Level.BREACH, ClockKind.RESOLUTION),
    ]
    assert [(a.at, a.level, a.kind) for a in alarms_until(c, at("2026-03-04T15:24"))] == rung[:3]


def test_a_timer_that_rings_late_still_finds_the_breach_of_what_was_answered_meanwhile() -> None:
    c = fold(promise(), facts(("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T09:30", FactKind.AGENT_REPLY)))
    levels = [a.level for a in alarms_until(c, at("2026-03-04T10:00"))]
    assert levels == [Level.WARNING, Level.BREACH]


# -- laws --------------------------------------------------------------------------------------------

instants = st.integers(0, 10 * 24 * 3600 * 1_000_000).map(lambda n: BEGIN + timedelta(microseconds=n))
histories = st.lists(st.builds(Fact, instants, st.sampled_from(FactKind)), max_size=12)
promises = st.builds(promise, *[st.integers(1, 40 * HOUR)] * 3, warn_at=st.floats(0.01, 0.99))


@settings(max_examples=100, deadline=None)
@given(promises, histories, st.randoms())
def test_neither_the_order_nor_the_repetition_of_what_is_told_matters(p: Rule, told: list[Fact], random: Random) -> None:
    again = told + told[: len(told) // 2]
    random.shuffle(again)
    assert fold(p, again) == fold(p, told)


@settings(max_examples=100, deadline=None)
@given(promises, histories, instants, instants)
def test_clocks_never_run_backwards(p: Rule, told: list[Fact], a: datetime, b: datetime) -> None:
    before, after = sorted((a, b))
    clocks = fold(p, [f for f in told if f.at <= before])
    for k in clocks.clocks:
        assert k.remaining(before) >= k.remaining(after)
        assert not (k.warn_at and k.due_at and k.warn_at > k.due_at)
    later = fold(p, [f for f in told if f.at <= after])
    for k, then in zip(clocks.clocks, later.clocks, strict=False):
        assert (k.kind, k.started_at) == (then.kind, then.started_at)
        assert k.remaining(before) >= then.remaining(after) - 1e-6


@settings(max_examples=100, deadline=None)
@given(promises, histories, instants)
def test_a_pause_never_shortens_the_time_there_is(p: Rule, told: list[Fact], paused: datetime) -> None:
    end = BEGIN + timedelta(days=11)
    straight = [f for f in told if f.kind is not FactKind.RESOLVED]
    with_pause = fold(p, [*straight, Fact(paused, FactKind.WAITING), Fact(end, FactKind.CUSTOMER_MESSAGE)])
    without = fold(p, [*straight, Fact(end, FactKind.CUSTOMER_MESSAGE)])
    for k, other in zip(with_pause.clocks, without.clocks, strict=True):
        assert k.remaining(end) >= other.remaining(end) - 1e-6
        assert k.due_at is not None
        assert other.due_at is not None
        assert k.due_at >= other.due_at - timedelta(microseconds=1)


@settings(max_examples=60, deadline=None)
@given(promises, histories, instants)
def test_the_next_alarm_is_the_first_that_is_raised_later(p: Rule, told: list[Fact], now: datetime) -> None:
    clocks = fold(p, [f for f in told if f.at <= now])
    by_now, later = alarms_until(clocks, now), alarms_until(clocks, now + timedelta(days=60))
    assert later[: len(by_now)] == by_now
    assert next_alarm(clocks, now) == next(iter(later[len(by_now) :]), None)
    assert len({a.id for a in later}) == len(later)


def test_a_fact_that_comes_late_to_running_clocks_does_not_turn_them_back() -> None:
    c = fold(promise(), facts(("2026-03-04T08:00", FactKind.QUEUED), ("2026-03-04T08:30", FactKind.CUSTOMER_MESSAGE)))
    late = apply(c, Fact(at("2026-03-04T08:10"), FactKind.AGENT_REPLY))
    assert the(ClockKind.FIRST_RESPONSE, late).stopped_at == at("2026-03-04T08:30")
