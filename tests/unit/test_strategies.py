"""Strategies and what they learn: who is asked, who waits, and what a customer's wait is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.strategies import simple
from switchboard.domain.strategies.base import Ended
from switchboard.domain.strategies.index import Index, Plan, Weights
from switchboard.domain.strategies.rates import Rates
from switchboard.domain.strategies.relaxing import Relaxing


@dataclass
class Desk:
    id: str
    load: int = 0
    slots: int = 4
    skills: Mapping[str, int] = field(default_factory=lambda: {"billing": 3})
    expert: bool = False
    assigned_at: float = -inf


@dataclass
class Task:
    kind: str = "billing"
    complex: bool = False
    vip: bool = False
    since: float = 0.0


def plan(seconds: Mapping[str, float], **rest: Any) -> Plan:
    """Everybody's expected seconds for simple billing work."""
    return Plan(seconds={(agent, "billing", False): each for agent, each in seconds.items()}, **rest)


# -- the textbook's ----------------------------------------------------------------------------------


def test_the_textbooks_choices() -> None:
    busy, idle, long_idle = Desk("a", load=3), Desk("b", load=1, assigned_at=50), Desk("c", load=2, slots=8, assigned_at=10)
    desks = [busy, idle, long_idle]
    assert simple.least_load().agent_for(Task(), desks, 100) is idle  # c has the same share of used slots, and a later id
    assert simple.longest_idle().agent_for(Task(), [idle, long_idle], 100) is long_idle
    assert simple.longest_idle().agent_for(Task(), desks, 100) is busy  # who was never given work comes first
    assert simple.most_room().agent_for(Task(), desks, 100) is long_idle


def test_round_robin_gives_everybody_a_turn_for_each_kind_apart() -> None:
    robin, desks = simple.RoundRobin(), [Desk("c"), Desk("a"), Desk("b")]
    given = [robin.agent_for(Task(), desks, 0) for _ in range(7)]
    assert [d.id for d in given if d is not None] == ["a", "b", "c", "a", "b", "c", "a"]
    other = robin.agent_for(Task("orders"), desks, 0)
    assert other is not None
    assert other.id == "a"


def test_in_the_ring_whoever_is_busy_is_passed_over_and_whoever_came_free_had_their_turn() -> None:
    robin, a, b, c = simple.RoundRobin(), Desk("a"), Desk("b"), Desk("c")
    assert robin.agent_for(Task(), [a, c], 0) is a
    assert robin.agent_for(Task(), [a, c], 0) is c  # b is busy
    assert robin.task_for(b, [Task(since=5), Task(since=3)], 9) == Task(since=3)
    assert robin.agent_for(Task(), [a, b, c], 9) is c


def test_steps_widen_the_circle_as_the_customer_waits() -> None:
    beginner, expert, other = Desk("a", skills={"billing": 2}), Desk("b", expert=True), Desk("c", skills={"orders": 5})
    relaxing = Relaxing()
    assert relaxing.agent_for(Task(), [beginner, other], 29.9) is None
    assert relaxing.agent_for(Task(), [beginner, other], 30) is beginner
    assert relaxing.agent_for(Task(), [other], 119.9) is None
    assert relaxing.agent_for(Task(), [other], 120) is other
    assert relaxing.agent_for(Task(complex=True), [Desk("d", skills={"billing": 5}), expert], 0) is expert
    assert relaxing.agent_for(Task(complex=True), [Desk("d")], 0) is None


def test_of_those_whose_step_admits_an_agent_the_important_come_first_and_then_the_oldest() -> None:
    beginner = Desk("a", skills={"billing": 2})
    young_vip, vip, older, old = Task(vip=True, since=90), Task(vip=True, since=60), Task(since=10), Task(since=20)
    assert Relaxing().task_for(beginner, [young_vip, older, old, vip], 100) is vip
    assert Relaxing().task_for(beginner, [young_vip, older, old], 100) is older
    assert Relaxing().task_for(beginner, [young_vip], 100) is None


