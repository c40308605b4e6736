"""The inbound queue as unit tests have it keeps the contract of the one on SQS and S3 (tests/integration)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from switchboard.adapters.sqs.inbound import SqsInboundQueue
from switchboard.adapters.vault import Index, QueueSeal
from tests.contract.inbound_queue_contract import IncomingContract, Queued, RedriveContract
from tests.contract.vault_fakes import provisioned_branches
from tests.fakes.queues import MemoryBucket, MemoryFifo, MemoryInbound


class TestMemoryInbound(RedriveContract):
    @dataclass
    class Reader:
        queue: MemoryInbound

        def take(self, count: int) -> list[Queued]:
            came = [Queued(*requeued) for requeued in self.queue.requeued]
            assert len(came) == count
            self.queue.requeued.clear()
            return came

    @pytest.fixture
    def queue(self) -> MemoryInbound:
        return MemoryInbound()

    @pytest.fixture
    def reader(self, queue: MemoryInbound) -> Reader:
        return self.Reader(queue)


class TestSqsInboundQueueInMemory(RedriveContract, IncomingContract):
    """The adapter over the clients that functions under test are given."""

    @dataclass
    class Reader:
        fifo: MemoryFifo

        def take(self, count: int) -> list[Queued]:
            came = []
            for e in self.fifo.entries:
                parked = e.get("MessageAttributes", {}).get("parked", {}).get("StringValue", "")
                came.append(Queued(e["MessageGroupId"], e["MessageBody"], parked))
            assert len(came) == count
            self.fifo.entries.clear()
            return came

    @pytest.fixture
    def fifo(self) -> MemoryFifo:
        return MemoryFifo()

    @pytest.fixture
    def queue(self, fifo: MemoryFifo) -> SqsInboundQueue:
        branches = provisioned_branches()
        return SqsInboundQueue(fifo, MemoryBucket(), "inbound", "blobs", QueueSeal(branches), Index(branches))

    @pytest.fixture
    def reader(self, fifo: MemoryFifo) -> Reader:
        return self.Reader(fifo)
