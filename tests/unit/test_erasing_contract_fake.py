"""The store in memory keeps the contract of erasing."""

from __future__ import annotations

import pytest

from tests.contract.erasing_contract import ErasingContract
from tests.fakes.store import MemoryStore


class TestErasing(ErasingContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
