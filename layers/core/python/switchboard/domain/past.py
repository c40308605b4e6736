"""Commits of the past as they are stored, for who reads many ledgers at once and opens nothing that is sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol


class PastEvent(Protocol):
    """An event as stored; `fields` are those in clear, in JSON's types."""

    @property
    def type(self) -> str: ...

    @property
    def fields(self) -> Mapping[str, object]: ...


class PastCommit(Protocol):
    """A commit as stored, without what is sealed."""

    @property
    def ledger(self) -> str: ...

    @property
    def no(self) -> int: ...

    @property
    def at(self) -> datetime: ...

    @property
    def events(self) -> Sequence[PastEvent]: ...
