"""The simulator and the closed forms say the same of one pool of equal agents. Short: `make simulate` does it with enough customers
for a sampling error below one per cent."""

from __future__ import annotations

from math import exp, inf
from random import Random
from statistics import fmean

import pytest

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent, Work
from switchboard.domain.simulation.erlang import erlang_a, erlang_c
from switchboard.domain.simulation.play import Outcome, Play
from switchboard.domain.strategies import simple

WORK, HANDLING, AGENTS, SLOTS = Work("any"), 300.0, 2, 2


def day(use: float, patience: float) -> Outcome:
    """60,000 customers; its seed is fixed, so it passes always or never."""
    rng = Random(7)
    agents = tuple(SimulatedAgent(f"a{n}", SLOTS, {"any": 3}, {WORK: HANDLING}) for n in range(AGENTS))
    at, arrivals = 0.0, []
    for _ in range(60_000):
        at += rng.expovariate(use * AGENTS * SLOTS / HANDLING)
        arrivals.append(Arrival(at, WORK, WORK, inf if patience == inf else rng.expovariate(1 / patience), rng.expovariate(1.0)))
    return Play(Centre("pool", agents, tuple(arrivals), arrivals[5000].at, use), simple.least_load()).run()


def test_who_never_gives_up_waits_as_erlang_c_says() -> None:
    tasks = day(0.6, inf).tasks
    pool = erlang_c(0.6 * AGENTS * SLOTS / HANDLING, HANDLING, AGENTS * SLOTS)
    assert fmean(t.waited > 0 for t in tasks) == pytest.approx(pool.waits, rel=0.05)  # sampling error about 1.5%
    assert fmean(t.waited for t in tasks) == pytest.approx(pool.mean_wait, rel=0.15)  # about 5%


def test_who_gives_up_waits_and_leaves_as_erlang_a_says() -> None:
    tasks = day(1.0, 300.0).tasks
    pool = erlang_a(AGENTS * SLOTS / HANDLING, HANDLING, AGENTS * SLOTS, 300.0)
    for found, known in (
        (fmean(t.waited > 0 for t in tasks), pool.waits),
        (fmean(t.waited for t in tasks), pool.mean_wait),
        (fmean(t.left for t in tasks), pool.abandons),
    ):
        assert found == pytest.approx(known, rel=0.04)  # sampling error about 1%


def test_one_server_is_the_textbooks_m_m_1() -> None:
    pool = erlang_c(0.8 / 60, 60.0, 1)
    assert pool.waits == pytest.approx(0.8)
    assert pool.mean_wait == pytest.approx(0.8 * 60 / 0.2)


def test_with_patience_as_long_as_the_handling_the_number_in_the_system_is_poissons() -> None:
    """Then everybody leaves at the same rate, in service or not: an M/M/infinity queue in disguise."""
    pool = erlang_a(3 / 60, 60.0, 2, 60.0)
    assert pool.waits == pytest.approx(1 - exp(-3) * (1 + 3))


def test_a_pool_that_cannot_carry_its_work_has_no_mean_wait() -> None:
    with pytest.raises(ValueError, match="erlangs"):
        erlang_c(1.0, 60.0, 59)
