"""The centres on which routing is judged are what they are said to be, and the judgement cannot be fooled."""

from collections import Counter
from functools import cache
from statistics import fmean

import pytest
from scipy.optimize import linprog

from switchboard.domain.simulation.centre import Arrival, Centre, Work
from tests.simulation import centres, judgement
from tests.simulation.centres import DEVELOPMENT, HELD_OUT, LOADS, People, draw, expert_time_ceiling, offered, pooled, scarcity
from tests.simulation.judgement import Played, compare, figures, judge, percentile

SOME = DEVELOPMENT[:3]


@cache
def people_of(seed: int) -> People:
    return centres.people_of(seed)


@cache
def drawn(seed: int, load: float = 0.7) -> Centre:
    return draw(seed, load, days=2)


def counted(centre: Centre) -> list[Arrival]:
    return [arrival for arrival in centre.arrivals if arrival.at >= centre.warm_up]


def test_a_seed_is_always_the_same_centre_and_another_load_the_same_people() -> None:
    assert draw(SOME[0], 0.7, days=2) == drawn(SOME[0])
    busier = drawn(SOME[0], 0.85)
    assert busier.agents == drawn(SOME[0]).agents
    assert len(busier.arrivals) == pytest.approx(len(drawn(SOME[0]).arrivals) * 0.85 / 0.7, rel=0.05)
    assert drawn(SOME[1]).agents != drawn(SOME[0]).agents


def test_nothing_of_the_judgement_is_among_the_seeds_for_tuning() -> None:
    assert len(set(HELD_OUT)) >= judgement.CENTRES
    assert not set(HELD_OUT) & set(DEVELOPMENT)


def test_a_load_or_a_time_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="load"):
        draw(SOME[0], 85)
    with pytest.raises(ValueError, match="day"):
        draw(SOME[0], 0.7, days=0)


@pytest.mark.parametrize("load", LOADS)
def test_the_work_that_comes_is_the_load_of_the_skilled_slots(load: float) -> None:
    for seed in SOME[:2]:
        centre = drawn(seed, load)
        work = 0.0
        for true, count in Counter(arrival.true for arrival in counted(centre)).items():
            able = [agent for agent in centre.agents if true.kind in agent.skills]
            slots = sum(agent.slots for agent in able)
            work += count * sum(agent.slots * agent.handling[true] for agent in able) / slots
        capacity = sum(agent.slots for agent in centre.agents) * 2 * centres.DAY
        assert work / capacity == pytest.approx(load, rel=0.04)
        assert fmean(arrival.effort for arrival in counted(centre)) == pytest.approx(1, rel=0.05)


def test_labels_are_right_as_often_as_said_and_wrong_ones_are_spread_over_all_kinds() -> None:
    arrivals = [arrival for seed in SOME for arrival in drawn(seed).arrivals]
    assert fmean(a.label.kind == a.true.kind for a in arrivals) == pytest.approx(0.90, abs=0.01)
    for hard in (True, False):
        assert fmean(a.label.complex == hard for a in arrivals if a.true.complex == hard) == pytest.approx(0.85, abs=0.012)
    centre = drawn(SOME[0])
    kinds = {agent_kind for agent in centre.agents for agent_kind in agent.skills}
    common = Counter(a.true.kind for a in centre.arrivals).most_common(1)[0][0]
    wrong = Counter(a.label.kind for a in centre.arrivals if a.true.kind == common != a.label.kind)
    assert wrong.keys() == kinds - {common}
    assert max(wrong.values()) < 2 * min(wrong.values())


def test_people_and_customers_are_of_the_stated_make() -> None:
    sizes, experts, hard, vips, patience = [], [], [], [], []
    for seed in DEVELOPMENT:
        people = people_of(seed)
        sizes.append(len(people.agents))
        experts.append(fmean(agent.expert for agent in people.agents))
        hard.append(sum(share for work, share in people.mix.items() if work.complex))
        assert sum(people.mix.values()) == pytest.approx(1)
        assert 6 <= len(people.kinds) <= 12
        assert all(3 <= agent.slots <= 5 for agent in people.agents)
        assert all(2 <= len(agent.skills) <= (5 if agent.expert else 4) for agent in people.agents)
        for kind in people.kinds:
            assert any(agent.expert and kind in agent.skills for agent in people.agents)
    for seed in SOME:
        vips.append(fmean(arrival.vip for arrival in drawn(seed).arrivals))
        patience.append(fmean(arrival.patience for arrival in drawn(seed).arrivals))
    assert 30 <= fmean(sizes) <= 50
    assert all(0.2 <= share <= 0.3 for share in experts)
    assert all(0.18 <= share <= 0.31 for share in hard)
    assert all(0.04 <= share <= 0.11 for share in vips)
    assert fmean(patience) == pytest.approx(900, rel=0.05)


