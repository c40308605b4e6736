"""The audit's files, heads and key in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from switchboard.adapters.aws.signer import holds, lower, pem
from switchboard.application.audit_ports import Listed
from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.gaps import Gap
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


class MemoryAuditReading(MemoryAuditFiles):
    """What else there is of a bucket with versions: `overwritten` counts older ones, `marked` are hidden by a mark of deletion."""

    def __init__(self) -> None:
        super().__init__()
        self.overwritten: dict[str, int] = {}
        self.marked: set[str] = set()

    def several(self, keys: Sequence[str]) -> list[bytes | None]:
        return [self.there.get(key) for key in keys]

    def listed(self, folder: str, after: str, until: str) -> list[Listed]:
        names = {*self.there, *self.marked}
        return [
            Listed(key, 1 + self.overwritten.get(key, 0), key in self.marked)
            for key in sorted(names) if key.startswith(folder) and after < key <= until
        ]  # fmt: skip

    def link(self, key: str, seconds: int) -> str:
        return f"http://localhost:1/{key}"


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


class MemoryMarks:
    """`fails`: so many calls of `mark` fail."""

    def __init__(self) -> None:
        self._gaps: dict[tuple[str, int], tuple[int, int]] = {}  # (ledger, last): (first, next)
        self._strays: set[str] = set()
        self.fails = 0

    def mark(self, gaps: Sequence[Gap]) -> None:
        if self.fails:
            self.fails -= 1
            raise StorageUnavailable("as the test wants")
        for gap in gaps:
            known = self._gaps.get((gap.ledger, gap.last))
            if known is None or known[0] > gap.first:
                self._gaps[gap.ledger, gap.last] = (gap.first, gap.first)

    def open(self, limit: int) -> list[Gap]:
        return [Gap(ledger, following, last) for (ledger, last), (_, following) in sorted(self._gaps.items())][:limit]

    def done(self, gap: Gap, following: int) -> None:
        place = (gap.ledger, gap.last)
        first, begins = self._gaps.get(place, (0, 0))
        if begins == gap.first:
            if following > gap.last:
                del self._gaps[place]
            else:
                self._gaps[place] = (first, following)

    def new(self, stray: str) -> bool:
        found = stray not in self._strays
        self._strays.add(stray)
        return found


class MemoryChains:
    """Ledgers as they are stored; `stored` is written by tests. `read`: how many commits were asked for and given."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[int, Commit]] = {}
        self.read = 0

    def add(self, commit: Commit) -> None:
        self.stored.setdefault(commit.ledger, {})[commit.no] = commit

    def chain(self, ledger: str, first: int, last: int, limit: int) -> list[Commit]:
        found = [c for no, c in sorted(self.stored.get(ledger, {}).items()) if first <= no <= last][:limit]
        self.read += len(found)
        return found


class LocalSigner:
    """A key of the same kind as KMS's, here."""

    def __init__(self, key: str = "local") -> None:
        self.key = key
        self._private = ec.generate_private_key(ec.SECP256R1())

    def sign(self, statement: bytes) -> bytes:
        return lower(self._private.sign(statement, ec.ECDSA(hashes.SHA256())))

    def signed(self, statement: bytes, signature: bytes, public: bytes) -> bool:
        return holds(public, statement, signature)

    @property
    def public(self) -> bytes:
        return pem(self._private.public_key())
