"""SLA clocks at work: what is promised gets warned of, put on record and escalated, once, however timers come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.application.ports import Timer
from switchboard.application.service_levels import FIRST_LOOK, SLACK, TIER, ServiceLevels, look
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotFound, Unreadable
from switchboard.domain.hours.escalation import Escalation, escalate
from switchboard.domain.hours.settings import HoursSettings, parse
from switchboard.domain.hours.sla import Level, Outcome
from switchboard.domain.hours.sla_policy import ClockKind
from tests.unit.world import REFUND, UNCLEAR, World, who

ADA, BOSS = who("ada"), who("boss", "supervisor")
OFFICE = {"zone": "Europe/Berlin", "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
RULE = {"calendar": "always", "first_response": 600, "next_response": 300, "resolution": 7200, "warn_at": 0.5}


def promised(rule: dict[str, Any] | None = None, **escalations: Any) -> HoursSettings:
    policy = {"rules": [rule or RULE], **escalations}
    return parse({"calendars": {"office": OFFICE}, "default": {"sla": "main"}, "sla": {"main": policy}})


def levels(world: World, hours: HoursSettings | None = None) -> ServiceLevels:
    in_force = hours or promised()
    return ServiceLevels(world.interfered, world.outbox, world.assignment, world.clock, lambda: in_force)


def alarms(world: World, c: Conversation) -> list[tuple[str, str]]:
    """(type, clock) of what was raised."""
    events = (r.event for r in world.store.events(c.ledger))
    return [(e.type, e.clock) for e in events if isinstance(e, ev.SlaWarned | ev.SlaBreached)]


class Day:
    """Time passes in a company whose outbox reader sets a look after each commit, as it should, and whose queue brings timers when
    they are due, or after 15 minutes."""

    def __init__(self, world: World, sla: ServiceLevels) -> None:
        self.world, self.sla = world, sla
        self.rung = 0
        self._seen: dict[str, int] = {}
        self._waiting: list[tuple[datetime, Timer]] = []

    def commits(self, *conversations: Conversation) -> None:
        for c in conversations:
            last = self.world.store.commits(c.ledger, 0)[-1]
            if self._seen.get(c.ledger) != last.no:
                self._seen[c.ledger] = last.no
                self.world.outbox.timer(look(c.id, last.no, last.at), self.world.clock.now())

    def passes(self, *conversations: Conversation, **by: float) -> None:
        end = self.world.clock.now() + timedelta(**by)
        while True:
            self.commits(*conversations)
            self._waiting += [(when, t) for when, t in self.world.outbox.arrivals() if t.kind == "sla"]
            self.world.outbox.timers.clear()
            self._waiting.sort(key=lambda w: w[0])
            if not self._waiting or self._waiting[0][0] > end:
                break
            when, timer = self._waiting.pop(0)
            self.world.clock.advance(seconds=max(0.0, (when - self.world.clock.now()).total_seconds()))
            self.rung += 1
            self.sla.fire(timer)
        self.world.clock.advance(seconds=(end - self.world.clock.now()).total_seconds())


@pytest.fixture
def day(world: World) -> Day:
    return Day(world, levels(world))


# -- alarms ----------------------------------------------------------------------------------------


def test_who_waits_too_long_is_warned_of_and_then_on_record_as_late(world: World, day: Day) -> None:
    c, began = world.write("1"), world.clock.now()
    day.passes(c, minutes=4, seconds=59)
    assert alarms(world, c) == []
    day.passes(c, seconds=3)
    assert alarms(world, c) == [("sla_warned", "first_response")]
    assert world.last(c, ev.SlaWarned) == ev.SlaWarned("first_response", began + timedelta(minutes=10), began)
    day.passes(c, minutes=5)
    assert alarms(world, c) == [("sla_warned", "first_response"), ("sla_breached", "first_response")]
    assert world.last(c, ev.SlaBreached).due == began + timedelta(minutes=10)
    assert world.now_of(c).response_due_recorded


def test_each_alarm_is_raised_once_and_a_whole_conversation_goes_through_its_clocks(world: World, day: Day) -> None:
    world.hire("ada")
    c = world.write("1")
    world.desk.reply(ADA, c.id, "One moment", "")
    day.passes(c, minutes=30)
    assert alarms(world, c) == [], "the customer is waited for"
    world.write("1")
    day.passes(c, minutes=3)
    assert alarms(world, c) == [("sla_warned", "next_response")]
    world.write("1")
    day.passes(c, minutes=3)
    assert alarms(world, c)[1:] == [("sla_breached", "next_response")], "five minutes from the first of the two messages"
    day.passes(c, hours=4)
    assert alarms(world, c)[2:] == [("sla_warned", "resolution"), ("sla_breached", "resolution")]
    world.desk.resolve(ADA, c.id)
    day.passes(c, hours=24)
    assert len(alarms(world, c)) == 4


def test_a_day_s_timers_are_few(world: World, day: Day) -> None:
    """One live timer a conversation: ten messages in an hour leave ten looks, not ten chains of them."""
    c = world.write("1")
    for _ in range(9):
        day.passes(c, minutes=6)
        world.write("1")
    day.passes(c, hours=6)
    assert alarms(world, c) == [("sla_warned", "first_response"), ("sla_breached", "first_response"), ("sla_warned", "resolution"),
                                ("sla_breached", "resolution")]  # fmt: skip
    assert day.rung < 60
    assert world.outbox.timers == []


def test_business_time_stands_still_over_night(world: World) -> None:
    sla = levels(world, promised({**RULE, "calendar": "office"}))
    day = Day(world, sla)
    world.clock.advance(hours=6, minutes=58)  # 16:58 in Berlin
    c = world.write("1")
    day.passes(c, hours=16)
    assert alarms(world, c) == []
    day.passes(c, minutes=4)
    assert alarms(world, c) == [], "two minutes on Monday and two on Tuesday"
    day.passes(c, minutes=1, seconds=2)
    assert alarms(world, c) == [("sla_warned", "first_response")]
    day.passes(c, minutes=5)
    assert alarms(world, c)[1:] == [("sla_breached", "first_response")]


def test_an_alarm_is_never_early_though_timers_may_be(world: World) -> None:
    c, sla = world.write("1"), levels(world)
    timer = sla.next_timer(c.id)
    assert timer == Timer("sla", c.id, c.version, world.clock.now() + timedelta(minutes=5) + SLACK)
    world.clock.advance(minutes=5, milliseconds=-1)
    assert sla.alarm_due(c.id, c.version) == "chained"
    assert (alarms(world, c), world.outbox.timers[-1][0]) == ([], timer)
    world.clock.advance(milliseconds=1)
    assert sla.alarm_due(c.id, c.version) == "done"
    assert alarms(world, c) == [("sla_warned", "first_response")]


def test_a_timer_that_comes_twice_or_after_a_later_commit_does_nothing(world: World) -> None:
    c, sla = world.write("1"), levels(world)
    world.clock.advance(minutes=5)
    assert [sla.alarm_due(c.id, c.version), sla.alarm_due(c.id, c.version)] == ["done", "moved_on"]
    assert len(alarms(world, c)) == 1
    noted = world.desk.note(BOSS, c.id, "hm", "")
    world.clock.advance(minutes=5)
    assert sla.fire(Timer("sla", c.id, c.version, world.clock.now())) == "moved_on"
    assert sla.fire(look(c.id, noted.version, world.clock.now() - FIRST_LOOK)) == "done", "the later commit has a timer of its own"


def test_a_timer_on_its_way_is_passed_on_only_while_nothing_happened(world: World) -> None:
    c, sla = world.write("1"), levels(world)
    far = Timer("sla", c.id, c.version, world.clock.now() + timedelta(hours=1))
    assert sla.fire(far) == "chained"
    assert world.outbox.timers[-1] == (far, world.clock.now())
    world.write("1")
    world.outbox.timers.clear()
    assert (sla.fire(far), world.outbox.timers) == ("moved_on", [])


def test_an_answer_that_comes_between_reading_and_writing_is_not_overlooked(world: World) -> None:
    """The agent answers after the ledger was read; the alarm is decided again, and then there is none."""
    world.hire("ada")
    c = world.write("1")
    sla = levels(world)
    world.clock.advance(minutes=5)
    world.interfered.before_call(0, lambda: world.elsewhere().desk.reply(ADA, c.id, "Hello", ""), only="commit")
    assert sla.alarm_due(c.id) == "moved_on"
    assert alarms(world, c) == []


def test_two_processes_with_the_same_timer_raise_one_alarm(world: World) -> None:
    c, sla, other = world.write("1"), levels(world), levels(world.elsewhere())
    world.clock.advance(minutes=10)
    world.interfered.before_call(0, lambda: other.alarm_due(c.id), only="commit")
    assert sla.alarm_due(c.id, c.version) == "moved_on"
    assert alarms(world, c) == [("sla_breached", "first_response")]


@pytest.mark.parametrize("resolved", [False, True])
def test_what_was_answered_late_before_any_timer_came_is_on_record_and_not_escalated(world: World, resolved: bool) -> None:
    world.hire("ada")
    c = world.write("1")
    world.clock.advance(minutes=11)
    world.desk.reply(ADA, c.id, "Sorry", "")
    if resolved:
        world.desk.resolve(ADA, c.id)
    Day(world, levels(world, promised(on_breach={"priority": 9}))).passes(c, seconds=10)
    assert alarms(world, c) == [("sla_breached", "first_response")]
    assert world.now_of(c).priority == 5


def test_the_bot_s_conversations_cost_no_look_at_the_ledger(world: World) -> None:
    sla = levels(world)
    c = world.write("1", replace(REFUND, intent="greeting"))
    assert c.status is Status.BOT
    world.interfered.before_call(99, lambda: None, only="events")
    assert (sla.alarm_due(c.id, c.version), world.interfered.calls) == ("moved_on", 0)


@pytest.mark.parametrize("error", [NotFound("gone"), Unreadable("erased")])
def test_a_timer_of_somebody_erased_is_over(world: World, error: Exception) -> None:
    c, sla = world.write("1"), levels(world)

    def erased() -> None:
        raise error

    world.interfered.before_call(0, erased, only="conversation")
    assert sla.fire(Timer("sla", c.id, 1, world.clock.now())) == "moved_on"


def test_a_customer_s_tier_decides_what_was_promised(world: World) -> None:
    hours = parse({
        "default": {"sla": "main"},
        "sla": {"main": {"rules": [{**RULE, "tiers": ["gold"], "first_response": 60}, RULE]}},
    })  # fmt: skip
    sla = levels(world, hours)
    c = world.write("1")
    plain = sla.next_timer(c.id)
    contact = world.store.contact(c.contact).contact
    world.store.commit_contact(contact, [ev.ContactAttributesSet({TIER: "gold"})], ADA, world.clock.now())
    gold = sla.next_timer(c.id)
    assert plain is not None
    assert gold is not None
    assert plain.due - gold.due == timedelta(minutes=4.5)


def test_an_agent_sees_how_the_clocks_stand(world: World) -> None:
    c, sla = world.write("1"), levels(world)
    world.clock.advance(minutes=7)
    [first, whole] = sla.standings(c.id)
    assert (first.clock, first.outcome, first.remaining) == (ClockKind.FIRST_RESPONSE, Outcome.RUNNING, 180)
    assert (whole.clock, whole.remaining, whole.breached) == (ClockKind.RESOLUTION, 6780, False)


# -- escalation ------------------------------------------------------------------------------------

URGENT: dict[str, Any] = {"on_warning": {"priority": 7}, "on_breach": {"priority": 9, "queue": "supervisors"}}


def test_a_warning_makes_the_wait_more_urgent_and_it_overtakes(world: World) -> None:
    early = world.write("1")
    other = world.write("2", replace(REFUND, intent="other"))
    world.intake.receive(world.message("3"), UNCLEAR)
    sla = levels(world, promised(**URGENT))
    world.clock.advance(minutes=5)
    sla.alarm_due(other.id)
    assert [w.conversation for w in world.store.waiting("general", 9)][:2] == [other.id, early.id]
    assert world.types(other)[-2:] == ["sla_warned", "priority_set"]
    assert world.now_of(other).priority == 7


def test_a_breach_moves_the_wait_to_the_supervisors_one_of_whom_gets_it(world: World) -> None:
    world.hire("eve", queues=("supervisors",))
    c, sla = world.write("1"), levels(world, promised(**URGENT))
    since = c.since
    world.clock.advance(minutes=10)
    assert sla.alarm_due(c.id) == "done"
    after = world.now_of(c)
    assert (after.status, after.owner, after.queue, after.priority) == (Status.ASSIGNED, "eve", "supervisors", 9)
    assert after.since == since, "it keeps the age it had"
    assert world.store.waiting("general", 9) == []


def test_work_in_somebody_s_hands_stays_there_unless_the_policy_takes_it_back(world: World) -> None:
    world.hire("ada", capacity=1)
    c = world.write("1")
    world.desk.accept(ADA, c.id)
    waits = world.write("2")
    world.clock.advance(minutes=10)
    levels(world, promised(**URGENT)).alarm_due(c.id)
    kept = world.now_of(c)
    assert (kept.owner, kept.priority, kept.queue) == ("ada", 9, "general")
    world.desk.reply(ADA, c.id, "Hello", "")
    world.write("1")
    world.clock.advance(minutes=5)
    back: dict[str, Any] = {"on_breach": {"queue": "supervisors", "take_back": True}}
    levels(world, promised(**back)).alarm_due(c.id)
    taken = world.now_of(c)
    assert (taken.status, taken.owner, taken.queue) == (Status.QUEUED, "", "supervisors")
    assert world.now_of(waits).owner == "ada", "whose slot is free for who waits"
    assert world.agent("ada").load == 1


def test_what_is_more_urgent_already_stays_so(world: World) -> None:
    c, sla = world.write("1", REFUND), levels(world, promised(on_breach={"priority": 6, "queue": "supervisors"}))
    world.clock.advance(minutes=10)
    sla.alarm_due(c.id)
    assert (world.now_of(c).priority, world.now_of(c).queue) == (7, "supervisors")
    assert "priority_set" not in world.types(c)


def test_what_is_over_is_not_escalated(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    over = world.desk.resolve(ADA, c.id)
    assert escalate(over, Escalation(9, "supervisors", take_back=True), Level.BREACH, world.clock.now()) == []


def test_an_escalation_moves_no_clock_and_is_not_repeated(world: World) -> None:
    rules = [{**RULE, "priorities": [9], "first_response": 60, "resolution": 120}, RULE]
    hours = parse({"default": {"sla": "main"}, "sla": {"main": {"rules": rules, **URGENT}}})
    sla = levels(world, hours)
    day = Day(world, sla)
    c = world.write("1")
    day.passes(c, minutes=30)
    assert alarms(world, c) == [("sla_warned", "first_response"), ("sla_breached", "first_response")]
    day.passes(c, hours=2)
    assert world.types(c).count("queued") == 2
    assert world.types(c).count("priority_set") == 2


# -- when timers are lost --------------------------------------------------------------------------


def test_the_sweeper_raises_what_lost_timers_left_and_counts_it(world: World) -> None:
    c, sla, late = world.write("1"), levels(world), timedelta(seconds=5)

    def found() -> int:
        return sla.repair([(w.conversation, w.since) for w in world.store.waiting("general", 9)], late)

    world.clock.advance(minutes=5, seconds=4)
    assert found() == 0, "a timer may still be on its way"
    world.clock.advance(seconds=1)
    assert [found(), found()] == [1, 0]
    assert alarms(world, c) == [("sla_warned", "first_response")]
    assert world.outbox.timers == [], "the commit has a look of its own"
    assert levels(world, parse({})).repair([(c.id, c.since or world.clock.now())], late) == 0


what_happens = st.sampled_from(["write", "write", "reply", "note", "hand back", "priority"])
acts = st.lists(st.tuples(st.floats(0.2, 25), what_happens), max_size=12)


@given(done=acts)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_no_alarm_is_missed_and_none_comes_late(done: list[tuple[float, str]]) -> None:
    world = World()
    world.hire("ada", capacity=9)
    sla = levels(world)
    day = Day(world, sla)
    c = world.write("1")
    act: dict[str, Callable[[], object]] = {
        "write": lambda: world.write("1"),
        "reply": lambda: world.now_of(c).owner == "ada" and world.desk.reply(ADA, c.id, "Hm", ""),
        "note": lambda: world.desk.note(BOSS, c.id, "hm", ""),
        "hand back": lambda: world.now_of(c).owner == "ada" and world.desk.transfer(ADA, c.id, queue="general"),
        "priority": lambda: world.store.commit(
            Change(world.now_of(c), (ev.PrioritySet(6, "agent"),), ADA, world.clock.now())
        ),
    }  # fmt: skip
    for minutes, what in done:
        day.passes(c, minutes=minutes)
        act[what]()
        ahead = sla.next_timer(c.id)
        assert ahead is None or ahead.due > world.clock.now() - timedelta(seconds=10) - FIRST_LOOK
    day.passes(c, hours=5)
    assert sla.next_timer(c.id) is None
    raised = [(r.at, r.event) for r in world.store.events(c.ledger) if isinstance(r.event, ev.SlaWarned | ev.SlaBreached)]
    assert all(timedelta(0) <= when - e.due <= FIRST_LOOK + 2 * SLACK for when, e in raised if isinstance(e, ev.SlaBreached))
    assert len({(e.type, e.clock, e.since) for _, e in raised}) == len(raised)
    breached = {s.clock.value for s in sla.standings(c.id) if s.breached}
    assert breached <= {clock for kind, clock in alarms(world, c) if kind == "sla_breached"}
