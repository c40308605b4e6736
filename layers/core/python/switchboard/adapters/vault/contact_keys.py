"""Contacts' data keys and the fields sealed under them."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable

from switchboard.adapters.vault.branches import BranchKeys
from switchboard.adapters.vault.cipher import SECRET_LENGTH, Cipher, frame
from switchboard.adapters.vault.limits import CacheLimits, Meter
from switchboard.adapters.vault.model import KeyRecord, OwnerKeyMissing, Place, Purpose

_GRACE_SECONDS = 60.0


class _Held:
    """A data key's record and, once it was needed, the cipher made of it. Never shows itself."""

    __slots__ = ("age", "cipher", "record", "use")

    def __init__(self, record: KeyRecord, cipher: Cipher | None, limits: CacheLimits, now: float) -> None:
        self.record = record
        self.cipher = cipher
        self.age = Meter(limits, now)
        self.use = Meter(limits, now)


class Vault:
    """Seals and opens fields under their owner's data key. It reads no storage: the store hands in the
    records it read (`admit`), asks `knows` before a unit of work, and stores what `mint` returns.
    Thread-safe.

    An owner is forgotten after `limits.age`, so that a key erased from storage dies in every process within
    that time; work begun when `knows` said yes may go on for a minute more. `clock` as in `BranchKeys`."""

    def __init__(self, branches: BranchKeys, *, clock: Callable[[], float], limits: CacheLimits | None = None) -> None:
        self._branches = branches
        self._clock = clock
        self._limits = limits or CacheLimits()
        self._lock = threading.RLock()
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def mint(self, owner: str) -> KeyRecord:
        """A new data key, usable at once. Store the record on condition that the owner has none; if somebody
        else was first, `forget` the owner and `admit` what is stored."""
        secret = os.urandom(SECRET_LENGTH)
        generation, branch = self._branches.newest(Purpose.CONTACT, SECRET_LENGTH)
        wrapped = _wrapping(branch).seal(generation, _key_place(owner, generation), secret)
        record = KeyRecord(owner, generation, wrapped)
        self._keep(record, _fields_of(secret, owner))
        return record

    def admit(self, record: KeyRecord) -> None:
        """Take in a record just read from storage. It is unwrapped when first needed."""
        with self._lock:
            held = self._held.get(record.owner)
            self._keep(record, held.cipher if held and held.record == record else None)

    def knows(self, owner: str) -> bool:
        """Whether the owner's fields can be sealed and opened now and for the next minute."""
        with self._lock:
            held = self._held.get(owner)
            if held and held.age.old(self._clock()):
                del self._held[owner]
                return False
            return held is not None

    def forget(self, owner: str) -> None:
        with self._lock:
            self._held.pop(owner, None)

    def seal(self, owner: str, place: Place, plaintext: bytes) -> bytes:
        """Raises `KeyMissing` if the owner is unknown, `Unreadable` if their stored key was tampered with."""
        record, cipher = self._open(owner, len(plaintext))
        return cipher.seal(record.generation, _field_place(owner, place), plaintext)

    def unseal(self, owner: str, place: Place, sealed: bytes) -> bytes:
        """Raises `KeyMissing` as `seal`, `Unreadable` if anything was changed or sealed for another place."""
        _, cipher = self._open(owner, len(sealed))
        return cipher.open(_field_place(owner, place), sealed)

    def _keep(self, record: KeyRecord, cipher: Cipher | None) -> None:
        with self._lock:
            self._held[record.owner] = _Held(record, cipher, self._limits, self._clock())
            self._held.move_to_end(record.owner)
            while len(self._held) > self._limits.keys:
                self._held.popitem(last=False)

    def _open(self, owner: str, size: int) -> tuple[KeyRecord, Cipher]:
        with self._lock:
            held = self._held.get(owner)
            if held and held.age.old(self._clock(), _GRACE_SECONDS):
                del self._held[owner]
                held = None
            if held is None:
                raise OwnerKeyMissing("there is no key for this any more: the person was erased")
            self._held.move_to_end(owner)
            if held.cipher is None or held.use.used_up():
                held.cipher = self._unwrap(held.record)
                held.use = Meter(self._limits, self._clock())
            held.use.spend(size)
            return held.record, held.cipher

    def _unwrap(self, record: KeyRecord) -> Cipher:
        branch = self._branches.get(Purpose.CONTACT, record.generation, SECRET_LENGTH)
        secret = _wrapping(branch).open(_key_place(record.owner, record.generation), record.wrapped)
        return _fields_of(secret, record.owner)


def rewrapped(branches: BranchKeys, record: KeyRecord, generation: int) -> KeyRecord:
    """The same data key under another generation. Raises `Unreadable` if it was tampered with or its generation
    is gone."""
    old = branches.get(Purpose.CONTACT, record.generation, SECRET_LENGTH)
    secret = _wrapping(old).open(_key_place(record.owner, record.generation), record.wrapped)
    new = branches.get(Purpose.CONTACT, generation, SECRET_LENGTH)
    return KeyRecord(record.owner, generation, _wrapping(new).seal(generation, _key_place(record.owner, generation), secret))


def _wrapping(branch: bytes) -> Cipher:
    return Cipher(branch, "data key")


def _fields_of(secret: bytes, owner: str) -> Cipher:
    return Cipher(secret, "field", owner)


def _key_place(owner: str, generation: int) -> bytes:
    return frame(owner, str(generation))


def _field_place(owner: str, place: Place) -> bytes:
    return frame(owner, place.ledger, str(place.event), place.field)
