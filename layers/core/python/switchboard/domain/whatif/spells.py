"""Conversations' ledgers read as waits: when somebody began to wait for a person, who took them on, and how long that took.

Read leniently: records are as old as the product, and a period cuts through conversations. What makes no sense is passed over and
counted, never guessed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.past import PastCommit
from switchboard.domain.understanding import IN_PASSING, SURE

NOT_TAKEN_UP = frozenset({"not_accepted", "declined", "connection_lost"})
TRANSFERRED = "transferred"


@dataclass(slots=True)
class Leg:
    """A time an agent had the conversation, seconds of the Unix epoch. `end` None: they have it still, as far as is known."""

    agent: str
    start: float
    end: float | None = None
    accepted: bool = False


@dataclass(slots=True)
class Spell:
    """One wait for a person and the work that followed. `until`: when the wait ended without an agent, or was last seen going on.
    `left`: it ended because the customer was gone: it was resolved unanswered."""

    conversation: str
    since: float
    queue: str
    kind: str  # empty: nobody said what it is about
    complex: bool = False
    vip: bool = False
    channel: str = ""
    language: str = ""
    asked: bool = False  # the kind is a skill, which whoever takes it should have
    legs: list[Leg] = field(default_factory=list)
    until: float = 0.0
    left: bool = False
    proved_complex: bool | None = None  # what whoever resolved it said it was, if they said

    @property
    def really_complex(self) -> bool:
        """As it turned out; where nobody said so, as it was labelled."""
        return self.complex if self.proved_complex is None else self.proved_complex

    @property
    def waited(self) -> float:
        """Seconds until somebody took it up for good, or until the wait ended otherwise."""
        return max(0.0, (self.legs[0].start if self.legs else self.until) - self.since)


def spells_of(commits: Sequence[PastCommit], known_until: float, odd: Counter[str]) -> list[Spell]:
    """The waits of one conversation, from its commits in order. `odd` counts what could not be made sense of."""
    reading = _Reading(odd)
    for commit in commits:
        at = commit.at.timestamp()
        for event in commit.events:
            reading.event(commit.ledger, at, event.type, event.fields)
    return reading.finish(known_until)


class _Reading:
    def __init__(self, odd: Counter[str]) -> None:
        self._odd = odd
        self._channel = self._language = self._intent = ""
        self._asks: Mapping[str, object] = {}  # what was required of whoever takes it, when it was last said
        self._spell: Spell | None = None
        self._leg: Leg | None = None
        self._done: list[Spell] = []

    def event(self, ledger: str, at: float, kind: str, fields: Mapping[str, object]) -> None:
        match kind:
            case "conversation_opened":
                self._channel = text(fields, "channel")
            case "intent_detected":
                self._hear(fields)
            case "queued":
                self._queued(ledger, at, fields)
            case "assigned":
                self._assigned(at, fields)
            case "accepted":
                if self._leg is not None:
                    self._leg.accepted = True
            case "released":
                self._released(at, fields)
            case "resolved":
                self._resolved(at, fields)
            case _:
                pass

    def finish(self, known_until: float) -> list[Spell]:
        if self._spell is not None:
            self._spell.until = max(known_until, self._spell.since)
            self._close()
        return self._done

    def _hear(self, fields: Mapping[str, object]) -> None:
        heard, sure = text(fields, "intent"), fields.get("confidence")
        if heard and heard not in IN_PASSING and isinstance(sure, int | float) and sure >= SURE:
            self._intent = heard
        if (language := text(fields, "language")) not in ("", "und"):
            self._language = language

    def _queued(self, ledger: str, at: float, fields: Mapping[str, object]) -> None:
        since = min(_moment(fields.get("since"), at), at)
        asked = fields.get("requires")
        self._asks = asked if isinstance(asked, Mapping) else self._asks or fields
        if self._leg is not None:
            self._odd["queued while somebody had it"] += 1
            self._end(at)
        if self._spell is not None and not self._spell.legs and self._spell.since == since:
            return  # unanswered work goes back with the age it had: the same wait
        if self._spell is not None:
            self._spell.until = at
            self._close()
        self._spell = Spell(
            ledger.partition("#")[2], since, text(fields, "queue") or "general",
            text(self._asks, "kind") or self._intent,
            self._asks.get("complex") is True, self._asks.get("vip") is True, text(fields, "channel") or self._channel,
            text(fields, "language") or self._language,
            asked=bool(text(self._asks, "kind")) and self._asks.get("level", 1) != 0,
        )  # fmt: skip

    def _assigned(self, at: float, fields: Mapping[str, object]) -> None:
        agent = text(fields, "agent")
        if not agent:
            self._odd["assigned to nobody"] += 1
            return
        if self._leg is not None:
            self._odd["assigned while somebody had it"] += 1
            self._end(at)
        handed = text(fields, "reason") == TRANSFERRED and self._spell is not None and not self._spell.legs
        if handed and self._done and not self._done[-1].left:
            self._spell = self._done.pop()  # handed to a colleague by name: no wait, and nothing to route; the work goes on
        if self._spell is None:
            self._odd["began before the period"] += 1
            return
        self._leg = Leg(agent, at)
        self._spell.legs.append(self._leg)

    def _released(self, at: float, fields: Mapping[str, object]) -> None:
        if self._leg is None:
            self._odd["released by nobody"] += 1
            return
        leg = self._leg
        self._end(at)
        if self._spell is not None and not leg.accepted and text(fields, "reason") in NOT_TAKEN_UP:
            self._spell.legs.remove(leg)  # an offer that nobody took up: the customer waits on

    def _resolved(self, at: float, fields: Mapping[str, object]) -> None:
        self._end(at)
        if self._spell is not None:
            self._spell.until = max(at, self._spell.since)
            self._spell.left = not self._spell.legs and not fields.get("continued_in")
            proved = fields.get("proved_complex")
            self._spell.proved_complex = proved if isinstance(proved, bool) else None
            self._close()

    def _end(self, at: float) -> None:
        if self._leg is not None:
            self._leg.end = max(at, self._leg.start)
            self._leg = None

    def _close(self) -> None:
        if self._spell is not None:
            self._done.append(self._spell)
            self._spell = None


def text(fields: Mapping[str, object], name: str) -> str:
    """A field that is a text, else empty."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: object, otherwise: float) -> float:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return otherwise
    return moment.timestamp() if moment.tzinfo is not None else otherwise


def in_order(commits: Iterable[PastCommit]) -> list[PastCommit]:
    """A ledger's commits, each once."""
    return [commit for _, commit in sorted({commit.no: commit for commit in commits}.items())]