# -- index -------------------------------------------------------------------------------------------


def test_the_quicker_hands_and_the_emptier_desk_are_preferred() -> None:
    quick, slow = Desk("a"), Desk("b")
    assert Index(plan({"a": 200, "b": 400})).agent_for(Task(), [slow, quick], 0) is quick
    full, empty = Desk("a", load=3), Desk("b")
    assert Index().agent_for(Task(), [full, empty], 0) is empty


def test_of_the_hands_that_are_worth_it_the_cheapest_take_it_not_the_quickest() -> None:
    quick_and_dear, slow_and_cheap = Desk("a"), Desk("b")
    index = Index(plan({"a": 200, "b": 400}, price={"a": 5.0, "b": 1.0}, value={("billing", False): 5000.0}))
    assert index.agent_for(Task(), [quick_and_dear, slow_and_cheap], 0) is slow_and_cheap
    assert index.agent_for(Task(), [slow_and_cheap, quick_and_dear], 0) is slow_and_cheap


def test_the_agent_whom_scarce_work_needs_is_spared_until_the_customer_has_waited() -> None:
    dear, cheap = Desk("a"), Desk("b")
    index = Index(plan({"a": 300, "b": 300}, price={"a": 9.0}, value={("billing", False): 600.0}), Weights(tolerance=1.5, patience=60))
    assert index.agent_for(Task(), [dear], 0) is None
    assert index.task_for(dear, [Task()], 0) is None
    assert index.agent_for(Task(), [dear, cheap], 0) is cheap
    assert index.agent_for(Task(), [dear], 600) is dear
    assert index.agent_for(Task(vip=True), [dear], 0) is dear


def test_nobody_who_has_nothing_to_do_is_spared_for_ever() -> None:
    """Whom the plan prefers may have gone home since."""
    dear = Desk("a")
    index = Index(plan({"a": 300}, price={"a": 90.0}, value={("billing", False): 600.0}), Weights(spared=240))
    busy = Desk("a", load=1)
    assert index.agent_for(Task(), [dear], 239) is None
    assert index.task_for(dear, [Task()], 239) is None
    assert index.agent_for(Task(since=0.1), [dear], 0.1 + 240) is dear
    assert index.task_for(dear, [Task(since=0.1)], 0.1 + 240) is not None
    assert index.agent_for(Task(), [busy], 240) is None
    assert 240 in index.looks_again(Task())


@given(waited=st.floats(0, 3000), more=st.floats(0, 3000), price=st.floats(0.5, 20), value=st.floats(50, 5000), vip=st.booleans())
def test_whoever_is_worth_it_stays_worth_it(waited: float, more: float, price: float, value: float, vip: bool) -> None:
    index = Index(Plan(price={"a": price}, value={("billing", False): value}))
    desk, task = Desk("a"), Task(vip=vip)
    if index.agent_for(task, [desk], waited) is desk:
        assert index.agent_for(task, [desk], waited + more) is desk


def test_at_the_time_of_a_look_its_step_has_begun() -> None:
    """Times are sums of floats: who asks whether now - since >= release is a bit early for every other customer, and has no later
    look."""
    expert, dice, index = Desk("a", expert=True), Random(5), Index()
    release = index.looks_again(Task())[-1]
    for at in (dice.uniform(0, 1e5) for _ in range(200)):
        assert index.agent_for(Task(since=at), [expert], at + release) is expert


def test_an_important_customer_comes_before_one_who_has_waited_longer() -> None:
    vip, other = Task(vip=True, since=60), Task(since=0)
    assert Index().task_for(Desk("a"), [other, vip], 90) is vip


