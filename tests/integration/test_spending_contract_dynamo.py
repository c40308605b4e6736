"""What is spent, in DynamoDB."""

from __future__ import annotations

import pytest

from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.dynamo.spending import DynamoSpending
from tests.contract.dynamo_tables import OnDynamo
from tests.contract.spending_contract import SpendingContract

pytestmark = pytest.mark.localstack


class TestSpending(OnDynamo, SpendingContract):
    @pytest.fixture
    def spending(self, bound: Tables, store: DynamoStore) -> DynamoSpending:
        return DynamoSpending(bound)
