"""What the audit's archive and notary ask of their surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from switchboard.domain.audit.heads import Head


class AuditFiles(Protocol):
    """Files that are written once and never changed. All raise StorageUnavailable where the storage does not answer."""

    def put(self, key: str, raw: bytes) -> bool:
        """Keep a file; False, and nothing changed, where there is one of this key."""
        ...

    def get(self, key: str) -> bytes:
        """Raises NotFound."""
        ...

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        """Of the files in this folder, in order of bytes; those above `after`."""
        ...


class AnchoredHeads(Protocol):
    """Where each chain stood at the last root. It is made from the roots and can be made again from them, so nothing rests on it."""

    def applied(self) -> int:
        """The number of the last root whose heads are in; 0 before the first."""
        ...

    def read(self, ledgers: Sequence[str]) -> dict[str, Head]:
        """Those known of these ledgers."""
        ...

    def apply(self, number: int, moved: Mapping[str, Head]) -> None:
        """Take in a root's heads, each if it is further than the one known; then its number, likewise. Safe to repeat."""
        ...


class Signer(Protocol):
    """A key that signs and never leaves its place (ECDSA on P-256 over SHA-256; DER, the lower of the two `s`)."""

    @property
    def key(self) -> str:
        """Its name."""
        ...

    def sign(self, statement: bytes) -> bytes: ...

    def signed(self, statement: bytes, signature: bytes) -> bool:
        """Whether this key has signed it."""
        ...
