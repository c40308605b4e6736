"""The optional large model, as use cases see it. Where a company wants none there is no such port, and nobody calls anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from switchboard.domain.drafting import reasons

USER = "user"


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of the talk with the model. `role` is USER or "assistant"; turns alternate and begin with USER."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Limits:
    """`tokens`: of the answer, at most."""

    tokens: int = 700


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said, whole, and what it read and wrote for it."""

    text: str
    tokens_in: int
    tokens_out: int


class NoAnswer(Exception):
    """There is none. `tokens`: read and written nevertheless, and charged; None: nobody knows, it may have been the most."""

    reason: ClassVar[str] = reasons.UNAVAILABLE

    def __init__(self, message: str, tokens: tuple[int, int] | None = (0, 0)) -> None:
        super().__init__(message)
        self.tokens = tokens


class Throttled(NoAnswer):
    """Too many calls; this one was not taken."""

    reason = reasons.THROTTLED


class Withheld(NoAnswer):
    """A filter of the model's, or the company's guardrail, let nothing through."""

    reason = reasons.WITHHELD


class TooLong(NoAnswer):
    """There was more to read or to write than the limits allow."""

    reason = reasons.TOO_LONG


class LargeModel(Protocol):
    @property
    def name(self) -> str:
        """The model's id."""
        ...

    def converse(self, system: str, turns: Sequence[Said], limits: Limits) -> Answer:
        """One call, never repeated by itself: each costs. Raises NoAnswer."""
        ...


class Spending(Protocol):
    """What has been spent, kept in step with the ledgers by the store, in its transactions."""

    def on(self, day: str) -> int:
        """Millionths of the company's currency, with what calls that are out may cost. `day`: as 2026-03-10, UTC."""
        ...
