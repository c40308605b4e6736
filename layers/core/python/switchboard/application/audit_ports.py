"""What the audit's archive, its repair and its notary ask of their surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.gaps import Gap
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


class Marks(Protocol):
    """What is to be remembered between runs: gaps of the archive until they are closed, and strays that were told of. All raise
    StorageUnavailable."""

    def mark(self, gaps: Sequence[Gap]) -> None:
        """These commits are to be archived from the ledger. Safe to repeat: a gap that ends at the same commit and begins no earlier
        changes nothing, however much of it is done."""
        ...

    def open(self, limit: int) -> list[Gap]:
        """At most so many, each without what is done."""
        ...

    def done(self, gap: Gap, following: int) -> None:
        """Of a gap that was open so, all before the commit `following` is archived. Nothing happens where it was marked anew."""
        ...

    def new(self, stray: str) -> bool:
        """Whether this is heard for the first time."""
        ...


class LedgerChains(Protocol):
    """The ledgers as they are stored: what the archive is a copy of."""

    def chain(self, ledger: str, first: int, last: int, limit: int) -> list[Commit]:
        """Commits of this range in order, from the first there is, at most so many. Raises StorageUnavailable."""
        ...


class Signer(Protocol):
    """A key that signs and never leaves its place (ECDSA on P-256 over SHA-256; DER, the lower of the two `s`)."""

    @property
    def key(self) -> str:
        """Its name; no other key ever has it."""
        ...

    @property
    def public(self) -> bytes:
        """Its public half, PEM."""
        ...

    def sign(self, statement: bytes) -> bytes: ...

    def signed(self, statement: bytes, signature: bytes, public: bytes) -> bool:
        """Whether the key with this public half has signed it."""
        ...


class AuditReading(AuditFiles, Protocol):
    """The audit's files for those who look at them. All raise StorageUnavailable."""

    def several(self, keys: Sequence[str]) -> list[bytes | None]:
        """These files at once; None for one that is not there."""
        ...

    def listed(self, folder: str, after: str, until: str) -> list[Listed]:
        """Of this folder's files, those above `after` and not above `until`, in order, deleted ones too."""
        ...

    def link(self, key: str, seconds: int) -> str:
        """An address where this file, and no other, can be fetched for so long, by whoever has it."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """`versions`: how many there are of it (one, where nobody wrote it over); `deleted`: it is hidden by a mark of deletion."""

    key: str
    versions: int = 1
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and where."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a verification of some roots found. `waiting`: commits whose predecessors have not come yet."""

    findings: tuple[Finding, ...]
    files: int
    commits: int
    events: int
    waiting: int


class Verifier(Protocol):
    """The verifier that auditors have, at work here."""

    def check(self, keys: Sequence[bytes], first: int, last: int, files: Mapping[str, bytes], as_of: datetime) -> Checked:
        """An excerpt: the roots from `first` to `last` and the files they name. `keys`: public halves in the order of their use."""
        ...
