"""Rules on the store that keeps its ledgers in DynamoDB."""

from __future__ import annotations

import pytest

from tests.contract.automation_contract import AutomationContract
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestAutomation(OnDynamo, AutomationContract):
    pass
