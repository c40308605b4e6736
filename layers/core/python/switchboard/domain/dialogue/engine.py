"""The dialogue engine: what follows from a customer's message, a company's answer, or silence. Pure and deterministic."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.events import FlowOutcome
from switchboard.domain.dialogue.judging import Heard, joined
from switchboard.domain.dialogue.listening import hear_one, hear_pending
from switchboard.domain.dialogue.message import read
from switchboard.domain.dialogue.state import Dialogue, folded
from switchboard.domain.dialogue.talk import Talk
from switchboard.domain.dialogue.turn import LED, NOT_MINE, Book, HandOver, Hearing, Means, Turn
from switchboard.domain.event import Event
from switchboard.domain.understanding import Understanding

DEFERRED = 20
"""Messages that wait for one call; with more of them people take over."""

RESULTS = 65_536
"""Characters that the answers to the calls of all flows under way may have in sum: the state has to be stored."""

Sure = Callable[[Understanding], bool]
Answer = Callable[[Understanding], str]
Likely = Callable[[Understanding], Sequence[str]]


CLOCKS = timedelta(seconds=2)
"""By how much a vendor's clock may differ from ours, and how coarse it is."""


def _nothing(_: Understanding) -> Sequence[str]:
    return ()


def hear(
    book: Book, d: Dialogue, h: Hearing, *, language: str, sure: Sure, new_call: Callable[[], str], answer: Answer,
    likely: Likely = _nothing,
) -> Turn:  # fmt: skip
    """What follows from a message. Wishes for a person and anger are the caller's, before this."""
    t = Talk(Means(book, language, sure, new_call, answer, likely), d, h.at)
    before = d.top is not None and d.top.asked_at is not None and h.sent_at is not None and d.top.asked_at - h.sent_at > CLOCKS
    x = joined(t, Heard(h.message, read(h.text), h.understanding, ahead=before))
    if before and d.top is not None:  # it lay in a queue, or crossed the question: it is no answer to that
        t.fresh.add(d.top.waiting)
    if d.call:
        return _wait(t, x)
    if not hear_one(t, x):
        return Turn()
    hear_pending(t)
    return t.turn()


def _wait(t: Talk, x: Heard) -> Turn:
    """A call is out: the message is heard when its answer is there."""
    if not t.d.unheard:
        t.say(t.word("one_moment"))
    t.happen(x.deferred())
    if len(t.d.deferred) > DEFERRED:
        t.hand_over("failed", FlowOutcome.FAILED)
    return t.turn()


def resume(
    book: Book, d: Dialogue, done: de.ActionDone, at: datetime, *, language: str, sure: Sure, new_call: Callable[[], str],
    answer: Answer,
) -> Turn:  # fmt: skip
    """What follows from a company's answer, then from the deferred messages in order. `d` is the state before it; `done` is the first
    of the turn's events. Of an answer nobody waits for any more that is all there is, and the outcome is NOT_MINE."""
    if not d.call or d.call != done.call:
        return Turn((done,))
    t = Talk(Means(book, language, sure, new_call, answer), d, at)
    t.happen(done)
    if weight(t.d) > RESULTS:
        t.hand_over("failed", FlowOutcome.FAILED)
    t.walk()
    hear_pending(t)
    return t.turn()


def weight(d: Dialogue) -> int:
    """How large what the company answered is, as it is stored."""
    results = (result for frame in d.frames for result in frame.results.values())
    return sum(len(json.dumps([dict(r.arguments), dict(r.data)], default=str, ensure_ascii=False)) for r in results)


def expire(book: Book, d: Dialogue, at: datetime, *, language: str) -> Turn:
    """What follows from silence: NOT_MINE and nothing before the deadline. A silent customer's flows end with a word; a silent
    company's are handed over, and so are messages that still wait to be heard."""
    if not d.frames or d.deadline is None or at < d.deadline:
        return Turn()
    t = Talk(Means(book, language, lambda _: False, lambda: "", lambda _: ""), d, at)
    if d.call or d.unheard:
        t.hand_over("failed", FlowOutcome.FAILED if d.call else FlowOutcome.HANDED_OVER)
        return t.turn()
    for _ in d.frames:
        t.happen(de.FlowEnded(t.top.flow, FlowOutcome.TIMED_OUT))
    t.say(t.word("timed_out"))
    return t.turn()


def abandoned(d: Dialogue) -> tuple[Event, ...]:
    """What ends all flows under way when the caller hands the conversation to people."""
    return tuple(de.FlowEnded(frame.flow, FlowOutcome.HANDED_OVER) for frame in reversed(d.frames))


__all__ = ["LED", "NOT_MINE", "Book", "HandOver", "Hearing", "Turn", "abandoned", "expire", "folded", "hear", "resume"]
