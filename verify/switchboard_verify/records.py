"""One file of the archive: is it what its name and its root say, and does each record say what its commit says?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any, NamedTuple

NAME = re.compile(r"archive/(\d{4})/(\d\d)/(\d\d)/\1\2\3T\d{6}\.\d{6}Z-([0-9a-f]{64})\.json\.gz")
LARGEST = 512 * 1024 * 1024  # bytes unpacked; a batch of the stream is 6 MB at most
_KINDS = {"cnv": "conversation", "cct": "contact", "cfg": "configuration", "kb": "article"}


class Fault(NamedTuple):
    """What is wrong, and where."""

    place: str
    what: str


class Link(NamedTuple):
    """What a commit adds to its ledger's chain. `record`: its number in the file, from 1."""

    ledger: str
    no: int
    prev: str
    hash: str
    record: int


class Contents(NamedTuple):
    """What a file holds. `whole`: nothing is wrong with it."""

    key: str
    links: list[Link]
    events: int
    faults: list[Fault]

    @property
    def whole(self) -> bool:
        return not self.faults


def spelled(value: object) -> bytes:
    """JSON in the one spelling that files have."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def examine(folder: str, key: str, promised: str) -> Contents:
    """The file of this key. `promised`: its hash by the root that names it; empty where none does yet."""
    try:
        raw = (Path(folder) / key).read_bytes()
    except OSError:
        return Contents(key, [], 0, [Fault(key, "the file is missing" + (" though a root names it" if promised else ""))])
    return examine_bytes(key, raw, promised)


def examine_bytes(key: str, raw: bytes, promised: str) -> Contents:
    faults = []
    hashed = hashlib.sha256(raw).hexdigest()
    named = NAME.fullmatch(key)
    if named is None or named[4] != hashed:
        faults.append(Fault(key, "the file does not hold what its name says"))
    if promised and promised != hashed:
        faults.append(Fault(key, "the file is not the one its root has signed for"))
    try:
        text = _unpacked(raw)
        records = json.loads(text)["Records"]
        where = tuple(str(records[0][name]) for name in ("eventSource", "awsRegion", "recipientAccountId"))
        read = [_link(r["additionalEventData"], number) for number, r in enumerate(records, 1)]
    except Exception as error:  # whatever a forged file makes the parsers raise
        faults.append(Fault(key, f"the file cannot be read ({type(error).__name__})"))
        return Contents(key, [], 0, faults)
    links, events, derived = [], 0, []
    for (link, body, chained), record in zip(read, records, strict=True):
        place = f"{key} record {link.record}"
        named_commit = f"commit {link.no} of {link.ledger}"
        if chained != link.hash:
            faults.append(Fault(place, f"{named_commit}: its hash is not that of what it says"))
        try:
            again, count = derive(link, record["additionalEventData"], body, where)
        except Exception as error:
            faults.append(Fault(place, f"{named_commit}: its body cannot be read ({type(error).__name__})"))
            continue
        if again != record or spelled(again) != spelled(record):
            faults.append(Fault(place, f"the record does not say what {named_commit} says: {_differing(again, record)}"))
        derived.append(again)
        links.append(link)
        events += count
    if not faults and spelled({"Records": derived}) != text:
        faults.append(Fault(key, "the file is not spelled as it was written"))
    return Contents(key, links, events, faults)


def _unpacked(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(31)  # one gzip member with its checksum
    text = unpacking.decompress(raw, LARGEST)
    if not unpacking.eof or unpacking.unused_data or unpacking.unconsumed_tail:
        raise ValueError("not one whole gzip member")
    return text


def _link(kept: dict[str, Any], number: int) -> tuple[Link, bytes, str]:
    """A commit, its body, and the hash it should have."""
    body = base64.b64decode(kept["body"], validate=True)
    link = Link(kept["ledger"], kept["no"], kept["prev"], kept["hash"], number)
    digest = hashlib.sha256(b"switchboard-commit-1")
    for part in (link.prev.encode(), link.ledger.encode(), b"%d" % link.no, kept["at"].encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return link, body, digest.hexdigest()


def derive(link: Link, kept: dict[str, Any], body: bytes, where: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """The record that the commit should have, and how many events are in it."""
    source, region, account = where
    document = json.loads(body)
    actor, events = document["by"], document["events"]
    opening = events[0]
    looked = opening["type"] == "access_recorded"
    ident = link.hash[:8] + "-" + link.hash[8:12] + "-" + link.hash[12:16] + "-" + link.hash[16:20] + "-" + link.hash[20:32]
    identity = {"principalId": f"{actor['kind']}:{actor['id']}"}
    if actor["kind"] == "agent":
        identity |= {"type": "WebIdentityUser", "userName": actor["id"]}
    elif actor["kind"] == "customer":
        identity["type"] = "Unknown"
    else:
        identity |= {"type": "AWSService", "invokedBy": source}
    prefix, _, subject = (opening["data"]["resource"] if looked else link.ledger).partition("#")
    word = _KINDS.get(prefix, prefix)
    shown = []
    for event in events:
        data = {}
        for name, value in event["data"].items():
            if isinstance(value, str):
                if len(value) <= 256:
                    data[name] = value
            elif not isinstance(value, list | dict):
                data[name] = value
        shown.append({"no": event["no"], "type": event["type"], "data": data, "sealed": sorted(event.get("sealed") or ())})
    record = {
        "additionalEventData": {
            "ledger": link.ledger, "no": link.no, "at": kept["at"], "prev": link.prev, "hash": link.hash,
            "body": base64.b64encode(body).decode(),
        },
        "awsRegion": region,
        "errorCode": (opening["data"].get("error") or None) if looked else None,
        "eventCategory": "Data",
        "eventID": ident,
        "eventName": opening["data"]["name"] if looked else _camel(opening["type"]),
        "eventSource": source,
        "eventTime": kept["at"][:19] + "Z",
        "eventType": "AwsApiCall" if actor["kind"] == "agent" else "AwsServiceEvent",
        "eventVersion": "1.11",
        "managementEvent": False,
        "readOnly": not [e for e in events if e["type"] != "access_recorded"],
        "recipientAccountId": account,
        "requestID": actor["request"] or ident,
        "requestParameters": {"ledger": link.ledger, "commit": link.no, "role": actor["role"], "events": shown},
        "resources": [{
            "ARN": f"arn:aws:switchboard:{region}:{account}:{word}/{subject}", "accountId": account,
            "type": f"Switchboard::{_camel(word)}",
        }],
        "responseElements": None,
        "sourceIPAddress": source,
        "userAgent": source,
        "userIdentity": identity,
    }  # fmt: skip
    return record, len(events)


def _camel(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")


def _differing(wanted: dict[str, Any], found: dict[str, Any]) -> str:
    names = [n for n in sorted({*wanted, *found}) if n not in wanted or n not in found or spelled(wanted[n]) != spelled(found[n])]
    return ", ".join(names)
