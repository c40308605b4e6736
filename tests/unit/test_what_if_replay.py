"""A past that was written down is played again: the same policy gives the same waits, another one what it would have given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import fmean

import pytest

from switchboard.adapters.planning.prices import solve
from switchboard.application.fanout import StoredCommit
from switchboard.application.what_if import AFTER, Question, WhatIf
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, TooLarge
from switchboard.domain.requirements import Requirements
from switchboard.domain.simulation.play import Task
from switchboard.domain.whatif.chance import Chance
from switchboard.domain.whatif.comparison import RECORDED, Comparison
from switchboard.domain.whatif.patience import LONGEST, Patience
from switchboard.domain.whatif.policies import Policy, strategy_for
from switchboard.domain.whatif.replay import PastReading
from switchboard.domain.whatif.synthetic import MadeUp, made_up
from switchboard.domain.whatif.traffic import DAY, Traffic
from tests.unit.test_what_if_ledger import MIDNIGHT, MOVED, Ledger, assigned, moment, queued, resolved

REFUND = Requirements(kind="refund", level=1)
LEAST_LOAD = Policy("least_load", "least_load", {})


class Written:
    """A past in memory, behind the use case's port."""

    def __init__(self, *ledgers: Ledger) -> None:
        self.ledgers = ledgers

    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:
        for ledger in self.ledgers:
            for c in ledger.commits:
                if c.at < until and (c.at >= since or ledger.name.startswith("agt#")):
                    yield c

    def traffic(self, days: int = 1, start: datetime = MIDNIGHT, seed: int = 1) -> Traffic:
        reading, until = PastReading(), start + timedelta(days=days) + AFTER
        for commit in self.commits(start - timedelta(days=1), until):
            reading.add(commit)
        return reading.traffic(start, days, until, seed)

    def compared(self, *policies: Policy, days: int = 1, start: datetime = MIDNIGHT) -> Comparison:
        return WhatIf(self, solve).replayed(start, days, Question(policies))


def played(traffic: Traffic, strategy: str = "least_load", weights: dict[str, float] | None = None, days: int = 1) -> Sequence[Task]:
    return strategy_for(strategy, weights or {}, solve)(traffic.centre(0, days)).run().tasks


def agent(
    name: str, queues: tuple[str, ...], *times: tuple[float, float], capacity: int = 1, skills: dict[str, int] | None = None
) -> Ledger:
    profile = ev.AgentProfileSet(capacity, queues, ("en",), name, skills=skills or {})
    ledger = Ledger(f"agt#{name}").at(-40 * DAY, profile)
    for start, end in times:
        ledger.at(start, ev.PresenceChanged(ev.Presence.ONLINE, "agent")).at(end, ev.PresenceChanged(ev.Presence.OFFLINE, "agent"))
    return ledger


def talk(number: int, since: float, start: float, end: float, by: str, requires: Requirements | None = None) -> Ledger:
    return Ledger(f"cnv#c{number}-000001").at(since, queued(since, requires=requires)).at(start, assigned(by)).at(end, resolved())


def written(traffic: Traffic, tasks: Sequence[Task]) -> Written:
    """What a stack would have written of a day that was played."""
    ledgers = []
    for person in traffic.agents:
        profile = ev.AgentProfileSet(person.slots, ("billing",), ("en",), person.id, skills=dict(person.skills), expert=person.expert)
        ledger = Ledger(f"agt#{person.id}").at(-40 * DAY, profile)
        for start, end in person.shifts:
            ledger.at(start, ev.PresenceChanged(ev.Presence.ONLINE, "agent")).at(end, ev.PresenceChanged(ev.Presence.OFFLINE, "agent"))
        ledgers.append(ledger)
    for number, task in enumerate(tasks):
        asks = Requirements(kind=task.kind, level=1, complex=task.complex, vip=task.vip)
        ledger = Ledger(f"cnv#c{number}-000001").at(task.since, queued(task.since, requires=asks))
        end = task.since + task.waited
        if task.desk is not None:
            ledger.at(end, assigned(task.desk.id)).at(end + task.handled, resolved(proved=task.arrival.true.complex))
        else:
            ledger.at(end, resolved(ev.ActorKind.CUSTOMER))
        ledgers.append(ledger)
    return Written(*ledgers)


