"""The told wait: honest ranges, checked as properties and against a simulated desk whose customers know how long they waited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import log, sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.simulation.erlang import erlang_c
from switchboard.domain.waiting_room.estimate import Estimate, Evidence, estimate
from switchboard.domain.waiting_room.figures import BOUNDS, Shape, figure
from switchboard.domain.waiting_room.flow import Flow, moved, per_minute
from switchboard.domain.waiting_room.quantiles import probability, quantile
from tests.unit.waiting_room_desk import desk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
handlings = st.lists(st.floats(1, 14400), min_size=3, max_size=60).map(tuple)
flows = st.builds(Flow, st.floats(0, 200), st.floats(1, 1e6))
evidences = st.builds(Evidence, st.integers(0, 900), st.integers(1, 300), handlings, flows)


def known(e: Estimate) -> tuple[float, float, float]:
    assert e.low is not None
    assert e.likely is not None
    assert e.high is not None
    return e.low, e.likely, e.high


# -- properties ----------------------------------------------------------------------------------


@given(evidences)
def test_a_wait_is_never_negative_and_its_bounds_are_in_order(evidence: Evidence) -> None:
    low, likely, high = known(estimate(evidence))
    assert 0 <= low <= likely <= high


@given(evidences, st.integers(1, 200))
@settings(max_examples=60)
def test_who_stands_further_back_is_never_told_a_shorter_wait(evidence: Evidence, further: int) -> None:
    nearer = estimate(evidence)
    behind = estimate(Evidence(evidence.ahead + further, evidence.slots, evidence.handling, evidence.flow))
    assert behind.position > nearer.position
    assert all(b >= n for n, b in zip(known(nearer), known(behind), strict=True))


@given(st.integers(0, 300), st.integers(1, 50), st.floats(3, 100), st.floats(10, 1e5), st.floats(1.01, 20))
@settings(max_examples=60)
def test_the_faster_a_queue_was_seen_to_move_the_shorter_the_wait(
    ahead: int, slots: int, left: float, seconds: float, factor: float
) -> None:
    slow = estimate(Evidence(ahead, slots, (), Flow(left, seconds * factor)))
    fast = estimate(Evidence(ahead, slots, (), Flow(left, seconds)))
    assert all(f < s for f, s in zip(known(fast), known(slow), strict=True))


@given(evidences, st.integers(1, 50))
@settings(max_examples=60)
def test_more_agents_never_lengthen_the_wait(evidence: Evidence, more: int) -> None:
    with_more = estimate(Evidence(evidence.ahead, evidence.slots + more, evidence.handling, evidence.flow))
    assert all(w <= e for e, w in zip(known(estimate(evidence)), known(with_more), strict=True))


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(4, 3),
        Evidence(4, 3, (300.0, 400.0)),
        Evidence(4, 0, (300.0,) * 50, Flow(50, 15000)),
        Evidence(4, 3, (float("nan"), float("inf"), -5.0, 0.0, 90000.0)),
    ],
    ids=["nothing seen", "hardly anything seen", "nobody is online", "only nonsense seen"],
)
def test_the_position_is_told_and_the_wait_is_not_when_it_is_not_known(evidence: Evidence) -> None:
    assert estimate(evidence) == Estimate(5)
    assert figure(estimate(evidence)).shape is Shape.UNKNOWN


@given(evidences)
def test_what_is_said_never_claims_more_than_the_estimate_carries(evidence: Evidence) -> None:
    e = estimate(evidence)
    low, likely, high = known(e)
    said = figure(e)
    if said.shape is not Shape.UNKNOWN:
        assert said.low * 60 <= low
        assert said.high is None or said.high * 60 >= high
        assert said.holds(likely)


@given(st.integers(0, 120), st.integers(1, 12))
@settings(max_examples=40)
def test_people_are_told_round_numbers_only(ahead: int, slots: int) -> None:
    said = figure(estimate(Evidence(ahead, slots, (), Flow(40, 12000))))
    spoken = {said.about} if said.shape is Shape.ABOUT else {said.low, said.high} - {0, None}
    assert spoken <= {*BOUNDS, 8}


def test_a_vague_wait_is_not_dressed_up_as_a_short_one() -> None:
    assert figure(Estimate(2, 120.0, 1800.0, 9000.0)).shape is Shape.UNKNOWN
    assert figure(Estimate(9, 2000.0, 3000.0, 5000.0)).shape is Shape.MORE_THAN


# -- the mathematics -----------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "a"), [(1, 3.0), (4, 7.5), (25, 60.0)])
def test_quantiles_are_those_of_the_gamma_poisson_mixture_drawn_at_random(events: int, a: float) -> None:
    random = Random(events)
    draws = sorted(random.gammavariate(events, 1 / random.gammavariate(a, 1 / 600.0)) for _ in range(20000))
    for share in (0.15, 0.5, 0.9):
        assert quantile(share, events, a, 600.0) == pytest.approx(draws[int(share * len(draws))], rel=0.04)


@given(st.floats(0.01, 0.99), st.integers(1, 200), st.floats(3, 60))
@settings(max_examples=40)
def test_a_quantile_is_the_inverse_of_the_probability(share: float, events: int, a: float) -> None:
    assert probability(events, a, quantile(share, events, a, 1.0)) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("wrong", [(0.0, 1, 3.0, 1.0), (1.0, 1, 3.0, 1.0), (0.5, 0, 3.0, 1.0), (0.5, 1, 0.0, 1.0)])
def test_a_quantile_of_nothing_is_refused(wrong: tuple[float, int, float, float]) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile(*wrong)


# -- the measured flow ---------------------------------------------------------------------------


def test_a_queue_that_lets_one_go_every_half_minute_is_measured_so() -> None:
    flow = moved(Flow(), NOON, waiting=5, slots=4)
    for n in range(1, 121):
        flow = moved(flow, NOON + timedelta(seconds=30 * n), waiting=5, slots=4, left=1)
    assert per_minute(flow) == pytest.approx(2.0, rel=0.03)


def test_time_with_nobody_waiting_does_not_make_a_queue_look_slow() -> None:
    flow = moved(Flow(), NOON, waiting=1, slots=2)
    flow = moved(flow, NOON + timedelta(seconds=60), waiting=0, slots=2, left=1)
    later = moved(flow, NOON + timedelta(hours=1), waiting=1, slots=2)
    assert per_minute(later) == pytest.approx(per_minute(flow) or 0)
    assert later.left < flow.left  # though it is not as sure any more


@given(st.lists(st.tuples(st.integers(-600, 7200), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)), max_size=30))
def test_updates_in_any_order_leave_a_sound_measurement(updates: list[tuple[int, int, int, int]]) -> None:
    flow, newest = Flow(), NOON - timedelta(days=1)
    for seconds, waiting, slots, left in updates:
        flow = moved(flow, NOON + timedelta(seconds=seconds), waiting=waiting, slots=slots, left=left)
        newest = max(newest, NOON + timedelta(seconds=seconds))
        assert flow.at == newest
        assert flow.left >= 0
        assert flow.slot_seconds >= 0


def test_a_night_of_lost_updates_does_not_count_as_a_stuck_queue() -> None:
    flow = moved(Flow(), NOON, waiting=3, slots=10)
    morning = moved(flow, NOON + timedelta(hours=14), waiting=1, slots=10)
    e = estimate(Evidence(0, 10, (300.0,) * 20, morning))
    assert known(e)[1] < 60


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        moved(Flow(), NOON, waiting=-1, slots=1)
    with pytest.raises(ValueError, match="negative"):
        Evidence(-1, 1)


# -- calibration ---------------------------------------------------------------------------------


def exponential(mean: float) -> Callable[[Random], float]:
    return lambda random: random.expovariate(1 / mean)


def lognormal(mean: float, variation: float) -> Callable[[Random], float]:
    square = log(1 + variation * variation)
    return lambda random: random.lognormvariate(log(mean) - square / 2, sqrt(square))


DESKS: dict[str, dict[str, Any]] = {
    "busy, as Erlang has it": {
        "arrivals": lambda _: 0.95 * 5 / 300, "slots": lambda _: 5, "handling": exponential(300)},
    "overrun in the middle of the day": {
        "arrivals": lambda t: 12 / 400 * (1.15 if 7200 < t < 14400 else 0.8), "slots": lambda _: 12, "handling": lognormal(400, 0.8)},
    "few agents, matters of very different length": {
        "arrivals": lambda _: 0.9 * 3 / 400, "slots": lambda _: 3, "handling": lognormal(400, 1.5)},
    "a third of the agents go at noon": {
        "arrivals": lambda _: 0.9 * 10 / 300, "slots": lambda t: 10 if t < 10800 else 7, "handling": exponential(300),
        "patience": 900},
    "impatient customers": {
        "arrivals": lambda _: 1.2 * 8 / 300, "slots": lambda _: 8, "handling": lognormal(300, 0.7), "patience": 600},
}  # fmt: skip


@pytest.mark.parametrize("name", DESKS)
def test_what_was_told_held_for_most_customers(name: str) -> None:
    count: Counter[str] = Counter()
    for seed in range(3):
        for told in desk(seed, hours=6, **DESKS[name]):
            if told.waited is None:
                continue
            said = figure(told.estimate)
            count["served"] += 1
            count["told"] += said.shape is not Shape.UNKNOWN
            count["held"] += said.holds(told.waited)
            count["longer"] += said.high is not None and told.waited > said.high * 60
            count["by the likely"] += told.estimate.likely is not None and told.waited <= told.estimate.likely
    assert count["served"] > 200
    assert count["told"] / count["served"] > 0.9
    assert count["held"] / count["told"] > 0.8
    assert count["longer"] / count["told"] < 0.1
    assert 0.4 < count["by the likely"] / count["told"] < 0.65


def test_the_simulated_desk_keeps_its_customers_waiting_as_erlang_says() -> None:
    waits = [
        told.waited
        for seed in range(6)
        for told in desk(seed, hours=10, arrivals=lambda _: 0.7 * 6 / 120, slots=lambda _: 6, handling=exponential(120))
        if told.waited is not None
    ]
    pool = erlang_c(0.7 * 6 / 120, 120, 6)
    assert sum(waits) / len(waits) == pytest.approx(pool.mean_wait / pool.waits, rel=0.15)
