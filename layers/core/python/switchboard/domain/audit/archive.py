"""Files of the archive: commits of one batch as records, gzipped, named by when and what they are."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from switchboard.domain.audit.commit import Commit, dumps
from switchboard.domain.audit.record import Where, record
from switchboard.domain.errors import Unreadable

FOLDER = "archive/"
NAME = re.compile(r"archive/(\d{4})/(\d\d)/(\d\d)/\1\2\3T\d{6}\.\d{6}Z-[0-9a-f]{64}\.json\.gz", re.ASCII)
MOST_BYTES = 128 * 1024 * 1024  # a batch is 100 commits of 400 KB at most, half as much again in base64, twice
LATE = timedelta(minutes=15)  # a file is there this long after the time in its name at the latest: its writer lives a minute


def written(commits: Iterable[Commit], where: Where, at: datetime) -> tuple[str, bytes]:
    """The key and the bytes of a file with these commits."""
    raw = gzip.compress(dumps({"Records": [record(c, where) for c in commits]}), 6, mtime=0)
    return f"{begins(at)}-{digest(raw)}.json.gz", raw


def digest(raw: bytes) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(raw).hexdigest()


def begins(at: datetime) -> str:
    """What the keys of files of that time begin with. Keys sort by time."""
    return at.astimezone(UTC).strftime(f"{FOLDER}%Y/%m/%d/%Y%m%dT%H%M%S.%fZ")


def time_of(key: str) -> datetime:
    """When the file of this key was named. Raises Unreadable for what is no file of the archive."""
    try:
        if NAME.fullmatch(key) is None:
            raise ValueError
        return datetime.strptime(key.rsplit("/", 1)[-1].split("-", 1)[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise Unreadable("this is no file of the archive") from None


def text_of(key: str, raw: bytes) -> bytes:
    """A file's text, of which nothing but its size has been looked at. Raises Unreadable."""
    try:
        return _unpacked(raw)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise Unreadable(f"{key} cannot be read ({type(error).__name__})") from None


def records(key: str, raw: bytes) -> list[dict[str, Any]]:
    """The records of a file, each of which says what its commit says. Raises Unreadable as `read`."""
    read(key, raw)
    found: list[dict[str, Any]] = json.loads(_unpacked(raw))["Records"]
    return found


def _unpacked(raw: bytes) -> bytes:
    """A file's text, and no more of it than a batch of commits can be."""
    with gzip.open(BytesIO(raw)) as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError("too much")
    return text


def read(key: str, raw: bytes) -> list[Commit]:
    """The commits of a file. Raises Unreadable where the file is not what its key and its records say it is."""
    if not key.endswith(f"-{digest(raw)}.json.gz"):
        raise Unreadable(f"{key} does not hold what its name says")
    try:
        text = _unpacked(raw)
        records = json.loads(text)["Records"]
        kept = [r["additionalEventData"] for r in records]
        commits = [Commit(k["ledger"], k["no"], k["at"], k["prev"], k["hash"], base64.b64decode(k["body"])) for k in kept]
        where = Where(records[0]["eventSource"], records[0]["awsRegion"], records[0]["recipientAccountId"])
        again = dumps({"Records": [record(c, where) for c in commits]})
    except (OSError, EOFError, zlib.error, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"{key} cannot be read ({type(error).__name__})") from None
    if again != text or not all(c.intact for c in commits):
        raise Unreadable(f"{key} holds a record that does not say what its commit says")
    return commits
