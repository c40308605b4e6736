"""The outbox on SQS and DynamoDB, as production's templates make them, keeps its contracts."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.emulators.process import CREDENTIALS, REGION
from switchboard.adapters.dynamo import TableNames, Tables
from switchboard.adapters.dynamo.cursors import DynamoCursors
from switchboard.adapters.sqs import outbound
from switchboard.adapters.sqs.outbound import SqsOutbox, load_timer
from switchboard.application.ports import OutboxItem, Timer
from switchboard.domain.conversation import conversation_id
from switchboard.domain.errors import StorageUnavailable
from tests.contract import samples as s
from tests.contract.cursors_contract import CursorsContract
from tests.contract.outbox_contract import Handed, OutboxContract

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]


@dataclass
class SqsDepartures:
    """Reads both queues as their functions do: each message is removed before the next is asked for."""

    sqs: Any
    outbound_url: str
    timers_url: str
    longest: timedelta

    def take(self, count: int) -> list[Handed]:
        came: list[Handed] = []
        while len(came) < count:
            batch = self.receive(self.outbound_url, 5)
            assert batch, f"only {len(came)} of {count} messages came"
            came += [self._named(m) for m in batch]
            self._remove(self.outbound_url, batch)
        assert len(came) == count
        assert self.receive(self.outbound_url, 0) == []
        return came

    def now(self) -> datetime:
        return datetime.now(UTC)

    def timer(self, within: timedelta) -> Timer | None:
        batch = self.receive(self.timers_url, math.ceil(within.total_seconds()), most=1)
        self._remove(self.timers_url, batch)
        return load_timer(batch[0]["Body"]) if batch else None

    def receive(self, url: str, wait: int, most: int = 10) -> list[dict[str, Any]]:
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=min(20, wait))
        return list(found.get("Messages", []))

    def _named(self, message: dict[str, Any]) -> Handed:
        body = json.loads(message["Body"])
        return body["conversation"], body["commit"], body["message"]

    def _remove(self, url: str, batch: list[dict[str, Any]]) -> None:
        for m in batch:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])


@pytest.fixture(scope="module")
def sqs(aws: Aws) -> Any:
    return aws("sqs")


@pytest.fixture
def cursors(deployed_stores: dict[str, str], endpoint: str, monkeypatch: pytest.MonkeyPatch) -> DynamoCursors:
    for name, value in CREDENTIALS.items():  # pynamodb makes its own clients
        monkeypatch.setenv(name, value)
    uses = ("Ledger", "State", "Deliveries", "Connections", "Keys")
    names = TableNames(**{use.lower(): deployed_stores[f"{use}Table"] for use in uses})
    return DynamoCursors(Tables(names, region=REGION, host=endpoint))


class TestSqsOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self, deployed_stores: dict[str, str], sqs: Any, cursors: DynamoCursors) -> Iterator[SqsOutbox]:
        urls = deployed_stores["OutboundQueueUrl"], deployed_stores["TimersQueueUrl"]
        yield SqsOutbox(sqs, *urls, cursors)
        for url in urls:
            sqs.purge_queue(QueueUrl=url)

    @pytest.fixture
    def departures(
        self, deployed_stores: dict[str, str], sqs: Any, monkeypatch: pytest.MonkeyPatch
    ) -> SqsDepartures:
        """Nobody waits for a quarter of an hour: here the longest delay is two seconds."""
        monkeypatch.setattr(outbound, "LONGEST_DELAY", 2)
        urls = deployed_stores["OutboundQueueUrl"], deployed_stores["TimersQueueUrl"]
        return SqsDepartures(sqs, *urls, longest=timedelta(seconds=outbound.LONGEST_DELAY))

    # -- what only the real ones can do --------------------------------------------------------------

    def test_a_message_that_is_stuck_holds_up_its_own_customer_alone(
        self, outbox: SqsOutbox, departures: SqsDepartures, contact: str
    ) -> None:
        stuck, theirs = conversation_id(contact, 1), conversation_id(s.fresh("c"), 1)
        self.send(outbox, stuck, self.item(1), self.item(2))
        [held] = departures.receive(departures.outbound_url, 5, most=1)
        assert json.loads(held["Body"])["commit"] == 1
        others = self.send(outbox, theirs, self.item(3))
        assert departures.take(1) == others

    def test_a_timer_of_a_day_is_kept_for_as_long_as_the_queue_may(
        self, outbox: SqsOutbox, deployed_stores: dict[str, str], sqs: Any, contact: str
    ) -> None:
        asked: list[int] = []

        def listen(params: dict[str, Any], **_: Any) -> None:
            asked.append(json.loads(params["body"])["DelaySeconds"])

        url = deployed_stores["TimersQueueUrl"]
        sqs.meta.events.register("before-call.sqs.SendMessage", listen)
        try:
            outbox.timer(Timer("sla", contact, 1, s.later(86_400)), s.T0)
        finally:
            sqs.meta.events.unregister("before-call.sqs.SendMessage", listen)
        assert asked == [900]
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])
        assert counted["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}

    def test_a_queue_that_does_not_take_it_is_told_so_that_the_commit_is_read_again(
        self, sqs: Any, deployed_stores: dict[str, str], cursors: DynamoCursors, contact: str
    ) -> None:
        missing = deployed_stores["OutboundQueueUrl"].replace("Outbound", "Nowhere")
        outbox = SqsOutbox(sqs, missing, missing, cursors)
        with pytest.raises(StorageUnavailable):
            outbox.send(conversation_id(contact, 1), "whatsapp", s.ACCOUNT, [OutboxItem("m1", 1)])
        with pytest.raises(StorageUnavailable):
            outbox.timer(Timer("accept", contact, 1, s.T0), s.T0)


class TestSqsOutboxCursors(CursorsContract):
    @pytest.fixture
    def cursors(self, cursors: DynamoCursors, deployed_stores: dict[str, str], sqs: Any) -> SqsOutbox:
        return SqsOutbox(sqs, deployed_stores["OutboundQueueUrl"], deployed_stores["TimersQueueUrl"], cursors)
