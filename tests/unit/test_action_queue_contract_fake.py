"""The queue of business actions in memory keeps the contract of the one on SQS (test_action_queue_contract_sqs.py)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.contract.action_queue_contract import ActionQueueContract
from tests.fakes.connectors import MemoryActionQueue


@dataclass
class Taken:
    actions: MemoryActionQueue

    def take(self, count: int) -> list[tuple[str, str]]:
        came = self.actions.calls[:count]
        assert len(came) == count
        del self.actions.calls[:count]
        return came


class TestMemoryActionQueue(ActionQueueContract):
    @pytest.fixture
    def actions(self) -> MemoryActionQueue:
        return MemoryActionQueue()

    @pytest.fixture
    def taken(self, actions: MemoryActionQueue) -> Taken:
        return Taken(actions)
