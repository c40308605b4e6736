"""What the bot made of each conversation of a period: a reading of the ledgers, without what is sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.conversation import contact_of, conversation_id, ordinal_of
from switchboard.domain.errors import Malformed
from switchboard.domain.past import PastCommit, PastEvent
from switchboard.domain.understanding import IN_PASSING, OUT_OF_SCOPE, SURE, matter

AFTER = timedelta(days=1)
"""A customer who comes back within this time was not helped, or has another wish."""

WISH = "human_agent"
UNSURE = frozenset({"low_confidence", "misses"})
"""Reasons of hand-overs that mean: not understood."""

WANTED = frozenset({
    "conversation_opened", "message_received", "intent_detected", "intent_corrected", "bot_answered", "article_cited",
    "bot_suggested", "bot_missed", "not_understood", "flow_started", "flow_ended", "queued", "resolved",
})  # fmt: skip
ENDED_WELL = frozenset({"done", "refused", "cancelled"})


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A customer's message that the bot did not know what to do with. `commit`: where it lies, 0 if that was not read. `why`:
    "missed", "handed_over" or "corrected". `guess` is what it was taken for, `corrected` what people said it was ("": nobody did)."""

    conversation: str
    message: str
    commit: int
    why: str
    guess: str
    confidence: float
    language: str
    corrected: str = ""


@dataclass(slots=True)
class Talk:
    """`mode` is the roll-out's ("" while nothing tells of it). `left`: the bot ended it without ever having served the customer, who
    fell silent. `handed`: why people got it, "" if they did not. `ended_at`: when the bot ended it alone. `suggested`: whether
    what the bot would have said lay ready for an agent."""

    id: str
    opened_at: datetime
    channel: str
    language: str = "und"
    intent: str = ""
    mode: str = ""
    heard: bool = False
    led: bool = False
    answered: bool = False
    served: bool = False
    suggested: bool = False
    handed: str = ""
    ended_at: datetime | None = None
    wishes: set[str] = field(default_factory=set)

    @property
    def left(self) -> bool:
        return self.ended_at is not None and not self.served


Commits = dict[int, tuple[datetime, tuple[PastEvent, ...]]]  # by number


class Talks:
    """Takes in stored commits, in any order, each as often as it likes, and keeps what matters."""

    def __init__(self, since: datetime, until: datetime) -> None:
        """The period's conversations are those opened from `since` up to and without `until`."""
        self._since, self._until = since, until
        self._ledgers: dict[str, Commits] = defaultdict(dict)
        self._folded: dict[str, Talk] | None = None

    def __len__(self) -> int:
        """Conversations that anything was read of."""
        return len(self._ledgers)

    def add(self, commit: PastCommit) -> None:
        if commit.ledger.startswith("cnv#"):
            kept = tuple(e for e in commit.events if e.type in WANTED)
            if kept:
                self._folded = None
                self._ledgers[commit.ledger][commit.no] = commit.at, kept

    def conversations(self) -> Iterator[Talk]:
        """Those opened in the period in which the bot heard something."""
        return (t for t in self._talks().values() if self._since <= t.opened_at < self._until and t.heard)

    def came_back(self, talk: Talk) -> Talk | None:
        """The customer's next conversation, if it began within a day after the bot ended this one."""
        if talk.ended_at is None:
            return None
        following = self._talks().get(conversation_id(contact_of(talk.id), ordinal_of(talk.id) + 1))
        return following if following is not None and following.opened_at - talk.ended_at <= AFTER else None

    def unresolved(self) -> list[Unresolved]:
        """All messages written in the period that the bot did not know what to do with, by their ids."""
        found: dict[str, Unresolved] = {}
        for ledger, commits in self._ledgers.items():
            for one in _unresolved(ledger.partition("#")[2], commits, self._since, self._until):
                found[one.message] = one
        return [found[message] for message in sorted(found)]

    def _talks(self) -> dict[str, Talk]:
        if self._folded is None:
            found: dict[str, Talk] = {}
            for ledger, commits in self._ledgers.items():
                id_ = ledger.partition("#")[2]
                try:
                    contact_of(id_)
                except Malformed:  # none of ours
                    continue
                if (talk := _talk(id_, commits)) is not None:
                    found[id_] = talk
            self._folded = found
        return self._folded


