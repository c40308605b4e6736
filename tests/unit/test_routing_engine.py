"""The decision: who ranks where, why, and that a receipt says enough to make it again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.agents import Agent
from switchboard.domain.events import Presence
from switchboard.domain.receipt import Direction
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.eligibility import Reason
from switchboard.domain.routing.engine import KEPT, Engine, digest
from switchboard.domain.routing.plans import Plans, made
from switchboard.domain.routing.policy import STRATEGIES, Ladder, RoutingPolicy, Sticky
from switchboard.domain.routing.waiting import Waiting
from switchboard.domain.strategies.index import Plan, Weights

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def agent(name: str, *, load: float = 0, capacity: int = 4, idle: float | None = None, **more: Any) -> Agent:
    """`idle`: seconds since they were given work; None: they never were."""
    given = NOW - timedelta(seconds=idle) if idle is not None else None
    rest: dict[str, Any] = {"queues": ("general",), "languages": ("en",), "skills": {"refund": 3}, "version": 1} | more
    return Agent(name, capacity=capacity, load=load, presence=Presence.ONLINE, assigned_at=given, **rest)


def work(name: str = "c1-000001", waited: float = 0, **more: Any) -> Waiting:
    asks = Requirements(**{"kind": "refund", "level": 1} | more.pop("asks", {}))
    rest: dict[str, Any] = {"priority": 5, "language": "en"} | more
    return Waiting(name, "general", since=NOW - timedelta(seconds=waited), requires=asks, **rest)


def engine(strategy: str = "index", plan: Plan | None = None, spread: float = 0, **policy: Any) -> Engine:
    part = made(plan or Plan(), ("ada", "bob", "cara", "dan"), {}, {}, {})
    return Engine(RoutingPolicy(strategy, spread=spread, **policy), Plans({"0000": (3, part)}))


def offered(e: Engine, agents: Sequence[Agent], w: Waiting | None = None, **how: Any) -> tuple[str, ...]:
    return e.offer(w or work(), 1, agents, NOW, **how).order


# -- whose turn it is --------------------------------------------------------------------------------

CREW = [
    agent("ada", load=1, idle=10), agent("bob", load=1, capacity=8, idle=300), agent("cara", load=2, idle=60), agent("dan", load=3),
]  # fmt: skip


@pytest.mark.parametrize(("strategy", "order"), [
    ("least_load", ("bob", "ada", "cara", "dan")), ("longest_idle", ("dan", "bob", "cara", "ada")),
    ("round_robin", ("bob", "cara", "dan", "ada")), ("index", ("bob", "ada", "cara", "dan")),
])  # fmt: skip
def test_each_strategy_has_its_order(strategy: str, order: tuple[str, ...]) -> None:
    assert offered(engine(strategy), CREW) == order


def test_round_robin_begins_again_after_the_last() -> None:
    crew = [agent(name, idle=100 - n) for n, name in enumerate(("ada", "bob", "cara"))]
    assert offered(engine("round_robin"), crew) == ("ada", "bob", "cara")


def test_who_is_dear_is_asked_last_and_who_is_quick_first() -> None:
    seconds = {("ada", "refund", False): 300.0, ("bob", "refund", False): 100.0, ("cara", "refund", False): 200.0}
    crew = [agent("ada"), agent("bob"), agent("cara")]
    plan = Plan(seconds=seconds, value={("refund", False): 300.0})
    assert offered(engine(plan=plan), crew) == ("bob", "cara", "ada")
    assert offered(engine(plan=replace(plan, price={"bob": 2.5})), crew) == ("cara", "bob", "ada")


def test_experts_are_kept_for_complex_work_until_the_other_has_waited() -> None:
    e, crew = engine(weights=Weights(release=900)), [agent("ada"), agent("eve", expert=True)]
    assert offered(e, crew) == ("ada",)
    assert e.offer(work(), 1, crew, NOW).receipt.reasons == {Reason.HELD_BACK: 1}
    assert "eve" in offered(e, crew, work(asks={"complex": True}))
    assert "eve" in offered(e, crew, work(waited=901))


def test_work_waits_for_cheaper_hands_only_so_long() -> None:
    plan = Plan(price={"ada": 9.0}, value={("refund", False): 480.0})
    decision = engine(plan=plan).offer(work(), 1, [agent("ada")], NOW)
    assert (decision.order, decision.receipt.reasons) == ((), {Reason.DEAR: 1})
    e = engine(plan=plan)
    assert any(offered(e, [agent("ada")], work(waited=s)) for s in e.looks(work()))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_is_preferred_comes_first_and_who_speaks_the_language_before_who_does_not(strategy: str) -> None:
    e, foreign = engine(strategy), agent("abe", languages=())
    assert offered(e, [*CREW, foreign])[-1] == "abe" or strategy == "index"
    assert offered(e, [foreign, agent("zoe", idle=1)]) == ("zoe", "abe")
    assert offered(e, CREW, work(asks={"prefers": "dan"}))[0] == "dan"


def test_agents_about_as_good_as_the_best_are_tried_first_in_turn() -> None:
    e, crew = engine(spread=0.05), [agent(f"a{n}") for n in range(4)] + [agent("busy", load=3)]
    firsts = {offered(e, crew, work(f"c{n}-000001"))[0] for n in range(60)}
    assert firsts == {"a0", "a1", "a2", "a3"}
    assert offered(e, crew, turn=1) in {offered(e, crew, turn=n) for n in range(2, 9)}
    assert {offered(engine(), crew, work(f"c{n}-000001"))[0] for n in range(60)} == {"a0"}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("spread", [0, 0.05, 1])
def test_all_who_may_are_in_the_order_once_and_all_others_have_a_reason(strategy: str, spread: float) -> None:
    crew = [agent(f"a{n:02}", load=n % 5, expert=n % 7 == 0, languages=("en", "zh")[: n % 3]) for n in range(40)]
    decision = engine(strategy, spread=spread, ladder=Ladder(language=None)).offer(work(), 1, crew, NOW)
    assert len(set(decision.order)) == len(decision.order) == 40 - sum(decision.receipt.reasons.values())
    assert decision.receipt.considered == 40
    assert decision.receipt.reasons[Reason.NO_ROOM] == 8


# -- what an agent with room takes -------------------------------------------------------------------


def pulled(e: Engine, works: Sequence[Waiting], a: Agent | None = None, **how: Any) -> tuple[str, ...]:
    return e.pull(a or agent("ada"), [(w, 0) for w in works], NOW, **how).order


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_oldest_of_equals_first(strategy: str) -> None:
    crowd = [work(f"c{n}-000001", waited=n) for n in range(9)]
    assert pulled(engine(strategy), crowd) == tuple(w.conversation for w in crowd[::-1])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_priority_counts_as_time_waited(strategy: str) -> None:
    urgent, patient = work("u-000001", priority=6), work("p-000001", waited=119)
    assert pulled(engine(strategy), [patient, urgent]) == ("u-000001", "p-000001")
    assert pulled(engine(strategy), [replace(patient, since=NOW - timedelta(seconds=121)), urgent]) == ("p-000001", "u-000001")


def test_quick_work_goes_first_until_the_other_has_waited() -> None:
    seconds = {("ada", "long", False): 600.0, ("ada", "quick", False): 60.0}
    e = engine(plan=Plan(seconds=seconds))
    quick = work("q-000001", asks={"kind": "quick", "level": 0}, priority=0)
    waits = [pulled(e, [quick, work("l-000001", waited=s, asks={"kind": "long", "level": 0}, priority=0)])[0] for s in (0, 300, 900)]
    assert waits == ["q-000001", "q-000001", "l-000001"]


def test_important_customers_first() -> None:
    assert pulled(engine(), [work("a-000001", waited=60), work("v-000001", asks={"vip": True})])[0] == "v-000001"


def test_whose_own_customer_waits_takes_them_before_others() -> None:
    assert pulled(engine(), [work("a-000001", waited=60), work("b-000001", asks={"prefers": "ada"})])[0] == "b-000001"


def test_what_is_kept_for_somebody_at_work_is_left_to_them() -> None:
    e, kept = engine(sticky=Sticky(hold=20)), work("k-000001", waited=5, asks={"prefers": "bob"})
    decision = e.pull(agent("ada"), [(kept, 4)], NOW, ["bob"])
    assert (decision.order, decision.receipt.reasons) == ((), {Reason.KEPT: 1})
    assert pulled(e, [kept]) == ("k-000001",)
    assert pulled(e, [kept], agent("bob"), preferred_in=["bob"]) == ("k-000001",)


def test_nothing_waiting_is_nothing_to_take() -> None:
    decision = engine().pull(agent("ada"), [], NOW)
    assert (decision.order, decision.receipt.considered, decision.receipt.ranked) == ((), 0, ())
    assert offered(engine(), []) == ()


def test_both_directions_agree_on_who_may() -> None:
    """Else an agent with room and work they may take would wait for one another."""
    chance = random.Random(5)
    for n in range(300):
        e = engine(chance.choice(STRATEGIES), weights=Weights(release=100), ladder=Ladder(5, 10, 20, 30))
        a = agent("ada", load=chance.choice([0, 3.5, 4]), expert=chance.random() < 0.3, languages=chance.choice([(), ("en",)]),
                  skills=chance.choice([{}, {"refund": 1}, {"refund": 4}]))  # fmt: skip
        asks = {"level": chance.choice([0, 2]), "complex": chance.random() < 0.3, "vip": chance.random() < 0.3}
        w = work(f"c{n}-000001", waited=chance.choice([0, 7, 25, 150]), language=chance.choice(["und", "en"]), asks=asks)
        assert bool(offered(e, [a], w)) == bool(pulled(e, [w], a))


# -- receipts ----------------------------------------------------------------------------------------


def test_a_receipt_says_who_was_considered_with_what_and_why_not() -> None:
    crew = [*CREW, agent("full", load=4), agent("other", queues=("billing",))]
    r = engine(plan=Plan(price={"dan": 1.05})).offer(work(), 7, crew, NOW).receipt
    assert (r.direction, r.at, r.subject, r.considered, r.plans) == (Direction.OFFER, NOW, 7, 6, {"0000": 3})
    assert [(x.id, x.reason) for x in r.rejected] == [("full", Reason.NO_ROOM), ("other", Reason.QUEUE)]
    assert [c.score for c in r.ranked] == sorted(c.score for c in r.ranked)
    best = r.ranked[0]
    assert (best.id, best.version, best.load, best.assigned_at) == ("bob", 1, 1, CREW[1].assigned_at)


def test_the_terms_of_a_score_make_the_score() -> None:
    plan = Plan(price={"ada": 1.25}, value={("refund", False): 900.0}, seconds={("ada", "refund", False): 200.0}, use={"ada": 1.5})
    e = engine(plan=plan, weights=Weights(fairness=0.5))
    [c] = e.offer(work(language="zh"), 1, [agent("ada", load=2)], NOW).receipt.ranked
    t = c.terms
    made = t["seconds"] * t["price"] * t["crowding"] * t["fairness"] * (2 if t["foreign"] else 1)
    assert c.score[-1] == pytest.approx(made, rel=1e-5)


def test_when_the_first_could_not_be_had_the_receipt_names_who_was() -> None:
    decision = engine("least_load").offer(work(), 1, CREW, NOW)
    r = decision.receipt_for("cara")
    assert r.ranked[r.chosen].id == "cara"
    assert replace(r, chosen=0) == decision.receipt


def test_a_receipt_says_whether_somebody_it_was_kept_for_was_at_work_though_full() -> None:
    """Else nobody could say later why the others were passed over."""
    e, kept = engine(sticky=Sticky(hold=20)), work(asks={"prefers": "bob"})
    there = e.offer(kept, 1, [agent("ada")], NOW, preferred_is_in=True)
    assert (there.order, there.receipt.present, there.receipt.reasons) == ((), ("bob",), {Reason.KEPT: 1})
    gone = e.offer(kept, 1, [agent("ada")], NOW)
    assert (gone.order, gone.receipt.present) == (("ada",), ())


def test_the_plan_does_not_depend_on_the_order_in_which_its_parts_were_read() -> None:
    """A receipt names the parts by shard; they are read again in another order."""
    parts = {
        shard: (7, made(Plan(value={("refund", False): value}, price={name: 1.0}), [name], {}, {}, {}))
        for shard, name, value in (("0000", "ada", 100.0), ("0001", "bob", 900.0))
    }  # fmt: skip
    assert Plans(parts).plan == Plans(dict(reversed(parts.items()))).plan


def test_a_receipt_of_a_crowd_stays_small_and_counts_all() -> None:
    crew = [agent(f"a{n:03}") for n in range(100)] + [agent(f"b{n:03}", load=4) for n in range(50)]
    r = engine().offer(work(), 1, crew, NOW).receipt
    assert (len(r.ranked), len(r.rejected), r.considered, r.reasons) == (KEPT, KEPT, 150, {Reason.NO_ROOM: 50})


base: dict[str, Any] = {"a": agent("ada", idle=3), "b": agent("bob", load=1), "w": work(asks={"worth": 100})}


def inputs(a: Agent, b: Agent, w: Waiting, now: datetime = NOW, **policy: Any) -> str:
    return engine(**policy).offer(w, 1, [a, b], now).receipt.inputs


@pytest.mark.parametrize("change", [
    {"a": replace(base["a"], load=0.5)}, {"a": replace(base["a"], version=2)}, {"a": replace(base["a"], skills={"refund": 4})},
    {"a": replace(base["a"], assigned_at=NOW)}, {"a": replace(base["a"], queues=("general", "x"))},
    {"a": replace(base["a"], expert=True)},
    {"b": replace(base["b"], languages=("en", "zh"))}, {"b": replace(base["b"], presence=Presence.AWAY)},
    {"b": replace(base["b"], channels=("chat",))}, {"b": replace(base["b"], regions=("eu",))}, {"b": replace(base["b"], capacity=5)},
    {"w": replace(base["w"], priority=6)}, {"w": replace(base["w"], language="zh")}, {"w": replace(base["w"], not_to="eve")},
    {"w": replace(base["w"], since=NOW - timedelta(seconds=1))}, {"w": work(asks={"worth": 101})}, {"w": work("c2-000001")},
    {"now": NOW + timedelta(microseconds=1)}, {"priority_worth": 121}, {"weights": Weights(vip=7)}, {"version": 2},
    {"regions": {"web/eu": "eu"}}, {"strategy": "least_load"},
])  # fmt: skip
def test_whatever_a_decision_is_made_of_is_in_its_hash(change: dict[str, Any]) -> None:
    assert inputs(**base) == inputs(**base)
    assert inputs(**{**base, **change}) != inputs(**base)


def test_the_hash_does_not_depend_on_how_a_number_was_stored_or_in_what_order_agents_were_read() -> None:
    a, b = base["a"], base["b"]
    assert inputs(replace(a, load=0.0), replace(b, load=1.0), base["w"]) == inputs(a, b, base["w"]) == inputs(b, a, base["w"])
    assert digest({"b": 1, "a": frozenset("xy")}) == digest({"a": frozenset("yx"), "b": 1})


@given(st.permutations(CREW), st.sampled_from(STRATEGIES), st.floats(0, 1))
def test_the_decision_does_not_depend_on_the_order_in_which_agents_were_read(crew: list[Agent], strategy: str, spread: float) -> None:
    e = engine(strategy, spread=spread)
    assert e.offer(work(), 1, crew, NOW) == e.offer(work(), 1, CREW, NOW)


@given(st.sampled_from(STRATEGIES), st.floats(0, 1), st.integers(11, 40), st.integers(0, 20))
def test_of_a_crowd_the_few_a_receipt_names_give_the_same_ranking_again(strategy: str, spread: float, many: int, seed: int) -> None:
    chance = random.Random(seed)
    crew = [
        agent(f"a{n:02}", load=chance.choice([0, 1, 2, 4]), idle=chance.choice([None, 5, 50, 500]), version=n) for n in range(many)
    ]  # fmt: skip
    e = engine(strategy, spread=spread)
    r = e.offer(work(), 1, crew, NOW).receipt
    named = {*(c.id for c in r.ranked), *(c.id for c in r.rejected)}
    again = e.offer(work(), 1, [a for a in crew if a.id in named], NOW, last=r.last).receipt
    assert (again.ranked, again.rejected, again.inputs) == (r.ranked, r.rejected, r.inputs)
