"""The ledger's past is read from DynamoDB as it was written, and replayed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.adapters.dynamo import DynamoStore, TableNames
from switchboard.adapters.dynamo.past import DynamoPast
from switchboard.adapters.planning.prices import solve
from switchboard.application.what_if import Question, WhatIf
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.whatif.policies import Policy
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack

MIDNIGHT = datetime(2026, 10, 5, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


class TestThePast(OnDynamo):
    @pytest.fixture
    def past(self, names: TableNames, aws: Callable[[str], Any]) -> DynamoPast:
        return DynamoPast(aws("dynamodb"), names.ledger, segments=3, page=5)

    def test_it_is_every_commit_of_the_period_once_in_order_and_all_of_the_agents(self, store: DynamoStore, past: DynamoPast) -> None:
        said = [ev.Queued("billing", 5, "policy", at(0))]
        for subject in range(12):
            for number in range(-3, 6):
                store.append(f"cnv#c{subject}-000001", said, ev.SYSTEM, at(number * 3600))
        store.append("agt#ann", [ev.PresenceChanged(ev.Presence.ONLINE, "agent")], ev.SYSTEM, at(-90 * 86_400))
        store.append("acc#reads", [ev.AccessRecorded("GetConversation", "x")], ev.SYSTEM, at(60))
        found = list(past.commits(at(0), at(3 * 3600)))
        assert {c.ledger for c in found} == {f"cnv#c{n}-000001" for n in range(12)} | {"agt#ann"}
        for subject in range(12):
            assert [c.no for c in found if c.ledger == f"cnv#c{subject}-000001"] == [4, 5, 6]

    def test_a_day_of_the_store_is_replayed_and_nothing_personal_is_read(self, store: DynamoStore, past: DynamoPast) -> None:
        ann = store.commit_agent(Agent("ann"), [ev.AgentProfileSet(5, ("billing",), ("en",), "Ann Secret")], ev.SYSTEM, at(-7200))
        store.commit_agent(ann, [ev.PresenceChanged(ev.Presence.ONLINE, "agent")], ev.SYSTEM, at(-3600))
        for number in range(20):
            ledger, came = f"cnv#c{number}-000001", 600.0 * number
            store.append(ledger, [ev.Queued("billing", 5, "policy", at(came))], ev.SYSTEM, at(came))
            store.append(ledger, [ev.Assigned("ann", 1, ev.AssignReason.ROUTED, None)], ev.SYSTEM, at(came + 7))
            store.append(ledger, [ev.Resolved(ev.ActorKind.AGENT, "ann")], ev.SYSTEM, at(came + 200))
        assert "Secret" not in repr(list(past.commits(at(-86_400), at(86_400))))
        found = WhatIf(past, solve).replayed(MIDNIGHT, 1, Question((Policy("least_load", "least_load", {}),)))
        recorded, played = found.results
        assert (recorded.came, played.came) == (20, 20)
        assert recorded.figures["mean_wait"] is not None
        assert recorded.figures["mean_wait"].value == pytest.approx(7)
        assert played.figures["mean_wait"] is not None
        assert played.figures["mean_wait"].value == 0

    def test_a_table_that_is_not_there_is_said_and_does_not_hang(self, aws: Callable[[str], Any]) -> None:
        with pytest.raises(StorageUnavailable, match="ResourceNotFoundException"):
            list(DynamoPast(aws("dynamodb"), "no-such-table").commits(at(0), at(1)))
