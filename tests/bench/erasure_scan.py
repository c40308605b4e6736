"""All that lies in an emulator's AWS account, for `prove_erasure`: every byte as it lies there, and what somebody makes of it who
holds every key that is left."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from boto3.dynamodb.types import Binary, TypeDeserializer

from switchboard.adapters.dynamo.codec import owner_of
from switchboard.adapters.vault import BranchKeys, KeyRecord, Place, QueueSeal, Vault
from switchboard.domain.errors import SwitchboardError

_TYPES = TypeDeserializer()
HIDDEN = 600  # seconds that a message looked at stays away from the next look; it is not taken out


class Lying(NamedTuple):
    """Something stored: where, its text for a search, and the thing itself."""

    place: str
    text: str
    thing: Any


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case bytes() | Binary():
            yield bytes(value).decode("utf-8", "replace")
        case dict():
            for key, inner in value.items():
                yield str(key)
                yield from _texts(inner)
        case list() | tuple() | set():
            for inner in value:
                yield from _texts(inner)
        case _:
            yield str(value)


def _unpacked(raw: bytes) -> str:
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace")
    bodies = re.findall(r'"body":"([A-Za-z0-9+/=]+)"', text)
    return text + "".join(base64.b64decode(body).decode("utf-8", "replace") for body in bodies)


class Account:
    """`aws` makes clients; `log` is the emulator's own log."""

    def __init__(self, aws: Any, log: Path) -> None:
        self._aws, self._log = aws, log

    def everything(self) -> Iterator[Lying]:
        yield from self.items()
        yield from self.records()
        yield from self.objects()
        yield from self.messages()
        yield from self.logs()

    def items(self) -> Iterator[Lying]:
        dynamodb = self._aws("dynamodb")
        for table in [t for page in dynamodb.get_paginator("list_tables").paginate() for t in page["TableNames"]]:
            for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
                for item in page["Items"]:
                    plain = {name: _TYPES.deserialize(value) for name, value in item.items()}
                    yield Lying(f"table {table}", "\n".join(_texts(plain)), plain)

    def records(self) -> Iterator[Lying]:
        streams = self._aws("dynamodbstreams")
        for stream in streams.list_streams()["Streams"]:
            arn = stream["StreamArn"]
            for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
                at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
                place = at["ShardIterator"]
                while place:
                    answer = streams.get_records(ShardIterator=place)
                    for record in answer["Records"]:
                        for image in ("NewImage", "OldImage", "Keys"):
                            found = record["dynamodb"].get(image, {})
                            plain = {name: _TYPES.deserialize(value) for name, value in found.items()}
                            yield Lying(f"stream {stream['TableName']}", "\n".join(_texts(plain)), plain)
                    place = answer.get("NextShardIterator") if answer["Records"] else None

    def objects(self) -> Iterator[Lying]:
        """Every version."""
        s3 = self._aws("s3")
        for bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]:
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                for kept in page.get("Versions", ()):
                    version = {} if kept["VersionId"] in ("null", None) else {"VersionId": kept["VersionId"]}
                    raw = s3.get_object(Bucket=bucket, Key=kept["Key"], **version)["Body"].read()
                    yield Lying(f"object {bucket}/{kept['Key']}", kept["Key"] + "\n" + _unpacked(raw), (kept["Key"], raw))

    def messages(self) -> Iterator[Lying]:
        sqs = self._aws("sqs")
        for url in sqs.list_queues().get("QueueUrls", ()):
            seen: list[Any] = []
            while True:
                found = sqs.receive_message(
                    QueueUrl=url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=HIDDEN,
                    AttributeNames=["All"],
                    MessageAttributeNames=["All"],
                ).get("Messages", [])
                if not found:
                    break
                seen += found
                for message in found:
                    yield Lying(f"queue {url.rsplit('/', 1)[1]}", "\n".join(_texts(message)), message)
            for message in seen:
                sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)

    def logs(self) -> Iterator[Lying]:
        logs = self._aws("logs")
        groups = [g["logGroupName"] for page in logs.get_paginator("describe_log_groups").paginate() for g in page["logGroups"]]
        for group in groups:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
                for event in page["events"]:
                    yield Lying(f"log {group}", event["message"], None)
        if self._log.is_file():
            yield Lying("the emulator's log", self._log.read_text(errors="replace"), None)


