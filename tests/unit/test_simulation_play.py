"""The simulated day keeps the rules of a real one: nobody is lost, nobody has more than they can hold, time never runs backwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent, Work
from switchboard.domain.simulation.jobs import EVERY, InboxJobs
from switchboard.domain.simulation.planned import planned
from switchboard.domain.simulation.play import Outcome, Play, Task
from switchboard.domain.strategies import base, simple
from switchboard.domain.strategies.base import Class, Ended
from switchboard.domain.strategies.index import Weights
from switchboard.domain.strategies.learning import Hands, Prices
from switchboard.domain.strategies.relaxing import Relaxing, Steps

KINDS = ("billing", "orders", "repairs")


def dear_and_cheap(hands: Sequence[Hands], demand: Mapping[Class, float]) -> Prices:
    """Stands for the solver: half the people are dear."""
    return Prices({h.agent: 1.0 + 4.0 * (n % 2) for n, h in enumerate(hands)}, dict.fromkeys(demand, 600.0))


PLAYS: dict[str, Callable[[Centre], Play]] = {
    "least load": lambda centre: Play(centre, simple.least_load()),
    "longest idle": lambda centre: Play(centre, simple.longest_idle()),
    "round robin": lambda centre: Play(centre, simple.RoundRobin()),
    "steps": lambda centre: Play(centre, Relaxing(Steps(any_level=20, anybody=50))),
    "jobs": lambda centre: InboxJobs(centre, simple.most_room()),
    "retries": lambda centre: Play(centre, simple.least_load(), retry=15.0),
    "index": lambda centre: planned(centre, dear_and_cheap),
    "index that never relaxes": lambda centre: planned(centre, dear_and_cheap, Weights(relax=inf)),
}


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """Small and busy: a few agents, some of whom come and go, and up to sixty customers."""
    dice = Random(draw(st.integers(0, 2**32)))
    agents = []
    for n in range(dice.randint(1, 5)):
        skills = {k: dice.randint(1, 5) for k in KINDS if dice.random() < 0.6} or {KINDS[0]: 3}
        means = {Work(k, c): dice.uniform(20, 400) for k in KINDS for c in (True, False)}
        start = dice.uniform(0, 300)
        shifts = ((start, start + dice.uniform(60, 2000)),) if dice.random() < 0.3 else ()
        agents.append(SimulatedAgent(f"a{n}", dice.randint(1, 3), skills, means, dice.random() < 0.3, shifts=shifts))
    at, arrivals = 0.0, []
    for _ in range(dice.randint(0, 60)):
        at += dice.expovariate(1 / 15)
        true, label = (Work(dice.choice(KINDS), dice.random() < 0.3) for _ in range(2))
        arrivals.append(
            Arrival(at, true, label, dice.expovariate(1 / 300), dice.expovariate(1.0), vip=dice.random() < 0.2)
        )
    return Centre("small", tuple(agents), tuple(arrivals), 0.0, 1.0)


def least_load(centre: Centre, retry: float = 0.0) -> Outcome:
    return Play(centre, simple.least_load(), retry=retry).run()


def held(task: Task) -> tuple[float, float]:
    """From when to when it held a slot."""
    start = task.since + task.waited
    return start, start + task.handled


@pytest.mark.parametrize("name", PLAYS)
@given(centre=centres())
@settings(max_examples=40, deadline=None)
def test_everybody_who_came_is_served_within_their_patience_or_gave_up_after_it(name: str, centre: Centre) -> None:
    tasks = PLAYS[name](centre).run().tasks
    assert [t.arrival for t in tasks] == list(centre.arrivals)
    for task in tasks:
        assert task.left == (task.desk is None)
        assert 0 <= task.waited <= task.arrival.patience + 1e-6
        assert not task.left or task.waited == pytest.approx(task.arrival.patience)


@pytest.mark.parametrize("name", PLAYS)
@given(centre=centres())
@settings(max_examples=40, deadline=None)
def test_no_agent_ever_has_more_than_their_slots_nor_begins_while_away(name: str, centre: Centre) -> None:
    tasks = PLAYS[name](centre).run().tasks
    for agent in centre.agents:
        mine = [held(t) for t in tasks if t.desk is not None and t.desk.id == agent.id]
        for start, _ in mine:
            now = start + 1e-6  # times are sums of floats
            assert sum(a <= now < b for a, b in mine) <= agent.slots
            assert not agent.shifts or any(a <= now <= b for a, b in agent.shifts)


@pytest.mark.parametrize("name", PLAYS)
@given(centre=centres())
@settings(max_examples=40, deadline=None)
def test_who_lacks_the_skill_is_asked_only_once_the_strategy_relaxes(name: str, centre: Centre) -> None:
    play = PLAYS[name](centre)
    for task in play.run().tasks:
        if task.desk is not None and task.kind not in task.desk.skills:
            assert task.waited >= play.strategy.relaxes_after - 1e-6


@given(centre=centres())
@settings(max_examples=40, deadline=None)
def test_first_come_is_first_served_among_those_of_one_class(centre: Centre) -> None:
    served: dict[tuple[str, bool, bool], list[tuple[float, float]]] = {}
    for task in least_load(centre).tasks:
        if task.desk is not None:
            served.setdefault((task.kind, task.complex, task.vip), []).append((task.since, round(held(task)[0], 6)))
    for line in served.values():
        assert [start for _, start in line] == sorted(start for _, start in line)


@given(centre=centres())
@settings(max_examples=20, deadline=None)
def test_without_a_queue_the_customer_is_only_tried_at_the_retries(centre: Centre) -> None:
    for task in least_load(centre, retry=15.0).tasks:
        if task.desk is not None:
            assert task.waited % 15.0 == pytest.approx(0.0, abs=1e-6) or task.waited % 15.0 == pytest.approx(15.0, abs=1e-6)


def test_the_same_day_is_played_the_same_way_twice() -> None:
    agents = (SimulatedAgent("a", 2, {"billing": 3}, {Work("billing"): 60.0}),)
    arrivals = tuple(Arrival(n * 20.0, Work("billing"), Work("billing"), 100.0, 1.0) for n in range(50))
    centre = Centre("one", agents, arrivals, 0.0, 1.0)
    first, second = (PLAYS["index"](centre).run() for _ in range(2))
    assert [t.waited for t in first.tasks] == [t.waited for t in second.tasks]
    assert first.busy == second.busy


def test_what_happens_in_the_warm_up_is_played_and_not_counted() -> None:
    agents = (SimulatedAgent("a", 1, {"billing": 3}, {Work("billing"): 100.0}),)
    arrivals = tuple(Arrival(at, Work("billing"), Work("billing"), 500.0, 1.0) for at in (0.0, 60.0))
    [counted] = least_load(Centre("one", agents, arrivals, 50.0, 1.0)).tasks
    assert counted.waited == pytest.approx(40.0)  # behind the one of the warm-up


def orders(at: float, effort: float = 1.0) -> Arrival:
    return Arrival(at, Work("orders"), Work("orders"), inf, effort)


def billing(at: float, effort: float = 1.0) -> Arrival:
    return Arrival(at, Work("billing"), Work("billing"), inf, effort)


def test_the_longest_idle_is_whose_last_assignment_is_longest_ago_though_another_ended_earlier() -> None:
    agents = tuple(SimulatedAgent(name, 2, {"billing": 3}, {Work("billing"): 100.0}) for name in "ab")
    arrivals = (billing(0, effort=9.0), billing(10, effort=0.1), billing(50))
    tasks = Play(Centre("two", agents, arrivals, 0.0, 1.0), simple.longest_idle()).run().tasks
    assert [t.desk.id for t in tasks if t.desk is not None] == ["a", "b", "a"]


def test_an_inboxs_job_is_not_started_by_the_end_of_another_inboxs_conversation() -> None:
    """With a router the freed slot looks for work of any kind; here it stays empty until the inbox's next job."""
    agents = (SimulatedAgent("a", 1, {"billing": 3, "orders": 3}, {Work("billing"): 100.0, Work("orders"): 100.0}),)
    centre = Centre("one", agents, (orders(0), billing(50), orders(5 * EVERY)), 0.0, 1.0)
    routed, jobs = least_load(centre), InboxJobs(centre, simple.most_room()).run()
    assert [t.waited for t in routed.tasks][:2] == pytest.approx([0, 50])
    assert [t.waited for t in jobs.tasks][:2] == pytest.approx([0, EVERY - 50])


def test_the_planner_hears_of_a_conversation_what_it_proved_to_be_only_once_it_has_ended() -> None:
    heard: list[tuple[float, str]] = []

    class Listener:
        every = 100.0

        def arrived(self, task: base.Task) -> None:
            heard.append((task.since, "came"))

        def ended(self, e: Ended) -> None:
            heard.append((e.seconds, "ended complex" if e.proved_complex else "ended simple"))

        def replan(self, desks: Sequence[base.Desk]) -> None:
            heard.append((len(desks), "plan"))

    agents = (SimulatedAgent("a", 1, {"billing": 3}, {Work("billing", True): 60.0}),)
    arrivals = tuple(Arrival(at, Work("billing", True), Work("billing"), inf, 1.0) for at in (0.0, 10.0, 150.0))
    Play(Centre("one", agents, arrivals, 0.0, 1.0), simple.least_load(), Listener()).run()
    hard = (60.0, "ended complex")
    assert heard == [(0.0, "came"), (10.0, "came"), hard, hard, (1, "plan"), (150.0, "came"), hard]
