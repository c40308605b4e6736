"""The fake census keeps the contract."""

from __future__ import annotations

import pytest

from tests.contract.census_contract import CensusContract
from tests.fakes.retention import MemoryCensus
from tests.fakes.store import MemoryStore


class TestCensus(CensusContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def census(self, store: MemoryStore) -> MemoryCensus:
        return MemoryCensus(store)
