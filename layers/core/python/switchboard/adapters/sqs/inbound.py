"""The queue between the webhooks and the router. Bodies are sealed; group and deduplication id are keyed hashes, for vendors' ids
may contain phone numbers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from switchboard.adapters.batches import batches
from switchboard.adapters.vault import QueueSeal
from switchboard.application.intake import identity_key, vendor_key
from switchboard.application.ports import Index
from switchboard.domain.errors import Malformed, StorageUnavailable, Unreadable
from switchboard.domain.inbound import DeliveryReceipt, InboundMessage
from switchboard.domain.privacy.policy import PrivacyPolicy, kept, kept_content

ENTRIES, BYTES = 10, 256 * 1024  # of one SendMessageBatch call; AWS allows 1 MiB since 2025, older regions and emulators less
BODY_BYTES = 200 * 1024  # a sealed body above this goes through S3
ARRIVED, PARKED = "inbound/", "parked/"  # the former expires when no queue can hold the message any more
CARDS_ALONE = PrivacyPolicy()
_KINDS: Mapping[str, type[Any]] = {"message": InboundMessage, "receipt": DeliveryReceipt}


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])


@dataclass(frozen=True, slots=True)
class Opened:
    """A queued item and, if it is the redrive of a parked message, that one's id."""

    item: InboundMessage | DeliveryReceipt
    parked: str


class SqsInboundQueue:
    """`sqs` and `s3` are boto3 clients."""

    def __init__(self, sqs: Any, s3: Any, url: str, bucket: str, seal: QueueSeal, index: Index) -> None:
        self._sqs = sqs
        self._s3 = s3
        self._url = url
        self._bucket = bucket
        self._seal = seal
        self._index = index

    def send(self, items: Sequence[InboundMessage | DeliveryReceipt]) -> None:
        """Queue items in their order: one call for each ten. Raises StorageUnavailable if any did not get in; sending them all
        again does no harm."""
        entries = [self._entry(str(n), item) for n, item in enumerate(items)]
        for batch in batches(entries, lambda entry: len(entry["MessageBody"]), ENTRIES, BYTES):
            self._send(batch)

    def requeue(self, group: str, ciphertext: str, parked: str) -> None:
        """Send a parked body again as it was; the attribute tells the router which parked message it settles."""
        attribute = {"parked": {"DataType": "String", "StringValue": parked}}
        entry = {
            "Id": "0", "MessageBody": ciphertext, "MessageGroupId": group, "MessageAttributes": attribute,
            "MessageDeduplicationId": hashlib.sha256(f"redrive#{parked}#{os.urandom(8).hex()}".encode()).hexdigest(),
        }  # fmt: skip
        self._send([entry])

    def keep(self, group: str, body: str) -> str:
        """A received body as it may wait for an operator: the stored part of a large one is copied to where it does not expire
        with the queue. What cannot be read, or is gone, is kept as it came."""
        try:
            stored = json.loads(self._seal.unseal(group, body))["blob"]
        except (Unreadable, KeyError, TypeError, ValueError):
            return body
        if not isinstance(stored, str) or not stored.startswith(ARRIVED):
            return body
        kept = PARKED + stored.removeprefix(ARRIVED)
        try:
            self._put(kept, self._fetch(stored))
        except Unreadable:
            return body
        return self._seal.seal(group, json.dumps({"v": 1, "blob": kept}).encode())

    def open(self, group: str, body: str, attributes: Mapping[str, Any]) -> Opened:
        """A received message's item. Raises Unreadable or Malformed for what can never be processed."""
        try:
            envelope = json.loads(self._seal.unseal(group, body))
            if "blob" in envelope:
                envelope = json.loads(self._seal.unseal(group, self._fetch(envelope["blob"])))
            item = _adapter(envelope["kind"]).validate_python(envelope["item"])
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"a queued body is not of a known form ({type(error).__name__})") from None
        return Opened(item, str(attributes.get("parked", {}).get("stringValue", "")))

    def _entry(self, id_: str, item: InboundMessage | DeliveryReceipt) -> dict[str, Any]:
        if isinstance(item, InboundMessage):
            kind, address = "message", item.sender.address
            dedupe = vendor_key(self._index, item.channel, item.account, item.vendor_id)
        else:
            kind, address = "receipt", item.recipient
            dedupe = self._index.key("receipt", item.channel, item.account, item.vendor_id, item.status.value)
        group = identity_key(self._index, item.channel, item.account, address)
        if isinstance(item, InboundMessage):  # no card's number is ever queued, sealed or not
            sender = replace(item.sender, name=kept(item.sender.name, CARDS_ALONE))
            item = replace(item, content=kept_content(item.content, CARDS_ALONE), sender=sender)
        wire = {"v": 1, "kind": kind, "item": _adapter(kind).dump_python(item, mode="json")}
        body = self._seal.seal(group, json.dumps(wire, ensure_ascii=False).encode())
        if len(body) > BODY_BYTES:
            body = self._seal.seal(group, json.dumps({"v": 1, "blob": self._store(dedupe, body)}).encode())
        return {"Id": id_, "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": dedupe}

    def _store(self, name: str, body: str) -> str:
        key = ARRIVED + name
        self._put(key, body)
        return key

    def _put(self, key: str, body: str) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode())
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("a large message could not be stored; try again") from error

    def _fetch(self, key: str) -> str:
        try:
            return str(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode())
        except UnicodeDecodeError:
            raise Unreadable("the stored body of a large message is not as it was written") from None
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):  # told apart from "denied" only to who may list the bucket
                raise Unreadable("the stored body of a large message is gone") from error
            raise StorageUnavailable("a large message could not be fetched; try again") from error
        except BotoCoreError as error:
            raise StorageUnavailable("a large message could not be fetched; try again") from error

    def _send(self, entries: list[dict[str, Any]]) -> None:
        try:
            answer = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the inbound queue did not answer; send it again") from error
        if failed := answer.get("Failed"):
            raise StorageUnavailable(f"{len(failed)} of {len(entries)} messages were not queued; send them again")