def _in_order(commits: Commits) -> Iterator[tuple[int, datetime, PastEvent]]:
    for no in sorted(commits):
        at, events = commits[no]
        for event in events:
            yield no, at, event


def _talk(id_: str, commits: Commits) -> Talk | None:
    """None where its beginning was not read."""
    talk: Talk | None = None
    for _, at, event in _in_order(commits):
        if event.type == "conversation_opened":
            talk = Talk(id_, at, str(event.fields.get("channel", "")), str(event.fields.get("language", "und")))
        elif talk is not None:
            _apply(talk, event, at)
    return talk


def _apply(talk: Talk, event: PastEvent, at: datetime) -> None:
    fields = event.fields
    alone = not talk.handed and talk.ended_at is None
    match event.type:
        case "intent_detected":
            intent, confidence = str(fields.get("intent", "")), _number(fields.get("confidence"))
            if confidence >= SURE:
                talk.wishes.add(intent)
            if alone:
                talk.heard = True
                talk.intent = matter(talk.intent, intent, confidence)
                heard = str(fields.get("language", "und"))
                talk.language = heard if heard != "und" else talk.language
        case "flow_started" if alone:
            talk.led = True
        case "bot_answered" | "article_cited" if alone:
            talk.answered = talk.served = True
        case "flow_ended" if alone:
            talk.served = talk.served or fields.get("outcome") in ENDED_WELL
        case "bot_suggested" if alone:
            talk.suggested = True
        case "queued" if alone:
            talk.handed = str(fields.get("cause") or fields.get("reason") or "unknown")
            talk.mode = str(fields.get("share") or "") or _mode(talk)
        case "resolved" if alone and fields.get("by") == "bot":
            talk.ended_at = at
        case _:
            pass


def _mode(talk: Talk) -> str:
    """Of records before hand-overs said so."""
    if talk.suggested:
        return "suggests"
    return "people" if talk.handed == "rollout" else "answers"


def _unresolved(id_: str, commits: Commits, since: datetime, until: datetime) -> Iterable[Unresolved]:
    written: dict[str, tuple[int, datetime]] = {}
    understood: dict[str, tuple[str, float, str]] = {}
    why: dict[str, str] = {}
    corrected: dict[str, tuple[str, str, datetime]] = {}
    last, with_bot = "", True
    for no, at, event in _in_order(commits):
        fields, message = event.fields, str(event.fields.get("message", ""))
        match event.type:
            case "message_received":
                written[message], last = (no, at), message
            case "intent_detected":
                sure, language = _number(fields.get("confidence")), str(fields.get("language", "und"))
                understood[message] = str(fields.get("intent", "")), sure, language
            case "not_understood" | "bot_missed" if message:
                why[message] = "missed"
            case "queued":
                if with_bot and last and (fields.get("cause") or fields.get("reason")) in UNSURE:
                    why.setdefault(last, "handed_over")
                with_bot = False
            case "intent_corrected" if message:
                first = corrected.get(message, ("", str(fields.get("was", "")), at))[1]
                corrected[message] = str(fields.get("intent", "")), first, at
            case _:
                pass
    for message, (intent, was, _) in corrected.items():
        if intent != understood.get(message, (was, 0.0, ""))[0]:
            why[message] = "corrected"
    for message, reason in why.items():
        no, at = written.get(message, (0, corrected[message][2] if message in corrected else until))
        if since <= at < until:
            guess, confidence, language = understood.get(message, (corrected.get(message, ("", ""))[1], 0.0, "und"))
            yield Unresolved(id_, message, no, reason, guess, confidence, language, corrected.get(message, ("",))[0])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def same_wish(before: Talk, after: Talk) -> bool:
    """Whether the next conversation shows that the one before it was ended wrongly: the same wish, or one for a person."""
    if WISH in after.wishes or after.intent == WISH:
        return True
    real = before.intent and before.intent not in IN_PASSING and before.intent != OUT_OF_SCOPE
    return bool(real) and (before.intent in after.wishes or before.intent == after.intent)
