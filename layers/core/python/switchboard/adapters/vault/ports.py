"""What branch keys need from the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from switchboard.adapters.vault.model import BranchRecord


class BranchRecords(Protocol):
    """The stored branch keys. Reads see every put that has returned. All raise `StorageUnavailable`."""

    def get(self, purpose: str, generation: int) -> BranchRecord | None: ...

    def newest(self, purpose: str) -> BranchRecord | None:
        """The record with the highest generation."""
        ...

    def put(self, record: BranchRecord) -> bool:
        """Store a new generation. False, and nothing changed, if that generation exists."""
        ...

    def all(self, purpose: str) -> list[BranchRecord]:
        """Every generation there is, the oldest first."""
        ...

    def remove(self, purpose: str, generation: int) -> None:
        """Nothing happens where it does not exist."""
        ...


class Wrapper(Protocol):
    """Wraps branch keys under a key that never leaves its keeper (KMS)."""

    def wrap(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        """Raises `StorageUnavailable`."""
        ...

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Raises `Unreadable` if `wrapped` was changed or made with another context, else
        `StorageUnavailable`."""
        ...
