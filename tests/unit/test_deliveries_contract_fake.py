"""Deliveries, connections, cursors and attempts in memory keep the contracts of the real ones."""

from __future__ import annotations

import pytest

from tests.contract.attempts_contract import AttemptsContract
from tests.contract.connections_contract import ConnectionsContract
from tests.contract.cursors_contract import CursorsContract
from tests.contract.deliveries_contract import DeliveriesContract
from tests.fakes.attempts import MemoryAttempts
from tests.fakes.connections import MemoryConnections
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryOutbox
from tests.fakes.store import MemoryStore


class TestMemoryDeliveries(DeliveriesContract):
    @pytest.fixture
    def deliveries(self) -> MemoryDeliveries:
        return MemoryDeliveries()

    @pytest.fixture
    def store(self, deliveries: MemoryDeliveries) -> MemoryStore:
        return MemoryStore(deliveries)


class TestMemoryConnections(ConnectionsContract):
    @pytest.fixture
    def connections(self) -> MemoryConnections:
        return MemoryConnections()


class TestMemoryOutbox(CursorsContract):
    @pytest.fixture
    def cursors(self) -> MemoryOutbox:
        return MemoryOutbox()


class TestMemoryAttempts(AttemptsContract):
    @pytest.fixture
    def attempts(self) -> MemoryAttempts:
        return MemoryAttempts()
