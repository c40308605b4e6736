"""Tokens in memory keep the contract of the real ones (tests/integration/test_tokens_contract_dynamo.py)."""

from __future__ import annotations

import pytest

from tests.contract.tokens_contract import Process, TokensContract
from tests.contract.vault_fakes import Clock
from tests.fakes.tokens import MemoryTokens, TokenTable


class TestMemoryTokens(TokensContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def process(self, clock: Clock) -> Process:
        table = TokenTable()
        return lambda pause: MemoryTokens(table, clock, pause)