@pytest.mark.parametrize("strategy", ["least_load", "longest_idle", "round_robin", "relaxing", "index"])
def test_a_day_played_under_a_policy_and_written_down_gives_the_same_waits_when_replayed_under_it(strategy: str) -> None:
    made = made_up(MadeUp(2, 1200, seed=3, load=0.8))
    truth = strategy_for(strategy, {}, solve)(replace(made.centre(0, 2), warm_up=-DAY)).run().tasks
    traffic = written(made, truth).traffic(days=2)
    again = played(traffic, strategy, days=2)
    counted = [t for t in truth if t.since >= 0]
    assert len(again) == len(counted) == 1200
    assert fmean(t.waited for t in counted) > 10
    assert [t.waited for t in again] == pytest.approx([t.waited for t in counted], abs=0.01)
    assert [t.desk and t.desk.id for t in again] == [t.desk and t.desk.id for t in counted]
    assert [s.waited for s in traffic.recorded] == pytest.approx([t.waited for t in counted], abs=0.01)


def test_a_policy_that_would_have_been_better_shows_shorter_waits_and_what_was_recorded_stands_beside_it() -> None:
    """Ann drowns while Bob idles: whoever lets Bob help after half a minute does better."""
    chance = Chance("ann and bob")
    past = [agent("ann", ("billing",), (-DAY, 2 * DAY), skills={"refund": 3}), agent("bob", ("billing",), (-DAY, 2 * DAY), skills={})]
    at = free = 0.0
    for number in range(250):
        at += chance.exponential(300)
        free = max(at, free)
        ends = free + 60 + chance.exponential(200)
        past.append(talk(number, at, free, ends, "ann", requires=REFUND))
        free = ends
    found = Written(*past).compared(Policy("help", "relaxing", {"level": 1, "any_level": 0, "anybody": 30}), LEAST_LOAD)
    waits = {r.label: r.figures["mean_wait"] for r in found.results}
    recorded, kept, helped = waits[RECORDED], waits["least_load"], waits["help"]
    assert recorded is not None
    assert kept is not None
    assert helped is not None
    assert kept.value == pytest.approx(recorded.value, rel=0.01)
    assert helped.value < 0.4 * kept.value
    [difference] = found.differences
    gained = difference.figures["mean_wait"]
    assert gained is not None
    assert gained.high is not None
    assert gained.high < 0


def test_short_waits_of_those_who_were_served_are_not_read_as_impatience() -> None:
    """Served within 20 s are 900, of 100 who were kept waiting half left around 10 minutes."""
    past = [agent("ann", ("billing",), (-DAY, 2 * DAY), capacity=9)]
    for number in range(900):
        past.append(talk(number, 60.0 * number, 60.0 * number + number % 20, 60.0 * number + 90, "ann"))
    for number in range(900, 1000):
        since, wait = 50.0 * number, 540.0 + number % 120
        if number % 2:
            past.append(Ledger(f"cnv#c{number}-000001").at(since, queued(since)).at(since + wait, resolved(ev.ActorKind.CUSTOMER)))
        else:
            past.append(talk(number, since, since + wait, since + wait + 100, "ann"))
    arrivals = Written(*past).traffic().arrivals
    patience = sorted(a.patience for a in arrivals)
    assert patience[100] > 500
    gone = [a.patience for a in arrivals if (a.at / 50) % 1 == 0 and a.at / 50 >= 900 and int(a.at / 50) % 2]
    assert all(540 <= p < 660 for p in gone)


