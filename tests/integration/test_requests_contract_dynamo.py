"""Requests on DynamoDB keep the contract."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.dynamo.request_lists import DynamoRequests
from switchboard.domain.errors import Unreadable
from tests.contract.dynamo_tables import OnDynamo
from tests.contract.requests_contract import RequestsContract

pytestmark = pytest.mark.localstack


class TestRequests(OnDynamo, RequestsContract):
    @pytest.fixture
    def lists(self, bound: Tables) -> DynamoRequests:
        return DynamoRequests(bound)

    def test_a_request_that_was_written_over_is_not_believed(
        self, store: DynamoStore, lists: DynamoRequests, aws: Any, bound: Tables
    ) -> None:
        ledger = self.ask(store)
        [item] = bound.commit.query(ledger)
        item.body = bytes(item.body).replace(b'"sue"', b'"bob"')
        item.save()
        with pytest.raises(Unreadable):
            lists.commits(ledger)
