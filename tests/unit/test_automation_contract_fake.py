"""Rules on the store in memory (on DynamoDB: tests/integration/test_automation_contract_dynamo.py)."""

from __future__ import annotations

import pytest

from tests.contract.automation_contract import AutomationContract
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.store import MemoryStore


class TestAutomation(AutomationContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore(MemoryDeliveries())
