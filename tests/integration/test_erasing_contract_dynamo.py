"""The store on DynamoDB keeps the contract of erasing."""

from __future__ import annotations

import pytest

from tests.contract.dynamo_tables import OnDynamo
from tests.contract.erasing_contract import ErasingContract

pytestmark = pytest.mark.localstack


class TestErasing(OnDynamo, ErasingContract):
    pass
