"""What the engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from switchboard.domain.dialogue.flow import Flow, Words
from switchboard.domain.event import Event
from switchboard.domain.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Hearing:
    """A customer's message. `at`: when it is heard; `sent_at`: when it was written, if that is known."""

    message: str
    text: str
    understanding: Understanding
    at: datetime
    sent_at: datetime | None = None


class Verdict(StrEnum):
    """LED: the dialogue dealt with it. NOT_MINE: nothing to do with flows, the caller decides. CLOSE: the customer is content, the
    caller resolves. UNCLEAR: too doubtful to be told something about, the caller asks what is meant."""

    LED = "led"
    NOT_MINE = "not_mine"
    CLOSE = "close"
    UNCLEAR = "unclear"


LED, NOT_MINE, CLOSE, UNCLEAR = Verdict.LED, Verdict.NOT_MINE, Verdict.CLOSE, Verdict.UNCLEAR


@dataclass(frozen=True, slots=True)
class HandOver:
    """People take over. `reason`: "misses", the bot did not get its answer; "failed", the company's system did not give one."""

    reason: str


Outcome = Verdict | HandOver


@dataclass(frozen=True, slots=True)
class Turn:
    """`events` to append, in order; `say` to the customer, in order: parts of one message, a question last."""

    events: tuple[Event, ...] = ()
    say: tuple[str, ...] = ()
    outcome: Outcome = Verdict.NOT_MINE


class Book(Protocol):
    """The flows in force, and those that are under way still."""

    @property
    def words(self) -> Words:
        """The lists of words that texts and the engine need."""

    def flow(self, name: str, version: int) -> Flow:
        """A flow as it was in that version. Raises NotFound or Malformed where there is none to be read any more."""

    def starts(self, intent: str) -> tuple[str, int] | None:
        """Name and version of the flow that serves an intent."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a turn is made with. `sure`: whether an intent counts as heard. `new_call` makes a unique id. `answer` gives the
    canned text for an intent, or "". `likely`: what a message that is not clear may be about, the likeliest first; only where no flow
    is under way and nothing else is to be done with it."""

    book: Book
    language: str
    sure: Callable[[Understanding], bool]
    new_call: Callable[[], str]
    answer: Callable[[Understanding], str]
    likely: Callable[[Understanding], Sequence[str]] = lambda _: ()
