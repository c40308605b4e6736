"""The connector in memory keeps the contract of the one over HTTPS (test_connector.py)."""

from __future__ import annotations

from typing import Any

import pytest

from local.shop.opening import load
from tests.contract.connector_contract import ConnectorContract
from tests.fakes.connectors import MemoryConnector


class Company:
    def __init__(self, connector: MemoryConnector) -> None:
        self._connector = connector

    def effects(self) -> list[dict[str, Any]]:
        return list(self._connector.shop.effects)

    def breaks(self) -> None:
        self._connector.troubles.append(True)

    def loses_its_answer(self) -> None:
        self._connector.troubles.append(False)


class TestMemoryConnector(ConnectorContract):
    @pytest.fixture
    def connector(self) -> MemoryConnector:
        return MemoryConnector(load())

    @pytest.fixture
    def company(self, connector: MemoryConnector) -> Company:
        return Company(connector)
