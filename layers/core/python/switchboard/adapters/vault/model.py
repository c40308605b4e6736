"""What the vault stores and says: key records, places of ciphertexts, and its own errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from switchboard.domain.errors import Erased, StorageUnavailable, Unreadable

COMPANY = "org"
"""The owner of the company's own data key: agents' names and everything personal that is no contact's."""


class Purpose(StrEnum):
    """What a branch key is for. Each purpose has its own generations, so a function can be given one and not
    another."""

    CONTACT = "contact"  # wraps contacts' data keys
    QUEUE = "queue"  # seals queued bodies
    INDEX = "index"  # keys the hashes; always generation 1, for another key would change every hash


class KeyMissing(Unreadable):
    """The key is not at hand: never admitted, expired, forgotten, or erased with its contact."""


class OwnerKeyMissing(KeyMissing, Erased):
    """A person's key is not at hand though the store looked for it: they were erased."""


class NotProvisioned(StorageUnavailable):
    """No branch key of this purpose exists yet. Nothing is wrong with the input: create the key and try
    again."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A data key as it lies in the keys table: `pk` = `contact#<owner>`, `sk` = `key`.

    `generation` is that of the branch key under which `wrapped` is sealed; both are bound to `owner`."""

    owner: str
    generation: int
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BranchRecord:
    """A branch key as it lies in the keys table: `pk` = `branch#<purpose>`, `sk` = the generation in six
    digits."""

    purpose: str
    generation: int
    wrapped: bytes = field(repr=False)
    made: int = 0  # seconds since 1970; its age decides when the next generation is due


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext belongs; at any other place it cannot be opened. `event` is the event's number in
    its ledger, or any other number fixed for the stored thing (0 where there is only one)."""

    ledger: str
    event: int
    field: str
