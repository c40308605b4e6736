"""The fake store of requests keeps the contract."""

from __future__ import annotations

import pytest

from tests.contract.requests_contract import RequestsContract
from tests.fakes.requests import MemoryRequests
from tests.fakes.store import MemoryStore


class TestRequests(RequestsContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def lists(self, store: MemoryStore) -> MemoryRequests:
        return MemoryRequests(store)
