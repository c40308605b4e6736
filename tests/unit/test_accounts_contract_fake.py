"""Accounts in memory keep the contract of the real ones (tests/integration/test_accounts_contract_secrets.py)."""

from __future__ import annotations

import pytest

from switchboard.channels.base import Account
from tests.contract.accounts_contract import AccountsContract
from tests.fakes.accounts import MemoryAccounts


class MemorySafe:
    def __init__(self) -> None:
        self.accounts = MemoryAccounts()

    def put(self, account: Account) -> None:
        self.accounts.add(account)

    def wait(self, seconds: float) -> None:
        """What was put is seen at once."""


class TestMemoryAccounts(AccountsContract):
    @pytest.fixture
    def safe(self) -> MemorySafe:
        return MemorySafe()

    @pytest.fixture
    def accounts(self, safe: MemorySafe) -> MemoryAccounts:
        return safe.accounts

    @pytest.fixture
    def cut_off(self) -> MemoryAccounts:
        return MemoryAccounts(down=True)
