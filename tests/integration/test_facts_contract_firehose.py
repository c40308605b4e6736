"""Facts through Firehose to S3, as production's templates make them, keep their contract; and what is lost is counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config

from switchboard.adapters.aws.facts import FirehoseFacts
from tests.contract import samples as s
from tests.contract.facts_contract import Arrived, FactsContract, fact

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]
CALL_RECORDS, CALL_BYTES = 500, 4 * 1024 * 1024  # what Firehose takes; the emulator counts neither


@pytest.fixture(scope="module")
def firehose(aws: Aws) -> Any:
    return aws("firehose")


@pytest.fixture
def lost() -> list[int]:
    """How many facts each report of a loss spoke of."""
    return []


@pytest.fixture
def ledger() -> str:
    return s.fresh("cnv#c")


class TestFirehoseFacts(FactsContract):
    @pytest.fixture
    def facts(self, deployed_stores: dict[str, str], firehose: Any, lost: list[int]) -> FirehoseFacts:
        return FirehoseFacts(firehose, deployed_stores["FactsStream"], lost.append)

    @pytest.fixture
    def arrived(self, deployed_stores: dict[str, str], aws: Aws, eventually: Callable[..., Any], lost: list[int]) -> Arrived:
        s3, bucket = aws("s3"), deployed_stores["FactsBucket"]

        def lines(ledger: str) -> list[dict[str, Any]]:
            objects = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
            texts = [s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read() for o in objects]
            found = [json.loads(line) for text in texts for line in text.removesuffix(b"\n").split(b"\n")]
            return [f for f in found if f["ledger"] == ledger]

        def read(ledger: str, count: int) -> list[dict[str, Any]]:
            def all_came() -> bool:
                return len(lines(ledger)) >= count

            eventually(all_came)
            found = lines(ledger)
            assert len(found) == count
            assert lost == []
            return found

        return read

    def test_no_call_is_larger_than_firehose_takes(
        self, facts: FirehoseFacts, arrived: Arrived, firehose: Any, ledger: str
    ) -> None:
        calls: list[tuple[int, int]] = []

        def listen(params: dict[str, Any], **_: Any) -> None:
            calls.append((len(json.loads(params["body"])["Records"]), len(params["body"])))

        firehose.meta.events.register("before-call.firehose.PutRecordBatch", listen)
        try:
            facts.put(fact(ledger, n, policy="长" * 100_000) for n in range(1, 19))
            facts.put(fact(ledger, n) for n in range(19, 1101))
        finally:
            firehose.meta.events.unregister("before-call.firehose.PutRecordBatch", listen)
        assert sorted(f["no"] for f in arrived(ledger, 1100)) == list(range(1, 1101))
        assert max(records for records, _ in calls) <= CALL_RECORDS
        assert max(size for _, size in calls) <= CALL_BYTES

    def test_a_fact_too_large_for_the_stream_is_lost_alone(
        self, facts: FirehoseFacts, arrived: Arrived, lost: list[int], ledger: str
    ) -> None:
        facts.put([fact(ledger, 1), fact(ledger, 2, policy="x" * 1_100_000), fact(ledger, 3)])
        assert lost == [1]
        lost.clear()
        assert [f["no"] for f in arrived(ledger, 2)] == [1, 3]


class TestLoss:
    """Whatever the stream does, nothing is raised and every fact that did not get in is counted."""

    def test_a_stream_that_is_missing(self, firehose: Any, lost: list[int], ledger: str) -> None:
        FirehoseFacts(firehose, "nowhere", lost.append).put(fact(ledger, n) for n in range(1, 1002))
        assert sum(lost) == 1001

    def test_a_stream_that_does_not_answer(self, lost: list[int], ledger: str) -> None:
        cut_off = boto3.client(
            "firehose", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
        )  # fmt: skip
        FirehoseFacts(cut_off, "facts", lost.append).put([fact(ledger, 1), fact(ledger, 2)])
        assert sum(lost) == 2

    def test_a_stream_that_takes_a_part(
        self, deployed_stores: dict[str, str], firehose: Any, lost: list[int], ledger: str
    ) -> None:
        """A throttled stream says 200 and how many it refused. The emulator never does: its answer is changed on the way."""

        def throttle(parsed: dict[str, Any], **_: Any) -> None:
            parsed["FailedPutCount"] = 2

        firehose.meta.events.register("after-call.firehose.PutRecordBatch", throttle)
        try:
            FirehoseFacts(firehose, deployed_stores["FactsStream"], lost.append).put([fact(ledger, n) for n in range(1, 6)])
        finally:
            firehose.meta.events.unregister("after-call.firehose.PutRecordBatch", throttle)
        assert lost == [2]
