"""A root: what the chains' heads were at one time, signed, and tied to the root before it.

One file: a line with the statement, a line with its signature, then a line for each head that moved, which the statement covers by
their number, their hash and their Merkle root. So a root is there as a whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from switchboard.domain.audit import merkle
from switchboard.domain.audit.commit import dumps
from switchboard.domain.audit.heads import Head
from switchboard.domain.errors import Unreadable

FOLDER, VERSION = "roots/", 1


@dataclass(frozen=True, slots=True)
class Root:
    """`at`: when it was made; `seen`: every file of the archive named up to `LATE` before then is in this root or an earlier one;
    `interval`: seconds until the next; `previous`: hash of the file before; `archive`: keys and hashes of the files it adds;
    `held`: of all files so far, those with commits that wait for their predecessors and are looked at again; what waits in others is
    archived anew."""

    number: int
    at: datetime
    seen: datetime
    interval: int
    previous: str
    archive: tuple[tuple[str, str], ...]
    held: tuple[str, ...]
    heads: Mapping[str, Head]
    key: str

    @property
    def leaves(self) -> list[bytes]:
        """A line for each head that moved, by ledger."""
        return [dumps([ledger, head.commits, head.hash]) for ledger, head in sorted(self.heads.items())]

    @property
    def statement(self) -> bytes:
        """What is signed."""
        leaves = self.leaves
        return dumps({
            "version": VERSION, "number": self.number, "at": _stamp(self.at), "seen": _stamp(self.seen), "interval": self.interval,
            "previous": self.previous, "merkle": merkle.root(leaves), "archive": self.archive, "held": self.held, "key": self.key,
            "leaves": {"count": len(leaves), "sha256": hashlib.sha256(_lines(leaves)).hexdigest()},
        })  # fmt: skip


def key_of(number: int) -> str:
    return f"{FOLDER}{number:010d}.jsonl"


def number_of(key: str) -> int:
    """Raises Unreadable."""
    name = key.removeprefix(FOLDER).removesuffix(".jsonl")
    if not name.isdecimal() or key != key_of(int(name)):
        raise Unreadable("this is no root's file")
    return int(name)


def written(root: Root, signature: bytes) -> bytes:
    """The file of a signed root."""
    return _lines([root.statement, base64.b64encode(signature), *root.leaves])


def read(raw: bytes) -> tuple[Root, bytes]:
    """A root and its signature. Raises Unreadable where the file is not as it was written."""
    try:
        head, signature, *leaves = raw.removesuffix(b"\n").split(b"\n")
        said = json.loads(head)
        moved = {ledger: Head(commits, hashed) for ledger, commits, hashed in map(json.loads, leaves)}
        root = Root(
            said["number"], datetime.fromisoformat(said["at"]), datetime.fromisoformat(said["seen"]), said["interval"],
            said["previous"], tuple((k, h) for k, h in said["archive"]), tuple(said["held"]), moved, said["key"],
        )  # fmt: skip
        signed = base64.b64decode(signature)
        again = written(root, signed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"this is no root ({type(error).__name__})") from None
    if again != raw:
        raise Unreadable("a root's statement is not about its leaves")
    return root, signed


def _lines(parts: Sequence[bytes]) -> bytes:
    return b"".join(part + b"\n" for part in parts)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
