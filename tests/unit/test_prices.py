"""Prices of agents' time and values of work say who is needed where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.adapters.planning.prices import CONGESTION, LOWEST, UNPLACED, solve
from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.learning import Hands

BILLING, ORDERS = ("billing", False), ("orders", False)


def test_an_agent_whom_only_they_can_do_work_needs_is_dear() -> None:
    alone = Hands("alone", 4, {BILLING: 300.0, ORDERS: 300.0})
    others = [Hands(f"other{n}", 4, {BILLING: 300.0}) for n in range(3)]
    prices = solve([alone, *others], {ORDERS: 3.6 / 300, BILLING: 3.6 / 300})
    assert prices.agents["alone"] > 2 * max(prices.agents[h.agent] for h in others)
    assert prices.values[ORDERS] > 2 * prices.values[BILLING]


def test_the_more_comes_the_dearer_everybody_is() -> None:
    hands = [Hands(f"a{n}", 4, {BILLING: 300.0}) for n in range(3)]
    dear = [solve(hands, {BILLING: use * 12 / 300}).agents["a0"] for use in (0.2, 0.65, 0.9)]
    assert dear == sorted(dear)
    assert dear[0] < dear[1] < dear[2]


def test_work_is_worth_the_cheapest_hands_there_are_for_it() -> None:
    prices = solve([Hands("quick", 4, {BILLING: 100.0}), Hands("slow", 4, {BILLING: 400.0})], {BILLING: 0.5 / 100})
    assert prices.values[BILLING] == pytest.approx(100.0 * prices.agents["quick"])


def test_more_work_than_anybody_has_room_for_has_the_highest_value_and_does_not_fail() -> None:
    prices = solve([Hands("a", 2, {BILLING: 300.0})], {BILLING: 1.0, ("nobody's", True): 0.1})
    assert prices.values[BILLING] == pytest.approx(UNPLACED * 300.0)
    assert prices.values["nobody's", True] > 0
    assert prices.agents["a"] >= CONGESTION[-1][1]


def test_nobody_on_duty_or_nothing_to_do_is_a_plan_too() -> None:
    assert solve([], {}).agents == {}
    assert solve([], {BILLING: 0.1}).values[BILLING] > 0
    assert solve([Hands("a", 3, {})], {}).agents == {"a": LOWEST}
    assert solve([Hands("a", 3, {BILLING: 60.0})], {}).values[BILLING] == pytest.approx(60.0 * LOWEST)


classes = st.tuples(st.sampled_from(["billing", "orders", "repairs"]), st.booleans())


@given(
    people=st.lists(st.tuples(st.integers(1, 6), st.dictionaries(classes, st.floats(20, 3000), max_size=6)), max_size=6),
    demand=st.dictionaries(classes, st.floats(0, 2), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_prices_are_never_negative_and_all_have_one(people: list[tuple[int, dict[Class, float]]], demand: dict[Class, float]) -> None:
    prices = solve([Hands(f"a{n}", slots, seconds) for n, (slots, seconds) in enumerate(people)], demand)
    assert set(prices.agents) == {f"a{n}" for n in range(len(people))}
    assert set(prices.values) == set(demand) | {c for _, seconds in people for c in seconds}
    assert all(price >= LOWEST for price in prices.agents.values())
    assert all(value >= 0 for value in prices.values.values())
