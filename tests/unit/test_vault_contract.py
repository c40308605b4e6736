"""The ports in memory keep the contract of the real ones (tests/integration/test_vault_contract.py)."""

from __future__ import annotations

import pytest

from tests.contract.vault_contract import BranchRecordsContract, DataKeysContract, WrapperContract
from tests.contract.vault_fakes import LocalWrapper, MemoryBranchRecords, MemoryDataKeys


class TestMemoryBranchRecords(BranchRecordsContract):
    @pytest.fixture
    def records(self) -> MemoryBranchRecords:
        return MemoryBranchRecords()


class TestLocalWrapper(WrapperContract):
    @pytest.fixture
    def wrapper(self) -> LocalWrapper:
        return LocalWrapper()

    @pytest.fixture
    def stranger(self) -> LocalWrapper:
        return LocalWrapper()


class TestMemoryDataKeys(DataKeysContract):
    @pytest.fixture
    def shelf(self) -> MemoryDataKeys:
        return MemoryDataKeys()
