"""What is pushed to whom: each frame is judged for who gets it, as the routes are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.cedar.authority import shipped
from switchboard.application.screens import ReadCommit
from switchboard.domain import events as ev
from switchboard.domain.authority.limits import Limits
from switchboard.domain.authority.question import Kind, Principal, Question, Resource
from switchboard.domain.conversation import Conversation
from tests.unit.world import World, who

ADA, BOB = who("ada"), who("bob")


def shown(world: World, c: Conversation) -> None:
    """The screens are told all that happened to it."""
    world.screens.show([ReadCommit(s, tuple(world.store.commit_events(c.ledger, s.no))) for s in world.store.commits(c.ledger, 0)])


def heard(world: World, agent: str) -> list[dict[str, Any]]:
    return [dict(f) for f in world.gateway.frames[f"socket-of-{agent}"]]


def forget(world: World) -> None:
    for frames in world.gateway.frames.values():
        frames.clear()


def test_what_waits_is_told_to_the_team_and_not_to_who_is_limited_to_other_places(world: World) -> None:
    world.route_by(regions={"whatsapp/main": "eu"})
    c = world.write("1")
    for agent in ("ada", "bob", "cy", "dan"):
        world.hire(agent, capacity=0, queues=("technical",) if agent == "dan" else ("general",))
    world.limit("bob", regions=("cn",))
    world.limit("cy", regions=("eu",), assigned_only=True)
    shown(world, world.now_of(c))
    assert [f["type"] for f in heard(world, "ada")] == ["queue"]
    for agent in ("bob", "cy", "dan"):
        assert c.id not in repr(heard(world, agent))


def test_who_saw_it_wait_is_told_that_it_is_gone_and_nothing_of_who_has_it(world: World) -> None:
    c = world.write("1", text="my secret wish")
    for agent in ("ada", "bob", "cy"):
        world.hire(agent, capacity=0)
    world.limit("cy", brands=("south",))
    world.presence.set_profile(who("boss", "administrator"), "ada", ev.AgentProfileSet(1, ("general",), ("en",), "Ada"))
    assert world.now_of(c).owner == "ada"
    shown(world, world.now_of(c))
    assert heard(world, "bob") == [{"type": "gone", "conversation": c.id}]
    assert c.id not in repr(heard(world, "cy"))
    assert {f["type"] for f in heard(world, "ada")} >= {"events"}


def test_who_hands_it_on_hears_that_and_nothing_after(world: World) -> None:
    world.hire("ada")
    c = world.write("1")
    world.desk.accept(ADA, c.id)
    world.hire("bob")
    forget(world)
    world.desk.transfer(ADA, c.id, agent="bob")
    after = world.now_of(c)
    [last] = world.store.commits(c.ledger, after.version - 1)
    world.write("1", text="only for the next")
    world.screens.show([ReadCommit(last, tuple(world.store.commit_events(c.ledger, last.no)))])
    [frame] = [f for f in heard(world, "ada") if f["type"] == "events"]
    assert [e["type"] for e in frame["events"]] == ["released", "queued", "assigned"]
    assert "only for the next" not in repr(frame)
    forget(world)
    [newest] = world.store.commits(c.ledger, world.now_of(c).version - 1)
    world.screens.show([ReadCommit(newest, tuple(world.store.commit_events(c.ledger, newest.no)))])
    assert [f for f in heard(world, "ada") if f["type"] == "events"] == []
    assert "only for the next" in repr(heard(world, "bob"))


def test_an_owner_whose_limits_moved_away_hears_no_more_of_it(world: World) -> None:
    world.route_by(regions={"whatsapp/main": "eu"})
    world.hire("ada")
    c = world.write("1")
    world.limit("ada", regions=("cn",))
    forget(world)
    shown(world, world.now_of(c))
    world.screens.typing(world.now_of(c), "customer")
    assert c.id not in repr(heard(world, "ada"))


places = st.sampled_from(["", "eu", "cn", "us"])
kinds = st.lists(st.sampled_from(["eu", "cn", "us"]), unique=True, max_size=2).map(tuple)


@given(st.builds(Limits, kinds, kinds, kinds, st.booleans()), places, places, places)
def test_the_router_and_the_policies_agree_on_who_may_be_given_what(limits: Limits, region: str, brand: str, tier: str) -> None:
    """Candidates are filtered in the router's own loop; the policies are the judge."""
    person = Principal(
        Kind.PERSON, "ada", "agent", frozenset({"general"}), frozenset(limits.regions), frozenset(limits.brands),
        frozenset(limits.tiers), limits.assigned_only,
    )  # fmt: skip
    waits = Resource("conversation", "c1", "queued", "general", region=region, brand=brand, tier=tier)
    assert shipped().decide(Question(person, "BeAssigned", waits)).allowed is limits.admit(region, brand, tier)
