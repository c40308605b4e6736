"""Facts in memory keep the contract of those through Firehose (tests/integration/test_facts_contract_firehose.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.facts_contract import Arrived, FactsContract
from tests.fakes.queues import MemoryFacts


class TestMemoryFacts(FactsContract):
    @pytest.fixture
    def facts(self) -> MemoryFacts:
        return MemoryFacts()

    @pytest.fixture
    def arrived(self, facts: MemoryFacts) -> Arrived:
        def read(ledger: str, count: int) -> list[dict[str, Any]]:
            found = [dict(f) for f in facts.put_so_far if f["ledger"] == ledger]
            assert len(found) == count
            return found

        return read
