"""Which roots cover a period, found without listing them all: they are numbered, and none is older than the one before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.application.audit_ports import AuditReading
from switchboard.domain.audit import archive, public_keys, root
from switchboard.domain.audit.root import Root
from switchboard.domain.errors import NotFound, Unreadable

STRIDE = 1_000
HELD_BACK = 50  # roots that are taken in besides, so that no commit waits for one outside


@dataclass
class _Known:
    last: int = 0


@dataclass(frozen=True, slots=True)
class AuditRoots:
    files: AuditReading
    _known: _Known = field(default_factory=_Known)

    def newest(self) -> int:
        """The number of the last root; 0 before the first."""
        low = self._known.last
        while self._further(low + STRIDE):
            low += STRIDE
        numbers = [low, *(n for key in self.files.keys(root.FOLDER, root.key_of(low)) if (n := _number(key)))]
        self._known.last = max(numbers)
        return self._known.last

    def _further(self, number: int) -> bool:
        return next(iter(self.files.keys(root.FOLDER, root.key_of(number))), None) is not None

    def read(self, number: int) -> Root | None:
        """As its file says, signed or not; None where it says nothing."""
        try:
            return root.read(self.files.get(root.key_of(number)))[0]
        except (NotFound, Unreadable):
            return None

    def covering(self, since: datetime, until: datetime) -> tuple[int, int]:
        """The first and the last root that name files of this period. Raises NotFound where there is none."""
        newest = self.newest()
        first = self._first(newest, lambda r: r.seen >= since)
        if first > newest:
            raise NotFound("no root covers this period yet; one is made every five minutes")
        last = min(newest, self._first(newest, lambda r: r.seen >= until + archive.LATE))
        return self.alone(first), max(first, last)

    def _first(self, newest: int, holds: Callable[[Root], bool]) -> int:
        low, high = 1, newest + 1
        while low < high:
            middle = (low + high) // 2
            found = self.read(middle)
            if found is None or holds(found):
                high = middle
            else:
                low = middle + 1
        return low

    def alone(self, number: int) -> int:
        """This root, or an earlier one before which no commit waited: what begins there can be checked without what was before."""
        for back in range(number, max(1, number - HELD_BACK), -1):
            before = self.read(back - 1)
            if before is None or not before.held:
                return back
        return max(1, number - HELD_BACK)

    def signed_by(self) -> Sequence[tuple[str, bytes]]:
        """(file, public half) of all keys that have signed, the oldest first."""
        names = [key for key in self.files.keys(public_keys.FOLDER) if _is_key(key)]
        return [(name, raw) for name, raw in zip(names, self.files.several(names), strict=True) if raw is not None]


def _number(key: str) -> int:
    try:
        return root.number_of(key)
    except Unreadable:
        return 0


def _is_key(name: str) -> bool:
    try:
        public_keys.read(name)
    except Unreadable:
        return False
    return True
