"""One file of the archive: is it what its name and its root say, and does each record say what its commit says?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

NAME = re.compile(r"archive/(\d{4})/(\d\d)/(\d\d)/\1\2\3T\d{6}\.\d{6}Z-([0-9a-f]{64})\.json\.gz", re.ASCII)
LARGEST = 512 * 1024 * 1024  # bytes unpacked; a batch of the stream is 6 MB at most
BRIEF = 256  # characters of the longest text that a record shows; what is longer stands in the commit alone
_LARGER = (list, dict)
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
    """The same of bytes in the place of that file."""
    faults = []
    hashed = hashlib.sha256(raw).hexdigest()
    named = NAME.fullmatch(key)
    if named is None or named[4] != hashed:
        faults.append(Fault(key, "the file does not hold what its name says"))
    if promised and promised != hashed:
        faults.append(Fault(key, "the file is not the one its root has signed for"))
    try:
        text = _unpacked(raw).decode()
        read = _read(text)
    except Exception:  # whatever a forged file makes the parsers raise; what it is comes out below
        read = None
    if read is not None:
        return Contents(key, *read, faults)
    links, events, wrong = _searched(key, raw)
    return Contents(key, links, events, faults + (wrong or [Fault(key, "the file is not spelled as it was written")]))


def _unpacked(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(31)  # one gzip member with its checksum
    text = unpacking.decompress(raw, LARGEST)
    if not unpacking.eof or unpacking.unused_data or unpacking.unconsumed_tail:
        raise ValueError("not one whole gzip member")
    return text


# Each record begins with its commit, for keys are sorted. What is found by these need not be trusted: the whole file must then be,
# byte for byte, what follows from it.
_COMMIT = re.compile(
    r'\{"additionalEventData":\{"at":"([^"]*)","body":"([^"]*)","hash":"([^"]*)",'
    r'"ledger":("(?:[^"\\]|\\.)*"),"no":(\d{1,15}),"prev":"([0-9a-f]*)"\}'
)
_WHERE = re.compile(r'"awsRegion":"([^"\\]*)".*?"eventSource":"([^"\\]*)".*?"recipientAccountId":"([^"\\]*)"', re.DOTALL)
_BEGIN, _END = '{"Records":[', "]}"


def _read(text: str) -> tuple[list[Link], int] | None:
    """The commits of a file in which every byte is as it must be, and the number of their events; None for any other file."""
    first = _COMMIT.match(text, len(_BEGIN))
    where = _WHERE.search(text, first.end()) if first else None
    if where is None or not text.startswith(_BEGIN):
        return None
    region, source, account = where.groups()
    links: list[Link] = []
    events, position = 0, len(_BEGIN)
    while found := _COMMIT.match(text, position):
        at, body, hashed, ledger, no, prev = found.groups()
        link = Link(_loads(ledger) if "\\" in ledger else ledger[1:-1], int(no), prev, hashed, len(links) + 1)
        raw = base64.b64decode(body)
        record, count = derive(link, at, raw, (source, region, account))
        if chained(link, at, raw) != hashed or not text.startswith(record, position):
            return None
        links.append(link)
        events += count
        position += len(record) + 1
        if text[position - 1 : position] != ",":
            break
    return (links, events) if text[position - 1 :] == _END else None


def _searched(key: str, raw: bytes) -> tuple[list[Link], int, list[Fault]]:
    """What can be read of a file that is not as it must be, and what is wrong with which of its records."""
    try:
        records = json.loads(_unpacked(raw))["Records"]
        where = tuple(str(records[0][name]) for name in ("eventSource", "awsRegion", "recipientAccountId"))
        commits = [_commit(r["additionalEventData"], number) for number, r in enumerate(records, 1)]
    except Exception as error:  # as above
        return [], 0, [Fault(key, f"the file cannot be read ({type(error).__name__})")]
    links, events, faults = [], 0, []
    for (link, at, body), record in zip(commits, records, strict=True):
        place, named = f"{key} record {link.record}", f"commit {link.no} of {link.ledger}"
        try:
            if chained(link, at, body) != link.hash:
                faults.append(Fault(place, f"{named}: its hash is not that of what it says"))
            derived, count = derive(link, at, body, where)
            differing = _differing(json.loads(derived), record)
        except Exception as error:  # as above
            faults.append(Fault(place, f"{named}: its body cannot be read ({type(error).__name__})"))
            continue
        if differing:
            faults.append(Fault(place, f"the record does not say what {named} says: {differing}"))
        links.append(link)
        events += count
    return links, events, faults


def _commit(kept: dict[str, Any], number: int) -> tuple[Link, str, bytes]:
    link = Link(text(kept["ledger"]), whole(kept["no"]), text(kept["prev"]), text(kept["hash"]), number)
    return link, text(kept["at"]), base64.b64decode(text(kept["body"]), validate=True)


def text(value: object) -> str:
    """What must be a text that can be written down. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - a forged file's wrong type is a wrong value
    value.encode()
    return value


