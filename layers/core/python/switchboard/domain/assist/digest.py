"""A conversation at a glance, read off its ledger: what the customer wants and says, what the bot and people did, and what is open.

Everything in it is a code, a number or somebody's own words: screens say the codes in their reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from switchboard.domain import events as ev
from switchboard.domain import handover
from switchboard.domain.assist.dates import promised
from switchboard.domain.content import WORDLESS
from switchboard.domain.conversation import Conversation
from switchboard.domain.handover import UNKNOWN, Step
from switchboard.domain.knowledge.passages import sentences
from switchboard.domain.understanding import IN_PASSING, SURE

QUOTED = 240  # characters of somebody's words
_ASKS = "?？؟"
SHOWN_PROMISES = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a message."""

    message: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """An agent named a day in an answer."""

    message: str
    text: str = field(repr=False)
    day: date


@dataclass(frozen=True, slots=True)
class Digest:
    """`wants`: the intents heard, in order. `first`: what they came with; `question`: what they said last that nobody has answered,
    waiting since `asked_at`. `bot`: as in a hand-over. `people`: who answered, in order, with `replies` in all. `given`: days that
    agents named for something to come. `unsure`: (action, order or other detail) that may have been done. `mood`: the last message's.
    `waits_for`: "agent", "customer" or ""."""

    wants: tuple[str, ...] = ()
    first: Quote | None = None
    question: Quote | None = None
    asked_at: datetime | None = None
    bot: tuple[Step, ...] = ()
    missed: int = 0
    bot_answers: int = 0
    people: tuple[str, ...] = ()
    replies: int = 0
    answered_at: datetime | None = None
    slots: Mapping[str, str] = field(default_factory=dict, repr=False)
    given: tuple[Given, ...] = ()
    unsure: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    feeling: float = 0.0
    mood: str = ""
    last_intent: str = ""
    angry: str = ""
    callback: bool = False
    waits_for: str = ""


def digest(c: Conversation, recorded: Sequence[ev.Recorded], today: date) -> Digest:
    """`recorded` is the whole ledger."""
    bot = handover.reading(recorded)
    heard = {r.event.message: r.event for r in recorded if isinstance(r.event, ev.IntentDetected)}
    received = [r for r in recorded if isinstance(r.event, ev.MessageReceived) and r.event.content.kind not in WORDLESS]
    sent = [r for r in recorded if isinstance(r.event, ev.MessageSent)]
    by_people = [r for r in sent if r.event.author is ev.ActorKind.AGENT]  # type: ignore[attr-defined]
    answered = by_people[-1].no if by_people else 0
    unanswered = [r for r in received if r.no > answered]
    slots = {name: value for step in bot.steps for name, value in step.slots.items()} | dict(c.dialogue.memory)
    last = heard.get(received[-1].event.message) if received else None  # type: ignore[attr-defined]
    return Digest(
        wants=bot.asked,
        first=_first(received, heard),
        question=_question(unanswered),
        asked_at=unanswered[0].at if unanswered else None,
        bot=bot.steps,
        missed=bot.missed,
        bot_answers=len(sent) - len(by_people),
        people=tuple(dict.fromkeys(r.event.author_id for r in by_people)),  # type: ignore[attr-defined]
        replies=len(by_people),
        answered_at=by_people[-1].at if by_people else None,
        slots=slots,
        given=_given(by_people, today),
        unsure=tuple((action, _about(step)) for step in bot.steps for action, outcome in step.actions if outcome == UNKNOWN),
        feeling=c.feeling,
        mood=bot.sentiment,
        last_intent=last.intent if last and last.confidence >= SURE else "",
        angry=bot.angry,
        callback=c.callback,
        waits_for="agent" if unanswered and c.open else "customer" if by_people and c.open else "",
    )


def key_sentence(text: str) -> str:
    """The sentence that says most: the last question, else the longest; at most QUOTED characters."""
    found = [" ".join(s.split()) for s in sentences(text[:4_000])]
    found = [s for s in found if s]
    if not found:
        return ""
    questions = [s for s in found if s[-1] in _ASKS]
    best = questions[-1] if questions else max(found, key=len)
    return best if len(best) <= QUOTED else best[: QUOTED - 1].rstrip() + "…"


def _first(received: Sequence[ev.Recorded], heard: Mapping[str, ev.IntentDetected]) -> Quote | None:
    """The first message that wants something; where none is known to, the first with words."""
    spoken = [r.event for r in received if isinstance(r.event, ev.MessageReceived) and r.event.content.text.strip()]
    real = [e for e in spoken if (u := heard.get(e.message)) and u.intent not in IN_PASSING and u.confidence >= SURE]
    chosen = (real or spoken)[:1]
    return Quote(chosen[0].message, key_sentence(chosen[0].content.text)) if chosen else None


def _question(unanswered: Sequence[ev.Recorded]) -> Quote | None:
    """Of what nobody has answered, the last question; where there is none, the last words."""
    spoken = [r.event for r in unanswered if isinstance(r.event, ev.MessageReceived) and r.event.content.text.strip()]
    asking = [e for e in spoken if any(mark in e.content.text for mark in _ASKS)]
    chosen = (asking or spoken)[-1:]
    return Quote(chosen[0].message, key_sentence(chosen[0].content.text)) if chosen else None


def _given(by_people: Sequence[ev.Recorded], today: date) -> tuple[Given, ...]:
    found = [
        Given(r.event.message, written, day)
        for r in by_people if isinstance(r.event, ev.MessageSent)
        for written, day in promised(r.event.content.text, today)
    ]  # fmt: skip
    return tuple(found[-SHOWN_PROMISES:])


def _about(step: Step) -> str:
    return step.slots.get("order") or next(iter(step.slots.values()), "")
