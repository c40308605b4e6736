"""What the running system did is archived and anchored, and a copy of the bucket proves it without the system."""

from __future__ import annotations

import gzip
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from switchboard_verify.verify import Report, verify
from tests.e2e.stage import Stage, until


def sync(stage: Stage, target: Path) -> Path:
    """What `aws s3 sync` does."""
    s3, bucket = stage.aws("s3"), stage.system.outputs["AuditBucket"]
    pages = s3.get_paginator("list_objects_v2")
    for page in (page for part in ("roots/", "archive/", "keys/") for page in pages.paginate(Bucket=bucket, Prefix=part)):
        for kept in page.get("Contents", ()):
            path = target / kept["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read())
    return target


def anchor(stage: Stage) -> dict[str, Any]:
    return dict(stage.invoke("notary", {"source": "aws.events"}))


def check(stage: Stage, folder: Path) -> Report:
    key = load_der_public_key(stage.aws("kms").get_public_key(KeyId=stage.system.outputs["AuditKeyArn"])["PublicKey"])
    return verify(folder, [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)], datetime.now(UTC))


def records(folder: Path) -> list[dict[str, Any]]:
    return [r for path in sorted(folder.glob("archive/*/*/*/*")) for r in json.loads(gzip.decompress(path.read_bytes()))["Records"]]


@pytest.fixture
def talk(stage: Stage) -> str:
    """A customer was answered, and a supervisor has looked at it."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    mia.hears_of_delivery(mia.reply(conversation, f"All is well {secrets.token_hex(4)}"), "sent")
    mia.rest("GET", f"/v1/contacts/{mia.conversation(conversation)['contact']['id']}")
    return conversation


def test_what_happened_is_archived_anchored_and_verified_from_a_copy(stage: Stage, talk: str, tmp_path: Path) -> None:
    def archived() -> list[dict[str, Any]]:
        found = records(sync(stage, tmp_path / "look"))
        mine = [r for r in found if r["requestParameters"]["ledger"] == f"cnv#{talk}"]
        return mine if any(r["eventName"] == "MessageSent" for r in mine) else []

    mine = until("the answer is archived", archived)
    assert {r["userIdentity"]["type"] for r in mine} >= {"WebIdentityUser"}
    assert all(r["eventVersion"] == "1.11" and r["recipientAccountId"] for r in mine)
    assert anchor(stage)["broken"] == 0
    folder = sync(stage, tmp_path / "copy")
    report = check(stage, folder)
    assert report.faults == []
    assert report.anchored["commits"] >= len(mine)
    read = [r for r in records(folder) if r["readOnly"]]
    assert read, "who read customers' data is in it"
    [first, *_] = sorted(folder.glob("archive/*/*/*/*"))
    raw = bytearray(first.read_bytes())
    raw[len(raw) // 2] ^= 1
    first.write_bytes(raw)
    assert any(first.name in fault.place for fault in check(stage, folder).faults)


def test_what_was_written_cannot_be_deleted(stage: Stage, talk: str) -> None:
    s3, bucket = stage.aws("s3"), stage.system.outputs["AuditBucket"]
    anchor(stage)
    [*_, version] = s3.list_object_versions(Bucket=bucket, Prefix="roots/")["Versions"]
    with pytest.raises(s3.exceptions.ClientError):
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
