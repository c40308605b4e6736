"""Figures, intervals, the table and the picture of a comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from math import log
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.planning.prices import solve
from switchboard.application.what_if import Question, WhatIf
from switchboard.domain.errors import Malformed, TooLarge
from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent, Work
from switchboard.domain.simulation.erlang import erlang_c
from switchboard.domain.whatif.blocks import Block, blocks_of, presence_of, without_empty
from switchboard.domain.whatif.chance import Chance
from switchboard.domain.whatif.comparison import RECORDED, Comparison, compared
from switchboard.domain.whatif.intervals import Estimate, jackknife, t_quantile
from switchboard.domain.whatif.picture import picture
from switchboard.domain.whatif.policies import Policy, strategy_for
from switchboard.domain.whatif.synthetic import SHIFTS, MadeUp, made_up
from switchboard.domain.whatif.table import table
from switchboard.domain.whatif.traffic import DAY, RUN_OUT, Seen, Traffic
from tests.unit.test_what_if_replay import LEAST_LOAD, Written

WORK = Work("billing")


def agent(name: str, slots: int, *shifts: tuple[float, float], expert: bool = False) -> SimulatedAgent:
    return SimulatedAgent(name, slots, {"billing": 3}, {WORK: 100.0}, expert, shifts=shifts)


def comparison(**named: Sequence[Block]) -> Comparison:
    there = [{"ann": 1000.0, "bob": 1000.0}] * len(next(iter(named.values())))
    kept = without_empty({label.replace("_", " "): blocks for label, blocks in named.items()}, there)
    return compared(
        kept, list(kept)[-1], period="a test", days=len(there), block_seconds=DAY, sla=30, wage=36, notes={"odd: one": 1}
    )  # fmt: skip


def value(c: Comparison, label: str, key: str) -> Estimate:
    [found] = [r.figures[key] for r in c.results if r.label == label]
    assert found is not None
    return found


def test_every_measure_is_what_it_says() -> None:
    """Two agents, four customers: Ann (expert, 2 slots) takes a complex matter, Bob a simple one and a complex one, one gives up."""
    traffic = Traffic((agent("ann", 2, (0, 1000), expert=True), agent("bob~1", 1, (0, 400)), agent("bob", 1, (400, 1000))), (), 1)
    became = [
        Seen(0, 0, False, "ann", 1000, True), Seen(10, 30, False, "bob~1", 300, False), Seen(20, 60, False, "bob", 200, True),
        Seen(30, 110, True, "", 0, False),
    ]  # fmt: skip
    named = without_empty({"one": blocks_of(traffic, became, 30)}, presence_of(traffic))
    c = compared(named, "one", period="", days=1, block_seconds=3600, sla=30, wage=36, notes={})
    for key, wanted in {
        "mean_wait": 50, "p95_wait": 110, "sla": 0.5, "abandonment": 0.25, "complex_to_experts": 0.5, "experts_share": 2 / 3,
        "utilisation_spread": 0.0, "cost": (500 + 500) * 0.01 / 3,
    }.items():  # fmt: skip
        assert value(c, "one", key).value == pytest.approx(wanted), key


def test_unfair_is_who_leaves_one_idle_and_another_busy() -> None:
    fair = Block(waits=[1.0], seconds=1000, busy={"ann": 500.0, "bob": 500.0})
    unfair = Block(waits=[1.0], seconds=1000, busy={"ann": 1000.0})
    c = comparison(unfair=[unfair, unfair], fair=[fair, fair])
    assert value(c, "fair", "utilisation_spread").value == 0
    assert value(c, "unfair", "utilisation_spread").value == pytest.approx(0.7071, abs=1e-3)


@given(st.lists(st.lists(st.floats(0, 5000), max_size=30), min_size=2, max_size=8))
def test_the_95th_percentile_without_a_day_is_that_of_the_other_days(days: list[list[float]]) -> None:
    blocks = [Block(waits=sorted(waits)) for waits in days if waits]
    if len(blocks) < 2:
        return
    c = comparison(one=blocks)

    def p95(waits: list[float]) -> float:
        ordered = sorted(waits)
        return ordered[-(-len(ordered) * 95 // 100) - 1]

    without = [p95([w for other in blocks if other is not b for w in other.waits]) for b in blocks]
    whole = p95([w for b in blocks for w in b.waits])
    expected = jackknife(whole, without)
    assert expected is not None
    assert expected.high is not None
    assert value(c, "one", "p95_wait").value == whole
    assert value(c, "one", "p95_wait").high == pytest.approx(expected.high)


def test_students_t_is_that_of_the_tables() -> None:
    tabled = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 7: 2.365, 9: 2.262, 23: 2.069, 29: 2.045, 120: 1.980}
    assert {n: t_quantile(0.975, n) for n in tabled} == pytest.approx(tabled, abs=6e-4)


def test_of_a_single_block_nobody_pretends_to_know_how_far_it_is_off() -> None:
    c = comparison(one=[Block(waits=[1.0, 2.0])])
    assert value(c, "one", "mean_wait") == Estimate(1.5)


DAYS, COME, RUNS = 10, 150, 300


def test_intervals_hold_the_truth_as_often_as_they_promise() -> None:
    """Waits are exponential about a mean that differs from day to day by chance. The truth of a ratio of means and of the percentile
    was made once from 4,000 such days."""

    def day(chance: Chance) -> tuple[list[float], list[float]]:
        mean = 40 * chance.lognormal(0.4)
        waits = [chance.exponential(mean) for _ in range(COME)]
        return waits, [0.8 * w * chance.between(0.5, 1.5) for w in waits]

    many = [day(Chance(f"truth {n}")) for n in range(4000)]
    pooled = sorted(w for waits, _ in many for w in waits)
    p95, difference = pooled[int(0.95 * len(pooled))], -0.2 * 40
    held = {"mean_wait": 0, "p95_wait": 0, "difference": 0}
    for run in range(RUNS):
        chance = Chance(f"run {run}")
        days = [day(chance) for _ in range(DAYS)]
        c = comparison(new=[Block(waits=sorted(n)) for _, n in days], old=[Block(waits=sorted(o)) for o, _ in days])
        minus = c.differences[0].figures["mean_wait"]
        assert minus is not None
        for name, estimate, truth in (
            ("mean_wait", value(c, "old", "mean_wait"), 40.0), ("p95_wait", value(c, "old", "p95_wait"), p95),
            ("difference", minus, difference),
        ):  # fmt: skip
            assert estimate.low is not None
            assert estimate.high is not None
            held[name] += estimate.low <= truth <= estimate.high
    # ten days are few and their means lean to one side: a little less than the promised 95 % is what theory expects
    assert {name: 0.90 <= count / RUNS <= 0.96 for name, count in held.items()} == dict.fromkeys(held, True), held


def test_simulated_waits_of_a_pool_have_an_interval_that_holds_erlangs_formula() -> None:
    rate, handling, servers, days, runs, held = 0.01, 400.0, 5, 8, 40, 0
    truth = erlang_c(rate, handling, servers).mean_wait
    pool = (SimulatedAgent("pool", servers, {"billing": 3}, {WORK: handling}, shifts=((-DAY, 99 * DAY),)),)
    for run in range(runs):
        chance = Chance(f"erlang {run}")
        arrivals, at = [], -DAY
        while at < days * DAY:
            at += chance.exponential(1 / rate)
            arrivals.append(Arrival(at, WORK, WORK, 1e9, chance.exponential(1.0)))
        traffic = Traffic(pool, tuple(arrivals), days)
        tasks = strategy_for("least_load", {}, solve)(traffic.centre(0, days)).run().tasks
        became = [Seen(t.since, t.waited, False, "pool", t.handled, False) for t in tasks if t.since < days * DAY]
        named = without_empty({"pool": blocks_of(traffic, became, 30)}, presence_of(traffic))
        found = value(compared(named, "pool", period="", days=days, block_seconds=DAY, sla=30, wage=1, notes={}), "pool", "mean_wait")
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert held >= 34, f"{held} of {runs}"  # 38 expected; fewer than 34 would happen once in some 50 choices of seeds


def test_the_same_seed_is_the_same_month_and_has_as_many_as_were_asked_for() -> None:
    one, again, other = (made_up(MadeUp(3, 900, seed)) for seed in (5, 5, 6))
    assert one == again
    assert one.arrivals != other.arrivals
    assert sum(a.at >= 0 for a in one.arrivals) == 900
    assert all(a.at <= b.at for a, b in pairwise(one.arrivals))
    assert all(SHIFTS[0][0] <= a.at % DAY <= SHIFTS[1][1] for a in one.arrivals)


def test_days_are_played_with_the_day_before_and_people_who_are_never_there_are_not() -> None:
    arrivals = tuple(Arrival(n * 3600.0, WORK, WORK, 900.0, 1.0) for n in range(-24, 96))
    traffic = Traffic((agent("ann", 2, (DAY, 2 * DAY)), agent("bob", 2), agent("cleo", 0, (0, 4 * DAY))), arrivals, 4)
    centre = traffic.centre(1, 2)
    assert [a.id for a in centre.agents] == ["ann"]
    assert (centre.arrivals[0].at, centre.warm_up) == (0.0, DAY)
    assert centre.arrivals[-1].at < 2 * DAY + RUN_OUT


@pytest.mark.parametrize(
    ("strategy", "weights", "why"),
    [
        ("best", {}, "there are index, least_load, round_robin, longest_idle, relaxing"),
        ("index", {"speed": 1}, "it has tolerance, patience, vip"),
        ("round_robin", {"relax": 1}, "it has none"),
        ("index", {"relax": -1.0}, "not negative"),
        ("index", {"patience": 0}, "more than 0"),
        ("index", {"tau": float("inf")}, "must be finite"),
        ("relaxing", {"level": float("nan")}, "not negative"),
        ("index", {"fairness": 7.0}, "fairness must lie"),
    ],
)
def test_a_policy_that_cannot_be_played_is_refused_with_what_there_is(strategy: str, weights: dict[str, float], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        Policy("new", strategy, weights)


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Malformed, match="label of its own"):
        Question((LEAST_LOAD, LEAST_LOAD))
    with pytest.raises(Malformed, match="label of its own"):
        Question((Policy(RECORDED, "least_load", {}),))
    with pytest.raises(Malformed, match="1 to 6"):
        Question(())
    with pytest.raises(Malformed, match="sla must lie"):
        Question((LEAST_LOAD,), sla=-1)
    with pytest.raises(Malformed, match="printable"):
        Policy("new\nline", "index", {})
    with pytest.raises(Malformed, match="load must lie"):
        MadeUp(1, 10, load=log(0.5))
    with pytest.raises(TooLarge):
        MadeUp(400, 10)
    with pytest.raises(TooLarge, match="more than 50"):
        WhatIf(Written(), solve).made_up(MadeUp(1, 51), Question((LEAST_LOAD,), most=50))


def test_weights_change_what_is_played() -> None:
    centre = made_up(MadeUp(1, 600, load=0.9)).centre(0, 1)
    waits = [[t.waited for t in strategy_for("relaxing", w, solve)(centre).run().tasks] for w in ({}, {"anybody": float("inf")})]
    assert waits[0] != waits[1]


@pytest.fixture(scope="module")
def small() -> Comparison:
    policies = (Policy('<b>"new" & bold</b>', "relaxing", {}), Policy("index", "index", {}), LEAST_LOAD)
    return WhatIf(Written(), solve).made_up(MadeUp(2, 500, load=0.9), Question(policies))


def test_the_answer_is_json_with_every_figure_of_every_policy(small: Comparison) -> None:
    answer = json.loads(json.dumps(small.as_dict(), allow_nan=False))
    assert [p["label"] for p in answer["policies"]] == ['<b>"new" & bold</b>', "index", "least_load"]
    assert [d["against"] for d in answer["differences"]] == ["least_load", "least_load"]
    keys = {m["key"] for m in answer["measures"]}
    for each in [*answer["policies"], *answer["differences"]]:
        assert each["figures"].keys() == keys
        for figure in each["figures"].values():
            assert figure["low"] <= figure["value"] <= figure["high"]
    assert answer["policies"][0]["conversations"] == 500
    assert "hour blocks" in answer["method"]


def test_the_picture_is_well_formed_whatever_policies_are_called(small: Comparison) -> None:
    root = ElementTree.fromstring(picture(small))
    svg = "{http://www.w3.org/2000/svg}"
    words = ["".join(t.itertext()) for t in root.iter(f"{svg}text")]
    assert any('<b>"new" & bold</b>' in w for w in words)
    assert any("customers who waited longer" in w for w in words)
    assert len(list(root.iter(f"{svg}polyline"))) == len(list(root.iter(f"{svg}polygon"))) == 3
    height = float(root.get("height", "0"))
    for line in root.iter(f"{svg}polyline"):
        points = [tuple(map(float, p.split(","))) for p in (line.get("points") or "").split()]
        assert all(0 <= x <= 960 and 0 <= y <= height for x, y in points)
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))  # the longer, the fewer


def test_the_table_says_which_differences_are_more_than_chance() -> None:
    worse = comparison(new=[Block(waits=[50.0 + n]) for n in range(4)], old=[Block(waits=[10.0 + n]) for n in range(4)])
    chance = comparison(new=[Block(waits=[10.0 + 9 * n]) for n in range(4)], old=[Block(waits=[40.0 - 9 * n]) for n in range(4)])
    assert "+40.0" in table(worse)
    [line] = [x for x in table(worse).splitlines() if x.startswith("mean wait") and "+" in x]
    assert line.endswith("worse")
    [line] = [x for x in table(chance).splitlines() if x.startswith("mean wait") and "+" in x]
    assert not line.endswith(("worse", "better"))
    assert "note: 1 odd: one" in table(worse)


def test_a_policy_whose_blocks_nobody_came_to_has_no_figures_but_the_rest_stands() -> None:
    c = comparison(new=[Block(), Block()], old=[Block(waits=[5.0]), Block(waits=[7.0])])
    assert c.results[0].figures["mean_wait"] is None
    assert value(c, "old", "mean_wait").value == 6
    ElementTree.fromstring(picture(c))
    assert "mean wait, s" in table(c)


def test_blocks_are_days_or_hours_where_days_are_few() -> None:
    traffic = Traffic((agent("ann", 1, (0, 9 * DAY)),), (), 2)
    assert len(blocks_of(traffic, [], 30)) == 48
    assert len(presence_of(Traffic(traffic.agents, (), 6))) == 6
    one = blocks_of(traffic, [Seen(5, 1, False, "ann", 9, False)], 30)
    assert len(without_empty({"one": one}, presence_of(traffic))["one"].blocks) == 1


def test_centres_of_stretches_share_nobody() -> None:
    arrivals = tuple(Arrival(n * 600.0, WORK, WORK, 900.0, 1.0) for n in range(6 * 144))
    traffic = Traffic((agent("ann", 2, (0, 7 * DAY)),), arrivals, 6)
    centres: list[Centre] = [traffic.centre(0, 3), traffic.centre(3, 6)]
    counted = [a.at for c, end in zip(centres, (3 * DAY, 6 * DAY), strict=True) for a in c.arrivals if c.warm_up <= a.at < end]
    assert counted == [a.at for a in arrivals]
