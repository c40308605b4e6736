"""Questions about other routing policies, asked at a desk: put on record, answered elsewhere, read when they are answered.

Each is a ledger of its own: what was asked, then one answer or one failure. Who answers has two minutes and a gigabyte
(`functions/planner`), so there are limits that the command `python -m tools.what_if` has not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Protocol

from switchboard.application.ports import Clock, Ids, Store
from switchboard.application.what_if import MOST_POLICIES, Question, WhatIf
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, Malformed, NotFound, SwitchboardError, TooLarge
from switchboard.domain.whatif.comparison import Comparison
from switchboard.domain.whatif.picture import picture
from switchboard.domain.whatif.policies import Policy
from switchboard.domain.whatif.synthetic import LOAD, MadeUp
from switchboard.domain.whatif.table import table

MOST_CONVERSATIONS = 50_000
MOST_PLAYED = 100_000  # conversations, times the policies that each is played under
MOST_DAYS = 62  # days, times policies: plans are made day and night
MOST_OFFERED = 150_000  # made-up conversations over load, times policies: little load means many agents, whom each plan is for
PICTURE_BYTES = 100_000  # of the 400 KB that one item of the ledger holds
GIVEN_UP = timedelta(minutes=15)  # without an answer: who should have answered has stopped
LARGEST = 1e12  # of any number in a question

POLICY = frozenset({"label", "strategy", "weights"})
SYNTHETIC = frozenset({"days", "conversations", "seed", "load"})
EITHER_WAY = frozenset({"policies", "against", "sla", "wage"})

Document = Mapping[str, Any]


def ledger(id_: str) -> str:
    return f"cfg#what-if#{id_}"


class Players(Protocol):
    """Who answers questions, elsewhere and in their own time."""

    def play(self, id_: str) -> None:
        """Have a question answered; returns before it is. Raises StorageUnavailable where nobody could be told."""
        ...


class Status(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """How far a question has come. `result`, `table` and `picture` are empty until it is done, `reason` unless it failed."""

    id: str
    status: Status
    question: Document
    asked_by: str
    asked_at: datetime
    result: Document | None = None
    table: str = ""
    picture: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be played: on `made_up` traffic, or on that of `days` days from `start`, days of UTC."""

    question: Question
    made_up: MadeUp | None
    start: date | None
    days: int


@dataclass(frozen=True, slots=True)
class WhatIfDesk:
    """`what_if` makes who plays; only `answer` asks for it, for it needs a solver that few functions carry."""

    store: Store
    clock: Clock
    ids: Ids
    players: Players
    what_if: Callable[[], WhatIf]

    def ask(self, actor: ev.Actor, document: Document) -> str:
        """Put a question on record and have it answered; returns its id. Raises Malformed (naming the field) or TooLarge, and
        StorageUnavailable where nobody could be told to answer."""
        now = self.clock.now()
        asked = parse(document)
        if asked.start is not None and asked.start > now.astimezone(UTC).date():
            raise Malformed("'from' lies in the future")
        id_ = self.ids.new("w")
        self.store.append(ledger(id_), [ev.WhatIfAsked(dict(document))], actor, now)
        try:
            self.players.play(id_)
        except SwitchboardError as error:
            self._close(id_, ev.WhatIfFailed(str(error)))
            raise
        return id_

    def read(self, id_: str) -> Answer:
        """Raises NotFound."""
        asked, outcome = self._recorded(id_)
        assert isinstance(asked.event, ev.WhatIfAsked)
        known = (id_, _status(outcome), asked.event.question, asked.actor.id, asked.at)
        if isinstance(outcome, ev.WhatIfAnswered):
            return Answer(*known, outcome.result, outcome.table, outcome.picture)
        if isinstance(outcome, ev.WhatIfFailed):
            return Answer(*known, reason=outcome.reason)
        if self.clock.now() - asked.at > GIVEN_UP:
            waited = f"no answer came within {GIVEN_UP.total_seconds() / 60:.0f} minutes; ask for fewer conversations or days"
            return Answer(id_, Status.FAILED, *known[2:], reason=waited)
        return Answer(*known)

    def answer(self, id_: str) -> Status:
        """Play a question that is on record and put the answer there, once: where it is already, nothing is done. Raises NotFound."""
        asked, outcome = self._recorded(id_)
        if outcome is None:
            assert isinstance(asked.event, ev.WhatIfAsked)
            try:
                found = self._play(parse(asked.event.question))
                shown = picture(found)
                fits = len(shown.encode()) < PICTURE_BYTES
                outcome = ev.WhatIfAnswered(found.as_dict(), shown if fits else "", table(found))
            except SwitchboardError as error:
                outcome = ev.WhatIfFailed(str(error))
            self._close(id_, outcome)
        return _status(outcome)

    def _play(self, asked: Asked) -> Comparison:
        if asked.made_up is not None:
            return self.what_if().made_up(asked.made_up, asked.question)
        assert asked.start is not None
        return self.what_if().replayed(datetime.combine(asked.start, time(), UTC), asked.days, asked.question)

    def _recorded(self, id_: str) -> tuple[ev.Recorded, ev.Event | None]:
        """What was asked, and what became of it."""
        found = self.store.events(ledger(id_)) if id_.isascii() and id_.isalnum() and len(id_) <= 64 else []
        if not found:
            raise NotFound("nobody asked that; POST /v1/routing/what-if answers with an id")
        return found[0], found[1].event if len(found) > 1 else None

    def _close(self, id_: str, outcome: ev.Event) -> None:
        with suppress(Duplicate):  # two played it at the same time
            self.store.append(ledger(id_), [outcome], ev.SYSTEM, self.clock.now(), once=f"what-if#{id_}")


