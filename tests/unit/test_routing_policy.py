"""Reading a routing policy: whatever somebody types becomes a policy that can be routed by, or an error that names the field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.agents import Agent
from switchboard.domain.errors import Malformed
from switchboard.domain.events import Presence
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.engine import Engine
from switchboard.domain.routing.policy import ChannelRule, KindRule, RoutingPolicy, Sticky, Vip, differences, parse
from switchboard.domain.routing.waiting import Waiting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FULL: dict[str, Any] = {
    "strategy": "least_load", "weights": {"vip": 6, "tau": 30}, "priority_worth": 90,
    "channels": {"email": {"weight": 0.5}, "voice": {"exclusive": True, "ahead": 60}},
    "kinds": {"refund_request": {"kind": "payments", "level": 2, "complex": True}},
    "ladder": {"level": 5, "skill": 10, "language": None, "region": 300},
    "overflow": {"billing": [{"to": "general", "after": 60}, {"to": "leads", "after": 0}]},
    "vip": {"attribute": "tier", "values": ["gold"], "ahead": 600},
    "sticky": {"last_agent_days": 3, "attribute": "manager", "hold": 20},
    "regions": {"whatsapp/main": "eu"}, "spread": 0.1,
}  # fmt: skip


def test_every_field_is_read() -> None:
    p = parse(FULL, 7)
    assert (p.strategy, p.weights.vip, p.weights.tau, p.priority_worth, p.version) == ("least_load", 6, 30, 90, 7)
    assert p.channels == {"email": ChannelRule(0.5), "voice": ChannelRule(exclusive=True, ahead=60)}
    assert p.kinds == {"refund_request": KindRule("payments", 2, True)}
    assert (p.ladder.level, p.ladder.skill, p.ladder.language, p.ladder.region) == (5, 10, None, 300)
    assert [(o.to, o.after) for o in p.overflow["billing"]] == [("general", 60), ("leads", 0)]
    assert (p.vip, p.sticky) == (Vip("tier", ("gold",), 600), Sticky(3, "manager", 20))
    assert (p.regions, p.spread) == ({"whatsapp/main": "eu"}, 0.1)


def test_a_policy_that_says_nothing_is_the_default() -> None:
    assert parse({}) == RoutingPolicy()


def test_the_shipped_policy_is_one() -> None:
    shipped = json.loads(resources.files("switchboard.resources").joinpath("routing.json").read_text(encoding="utf-8"))
    p = parse(shipped)
    assert (p.strategy, p.weight("webchat", 5), p.weight("email", 5), p.weight("voice", 5)) == ("index", 1, 0.5, 5)


@pytest.mark.parametrize(("document", "field"), [
    ([], "the routing policy"),
    (None, "the routing policy"),
    ({"strategies": "index"}, "strategies"),
    ({"version": 3}, "version"),
    ({"strategy": "fifo"}, "strategy"),
    ({"strategy": ["index"]}, "strategy"),
    ({"weights": {"vpi": 6}}, "vpi"),
    ({"weights": {"relax": 6}}, "relax"),
    ({"weights": {"vip": "6"}}, "weights.vip"),
    ({"weights": {"tau": float("nan")}}, "weights.tau"),
    ({"weights": {"tau": float("inf")}}, "weights.tau"),
    ({"weights": {"tau": True}}, "weights.tau"),
    ({"weights": {"patience": 0}}, "weights.patience"),
    ({"weights": {"vip": 0}}, "weights.vip"),
    ({"weights": {"fairness": 2}}, "weights.fairness"),
    ({"priority_worth": -1}, "priority_worth"),
    ({"priority_worth": 1.5}, "priority_worth"),
    ({"channels": {"email": {"weight": 0}}}, "channels.email.weight"),
    ({"channels": {"email": {"weight": 0.33}}}, "channels.email.weight"),
    ({"channels": {"email": {"weight": 51}}}, "channels.email.weight"),
    ({"channels": {"voice": {"exclusive": 1}}}, "channels.voice.exclusive"),
    ({"channels": {" voice": {}}}, "channels"),
    ({"channels": {7: {}}}, "channels"),
    ({"kinds": {"refund": {"level": 2}}}, "kinds.refund"),
    ({"kinds": {"refund": {"kind": "payments", "level": 6}}}, "kinds.refund.level"),
    ({"kinds": {"refund": {"kind": ""}}}, "kinds.refund.kind"),
    ({"ladder": {"level": -5}}, "ladder.level"),
    ({"ladder": {"skills": 5}}, "skills"),
    ({"overflow": {"billing": {"to": "general", "after": 1}}}, "overflow.billing"),
    ({"overflow": {"billing": [{"to": "general"}]}}, "overflow.billing[0]"),
    ({"overflow": {"billing": [{"to": "a", "after": 1}, {"to": "", "after": 1}]}}, "overflow.billing[1].to"),
    ({"vip": {"values": [""]}}, "vip.values[0]"),
    ({"vip": {"ahead": 10**9}}, "vip.ahead"),
    ({"sticky": {"hold": -1}}, "sticky.hold"),
    ({"regions": {"whatsapp/main": 3}}, "regions.whatsapp/main"),
    ({"spread": 2}, "spread"),
])  # fmt: skip
def test_what_is_no_policy_is_refused_and_the_field_named(document: Any, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(document)
    assert field in str(refused.value)


seconds = st.integers(0, 900)
weights = st.fixed_dictionaries({}, optional={
    "tolerance": st.floats(0, 10), "patience": st.integers(0, 100), "vip": st.integers(0, 10), "crowding": st.floats(0, 3),
    "tau": seconds, "overflow": seconds, "release": seconds, "fairness": st.floats(0, 2),
})  # fmt: skip
documents = st.fixed_dictionaries({}, optional={
    "strategy": st.sampled_from(["index", "least_load", "longest_idle", "round_robin"]), "weights": weights,
    "channels": st.dictionaries(st.sampled_from(["chat", "voice"]), st.fixed_dictionaries({}, optional={
        "weight": st.sampled_from([0.05, 0.5, 1, 3]), "exclusive": st.booleans(), "ahead": seconds})),
    "ladder": st.dictionaries(st.sampled_from(["level", "skill", "language", "region"]), seconds | st.none()),
    "overflow": st.dictionaries(
        st.just("billing"), st.lists(st.fixed_dictionaries({"to": st.just("general"), "after": seconds}), max_size=2)
    ),
    "sticky": st.fixed_dictionaries({"hold": seconds}), "spread": st.floats(0, 1), "priority_worth": seconds,
})  # fmt: skip
PEOPLE = [
    Agent("ada", capacity=3, presence=Presence.ONLINE, queues=("billing",), languages=("en",), skills={"refund": 2}, version=1),
    Agent("bob", capacity=2, load=0.5, presence=Presence.ONLINE, queues=("general",), version=1),
    Agent("eve", capacity=3, presence=Presence.ONLINE, queues=("billing",), languages=("en",), expert=True, version=1),
]


@given(documents, st.sampled_from(["chat", "voice"]), st.booleans(), seconds)
@settings(deadline=None)
def test_every_policy_that_is_accepted_can_be_routed_by(document: dict[str, Any], channel: str, vip: bool, waited: int) -> None:
    """A policy that breaks a decision would stop all routing."""
    try:
        engine = Engine(parse(document))
    except Malformed:
        return
    asks = Requirements("refund", 2, vip=vip, prefers="bob", region="eu")
    work = Waiting("c1-000001", "billing", 5, NOW - timedelta(seconds=waited), "en", "", channel, asks)
    decision = engine.offer(work, 1, PEOPLE, NOW)
    assert len(decision.order) + sum(decision.receipt.reasons.values()) == len(PEOPLE)
    assert len(engine.pull(PEOPLE[0], [(work, 0)], NOW).order) <= 1
    assert all(s > 0 for s in engine.looks(work))


@given(documents)
def test_customers_wait_for_an_idle_agent_of_their_queue_no_longer_than_a_policy_says(document: dict[str, Any]) -> None:
    """Under whatever policy is accepted: what asks for nothing and has waited for a day is taken."""
    try:
        engine = Engine(parse(document))
    except Malformed:
        return
    for vip in (False, True):
        asks = Requirements("refund", vip=vip)
        work = Waiting("c1-000001", "billing", 5, NOW - timedelta(days=1), "en", "", "chat", asks)
        assert "ada" in engine.offer(work, 1, PEOPLE, NOW).order


@pytest.mark.parametrize(("channel", "capacity", "weight"), [
    ("webchat", 3, 1), ("email", 3, 0.5), ("voice", 3, 3), ("voice", 1, 1), ("voice", 0, 1),
])  # fmt: skip
def test_what_a_conversation_takes_of_an_agent(channel: str, capacity: int, weight: float) -> None:
    assert parse(FULL).weight(channel, capacity) == weight


def test_a_weight_given_as_computers_count_is_the_weight_that_was_meant() -> None:
    """0.1 + 0.2: additions to a load must come out even."""
    assert parse({"channels": {"email": {"weight": 0.1 + 0.2}}}).weight("email", 1) == 0.3


def test_queues_help_one_another_as_the_policy_says() -> None:
    vip = [{"to": "billing", "after": 5}, {"to": "general", "after": 9}]
    p = parse({"overflow": {"billing": [{"to": "general", "after": 60}], "vip": vip}})
    assert p.queues_open_to(("general",)) == ("general", "billing", "vip")
    assert p.queues_open_to(("billing",)) == ("billing", "vip")
    assert p.queues_open_to(()) == ()
    assert p.queues_serving("vip") == ("vip", "billing", "general")
    assert p.queues_serving("general") == ("general",)


# -- what changed ------------------------------------------------------------------------------------


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [str(d["path"]) for d in differences(before, after)]


def test_the_difference_names_each_field_with_its_old_and_new_value() -> None:
    before = {"strategy": "index", "ladder": {"skill": 10, "level": 5}, "regions": {"web/eu": "eu"}}
    after = {"strategy": "index", "ladder": {"skill": 30, "level": 5}, "spread": 0.1}
    assert differences(before, after) == [
        {"path": "ladder.skill", "before": 10, "after": 30},
        {"path": "regions.web/eu", "before": "eu", "after": None},
        {"path": "spread", "before": None, "after": 0.1},
    ]
    assert differences(FULL, FULL) == []
    assert differences({}, {"spread": 0.1}) == [{"path": "spread", "before": None, "after": 0.1}]


def test_never_is_another_thing_than_not_said() -> None:
    """`null` in the ladder is "for ever"; a field that is missing has its default. Whoever publishes must see the change."""
    assert changed({"ladder": {"level": 5}}, {"ladder": {"level": 5, "skill": None}}) == ["ladder.skill"]
    assert changed({"ladder": {"skill": None}}, {"ladder": {"skill": 10}}) == ["ladder.skill"]


@given(documents, documents)
def test_policies_that_route_otherwise_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    try:
        if parse(one) != parse(other):
            assert differences(one, other)
    except Malformed:
        return
    assert bool(differences(one, other)) == bool(differences(other, one))
    assert not differences(one, one)
