"""The staffing plan: made of what agents finished, published, followed by the router, and found again by its version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from switchboard.adapters.planning.prices import solve
from switchboard.application import planning
from switchboard.application.planning import Planner, StaffingPlans
from switchboard.domain import events as ev
from switchboard.domain.errors import NotFound
from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.learning import Hands, Prices
from switchboard.domain.understanding import Understanding
from tests.unit.world import World, who

ORDER = Understanding("order_status", 0.9, "en", model="test")


def planner(world: World) -> Planner:
    return Planner(world.store, world.clock, StaffingPlans(world.store), solve)


def handle(world: World, agent: str, customer: str, seconds: float, *, proved_complex: bool | None = None) -> None:
    """One conversation from offer to end, all of it by this agent, who is the only one online."""
    c = world.write(customer, ORDER)
    assert c.owner == agent
    world.desk.accept(who(agent), c.id)
    world.clock.advance(seconds=seconds)
    world.desk.resolve(who(agent), c.id, proved_complex)


@pytest.fixture
def two(world: World) -> World:
    """Ada takes ten minutes for what Bob does in two; both are at work afterwards."""
    world.hire("ada", capacity=1)
    for n in range(6):
        handle(world, "ada", f"a{n}", 600)
    world.presence.set_presence(who("ada"), "ada", ev.Presence.AWAY)
    world.hire("bob", capacity=1)
    for n in range(6):
        handle(world, "bob", f"b{n}", 120)
    world.presence.set_presence(who("ada"), "ada", ev.Presence.ONLINE)
    return world


def part(world: World, agent: str) -> ev.PlanMade:
    found = StaffingPlans(world.store).part(world.agent(agent).shard)
    assert found is not None
    return found[1]


def seconds(world: World, agent: str) -> int:
    made = part(world, agent)
    return made.seconds[agent][made.classes.index("order_status|0")]


def test_the_plan_knows_who_is_quick_at_what(two: World) -> None:
    assert planner(two).run() == {"agents": 2, "shards": 1}
    assert seconds(two, "ada") > 1.5 * seconds(two, "bob") > 0  # six conversations say less than a hundred would


def test_the_router_gives_work_to_the_quicker_once_there_is_a_plan(two: World) -> None:
    planner(two).run()
    two.replan()
    assert two.write("new", ORDER).owner == "bob"
    receipt = two.last(two.now_of(two.store.owned_by("bob")[0]), ev.Assigned).receipt
    assert receipt.plans == {two.agent("bob").shard: 1}


def test_agents_who_are_not_at_work_are_not_planned_for(two: World) -> None:
    two.presence.set_presence(who("bob"), "bob", ev.Presence.OFFLINE)
    assert planner(two).run() == {"agents": 1, "shards": 1}
    assert [*part(two, "ada").prices] == ["ada"]


def test_demand_is_what_was_finished_since_the_last_plan(two: World) -> None:
    planner(two).run()
    two.clock.advance(seconds=600)
    before = part(two, "bob")
    planner(two).run()
    quiet = part(two, "bob")
    row = quiet.classes.index("order_status|0")
    assert 0 < quiet.demand[row] < before.demand[before.classes.index("order_status|0")] or before.demand[row] == 0
    assert quiet.finished == before.finished


def test_what_agents_say_it_was_teaches_which_labels_to_trust(world: World) -> None:
    world.hire("ada", capacity=1)
    for n in range(3):
        handle(world, "ada", f"c{n}", 60, proved_complex=True)
    [learned] = world.store.handled(world.agent("ada").shard)
    assert (learned.complex, learned.proved_complex, learned.count, learned.seconds) == (False, True, 3, 180.0)


def test_a_plan_without_anybody_at_work_publishes_nothing(world: World) -> None:
    world.hire("ada", online=False)
    assert planner(world).run() == {"agents": 0, "shards": 0}


def test_a_past_plan_is_found_by_its_version_and_others_are_not(two: World) -> None:
    planner(two).run()
    planner(two).run()
    shard = two.agent("bob").shard
    plans = StaffingPlans(two.store)
    assert plans.past({shard: 1}).versions == {shard: 1}
    with pytest.raises(NotFound):
        plans.past({shard: 9})


def test_the_receipt_of_a_planned_decision_is_made_again_to_the_same_answer(two: World) -> None:
    planner(two).run()
    two.replan()
    c = two.write("new", ORDER)
    planner(two).run()
    assert [r.differences for r in two.receipts.of(c.id)] == [()]


def test_a_receipt_does_not_hold_against_a_ledger_that_was_cut(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    c = two.write("new", ORDER)
    everything = two.store.events
    monkeypatch.setattr(two.store, "events", lambda ledger, after=0: everything(ledger)[: 1 if ledger.startswith("agt#") else None])
    [again] = two.receipts.of(c.id)
    assert again.differences


def test_a_shard_that_cannot_be_planned_does_not_keep_the_others_from_their_plan(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "TOGETHER", 0)
    for agent in ("east-1", "north-1", "west-1"):  # the fake's shards are named by what stands before the dash
        world.hire(agent, capacity=1)

    def fails_in_the_north(hands: Sequence[Hands], demand: Mapping[Class, float]) -> Prices:
        if any(h.agent == "north-1" for h in hands):
            raise ValueError("no solution")
        return solve(hands, demand)

    with pytest.raises(ValueError, match="no solution"):
        Planner(world.store, world.clock, StaffingPlans(world.store), fails_in_the_north).run()
    plans = StaffingPlans(world.store)
    assert [plans.part(shard) is not None for shard in ("east", "north", "west")] == [True, False, True]


def test_prices_of_one_shard_do_not_meet_the_values_of_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large company each shard has its own programme: what a decision in one shard weighs is that shard's part alone."""
    monkeypatch.setattr(planning, "TOGETHER", 0)
    world.hire("east-1", capacity=1)
    world.hire("west-1", capacity=1, queues=("billing",))
    planner(world).run()
    world.replan()
    assert set(world.assignment.engine(["west"]).plans.parts) == {"west"}
    assert set(world.assignment.engine(["east"]).plans.parts) == {"east"}
    assert set(world.assignment.engine(["east", "west"]).plans.parts) == {"east", "west"}
