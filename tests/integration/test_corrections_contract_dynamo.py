"""The list of corrected messages on DynamoDB keeps the contract."""

from __future__ import annotations

import pytest

from switchboard.adapters.dynamo import Tables
from switchboard.adapters.dynamo.corrections import DynamoCorrectedMessages
from tests.contract.corrections_contract import CorrectionsContract
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestCorrectedMessages(OnDynamo, CorrectionsContract):
    @pytest.fixture
    def corrected(self, bound: Tables) -> DynamoCorrectedMessages:
        return DynamoCorrectedMessages(bound)
