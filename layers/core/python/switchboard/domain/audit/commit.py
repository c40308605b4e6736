"""A commit as stored, and the hash that ties it to the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a ledger, byte for byte. `at`: UTC as stored; `prev` and `hash`: hex SHA-256, `prev` empty in the first."""

    ledger: str
    no: int
    at: str
    prev: str
    hash: str
    body: bytes

    @property
    def intact(self) -> bool:
        """Whether its hash is that of what it says."""
        return chain(self.prev, self.ledger, self.no, self.at, self.body) == self.hash


def chain(prev: str, ledger: str, no: int, at: str, body: bytes) -> str:
    """The hash of a commit over the stored bytes and the hash before it, hex SHA-256. Lengths are framed, so that no two commits
    have the same input."""
    h = hashlib.sha256(b"switchboard-commit-1")
    for part in (prev.encode(), ledger.encode(), str(no).encode(), at.encode(), body):
        h.update(len(part).to_bytes(8, "big"))
        h.update(part)
    return h.hexdigest()


def dumps(value: object) -> bytes:
    """The one spelling of stored JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
