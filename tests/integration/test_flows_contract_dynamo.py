"""Measurements of queues, and waits, in DynamoDB."""

from __future__ import annotations

import pytest

from switchboard.adapters.dynamo import Tables
from switchboard.adapters.dynamo.flows import DynamoFlows
from tests.contract.dynamo_tables import OnDynamo
from tests.contract.flows_contract import FlowsContract
from tests.contract.waits_contract import WaitsContract

pytestmark = pytest.mark.localstack


class TestFlows(OnDynamo, FlowsContract):
    @pytest.fixture
    def flows(self, bound: Tables) -> DynamoFlows:
        return DynamoFlows(bound)


class TestWaits(OnDynamo, WaitsContract):
    pass