def test_quick_work_comes_first_until_the_other_has_waited_long_enough() -> None:
    quick, slow = Task("billing", since=0), Task("orders", since=0)
    seconds = {("a", "billing", False): 100.0, ("a", "orders", False): 400.0}
    index = Index(Plan(seconds=seconds))
    assert index.task_for(Desk("a"), [slow, quick], 30) is quick
    just_come = Task("billing", since=400)
    assert index.task_for(Desk("a"), [slow, just_come], 400) is slow


def test_experts_are_held_back_for_complex_work_whose_label_is_to_be_believed() -> None:
    expert = Desk("a", expert=True)
    index = Index(Plan(doubtful=frozenset({"orders"})), Weights(lend=20, release=900))
    assert index.agent_for(Task(complex=True), [expert], 0) is expert
    assert index.agent_for(Task(), [expert], 899) is None
    assert index.agent_for(Task("orders", complex=True), [expert], 19) is None
    assert index.task_for(expert, [Task(), Task("orders", complex=True)], 19) is None
    assert index.agent_for(Task(), [expert], 900) is expert  # nobody is left for good where only experts are on duty
    assert index.agent_for(Task("orders", complex=True), [Desk("b")], 0) is not None


def test_complex_work_whose_label_is_doubtful_comes_to_experts_once_it_has_waited() -> None:
    expert, doubtful = Desk("a", expert=True), Task("orders", complex=True)
    index = Index(Plan(doubtful=frozenset({"orders"})), Weights(lend=20))
    assert index.agent_for(doubtful, [expert], 20) is expert
    assert index.task_for(expert, [Task(), doubtful], 20) is doubtful
    assert 20 in index.looks_again(doubtful)  # somebody asks again just then


def test_doubtful_work_comes_only_to_experts_with_much_room_so_that_the_last_slots_stay_for_what_only_they_do_well() -> None:
    index, doubtful = Index(Plan(doubtful=frozenset({"orders"})), Weights(lend=20, lend_up_to=0.5)), Task("orders", complex=True)
    roomy, half = Desk("a", load=1, expert=True), Desk("b", load=2, expert=True)
    assert index.agent_for(doubtful, [half], 60) is None
    assert index.agent_for(doubtful, [half, roomy], 60) is roomy
    assert index.task_for(half, [doubtful], 60) is None
    assert index.task_for(half, [Task(complex=True)], 60) is not None
    assert index.agent_for(doubtful, [half], 900) is half


def test_with_fairness_who_was_used_less_comes_first_and_without_it_does_not_matter() -> None:
    busy, idle = Desk("a"), Desk("b")
    lately = Plan(use={"a": 1.4, "b": 0.7}, price={"a": 1.0, "b": 1.5})
    assert Index(lately).agent_for(Task(), [busy, idle], 0) is busy
    assert Index(lately, Weights(fairness=1.0)).agent_for(Task(), [busy, idle], 0) is idle
    assert Index(lately, Weights(fairness=0.05)).agent_for(Task(), [busy, idle], 0) is busy  # a little fairness costs little


@pytest.mark.parametrize("fairness", [-0.1, 1.1, float("nan")])
def test_a_fairness_that_means_nothing_is_refused(fairness: float) -> None:
    with pytest.raises(ValueError, match="fairness"):
        Weights(fairness=fairness)


# -- the reasons for a choice ------------------------------------------------------------------------

factors = st.floats(0.1, 20)
people = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 4), st.booleans(), st.floats(60, 2000), factors, factors), min_size=1, max_size=12
)


