"""The fake of what is spent keeps the contract."""

from __future__ import annotations

import pytest

from tests.contract.spending_contract import SpendingContract
from tests.fakes.large_model import MemorySpending
from tests.fakes.store import MemoryStore


class TestSpending(SpendingContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def spending(self, store: MemoryStore) -> MemorySpending:
        return MemorySpending(store)
