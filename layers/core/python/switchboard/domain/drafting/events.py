"""What a large model was asked about a conversation, and what came of it. Never the prompt, nor an answer that was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from switchboard.domain.event import Event, personal


@dataclass(frozen=True, slots=True)
class DraftAsked(Event):
    """A call is about to be made: it is on record before it can cost anything. `reserved` is the most it should cost, in millionths
    of `currency`; `ceiling` what may be spent on `day` (UTC) in all, the same way."""

    type: ClassVar[str] = "draft_asked"
    kind: str  # "reply" or "summary"
    message: str  # the customer's, that is to be answered
    model: str
    day: str
    reserved: int
    ceiling: int
    currency: str
    client_id: str


@dataclass(frozen=True, slots=True)
class DraftMade(Event):
    """An answer that passed every check lies ready for an agent; nobody has sent it. `sources`: what the numbers in its brackets
    stand for, in order: {article, version, passage, title} of a reply, {message} of a summary."""

    type: ClassVar[str] = "draft_made"
    kind: str
    message: str
    sources: tuple[Mapping[str, str | int], ...]
    model: str
    tokens_in: int
    tokens_out: int
    cost: int
    currency: str
    day: str
    reserved: int
    language: str
    client_id: str
    text: str = personal()


@dataclass(frozen=True, slots=True)
class DraftRefused(Event):
    """There is no draft; `reason` is one of `domain.drafting.reasons`. Where no call was made, nothing was reserved or spent."""

    type: ClassVar[str] = "draft_refused"
    kind: str
    message: str
    reason: str
    model: str
    client_id: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    currency: str = ""
    day: str = ""
    reserved: int = 0


DRAFTING_TYPES: tuple[type[Event], ...] = (DraftAsked, DraftMade, DraftRefused)
