"""The dialogue engine: what follows from a customer's message, a company's answer, or silence. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.state import Dialogue
from switchboard.domain.dialogue.turn import Book, Hearing, Turn
from switchboard.domain.event import Event
from switchboard.domain.understanding import Understanding

Sure = Callable[[Understanding], bool]
Answer = Callable[[Understanding], str]


def hear(
    book: Book, d: Dialogue, h: Hearing, *, language: str, sure: Sure, new_call: Callable[[], str], answer: Answer
) -> Turn:  # fmt: skip
    """What follows from a message. Wishes for a person and anger are the caller's, before this."""
    raise NotImplementedError


def resume(
    book: Book, d: Dialogue, done: de.ActionDone, at: datetime, *, language: str, sure: Sure, new_call: Callable[[], str], answer: Answer
) -> Turn:  # fmt: skip
    """What follows from a company's answer, then from the deferred messages in order. `d` is the state before it; `done` is the first
    of the turn's events. Of an answer nobody waits for any more that is all there is, and the outcome is NOT_MINE."""
    raise NotImplementedError


def expire(book: Book, d: Dialogue, at: datetime, *, language: str) -> Turn:
    """What follows from silence: NOT_MINE and nothing before the deadline."""
    raise NotImplementedError


def abandoned(d: Dialogue) -> tuple[Event, ...]:
    """What ends all flows under way when the caller hands the conversation to people."""
    raise NotImplementedError