def test_experts_are_faster_where_it_is_hard_and_nowhere_else() -> None:
    simple: list[float] = []
    hard: list[float] = []
    for seed in DEVELOPMENT:
        agents = people_of(seed).agents
        for kind in {kind for agent in agents for kind in agent.skills}:
            for work, ratios in ((Work(kind), simple), (Work(kind, True), hard)):
                ordinary = fmean(agent.handling[work] for agent in agents if kind in agent.skills and not agent.expert)
                ratios.append(fmean(agent.handling[work] for agent in agents if kind in agent.skills and agent.expert) / ordinary)
    assert 0.92 <= fmean(simple) <= 1.08
    assert 1 / 2.5 <= fmean(hard) <= 1 / 1.5


@pytest.mark.parametrize("seed", DEVELOPMENT[:6])
def test_every_centre_can_carry_its_work_at_the_highest_load(seed: int) -> None:
    """By a linear programme at everybody's own speed, independent of the min-cut by which the centre was drawn: work laid where it is
    done fast leaves everybody below the load."""
    people = people_of(seed)
    assert 0.95 <= scarcity(people) <= 1
    rate = 0.85 * people.slots / sum(offered(people).values())
    works = list(people.mix)
    pairs = [(a, w) for a, agent in enumerate(people.agents) for w, work in enumerate(works) if work.kind in agent.skills]
    served = [[0.0] * (len(pairs) + 1) for _ in works]
    used = [[0.0] * (len(pairs) + 1) for _ in people.agents]
    for place, (a, w) in enumerate(pairs):
        served[w][place] = 1 / people.agents[a].handling[works[w]]
        used[a][place] = 1.0
    for a, agent in enumerate(people.agents):
        used[a][-1] = -agent.slots
    cost = [0.0] * len(pairs) + [1.0]
    best = linprog(cost, used, [0.0] * len(used), served, [rate * people.mix[work] for work in works])
    assert best.status == 0
    assert best.fun < 0.85


def test_pooled_people_know_everything_at_their_own_speed() -> None:
    centre = drawn(SOME[0])
    for before, after in zip(centre.agents, pooled(centre).agents, strict=True):
        assert after.skills.keys() == {work.kind for work in before.handling}
        for work, seconds in after.handling.items():
            known = work.kind in before.skills
            assert seconds == before.handling[work] if known else seconds < before.handling[work]
    assert pooled(centre).arrivals == centre.arrivals


def test_labels_cap_what_part_of_their_time_experts_can_give_to_complex_work() -> None:
    centre = drawn(SOME[0])
    assert expert_time_ceiling(centre, 0.9) < expert_time_ceiling(centre, 0.5) < expert_time_ceiling(centre, 0.1) < 1


# -- the judgement ---------------------------------------------------------------------------------------------------------------


def day(wait: float, expert: bool = True) -> list[Played]:
    """100 conversations: a tenth of VIPs, a quarter complex, everybody waits as long."""
    return [Played(wait, False, n % 10 == 0, n % 4 == 0, "kind-01", "agent-01", expert and n % 4 == 0, 60.0) for n in range(100)]


def test_a_policy_three_times_as_fast_that_sends_complex_work_to_experts_meets_every_target() -> None:
    results = [compare(seed, load, day(100 + seed % 7, expert=False), day(30)) for load in LOADS for seed in HELD_OUT]
    lines = figures(results)
    assert len(lines) == 3 + 5 + 5 + 4
    assert all(line.endswith(" ok") for line in lines)
    assert all(verdict.sure for verdict in judge(results))


def test_the_baseline_itself_and_too_few_or_tuned_centres_are_short() -> None:
    same = [compare(seed, 0.6, day(100, expert=False), day(100, expert=False)) for seed in HELD_OUT]
    assert all(line.endswith(" short") for line in figures(same) if "unseen" not in line)
    tuned = [compare(seed, 0.6, day(100), day(10)) for seed in DEVELOPMENT]
    assert "figure routing_unseen_centres_at_0.6 0 >=20 short" in figures(tuned)


def test_a_centre_that_hardly_waits_does_not_decide() -> None:
    """One second instead of a hundredth is a hundred times as long, and nothing to a customer."""
    results = [compare(1, 0.7, day(100), day(40)), compare(2, 0.7, day(0.01), day(1))]
    change = next(verdict for verdict in judge(results) if "mean_wait" in verdict.name)
    assert change.value == pytest.approx(41 / 100.01 - 1)
    assert not change.sure


def test_losing_customers_or_swapping_them_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="99"):
        compare(1, 0.7, day(10), day(10)[1:])
    with pytest.raises(ValueError, match="same customer"):
        compare(1, 0.7, day(10), day(10)[::-1])
    with pytest.raises(ValueError, match="lost"):
        Played(5.0, False, False, False, "kind-01", "", False, 0.0)
    with pytest.raises(ValueError, match="twice"):
        judge([compare(1, 0.7, day(10), day(10))] * 2)


def test_p95_is_a_wait_somebody_had() -> None:
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95
    assert percentile([3.0, 1.0], 0.95) == 3
    assert percentile([7.0], 0.0) == 7
