"""Deliveries, connections, cursors and attempts on DynamoDB keep their contracts."""

from __future__ import annotations

import pytest

from switchboard.adapters.dynamo import DynamoConnections, Tables
from switchboard.adapters.dynamo.attempts import DynamoAttempts
from switchboard.adapters.dynamo.cursors import DynamoCursors
from tests.contract.attempts_contract import AttemptsContract
from tests.contract.connections_contract import ConnectionsContract
from tests.contract.cursors_contract import CursorsContract
from tests.contract.deliveries_contract import DeliveriesContract
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestDynamoDeliveries(OnDynamo, DeliveriesContract):
    pass


class TestDynamoConnections(OnDynamo, ConnectionsContract):
    @pytest.fixture
    def connections(self, bound: Tables) -> DynamoConnections:
        return DynamoConnections(bound)


class TestDynamoCursors(OnDynamo, CursorsContract):
    @pytest.fixture
    def cursors(self, bound: Tables) -> DynamoCursors:
        return DynamoCursors(bound)


class TestDynamoAttempts(OnDynamo, AttemptsContract):
    @pytest.fixture
    def attempts(self, bound: Tables) -> DynamoAttempts:
        return DynamoAttempts(bound)