@given(
    people=people,
    known=st.integers(0, 12),
    value=st.none() | st.floats(60, 8000),
    fairness=st.sampled_from([0.0, 0.3, 1.0]),
    task=st.builds(Task, st.sampled_from(["billing", "orders"]), st.booleans(), st.booleans(), st.floats(0, 1000)),
    waited=st.sampled_from([0.0, 5.0, 10.0, 60.0, 900.0]) | st.floats(0, 2000),
)
def test_who_is_chosen_follows_from_the_explanations(
    people: list[tuple[int, int, bool, float, float, float]],
    known: int,
    value: float | None,
    fairness: float,
    task: Task,
    waited: float,
) -> None:
    """The loop of the hot path and the explanation of one match must not part ways. Of some agents the plan knows nothing."""
    desks = [Desk(f"a{n}", min(load, slots), slots, expert=expert) for n, (slots, load, expert, *_) in enumerate(people)]
    facts = {desk.id: each[3:] for desk, each in zip(desks[:known], people, strict=False)}
    index = Index(
        Plan(
            price={agent: price for agent, (_, price, _) in facts.items()},
            value={} if value is None else {(task.kind, task.complex): value},
            seconds={(agent, task.kind, task.complex): seconds for agent, (seconds, _, _) in facts.items()},
            doubtful=frozenset({"orders"}),
            use={agent: use for agent, (_, _, use) in facts.items()},
        ),
        Weights(fairness=fairness),
    )
    now = task.since + waited
    explained = [(index.explain(desk, task, now), desk) for desk in desks]
    possible = [(match, desk) for match, desk in explained if match.possible]
    assert index.costs(task, desks, now) == [(match.cost, desk) for match, desk in possible]
    chosen = min(possible, key=lambda each: each[0].cost)[1] if possible else None
    assert index.agent_for(task, desks, now) is chosen
    for match, desk in explained:
        assert (index.task_for(desk, [task], now) is task) == match.possible
        assert match.cost == pytest.approx(match.seconds * match.price * match.crowding * match.fairness)


# -- rates -------------------------------------------------------------------------------------------


def ended(agent: str, kind: str, seconds: float) -> Ended:
    """Simple work done by somebody skilled who is no expert."""
    return Ended(agent, False, True, kind, False, False, seconds)


def test_who_has_shown_nothing_yet_is_expected_to_be_like_their_colleagues() -> None:
    rates = Rates()
    for _ in range(200):
        rates.ended(ended("ann", "billing", 300.0))
    assert rates.mean("new", False, "billing", False) == pytest.approx(300.0, rel=0.05)
    assert rates.mean("new", False, "orders", False) == pytest.approx(300.0, rel=0.1)  # nothing better is known


def test_few_data_move_an_expectation_little_and_many_move_it_all_the_way() -> None:
    rates = Rates()
    for _ in range(500):
        rates.ended(ended("ann", "billing", 300.0))
    rates.ended(ended("bob", "billing", 3000.0))
    assert rates.mean("bob", False, "billing", False) < 700.0
    for _ in range(500):
        rates.ended(ended("bob", "billing", 100.0))
    assert rates.mean("bob", False, "billing", False) == pytest.approx(100.0, rel=0.15)


def test_whoever_is_quick_at_one_thing_is_expected_to_be_quick_at_another() -> None:
    rates = Rates()
    for _ in range(300):
        for agent, seconds in (("quick", 150.0), ("slow", 450.0)):
            rates.ended(ended(agent, "billing", seconds))
        rates.ended(ended("other", "orders", 600.0))
    assert rates.mean("quick", False, "orders", False) < 0.8 * rates.mean("slow", False, "orders", False)


def test_work_without_the_skill_is_expected_to_take_longer() -> None:
    rates = Rates()
    for _ in range(100):
        rates.ended(ended("ann", "billing", 300.0))
    assert rates.mean("bob", False, "billing", False, skilled=False) == pytest.approx(450.0, rel=0.1)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.sampled_from(["x", "y"]), st.booleans(), st.floats(1, 5000))))
def test_an_expectation_lies_within_what_was_ever_seen_or_assumed(finished: list[tuple[str, bool, str, bool, float]]) -> None:
    rates = Rates()
    for agent, expert, kind, complex_, seconds in finished:
        rates.ended(Ended(agent, expert, True, kind, complex_, complex_, seconds))
    assert 0 < rates.mean("a", False, "x", False) < 10 * max([480.0, *(f[4] for f in finished)])
