"""The queue of business actions on SQS, as production's templates make it, keeps its contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from switchboard.adapters.sqs.actions import SqsActionQueue, load_action
from switchboard.domain.errors import StorageUnavailable
from tests.contract.action_queue_contract import ActionQueueContract

pytestmark = pytest.mark.localstack


@dataclass
class SqsTaken:
    """Reads the queue as its function does."""

    sqs: Any
    url: str

    def bodies(self, count: int) -> list[str]:
        came: list[str] = []
        while len(came) < count:
            batch = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=5).get("Messages", [])
            assert batch, f"only {len(came)} of {count} calls came"
            for message in batch:
                came.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        assert len(came) == count
        return came

    def take(self, count: int) -> list[tuple[str, str]]:
        return [load_action(body) for body in self.bodies(count)]


class TestSqsActionQueue(ActionQueueContract):
    @pytest.fixture
    def taken(self, deployed_stores: dict[str, str], aws: Callable[[str], Any]) -> Iterator[SqsTaken]:
        sqs, url = aws("sqs"), deployed_stores["ActionsQueueUrl"]
        yield SqsTaken(sqs, url)
        sqs.purge_queue(QueueUrl=url)

    @pytest.fixture
    def actions(self, taken: SqsTaken) -> SqsActionQueue:
        return SqsActionQueue(taken.sqs, taken.url)

    def test_the_queue_carries_ids_and_nothing_else(self, actions: SqsActionQueue, taken: SqsTaken) -> None:
        actions.action("c1-000001", "a1")
        assert [json.loads(body) for body in taken.bodies(1)] == [{"conversation": "c1-000001", "call": "a1"}]

    def test_a_queue_that_does_not_take_it_is_told_so_that_the_commit_is_read_again(self, taken: SqsTaken) -> None:
        with pytest.raises(StorageUnavailable):
            SqsActionQueue(taken.sqs, taken.url.replace("Actions", "Nowhere")).action("c1-000001", "a1")
