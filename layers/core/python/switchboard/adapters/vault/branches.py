"""Branch keys: random keys in numbered generations, wrapped by KMS, held in memory for a while."""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Callable

from switchboard.adapters.vault.cipher import SECRET_LENGTH
from switchboard.adapters.vault.limits import CacheLimits, Meter
from switchboard.adapters.vault.model import BranchRecord, KeyMissing, NotProvisioned, Purpose
from switchboard.adapters.vault.ports import BranchRecords, Wrapper
from switchboard.domain.errors import StorageUnavailable, Unreadable

_HIGHEST_GENERATION = 999_999  # six digits in the sort key


class _Held:
    """A branch key in memory. Never shows itself."""

    __slots__ = ("meter", "secret")

    def __init__(self, secret: bytes, meter: Meter) -> None:
        self.secret = secret
        self.meter = meter


class BranchKeys:
    """The branch keys of one tenant (a company's stack). Within the limits each generation costs a process
    one read and one unwrapping. `clock` gives seconds and must go on while the process is frozen
    (`time.time`). Thread-safe.

    All methods raise `StorageUnavailable` if storage or KMS fail, `Unreadable` if a stored key was tampered
    with."""

    def __init__(
        self,
        records: BranchRecords,
        wrapper: Wrapper,
        *,
        tenant: str,
        clock: Callable[[], float],
        limits: CacheLimits | None = None,
    ) -> None:
        self._records = records
        self._wrapper = wrapper
        self._tenant = tenant
        self._clock = clock
        self._limits = limits or CacheLimits()
        self._lock = threading.RLock()  # held while fetching, so that many threads cost one unwrapping
        self._held: dict[tuple[str, int], _Held] = {}
        self._newest: dict[str, tuple[int, Meter]] = {}

    def newest(self, purpose: str, size: int = 0) -> tuple[int, bytes]:
        """The generation to seal with, and its key; `size` is how many bytes it is to work on. Another
        process's rotation is seen after at most `limits.age`. Raises `NotProvisioned` if there is none."""
        with self._lock:
            known = self._newest.get(purpose)
            if known is None or known[1].old(self._clock()):
                record = self._records.newest(purpose)
                if record is None:
                    raise NotProvisioned(f"there is no branch key for {purpose!r} yet; create it")
                known = (record.generation, Meter(self._limits, self._clock()))
                if self._usable(purpose, record.generation) is None:
                    self._hold(record)
                self._newest[purpose] = known
            return known[0], self.get(purpose, known[0], size)

    def get(self, purpose: str, generation: int, size: int = 0) -> bytes:
        """The key of one generation. Raises `KeyMissing` if it does not exist."""
        with self._lock:
            held = self._usable(purpose, generation)
            if held is None:
                record = self._records.get(purpose, generation)
                if record is None:
                    raise KeyMissing(f"there is no branch key {generation} for {purpose!r}")
                held = self._hold(record)
            held.meter.spend(size)
            return held.secret

    def create(self, purpose: str) -> int:
        """The newest generation; makes the first one if there is none. Whoever creates at the same time gets
        the same."""
        record = self._records.newest(purpose)
        return record.generation if record else self._add(purpose, 1)

    def rotate(self, purpose: str) -> int:
        """Add a generation and return it; older ones stay readable. Two rotations at the same time may add
        one only."""
        if purpose == Purpose.INDEX:
            raise ValueError("the index key is not rotated: every stored hash would change")
        record = self._records.newest(purpose)
        return self._add(purpose, record.generation + 1 if record else 1)

    def keep_fresh(self, purpose: str, age: float) -> bool:
        """Rotate if the newest generation is older than `age` seconds. True if it was."""
        record = self._records.newest(purpose)
        if record is None or self._clock() - record.made < age:
            return False
        self.rotate(purpose)
        return True

    def _add(self, purpose: str, generation: int) -> int:
        if generation > _HIGHEST_GENERATION:
            raise ValueError(f"generations end at {_HIGHEST_GENERATION}")
        secret = os.urandom(SECRET_LENGTH)
        context = self._context(purpose, generation)
        wrapped = self._wrapper.wrap(secret, context)
        if not hmac.compare_digest(self._wrapper.unwrap(wrapped, context), secret):  # never store a key that nobody could use again
            raise StorageUnavailable("a new branch key did not survive wrapping; nothing was stored")
        # False: somebody else added this generation first. Theirs is as good and ours is forgotten.
        self._records.put(BranchRecord(purpose, generation, wrapped, int(self._clock())))
        with self._lock:
            self._newest.pop(purpose, None)
        return generation

    def _usable(self, purpose: str, generation: int) -> _Held | None:
        held = self._held.get((purpose, generation))
        if held and (held.meter.old(self._clock()) or held.meter.used_up()):
            del self._held[purpose, generation]
            return None
        return held

    def _hold(self, record: BranchRecord) -> _Held:
        secret = self._wrapper.unwrap(record.wrapped, self._context(record.purpose, record.generation))
        if len(secret) != SECRET_LENGTH:
            raise Unreadable(f"branch key {record.generation} for {record.purpose!r} has the wrong length")
        held = _Held(secret, Meter(self._limits, self._clock()))
        self._held[record.purpose, record.generation] = held
        return held

    def _context(self, purpose: str, generation: int) -> dict[str, str]:
        return {"purpose": str(purpose), "generation": str(generation), "tenant": self._tenant}
