"""A commit as a record in the shape of AWS CloudTrail's (version 1.11), so that existing parsers take it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html

It is derived from the commit and from nothing else, so a verifier can derive it again. What is sealed is named, never opened."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.domain.audit.commit import Commit

LONGEST = 256  # characters of a text among a record's parameters; longer ones stand in the commit alone
READS = frozenset({"access_recorded"})
KINDS: Mapping[str, str] = {"cnv": "conversation", "cct": "contact", "cfg": "configuration", "kb": "article"}


@dataclass(frozen=True, slots=True)
class Where:
    """Whose records these are. `source`: "switchboard." and the company's domain; `account`: of AWS."""

    source: str
    region: str
    account: str


def record(commit: Commit, where: Where) -> dict[str, Any]:
    """The record of a commit. Raises ValueError, KeyError or TypeError where the body is none."""
    stored = json.loads(commit.body)
    by, events = stored["by"], stored["events"]
    first = events[0]
    accessed = first["type"] in READS
    return {
        "eventVersion": "1.11",
        "userIdentity": _identity(by, where),
        "eventTime": commit.at[:19] + "Z",
        "eventSource": where.source,
        "eventName": first["data"]["name"] if accessed else _title(first["type"]),
        "awsRegion": where.region,
        "sourceIPAddress": where.source,  # the caller's own is sealed in the commit
        "userAgent": where.source,
        "errorCode": (first["data"].get("error") or None) if accessed else None,
        "requestParameters": {
            "ledger": commit.ledger,
            "commit": commit.no,
            "role": by["role"],
            "events": [
                {"no": e["no"], "type": e["type"], "data": _brief(e["data"]), "sealed": sorted(e.get("sealed", ()))} for e in events
            ],
        },
        "responseElements": None,
        "additionalEventData": {
            "ledger": commit.ledger, "no": commit.no, "at": commit.at, "prev": commit.prev, "hash": commit.hash,
            "body": base64.b64encode(commit.body).decode(),
        },
        "requestID": by["request"] or _id(commit.hash),
        "eventID": _id(commit.hash),
        "readOnly": all(e["type"] in READS for e in events),
        "resources": [_resource(first["data"]["resource"] if accessed else commit.ledger, where)],
        "eventType": "AwsApiCall" if by["kind"] == "agent" else "AwsServiceEvent",
        "managementEvent": False,
        "eventCategory": "Data",
        "recipientAccountId": where.account,
    }  # fmt: skip


def _identity(by: Mapping[str, Any], where: Where) -> dict[str, Any]:
    principal = f"{by['kind']}:{by['id']}"
    if by["kind"] == "agent":
        return {"type": "WebIdentityUser", "principalId": principal, "userName": by["id"]}
    if by["kind"] == "customer":
        return {"type": "Unknown", "principalId": principal}
    return {"type": "AWSService", "principalId": principal, "invokedBy": where.source}


def _resource(name: str, where: Where) -> dict[str, str]:
    kind, named, subject = name.partition("#")
    word, subject = (KINDS.get(kind, kind), subject) if named else ("resource", name)
    arn = f"arn:aws:switchboard:{where.region}:{where.account}:{word}/{subject}"
    return {"ARN": arn, "accountId": where.account, "type": f"Switchboard::{_title(word)}"}


def _brief(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        k: v for k, v in data.items() if v is None or isinstance(v, bool | int | float) or (isinstance(v, str) and len(v) <= LONGEST)
    }


def _title(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")


def _id(hashed: str) -> str:
    return f"{hashed[:8]}-{hashed[8:12]}-{hashed[12:16]}-{hashed[16:20]}-{hashed[20:32]}"