def searching(markers: Iterable[str]) -> re.Pattern[str]:
    """Finds a marker as it is, as JSON spells it, and in base64 at any of the three places it can begin at."""
    needles = set[str]()
    for marker in markers:
        needles |= {marker, json.dumps(marker)[1:-1]}
        for shift in range(3):
            raw = base64.b64encode(b"\0" * shift + marker.encode()).decode().rstrip("=")
            needles.add(raw[(0, 2, 3)[shift] : len(raw) - 2])
    return re.compile("|".join(re.escape(n) for n in sorted(needles, key=len, reverse=True)))


class Opened(NamedTuple):
    """What was opened: where it lay, by whose key (a contact's id, or a message group), and its words."""

    place: str
    owner: str
    words: str


class Keyring:
    """Somebody with every right: all keys of the keys table, and KMS to unwrap them. `groups` are those that the thief knows of, for
    the objects that do not say theirs."""

    def __init__(
        self, branches: BranchKeys, vault: Vault, seal: QueueSeal, records: Iterable[KeyRecord], groups: Iterable[str]
    ) -> None:
        self._vault, self._seal, self._groups = vault, seal, tuple(groups)
        for record in records:
            vault.admit(record)

    def opened(self, lying: Lying) -> Iterator[Opened]:
        thing = lying.thing
        if isinstance(thing, tuple):
            yield from self._object(lying.place, *thing)
        elif isinstance(thing, dict):
            if "body" in thing and "ledger" in thing:
                yield from self._commit(lying.place, str(thing["ledger"]), bytes(thing["body"]))
            if thing.get("secret"):
                yield from self._projection(lying.place, thing)
            if "Body" in thing and "Attributes" in thing:
                yield from self._body(lying.place, str(thing["Attributes"].get("MessageGroupId", "")), str(thing["Body"]))

    def _field(self, place: str, owner: str, where: Place, sealed: bytes) -> Iterator[Opened]:
        try:
            yield Opened(place, owner, self._vault.unseal(owner, where, sealed).decode("utf-8", "replace"))
        except SwitchboardError:
            return

    def _commit(self, place: str, ledger: str, body: bytes) -> Iterator[Opened]:
        try:
            owner, stored = owner_of(ledger), json.loads(body)
        except (SwitchboardError, ValueError):
            return
        for entry in stored["events"]:
            for name, sealed in entry.get("sealed", {}).items():
                yield from self._field(place, owner, Place(ledger, entry["no"], name), base64.b64decode(sealed))
            if "ciphertext" in entry["data"]:
                yield from self._body(place, entry["data"]["group"], entry["data"]["ciphertext"])

    def _projection(self, place: str, item: dict[str, Any]) -> Iterator[Opened]:
        kind, _, contact = str(item["pk"]).partition("#")
        if kind != "CONTACT":
            return
        where = (f"cct#{contact}", "profile") if item["sk"] == "PROFILE" else (f"cnv#{item.get('id')}", "projection")
        yield from self._field(place, contact, Place(where[0], int(item["version"]), where[1]), bytes(item["secret"]))

    def _body(self, place: str, group: str, body: str) -> Iterator[Opened]:
        try:
            yield Opened(place, group, self._seal.unseal(group, body).decode("utf-8", "replace"))
        except SwitchboardError:
            return

    def _object(self, place: str, key: str, raw: bytes) -> Iterator[Opened]:
        if key.startswith(("inbound/", "parked/")):
            for group in self._groups:
                yield from self._body(place, group, raw.decode("ascii", "replace"))
        elif key.startswith("archive/"):
            text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
            for ledger, body in _archived(json.loads(text)):
                yield from self._commit(place, ledger, body)


def _archived(document: Any) -> Iterator[tuple[str, bytes]]:
    """(ledger, body) of each commit in a file of the archive."""
    if isinstance(document, dict):
        if isinstance(document.get("body"), str) and "ledger" in document:
            yield str(document["ledger"]), base64.b64decode(document["body"])
        for inner in document.values():
            yield from _archived(inner)
    elif isinstance(document, list):
        for inner in document:
            yield from _archived(inner)
