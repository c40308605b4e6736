"""The outbox in memory keeps the contract of the one on SQS (tests/integration/test_outbox_contract_sqs.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from switchboard.application.ports import Timer
from tests.contract.outbox_contract import Handed, OutboxContract
from tests.fakes.queues import LONGEST_DELAY, MemoryOutbox
from tests.fakes.system import ManualClock


@dataclass
class Taken:
    """The other end: takes what lies in the outbox, and lets the clock go on until a timer comes."""

    outbox: MemoryOutbox
    clock: ManualClock
    longest: timedelta = LONGEST_DELAY

    def take(self, count: int) -> list[Handed]:
        came = [(conversation, item.commit, item.message) for conversation, _, _, item in self.outbox.sent]
        assert len(came) == count
        self.outbox.sent.clear()
        return came

    def now(self) -> datetime:
        return self.clock.now()

    def timer(self, within: timedelta) -> Timer | None:
        for at, timer in self.outbox.arrivals():
            wait = max(timedelta(0), at - self.clock.now())
            if wait > within:
                return None
            self.clock.advance(seconds=wait.total_seconds())
            self.outbox.timers = [kept for kept in self.outbox.timers if kept[0] != timer]
            return timer
        return None


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self) -> MemoryOutbox:
        return MemoryOutbox()

    @pytest.fixture
    def departures(self, outbox: MemoryOutbox) -> Taken:
        return Taken(outbox, ManualClock())
