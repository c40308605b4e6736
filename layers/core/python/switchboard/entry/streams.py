"""DynamoDB stream records to commits and deliveries."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from switchboard.adapters.dynamo.deliveries import speaks
from switchboard.adapters.dynamo.ledgers import stored_commit_of
from switchboard.adapters.dynamo.store import DynamoStore
from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import Delivery
from switchboard.application.screens import ReadCommit
from switchboard.domain.audit.commit import Commit
from switchboard.domain.errors import Unreadable
from switchboard.domain.inbound import DeliveryStatus

_deserialize = TypeDeserializer().deserialize


def _plain(value: Mapping[str, Any]) -> Any:
    """One attribute. Lambda hands binaries over as base64 text."""
    return base64.b64decode(value["B"]) if "B" in value else _deserialize(value)


def _images(event: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(new, old) of each record that has a new image."""
    for record in event["Records"]:
        changed = record["dynamodb"]
        if "NewImage" in changed:
            new = {k: _plain(v) for k, v in changed["NewImage"].items()}
            yield new, {k: _plain(v) for k, v in changed.get("OldImage", {}).items()}


def _stored(image: Mapping[str, Any]) -> StoredCommit:
    return stored_commit_of(
        image["ledger"], int(image["no"]), image["at"], image["body"], image.get("owner", ""), image.get("was_owner", "")
    )


def commits(event: Mapping[str, Any]) -> list[StoredCommit]:
    """The commits of a batch of the ledger's stream."""
    return [_stored(image) for image, _ in _images(event) if "ledger" in image]


def audit_commits(event: Mapping[str, Any]) -> list[Commit]:
    """The same byte for byte, for the audit's archive."""
    return [
        Commit(image["ledger"], int(image["no"]), image["at"], image["prev"], image["hash"], image["body"])
        for image, _ in _images(event) if "ledger" in image
    ]  # fmt: skip


def read_commits(store: DynamoStore, event: Mapping[str, Any]) -> list[ReadCommit]:
    """The same with their personal fields opened; those whose key is gone show what is left."""
    found = [(_stored(image), image["body"]) for image, _ in _images(event) if "ledger" in image]
    store.prefetch([c.ledger for c, _ in found])
    read = []
    for stored, body in found:
        try:
            read.append(ReadCommit(stored, tuple(store.decode(stored.ledger, stored.no, stored.at, body))))
        except Unreadable:
            read.append(ReadCommit(stored, ()))
    return read


def deliveries(event: Mapping[str, Any]) -> list[Delivery]:
    """The deliveries of a batch of the deliveries' stream whose status or link changed and whose message is known."""
    return [
        Delivery(new["message"], new["conversation"], DeliveryStatus(new["status"]), new.get("reason", ""))
        for new, old in _images(event)
        if new.get("message") and new.get("conversation") and speaks(new.get("part"), new["status"])
        and (new["status"], new.get("message")) != (old.get("status"), old.get("message"))
    ]  # fmt: skip

