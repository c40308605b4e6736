"""The queue of webhooks in memory keeps the contract of the one on SQS (tests/integration/test_hook_outbox_contract_sqs.py)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from switchboard.application.hooks import HookCall
from tests.contract.hook_outbox_contract import HookOutboxContract
from tests.fakes.hooks import MemoryHookOutbox


@dataclass
class Taken:
    hooks: MemoryHookOutbox

    def take(self, count: int) -> list[HookCall]:
        came = self.hooks.calls[:count]
        assert len(came) == count
        del self.hooks.calls[:count]
        return came


class TestMemoryHookOutbox(HookOutboxContract):
    @pytest.fixture
    def hooks(self) -> MemoryHookOutbox:
        return MemoryHookOutbox()

    @pytest.fixture
    def calls(self, hooks: MemoryHookOutbox) -> Taken:
        return Taken(hooks)
