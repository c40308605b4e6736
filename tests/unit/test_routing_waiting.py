"""The order of those who wait: urgent first, yet nobody is overtaken for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.waiting import Waiting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def work(name: str = "c1-000001", *, priority: int = 5, after: float = 0, **asks: Any) -> Waiting:
    """`after`: seconds later than the others it came."""
    return Waiting(name, "general", priority, NOW + timedelta(seconds=after), requires=Requirements(**asks))


def first_of(*waiting: Waiting) -> Waiting:
    return min(waiting, key=lambda w: w.order)


works = st.lists(
    st.builds(
        work, st.integers(1, 10**6).map(lambda n: f"c{n}-000001"), priority=st.integers(0, 9), after=st.integers(0, 10**5),
        worth=st.just(120), ahead=st.integers(0, 900),
    ),
    min_size=2, max_size=8, unique_by=lambda w: w.conversation,
)  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [
    (work(priority=6, after=119), work(priority=5)),  # a step of priority counts as two minutes
    (work(priority=5), work(priority=6, after=121)),  # and not as more
    (work(after=500, ahead=600), work()),  # important customers
    (work(), work(after=1)),
    (work(priority=9, after=60, worth=10), work(priority=0, worth=10)),
    (work(priority=0, worth=0), work(priority=9, after=1, worth=0)),  # priority that is worth nothing
])  # fmt: skip
def test_who_goes_first(first: Waiting, second: Waiting) -> None:
    one, other = replace(first, conversation="z-000001"), replace(second, conversation="a-000001")
    assert first_of(other, one) == one


def test_of_those_who_came_in_the_same_moment_the_order_is_the_same_for_everybody() -> None:
    crowd = [work(f"c{n}-000001") for n in range(9)]
    assert first_of(*crowd) == first_of(*crowd[::-1]) == crowd[0]


@given(works)
def test_the_order_never_turns_while_they_wait(crowd: list[Waiting]) -> None:
    """Ageing needs no clock: whoever is first of two is first at every later time."""
    by_order = [w.conversation for w in sorted(crowd, key=lambda w: w.order)]
    for later in (0, 60, 86_400):
        now = NOW + timedelta(days=2, seconds=later)
        by_age = sorted(crowd, key=lambda w: (w.counts_from - now, w.conversation))
        assert [w.conversation for w in by_age] == by_order


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 500))
def test_nobody_is_overtaken_by_who_comes_later_than_the_steps_between_them_are_worth(low: int, high: int, worth: int) -> None:
    patient = work("z-000001", priority=low, worth=worth)
    late = work("a-000001", priority=high, after=max(0, high - low) * worth + 1, worth=worth)
    assert first_of(late, patient) == patient


def test_the_place_moves_with_queue_and_priority_and_with_nothing_that_is_learnt_meanwhile() -> None:
    w = work()
    assert replace(w, queue="billing").place != w.place
    assert replace(w, priority=6).place != w.place
    assert replace(w, language="zh", not_to="ada", channel="email").place == w.place
