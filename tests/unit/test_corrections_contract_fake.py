"""The fake list of corrected messages keeps the contract."""

from __future__ import annotations

import pytest

from tests.contract.corrections_contract import CorrectionsContract
from tests.fakes.corrections import MemoryCorrectedMessages
from tests.fakes.store import MemoryStore


class TestCorrectedMessages(CorrectionsContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def corrected(self, store: MemoryStore) -> MemoryCorrectedMessages:
        return MemoryCorrectedMessages(store)