def test_the_product_limit_estimate_agrees_with_a_table_worked_by_hand() -> None:
    known = Patience(left=[6, 6, 6, 7, 10, 13, 16, 22, 23], served=[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], enough=1)
    # the classic remission times of E. A. Gehan 1965, as every textbook has them
    assert [known.surviving(t) for t in (5, 6, 7, 10, 13, 16, 22, 23)] == pytest.approx(
        [1.0, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4
    )


def test_patience_drawn_out_of_censored_waits_has_the_mean_it_was_made_with() -> None:
    chance = Chance("patience")
    left: list[float] = []
    served: list[float] = []
    truths: list[float] = []
    for _ in range(4000):
        patience, wait = chance.exponential(600), chance.exponential(200)
        truths.append(patience)
        (left if patience < wait else served).append(min(patience, wait))
    known = Patience(left, served)
    drawn = left + [known.draw(chance.share(), beyond=w) for w in served]
    assert fmean(drawn) == pytest.approx(fmean(truths), rel=0.1)
    assert fmean(left + served) < 0.4 * fmean(truths)  # what reading them as patience would give


def test_where_nobody_ever_left_patience_has_no_end_but_a_day() -> None:
    assert Patience([], [1.0, 5.0]).draw(0.5, 3.0) == LONGEST
    assert Patience([], []).draw(0.5) == LONGEST


def test_nobody_is_given_work_while_they_are_away() -> None:
    half = agent("bob", ("billing",), (0, DAY / 2), capacity=5)
    never = agent("cleo", ("billing",), capacity=5)
    idle = agent("dan", ("billing",), (0, DAY), capacity=0)
    past = [agent("ann", ("billing",), (0, DAY), capacity=5), half, never, idle]
    past += [talk(n, 200.0 * n, 200.0 * n + 1, 200.0 * n + 500, "ann") for n in range(400)]
    tasks = played(Written(*past).traffic())
    by = {name: [t.since + t.waited for t in tasks if t.desk and t.desk.id == name] for name in ("ann", "bob", "cleo", "dan")}
    assert by["cleo"] == by["dan"] == []
    assert len(by["bob"]) > 50
    assert max(by["bob"]) <= DAY / 2
    assert sum(map(len, by.values())) == 400


def test_a_period_that_cuts_through_conversations_counts_those_that_began_in_it() -> None:
    past = [agent("ann", ("billing",), (-2 * DAY, 3 * DAY), capacity=9)]
    past += [talk(n, -900.0 + 300 * n, -890.0 + 300 * n, -300.0 + 300 * n, "ann") for n in range(10)]
    past += [talk(50, DAY - 10, DAY + 5, DAY + 400, "ann"), talk(51, DAY + 1, DAY + 20, DAY + 90, "ann")]
    past += [talk(60, -3 * DAY, 60, 600, "ann")]  # queued before anything that is read
    traffic = Written(*past).traffic()
    assert [t.since for t in played(traffic)] == [300.0 * n for n in range(7)] + [DAY - 10]
    assert [a.at for a in traffic.arrivals][:3] == [-900.0, -600.0, -300.0]  # played, so that the day begins as it was
    assert traffic.notes["odd: began before the period"] == 1
    [late] = [s for s in traffic.recorded if s.at == DAY - 10]
    assert (late.waited, late.handled) == (15, 395)


def test_an_agent_whose_profile_changes_is_one_person_in_the_figures() -> None:
    ann = agent("ann", ("billing",), (0, DAY / 2))
    ann.at(DAY / 2 + 1, ev.AgentProfileSet(3, ("billing",), ("en",), "ann"))
    ann.at(DAY / 2 + 2, ev.PresenceChanged(ev.Presence.ONLINE, "agent"))
    past = [ann, *(talk(n, 400.0 * n, 400.0 * n, 400.0 * n + 300, "ann") for n in range(200))]
    traffic = Written(*past).traffic()
    assert sorted(a.slots for a in traffic.agents) == [1, 3]
    assert traffic.presence(0, DAY).keys() == {"ann"}
    assert traffic.presence(0, DAY)["ann"] == pytest.approx(DAY / 2 + 3 * DAY / 2, abs=10)


def test_old_records_let_agents_do_whatever_comes_to_their_queues() -> None:
    """No skills were asked for, and of agents none were known; a transfer put one matter into another queue."""
    heard = ev.IntentDetected("m", "refund", 0.9, "en", "model")
    asked = Ledger("cnv#c1-000001").at(10, heard, queued(10)).at(20, assigned("ann")).at(90, resolved())
    moved = Ledger("cnv#c2-000001").at(10, heard, queued(10)).at(20, assigned("ann")).at(30, ev.Accepted("ann", 1))
    moved.at(60, ev.Released("ann", 1, MOVED), queued(60, "repairs", "transferred")).at(80, assigned("bob", 2)).at(99, resolved())
    traffic = Written(agent("ann", ("billing",), (0, DAY), capacity=5), agent("bob", ("repairs",), (0, DAY)), asked, moved).traffic()
    tasks = played(traffic)
    assert [(t.since, t.desk and t.desk.id) for t in tasks] == [(10, "ann"), (10, "ann"), (60, "bob")]


def test_a_skill_that_was_asked_for_is_needed_until_a_policy_relaxes_and_a_queue_always() -> None:
    people = [
        agent("ann", ("billing",), (0, DAY), skills={"refund": 5}), agent("bob", ("billing",), (0, DAY), skills={"other": 5}),
        agent("cleo", ("repairs",), (0, DAY), skills={"refund": 5}),
    ]  # fmt: skip
    talks = [talk(n, 100.0 + n, 200, 9000.0, "ann", requires=REFUND) for n in range(3)]
    traffic = Written(*people, *talks).traffic()

    def took(strategy: str, **weights: float) -> set[str]:
        return {t.desk.id for t in played(traffic, strategy, weights) if t.desk}

    assert took("least_load") == {"ann"}
    assert took("relaxing", anybody=30) == {"ann", "bob"}
    assert took("index", relax=10) == {"ann", "bob"}


def test_of_an_agent_whose_record_is_older_than_skills_the_queues_say_what_they_can_do() -> None:
    old = agent("dan", ("billing",), (0, DAY))
    profile = old.commits[0].events[0]
    fields = {k: v for k, v in profile.fields.items() if k not in ("skills", "channels", "regions", "expert")}
    old.commits[0] = replace(old.commits[0], events=(replace(profile, fields=fields),))
    none = agent("eve", ("billing",), (0, DAY), skills={})
    traffic = Written(old, none, *(talk(n, 100.0 + n, 200, 9000.0, "dan", requires=REFUND) for n in range(2))).traffic()
    assert [set(a.skills) for a in traffic.agents] == [{"billing/refund"}, set()]


def test_chance_is_the_seeds_and_the_conversations_alone() -> None:
    people = agent("ann", ("billing",), (0, DAY))
    talks = [talk(n, 60.0 * n, 60.0 * n + 5, 60.0 * n + 50, "ann") for n in range(40)]
    gone = [
        Ledger(f"cnv#c{n}-000001").at(60.0 * n, queued(60.0 * n)).at(60.0 * n + 90, resolved(ev.ActorKind.CUSTOMER)) for n in (90, 95)
    ]  # fmt: skip
    forwards, backwards = Written(people, *talks, *gone), Written(*reversed(talks), *gone, people)
    assert forwards.traffic(seed=4).arrivals == backwards.traffic(seed=4).arrivals
    assert forwards.traffic(seed=4).arrivals != forwards.traffic(seed=5).arrivals


def test_a_period_in_which_there_was_nothing_to_play_is_refused_with_the_reason() -> None:
    with pytest.raises(Malformed, match="nobody was queued"):
        Written(agent("ann", ("billing",), (0, DAY))).traffic()
    with pytest.raises(Malformed, match="nobody was online"):
        Written(agent("ann", ("billing",)), talk(1, 5, 6, 50, "ann")).traffic()
    with pytest.raises(Malformed, match="time zone"):
        Written().compared(LEAST_LOAD, start=moment(0).replace(tzinfo=None))
    with pytest.raises(Malformed, match="1 to 366 days"):
        Written().compared(LEAST_LOAD, days=0)


def test_an_asker_who_cannot_wait_is_told_so_before_all_is_read() -> None:
    past = Written(agent("ann", ("billing",), (0, DAY)), *(talk(n, 60.0 * n, 60.0 * n, 60.0 * n + 9, "ann") for n in range(30)))
    with pytest.raises(TooLarge, match="more than 20 conversations"):
        WhatIf(past, solve).replayed(MIDNIGHT, 1, Question((LEAST_LOAD,), most=20))
