"""Measurements of queues, and waits, in memory (on DynamoDB: tests/integration/test_flows_contract_dynamo.py)."""

from __future__ import annotations

import pytest

from tests.contract.flows_contract import FlowsContract
from tests.contract.waits_contract import WaitsContract
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.flows import MemoryFlows
from tests.fakes.store import MemoryStore


class TestFlows(FlowsContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore(MemoryDeliveries())

    @pytest.fixture
    def flows(self, store: MemoryStore) -> MemoryFlows:
        return MemoryFlows(store)


class TestWaits(WaitsContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore(MemoryDeliveries())