def whole(value: object, least: int = 1, most: int = 10**15 - 1) -> int:
    """What must be a whole number in this range. Raises ValueError."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError("not such a number")
    return value


def chained(link: Link, at: str, body: bytes) -> str:
    """The hash that a commit must have: over the one before it, its place and its bytes, each with its length."""
    a, b, c, d = link.prev.encode(), link.ledger.encode(), b"%d" % link.no, at.encode()
    lengths = _LENGTHS(len(a)), _LENGTHS(len(b)), _LENGTHS(len(c)), _LENGTHS(len(d)), _LENGTHS(len(body))
    framed = b"".join((b"switchboard-commit-1", lengths[0], a, lengths[1], b, lengths[2], c, lengths[3], d, lengths[4], body))
    return hashlib.sha256(framed).hexdigest()


def derive(link: Link, at: str, body: bytes, where: tuple[str, ...]) -> tuple[str, int]:
    """The record that the commit must have, as it must be spelled, and how many events are in it."""
    source, region, account = map(_quoted, where)
    document = _loads(body.decode())
    actor, events = document["by"], document["events"]
    opening, kind = events[0], actor["kind"]
    looked = opening["type"] == "access_recorded"
    name = opening["data"]["name"] if looked else _camel(opening["type"])
    ident = f'"{link.hash[:8]}-{link.hash[8:12]}-{link.hash[12:16]}-{link.hash[16:20]}-{link.hash[20:32]}"'
    principal = _quoted(f"{kind}:{actor['id']}")
    if kind == "agent":
        identity = f'"principalId":{principal},"type":"WebIdentityUser","userName":{_quoted(actor["id"])}'
    elif kind == "customer":
        identity = f'"principalId":{principal},"type":"Unknown"'
    else:
        identity = f'"invokedBy":{source},"principalId":{principal},"type":"AWSService"'
    thing = opening["data"]["resource"] if looked else link.ledger
    prefix, named, subject = thing.partition("#")
    word, subject = (_KINDS.get(prefix, prefix), subject) if named else ("resource", thing)
    shown = []
    for e in events:
        data = {n: v for n, v in e["data"].items() if (len(v) <= BRIEF if isinstance(v, str) else not isinstance(v, _LARGER))}
        shown.append({"data": data, "no": e["no"], "sealed": sorted(e["sealed"]) if "sealed" in e else [], "type": e["type"]})
    ledger, error = _quoted(link.ledger), "null"
    if looked and opening["data"].get("error"):
        error = _spelled(opening["data"]["error"])
    reading = "false" if any(e["type"] != "access_recorded" for e in events) else "true"
    arn = _quoted(f"arn:aws:switchboard:{where[1]}:{where[2]}:{word}/{subject}")
    record = (
        f'{{"additionalEventData":{{"at":{_quoted(at)},"body":"{base64.b64encode(body).decode()}","hash":{_quoted(link.hash)},'
        f'"ledger":{ledger},"no":{link.no},"prev":{_quoted(link.prev)}}},"awsRegion":{region},"errorCode":{error},'
        f'"eventCategory":"Data","eventID":{ident},"eventName":{_quoted(name)},'
        f'"eventSource":{source},"eventTime":{_quoted(at[:19] + "Z")},'
        f'"eventType":"{"AwsApiCall" if kind == "agent" else "AwsServiceEvent"}","eventVersion":"1.11","managementEvent":false,'
        f'"readOnly":{reading},"recipientAccountId":{account},"requestID":{_quoted(actor["request"]) if actor["request"] else ident},'
        f'"requestParameters":{{"commit":{link.no},"events":{_spelled(shown)},"ledger":{ledger},"role":{_quoted(actor["role"])}}},'
        f'"resources":[{{"ARN":{arn},"accountId":{account},"type":{_quoted(f"Switchboard::{_camel(word)}")}}}],'
        f'"responseElements":null,"sourceIPAddress":{source},"userAgent":{source},"userIdentity":{{{identity}}}}}'
    )
    return record, len(events)


_LENGTHS = Struct(">Q").pack
_loads: Callable[[str], Any] = json.JSONDecoder().decode
_spelled = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_quoted: Callable[[str], str] = json.encoder.encode_basestring


@lru_cache(4096)
def _camel(name: str) -> str:
    return name.replace("_", " ").title().replace(" ", "")


def _differing(wanted: dict[str, Any], found: dict[str, Any]) -> str:
    names = [n for n in sorted({*wanted, *found}) if n not in wanted or n not in found or spelled(wanted[n]) != spelled(found[n])]
    return ", ".join(names)
