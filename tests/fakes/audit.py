"""The audit's files, heads and key in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from switchboard.adapters.aws.signer import holds, lower
from switchboard.domain.audit.heads import NOTHING, Head
from switchboard.domain.errors import NotFound, StorageUnavailable


class MemoryAuditFiles:
    """`there` is looked at and tampered with by tests. `fails`: so many puts fail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.there: dict[str, bytes] = {}
        self.fails = 0

    def put(self, key: str, raw: bytes) -> bool:
        with self._lock:
            if self.fails:
                self.fails -= 1
                raise StorageUnavailable("as the test wants")
            if key in self.there:
                return False
            self.there[key] = raw
            return True

    def get(self, key: str) -> bytes:
        if key not in self.there:
            raise NotFound("there is no such file")
        return self.there[key]

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        return iter(sorted(k for k in self.there if k.startswith(folder) and k > after))


class MemoryAnchors:
    def __init__(self) -> None:
        self._number = 0
        self._heads: dict[str, Head] = {}

    def applied(self) -> int:
        return self._number

    def read(self, ledgers: Sequence[str]) -> dict[str, Head]:
        return {ledger: self._heads[ledger] for ledger in ledgers if ledger in self._heads}

    def apply(self, number: int, moved: Mapping[str, Head]) -> None:
        for ledger, head in moved.items():
            if head.commits > self._heads.get(ledger, NOTHING).commits:
                self._heads[ledger] = head
        self._number = max(self._number, number)


class LocalSigner:
    """A key of the same kind as KMS's, here."""

    def __init__(self, key: str = "local") -> None:
        self.key = key
        self._private = ec.generate_private_key(ec.SECP256R1())

    def sign(self, statement: bytes) -> bytes:
        return lower(self._private.sign(statement, ec.ECDSA(hashes.SHA256())))

    def signed(self, statement: bytes, signature: bytes) -> bool:
        return holds(self._private.public_key(), statement, signature)

    @property
    def pem(self) -> bytes:
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
