"""What AWS does between the functions: takes messages and stream records, and hands them over as Lambda's events."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from local.emulators.process import REGION
from local.lambda_host.host import ACCOUNT
from switchboard.channels.base import Account

Event = dict[str, Any]


class NothingCame(AssertionError):
    """What a function should have left for the next one is not there."""


def halt(aws: Any) -> None:
    """Stop the emulator from carrying anything between functions: from now on that is the test's part."""
    functions, rules = aws("lambda"), aws("events")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    for rule in rules.list_rules()["Rules"]:
        rules.disable_rule(Name=rule["Name"])


def set_up(aws: Any, accounts: Iterable[Account], sandbox: str) -> None:
    """Keep the credentials of the sample events' accounts; their vendors are the sandbox, never the real ones."""
    places = {"whatsapp": f"{sandbox}/graph/v23.0", "wechat": f"{sandbox}/wechat"}
    for account in accounts:
        document = {"secrets": dict(account.secrets), "previous": dict(account.previous), "base_url": places.get(account.channel, "")}
        document["private"] = True  # the sandbox is on loopback
        name = f"switchboard/accounts/{account.channel}/{account.account}"
        aws("secretsmanager").create_secret(Name=name, SecretString=json.dumps(document))


def queued(aws: Any, url: str, seconds: float = 20.0) -> Event:
    """The messages of a queue as one batch; they are gone from it. Raises NothingCame."""
    sqs = aws("sqs")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages", [])
        if found:
            for message in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return {"Records": [_sqs_record(message, url) for message in found]}
    raise NothingCame(f"nothing is in {url.rsplit('/', 1)[1]}")


def _sqs_record(message: dict[str, Any], url: str) -> Event:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {name_[0].lower() + name_[1:]: value for name_, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rsplit('/', 1)[1]}",
        "awsRegion": REGION,
    }


class Stream:
    """A table's stream, read from where it was when this was made."""

    def __init__(self, aws: Any, table: str) -> None:
        self._streams = aws("dynamodbstreams")
        self._arn: str = aws("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        self._places: list[str] = [
            self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")[
                "ShardIterator"
            ]
            for shard in shards
        ]

    def read(self, seconds: float = 20.0) -> Event:
        """The records since the last read as one batch. Raises NothingCame."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            records = list(self._records())
            if records:
                return {"Records": records}
            time.sleep(0.05)
        raise NothingCame(f"no record is in {self._arn}")

    def _records(self) -> Iterator[Event]:
        for index, place in enumerate(self._places):
            answer = self._streams.get_records(ShardIterator=place)
            self._places[index] = answer.get("NextShardIterator", place)
            for record in answer["Records"]:
                yield {**json.loads(json.dumps(record, default=_plain)), "eventSourceARN": self._arn}


def _plain(value: object) -> object:
    """Lambda's spelling of what boto3 gives as Python objects."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"a stream record holds a {type(value).__name__}")
