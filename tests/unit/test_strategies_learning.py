"""What the planner learns: how far labels are to be believed, how much comes, and who is planned for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.strategies.base import Class, Ended
from switchboard.domain.strategies.hardness import Hardness
from switchboard.domain.strategies.learning import Hands, Learning, Prices
from tests.unit.test_strategies import Desk, Task


def ended(kind: str, proved_complex: bool, *, expert: bool = False, labelled: bool = True, seconds: float = 500.0) -> Ended:
    return Ended("ann", expert, True, kind, labelled, proved_complex, seconds)


def test_before_anything_has_ended_a_label_is_believed_for_the_most_part() -> None:
    assert 0.62 < Hardness().share("billing") < 0.9


def test_a_kind_whose_complex_label_proves_wrong_is_no_longer_believed_and_others_still_are() -> None:
    hardness = Hardness()
    for _ in range(60):
        hardness.ended(ended("billing", False))
        hardness.ended(ended("orders", True))
    assert hardness.share("billing") < 0.25
    assert hardness.share("orders") > 0.9


def test_it_is_the_experts_time_that_counts_not_the_number_of_conversations() -> None:
    hardness = Hardness()
    for _ in range(200):
        hardness.ended(ended("billing", True, expert=True, seconds=100.0))
        hardness.ended(ended("billing", False, expert=True, seconds=300.0))
    assert hardness.share("billing") == pytest.approx(0.25, abs=0.03)


def test_what_was_labelled_simple_says_nothing_of_the_label_complex() -> None:
    hardness = Hardness()
    before = hardness.share("billing")
    for _ in range(50):
        hardness.ended(ended("billing", False, labelled=False))
    assert hardness.share("billing") == before


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.booleans(), st.booleans(), st.floats(0.1, 5000)), max_size=50))
def test_a_share_is_a_share(each: list[tuple[str, bool, bool, bool, float]]) -> None:
    hardness = Hardness()
    for kind, proved, expert, labelled, seconds in each:
        hardness.ended(ended(kind, proved, expert=expert, labelled=labelled, seconds=seconds))
    assert all(0 < hardness.share(kind) < 1 for kind in "abc")


# -- the plan ----------------------------------------------------------------------------------------


class Solver:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.hands: dict[str, Hands] = {}
        self.demand: dict[Class, float] = {}

    def __call__(self, hands: Sequence[Hands], demand: Mapping[Class, float]) -> Prices:
        self.hands, self.demand = {h.agent: h for h in hands}, dict(demand)
        return Prices({h.agent: 2.0 for h in hands}, dict.fromkeys(demand, 700.0))


def test_demand_follows_what_comes_slowly_and_forgets_what_no_longer_comes() -> None:
    solver = Solver()
    learning = Learning(solver, every=100.0)
    seen = []
    for count in (100, 100, 0, 0, 0, 0, 0, 0, 0, 0):
        for _ in range(count):
            learning.arrived(Task())
        learning.plan([Desk("a")])
        seen.append(solver.demand["billing", False])
    assert seen[:2] == pytest.approx([1.0, 1.0])
    assert 0.5 < seen[2] < 1.0
    assert seen[2:] == sorted(seen[2:], reverse=True)
    assert seen[-1] < 0.1


def test_experts_are_planned_only_for_complex_work_that_is_believed() -> None:
    solver = Solver()
    learning = Learning(solver)
    for _ in range(60):
        learning.ended(ended("orders", False))
    skills = {"billing": 4, "orders": 4}
    plan = learning.plan([Desk("expert", expert=True, skills=skills), Desk("other", skills=skills)])
    assert plan.doubtful == {"orders"}
    assert set(solver.hands["expert"].seconds) == {("billing", True)}
    assert len(solver.hands["other"].seconds) == 4


def test_a_plan_knows_how_long_everybody_takes_with_the_skill_and_without() -> None:
    learning = Learning(Solver())
    for _ in range(100):
        learning.ended(ended("billing", False, labelled=False, seconds=100.0))
    plan = learning.plan([Desk("ann"), Desk("bob", skills={"orders": 3})])
    assert plan.seconds["ann", "billing", False] == pytest.approx(100.0, rel=0.2)
    assert plan.seconds["bob", "billing", False] > plan.seconds["ann", "billing", False]
    assert plan.price == {"ann": 2.0, "bob": 2.0}


def test_a_plan_knows_who_was_used_more_than_their_colleagues_lately() -> None:
    learning = Learning(Solver(), every=600.0)
    desks = [Desk("ann"), Desk("bob")]
    assert learning.plan(desks).use == {}  # nothing has ended: nobody is behind
    for _ in range(20):
        for _ in range(6):
            learning.ended(ended("billing", False, seconds=300.0))  # ann's
        use = learning.plan(desks).use
    assert use["ann"] > 1.5
    assert use["bob"] < 0.5
    assert learning.plan([*desks, Desk("new")]).use["new"] > use["bob"]  # who has just come is not behind for it


def test_use_is_a_share_of_the_slots_there_are() -> None:
    learning = Learning(Solver(), every=600.0)
    small, large = Desk("ann", slots=2), Desk("bob", slots=4)
    for _ in range(30):
        for agent, count in (("ann", 2), ("bob", 4)):
            for _ in range(count):
                learning.ended(Ended(agent, False, True, "billing", False, False, 300.0))
        use = learning.plan([small, large]).use
    assert use["ann"] == pytest.approx(1.0, abs=0.05)
    assert use["bob"] == pytest.approx(1.0, abs=0.05)


def test_what_was_done_long_ago_does_not_count_for_ever() -> None:
    learning = Learning(Solver(), every=600.0)
    desks = [Desk("ann"), Desk("bob")]
    for agent, intervals in (("ann", 10), ("bob", 150)):
        for _ in range(intervals):
            for _ in range(3):
                learning.ended(Ended(agent, False, True, "billing", False, False, 300.0))
            use = learning.plan(desks).use
    assert use["bob"] > 1.5
    assert use["ann"] < 0.5
