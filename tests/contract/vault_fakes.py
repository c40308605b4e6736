"""The vault's ports in memory. They keep the same contract as DynamoDB and KMS: see `vault_contract`."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from switchboard.adapters.vault import BranchKeys, BranchRecord, KeyRecord, Purpose
from switchboard.application.key_rotation import Progress
from switchboard.domain.errors import Unreadable


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class MemoryBranchRecords:
    def __init__(self) -> None:
        self.reads = 0
        self._stored: dict[tuple[str, int], BranchRecord] = {}
        self._lock = threading.Lock()

    def get(self, purpose: str, generation: int) -> BranchRecord | None:
        self.reads += 1
        return self._stored.get((purpose, generation))

    def newest(self, purpose: str) -> BranchRecord | None:
        self.reads += 1
        with self._lock:
            of_purpose = [record for record in self._stored.values() if record.purpose == purpose]
        return max(of_purpose, key=lambda record: record.generation, default=None)

    def put(self, record: BranchRecord) -> bool:
        with self._lock:
            return self._stored.setdefault((record.purpose, record.generation), record) is record

    def all(self, purpose: str) -> list[BranchRecord]:
        return sorted((r for r in list(self._stored.values()) if r.purpose == purpose), key=lambda r: r.generation)

    def remove(self, purpose: str, generation: int) -> None:
        with self._lock:
            self._stored.pop((purpose, generation), None)

    def overwrite(self, record: BranchRecord) -> None:
        """What only somebody with direct access to the table can do."""
        self._stored[record.purpose, record.generation] = record


class MemoryDataKeys:
    def __init__(self) -> None:
        self.stored: dict[str, KeyRecord] = {}
        self._progress: Progress | None = None
        self._lock = threading.Lock()

    def put(self, record: KeyRecord) -> None:
        self.stored[record.owner] = record

    def erase(self, owner: str) -> None:
        self.stored.pop(owner, None)

    def get(self, owner: str) -> KeyRecord | None:
        return self.stored.get(owner)

    def page(self, after: str, limit: int) -> tuple[list[KeyRecord], str]:
        owners = sorted(o for o in self.stored if o > after)
        return [self.stored[o] for o in owners[:limit]], owners[limit - 1] if len(owners) > limit else ""

    def replace(self, old: KeyRecord, new: KeyRecord) -> bool:
        with self._lock:
            if self.stored.get(old.owner) != old:
                return False
            self.stored[old.owner] = new
            return True

    def progress(self) -> Progress | None:
        return self._progress

    def keep(self, progress: Progress) -> None:
        self._progress = progress


class LocalWrapper:
    """Wraps under a key of this process instead of KMS."""

    def __init__(self) -> None:
        self.unwrapped = 0
        self._aead = AESGCM(AESGCM.generate_key(256))

    def wrap(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, secret, _associated(context))

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        self.unwrapped += 1
        try:
            return self._aead.decrypt(wrapped[:12], wrapped[12:], _associated(context))
        except (InvalidTag, ValueError):
            raise Unreadable("a wrapped key cannot be read") from None


def _associated(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True).encode()


def provisioned_branches(clock: Clock | None = None) -> BranchKeys:
    """Branch keys in memory with a first generation of every purpose."""
    branches = BranchKeys(MemoryBranchRecords(), LocalWrapper(), tenant="test", clock=clock or Clock())
    for purpose in Purpose:
        branches.create(purpose)
    return branches
