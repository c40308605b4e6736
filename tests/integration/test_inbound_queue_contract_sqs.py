"""The inbound queue on SQS, S3 and KMS, as production's templates make them, keeps its contract."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.deploy.template import load
from local.emulators.process import ROOT
from switchboard.adapters.sqs.inbound import SqsInboundQueue
from switchboard.adapters.vault import BranchKeys, Index, Purpose, QueueSeal
from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
from switchboard.adapters.vault.kms_wrapper import KmsWrapper
from switchboard.domain.errors import StorageUnavailable, Unreadable
from tests.contract import samples as s
from tests.contract.inbound_queue_contract import NAME, TOO_LARGE, IncomingContract, Queued, RedriveContract, said

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]


@dataclass
class SqsReader:
    """Reads as Lambda does: in batches of ten, each removed before the next is asked for."""

    sqs: Any
    url: str

    def take(self, count: int) -> list[Queued]:
        came: list[Queued] = []
        while len(came) < count:
            batch = self._receive(wait=5)
            assert batch, f"only {len(came)} of {count} messages came"
            came += batch
        assert len(came) == count
        assert self._receive(wait=0) == []
        return came

    def _receive(self, wait: int) -> list[Queued]:
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["MessageGroupId"], MessageAttributeNames=["All"],
        )  # fmt: skip
        batch = answer.get("Messages", [])
        for m in batch:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=m["ReceiptHandle"])
        return [
            Queued(
                m["Attributes"]["MessageGroupId"], m["Body"],
                m.get("MessageAttributes", {}).get("parked", {}).get("StringValue", ""),
            )
            for m in batch
        ]  # fmt: skip


def unreachable(service: str) -> Any:
    """A client of an endpoint that nobody listens on."""
    return boto3.client(
        service, endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )  # fmt: skip


@pytest.fixture(scope="module")
def branches(deployed_stores: dict[str, str], aws: Aws) -> BranchKeys:
    records = DynamoBranchRecords(aws("dynamodb"), deployed_stores["KeysTable"])
    wrapper = KmsWrapper(aws("kms"), deployed_stores["KmsKeyArn"])
    branches = BranchKeys(records, wrapper, tenant="test", clock=time.time)
    for purpose in Purpose:
        branches.create(purpose)
    return branches


@pytest.fixture(scope="module")
def sqs(aws: Aws) -> Any:
    return aws("sqs")


@pytest.fixture(scope="module")
def s3(aws: Aws) -> Any:
    return aws("s3")


class TestSqsInboundQueue(RedriveContract, IncomingContract):
    @pytest.fixture
    def reader(self, deployed_stores: dict[str, str], sqs: Any) -> Iterator[SqsReader]:
        yield SqsReader(sqs, deployed_stores["InboundQueueUrl"])
        sqs.purge_queue(QueueUrl=deployed_stores["InboundQueueUrl"])

    @pytest.fixture
    def make(self, deployed_stores: dict[str, str], branches: BranchKeys) -> Callable[[Any, Any], SqsInboundQueue]:
        url, bucket = deployed_stores["InboundQueueUrl"], deployed_stores["BlobBucket"]
        return lambda sqs, s3: SqsInboundQueue(sqs, s3, url, bucket, QueueSeal(branches), Index(branches))

    @pytest.fixture
    def queue(self, make: Callable[[Any, Any], SqsInboundQueue], sqs: Any, s3: Any) -> SqsInboundQueue:
        return make(sqs, s3)

    # -- what only the real ones can do --------------------------------------------------------------

    @pytest.fixture
    def stored(self, deployed_stores: dict[str, str], s3: Any) -> Callable[[], dict[str, bytes]]:
        """What lies in the bucket, by key."""
        bucket = deployed_stores["BlobBucket"]

        def look() -> dict[str, bytes]:
            listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
            return {o["Key"]: s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read() for o in listed}

        return look

    def test_a_large_message_lies_sealed_in_the_bucket_and_is_named_in_the_queue(
        self, queue: SqsInboundQueue, reader: SqsReader, stored: Callable[[], dict[str, bytes]], ada: str
    ) -> None:
        before = stored()
        message = said(ada, "my secret " * (TOO_LARGE // 10))
        queue.send([message])
        [queued] = reader.take(1)
        assert len(queued.body) < 1000
        [(key, body)] = [(k, b) for k, b in stored().items() if k not in before]
        for lies_there in (key.encode(), body, base64.b64decode(body)):
            for personal in (ada, NAME, "my secret", message.vendor_id):
                assert personal.encode() not in lies_there

    def test_a_large_messages_body_expires_and_what_was_kept_of_it_does_not(
        self, queue: SqsInboundQueue, reader: SqsReader, deployed_stores: dict[str, str], s3: Any, ada: str
    ) -> None:
        """A month in a moment: what production's template lets expire by then is deleted."""
        bucket = deployed_stores["BlobBucket"]
        message = said(ada, "x" * TOO_LARGE)
        queue.send([message])
        [queued] = reader.take(1)
        kept = queue.keep(queued.group, queued.body)
        properties = load(ROOT / "infra" / "data.yaml")["Resources"]["BlobBucket"]["Properties"]
        rules = [r for r in properties["LifecycleConfiguration"]["Rules"] if r.get("ExpirationInDays", 999) <= 30]
        for rule in rules:
            for o in s3.list_objects_v2(Bucket=bucket, Prefix=rule.get("Prefix", "")).get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=o["Key"])
        with pytest.raises(Unreadable):
            queue.open(queued.group, queued.body, {})
        assert queue.keep(queued.group, queued.body) == queued.body
        assert queue.open(queued.group, kept, {}).item == message

    def test_where_queue_or_bucket_does_not_answer_the_vendor_is_asked_to_send_again(
        self, make: Callable[[Any, Any], SqsInboundQueue], queue: SqsInboundQueue, reader: SqsReader, sqs: Any, s3: Any, ada: str
    ) -> None:
        no_queue, no_bucket = make(unreachable("sqs"), s3), make(sqs, unreachable("s3"))
        with pytest.raises(StorageUnavailable):
            no_queue.send([said(ada)])
        with pytest.raises(StorageUnavailable):
            no_queue.requeue(s.fresh("g"), "sealed", s.fresh("p"))
        with pytest.raises(StorageUnavailable):
            no_bucket.send([said(ada, "small"), said(ada, "x" * TOO_LARGE)])
        assert reader.take(0) == []
        queue.send([said(ada, "x" * TOO_LARGE)])
        [queued] = reader.take(1)
        for wait in (lambda: no_bucket.open(queued.group, queued.body, {}), lambda: no_bucket.keep(queued.group, queued.body)):
            with pytest.raises(StorageUnavailable):  # it may come: the message must not be given up
                wait()

    def test_of_a_call_that_the_queue_took_in_part_the_vendor_is_asked_to_send_all_again(
        self, queue: SqsInboundQueue, reader: SqsReader, sqs: Any, ada: str
    ) -> None:
        """SQS judges a call entry by entry: here the second of three is spoilt on its way. The order within one call is then
        lost, as the third is in before the second."""

        def break_second(params: dict[str, Any], **_: Any) -> None:
            body = json.loads(params["body"])
            body["Entries"][1]["MessageBody"] = ""  # SQS takes no empty message
            params["body"] = json.dumps(body).encode()

        posted = [said(ada, f"{n}") for n in range(3)]
        sqs.meta.events.register("before-call.sqs.SendMessageBatch", break_second)
        try:
            with pytest.raises(StorageUnavailable, match="1 of 3"):
                queue.send(posted)
        finally:
            sqs.meta.events.unregister("before-call.sqs.SendMessageBatch", break_second)
        queue.send(posted)
        assert {i.vendor_id for i in self.items(queue, reader.take(3))} == {p.vendor_id for p in posted}