def _status(outcome: ev.Event | None) -> Status:
    if outcome is None:
        return Status.RUNNING
    return Status.DONE if isinstance(outcome, ev.WhatIfAnswered) else Status.FAILED


# -- reading a question ----------------------------------------------------------------------------


def parse(document: Document) -> Asked:
    """`{policies: [{label, strategy, weights}], against: {..}, synthetic: {days, conversations, seed, load}}`, or with `from`:
    "YYYY-MM-DD" and `days` in place of `synthetic`; `sla` and `wage` if they are not the usual ones. Raises Malformed, TooLarge."""
    if ("synthetic" in document) == ("from" in document):
        raise Malformed("say either 'synthetic': {days, conversations, seed, load}, or 'from' which day and how many 'days'")
    _only(document, EITHER_WAY | ({"synthetic"} if "synthetic" in document else {"from", "days"}), "")
    listed = document.get("policies")
    if not isinstance(listed, list) or not 1 <= len(listed) < MOST_POLICIES:
        raise Malformed(f"'policies' is a list of 1 to {MOST_POLICIES - 1} of {{label, strategy, weights}}")
    policies = tuple(_policy(each, f"policies[{n}]") for n, each in enumerate(listed))
    policies += (_policy(document.get("against"), "against"),)
    most = min(MOST_CONVERSATIONS, MOST_PLAYED // len(policies))
    usual = Question(policies)
    sla, wage = _number(document, "sla", "", usual.sla), _number(document, "wage", "", usual.wage)
    made = _made_up(document["synthetic"], most, len(policies)) if "synthetic" in document else None
    days = made.days if made is not None else _whole(document, "days", "", None, 1)
    if days * len(policies) > MOST_DAYS:
        raise TooLarge(f"'days': at most {MOST_DAYS // len(policies)} under {len(policies)} policies; {_COMMAND}")
    question = Question(policies, sla, wage, made.seed if made is not None else usual.seed, most=most)
    return Asked(question, made, None if made is not None else _day(document["from"]), days)


_COMMAND = "the command python -m tools.what_if takes more"


def _policy(document: object, place: str) -> Policy:
    if not isinstance(document, dict):
        raise Malformed(f"'{place}' is an object: {{label, strategy, weights}}")
    _only(document, POLICY, place)
    strategy, weights = document.get("strategy"), document.get("weights", {})
    label = document.get("label", strategy)
    if not isinstance(strategy, str) or not isinstance(label, str):
        raise Malformed(f"'{place}': 'strategy' and 'label' are texts")
    if not isinstance(weights, dict):
        raise Malformed(f"'{place}.weights' is an object of numbers")
    found = {name: _number(weights, name, f"{place}.weights", 0.0) for name in weights}
    try:
        return Policy(label, strategy, found)
    except Malformed as error:
        raise Malformed(f"'{place}': {error}") from None


def _made_up(document: object, most: int, policies: int) -> MadeUp:
    if not isinstance(document, dict):
        raise Malformed("'synthetic' is an object: {days, conversations, seed, load}")
    _only(document, SYNTHETIC, "synthetic")
    days, conversations = (_whole(document, name, "synthetic", None, 1) for name in ("days", "conversations"))
    seed = _whole(document, "seed", "synthetic", 1, 0)
    if conversations > most:
        raise TooLarge(f"'synthetic.conversations': at most {most:,} under so many policies; {_COMMAND}")
    try:
        made = MadeUp(days, conversations, seed, _number(document, "load", "synthetic", LOAD))
    except Malformed as error:
        raise Malformed(f"'synthetic': {error}") from None
    if made.load < (least := conversations * policies / MOST_OFFERED):
        raise TooLarge(f"'synthetic.load': at least {ceil(least * 100) / 100:g} for so many conversations and policies; {_COMMAND}")
    return made


def _only(document: Document, known: frozenset[str], place: str) -> None:
    if unknown := sorted(document.keys() - known):
        raise Malformed(f"{_name(unknown[0][:40], place)} is not known; known are {', '.join(sorted(known))}")


def _number(document: Document, name: str, place: str, usual: float) -> float:
    value = document.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:  # nor is it NaN
        raise Malformed(f"{_name(name[:40], place)} must be a number")
    return value


def _whole(document: Document, name: str, place: str, usual: int | None, least: int) -> int:
    value = document.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        raise Malformed(f"{_name(name, place)} must be a whole number from {least} up")
    return value


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and (day := date.fromisoformat(value)).isoformat() == value:
            return day
    except ValueError:
        pass
    raise Malformed("'from' is a day, as YYYY-MM-DD")


def _name(name: str, place: str) -> str:
    return f"'{place}.{name}'" if place else f"'{name}'"
