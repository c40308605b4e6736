"""Unit tests reach no network, and each that wants one gets a company of its own."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.approvals import ApprovalAsked
from switchboard.domain.knowledge.events import ArticleDrafted
from switchboard.domain.receipt import Candidate, Receipt
from switchboard.domain.routing.eligibility import Reason
from tests.unit.process import Process
from tests.unit.world import World

settings.register_profile("steady", deadline=None)  # how long an example takes says more of the machine than of us
settings.load_profile("steady")

some_json = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(0, 9), max_size=3)
st.register_type_strategy(ev.BotPolicySet, st.builds(ev.BotPolicySet, policy=some_json))
st.register_type_strategy(ev.RetentionSet, st.builds(ev.RetentionSet, policy=some_json))
st.register_type_strategy(ev.RoutingPolicySet, st.builds(ev.RoutingPolicySet, policy=some_json, note=st.text(max_size=5)))
st.register_type_strategy(ev.RoutingPolicyDrafted, st.builds(ev.RoutingPolicyDrafted, policy=some_json))
profiles = st.builds(
    ev.AgentProfileSet, capacity=st.integers(0, 50), queues=st.just(("general",)), languages=st.just(("en",)),
    name=st.text(max_size=5), skills=st.dictionaries(st.text(max_size=5), st.integers(1, 5), max_size=3),
)  # fmt: skip
st.register_type_strategy(ev.AgentProfileSet, profiles)
requests = st.builds(
    ApprovalAsked, kind=st.text(max_size=5), about=st.text(max_size=5), parameters=some_json, delay=st.integers(0, 9),
    use_within=st.integers(0, 9), reason=st.text(max_size=5), decide_by=st.datetimes(timezones=st.just(UTC)),
)  # fmt: skip
st.register_type_strategy(ApprovalAsked, requests)
plan_parts = st.builds(
    ev.PlanMade, classes=st.just(("billing|0",)), values=st.tuples(st.floats(0, 9)), demand=st.tuples(st.floats(0, 9)),
    finished=st.tuples(st.integers(0)), worked=st.just({"ada": (1.0, 1.0, 1.0)}), prices=st.just({"ada": 1.0}),
    seconds=st.just({"ada": (9,)}), use=st.just({}), doubtful=st.just(()),
)  # fmt: skip
st.register_type_strategy(ev.PlanMade, plan_parts)
scores = st.floats(allow_nan=False, allow_infinity=False)
candidates = st.builds(
    Candidate, id=st.text(max_size=5), version=st.integers(0), score=st.tuples(scores, scores),
    terms=st.dictionaries(st.text(max_size=5), scores, max_size=3),
)  # fmt: skip
receipts = st.builds(
    Receipt, at=st.datetimes(timezones=st.just(UTC)), ranked=st.tuples(candidates), rejected=st.just(()),
    reasons=st.dictionaries(st.sampled_from([*Reason]), st.integers(1, 9)),
    plans=st.dictionaries(st.text(max_size=3), st.integers(0, 9)),
)  # fmt: skip
st.register_type_strategy(Receipt, receipts)
st.register_type_strategy(ev.FlowSaved, st.builds(ev.FlowSaved, flow=some_json, note=st.text(max_size=5)))
versions = st.dictionaries(st.text(max_size=5), st.integers(-1, 9), max_size=3)
st.register_type_strategy(ev.FlowsPublished, st.builds(ev.FlowsPublished, versions=versions))
st.register_type_strategy(ev.ActionDone, st.builds(ev.ActionDone, data=some_json))
st.register_type_strategy(ev.PrivacyPolicySet, st.builds(ev.PrivacyPolicySet, policy=some_json))
st.register_type_strategy(ev.HoursSet, st.builds(ev.HoursSet, policy=some_json))
st.register_type_strategy(ev.WaitingRoomSet, st.builds(ev.WaitingRoomSet, policy=some_json))
st.register_type_strategy(ArticleDrafted, st.builds(ArticleDrafted, article=some_json))
st.register_type_strategy(ev.WhatIfAsked, st.builds(ev.WhatIfAsked, question=some_json))
answers = st.builds(ev.WhatIfAnswered, result=some_json, picture=st.text(max_size=5), table=st.text(max_size=5))
st.register_type_strategy(ev.WhatIfAnswered, answers)
st.register_type_strategy(ev.MacrosSet, st.builds(ev.MacrosSet, macros=some_json))
st.register_type_strategy(ev.ImprovementAsked, st.builds(ev.ImprovementAsked, question=some_json))
found = st.builds(
    ev.ImprovementFound, clusters=st.lists(some_json, max_size=2).map(tuple), figures=some_json,
    counted=st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=3),
)  # fmt: skip
st.register_type_strategy(ev.ImprovementFound, found)
st.register_type_strategy(ev.RulesSet, st.builds(ev.RulesSet, rules=some_json))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))  # the domain knows no other times


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def process(world: World) -> Process:
    """A function's process in that company."""
    return Process(world)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine is a mistake in a unit test."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a unit test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
