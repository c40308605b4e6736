"""The queue of webhooks on SQS, as production's templates make it, keeps its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from switchboard.adapters.sqs.hooks import SqsHookOutbox, load_call
from switchboard.application.hooks import HookCall
from switchboard.domain.errors import StorageUnavailable
from tests.contract.hook_outbox_contract import HookOutboxContract, a_call

pytestmark = pytest.mark.localstack


@dataclass
class SqsCalls:
    """Reads the queue as its function does."""

    sqs: Any
    url: str

    def take(self, count: int) -> list[HookCall]:
        came: list[HookCall] = []
        while len(came) < count:
            batch = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=5).get("Messages", [])
            assert batch, f"only {len(came)} of {count} calls came"
            for message in batch:
                came.append(load_call(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        assert len(came) == count
        return came


class TestSqsHookOutbox(HookOutboxContract):
    @pytest.fixture
    def calls(self, deployed_stores: dict[str, str], aws: Callable[[str], Any]) -> Iterator[SqsCalls]:
        sqs, url = aws("sqs"), deployed_stores["HooksQueueUrl"]
        yield SqsCalls(sqs, url)
        sqs.purge_queue(QueueUrl=url)

    @pytest.fixture
    def hooks(self, calls: SqsCalls) -> SqsHookOutbox:
        return SqsHookOutbox(calls.sqs, calls.url)

    def test_a_queue_that_does_not_take_it_is_told_so_that_the_commit_is_read_again(self, calls: SqsCalls) -> None:
        missing = calls.url.replace("Hooks", "Nowhere")
        with pytest.raises(StorageUnavailable):
            SqsHookOutbox(calls.sqs, missing).hook(a_call())
