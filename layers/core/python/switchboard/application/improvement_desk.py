"""Periods to look through, asked for at a desk or by the month: put on record, looked through elsewhere, read when it is done.

Each is a ledger of its own: what was asked, how far it has come, then what was found or why nothing was. That of a month by the
calendar has the month's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from switchboard.application.improvements import Improvements, Opened, Period, open_message
from switchboard.application.ports import Clock, Ids, Store
from switchboard.application.what_if_desk import Status
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, Malformed, NotFound, SwitchboardError, TooLarge
from switchboard.domain.improvement.talks import AFTER
from switchboard.domain.privacy.redaction import redact

MOST_DAYS = 62
GIVEN_UP = timedelta(minutes=15)  # without an answer: who should have answered has stopped
TELL_EVERY = 3.0  # seconds between two records of how far it has come, at least
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
KNOWN = frozenset({"month", "from", "days"})

Document = Mapping[str, Any]


def ledger(id_: str) -> str:
    return f"cfg#improvement#{id_}"


class Lookers(Protocol):
    """Who looks periods through, elsewhere and in their own time."""

    def look(self, id_: str) -> None:
        """Have it done; returns before it is. Raises StorageUnavailable where nobody could be told."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """`of` 0: not known."""

    step: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Findings:
    """How far a period has come. `clusters`, `figures` and `counted` are empty until it is done, `reason` unless it failed. Texts of
    examples have marks in place of personal data; "" where a customer is erased. `settled`: whether the day after the period, in
    which customers come back, was over when it was asked for."""

    id: str
    status: Status
    since: datetime
    until: datetime
    settled: bool
    asked_by: str
    asked_at: datetime
    progress: Progress | None = None
    clusters: tuple[Document, ...] = ()
    figures: Document | None = None
    counted: Document | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImprovementDesk:
    """`improvements` makes who looks; only `answer` asks for it, for it needs an encoder that few functions carry."""

    store: Store
    opened: Opened
    clock: Clock
    ids: Ids
    lookers: Lookers
    improvements: Callable[[], Improvements]
    seconds: Callable[[], float]

    def ask(self, actor: ev.Actor, document: Document) -> str:
        """Put it on record and have it done; returns its id. Raises Malformed (naming the field) or TooLarge, and
        StorageUnavailable where nobody could be told."""
        now = self.clock.now()
        question = _question(document, now)
        id_ = self.ids.new("i")
        self.store.append(ledger(id_), [ev.ImprovementAsked(question)], actor, now)
        try:
            self.lookers.look(id_)
        except SwitchboardError as error:
            self._close(id_, ev.ImprovementFailed(str(error)))
            raise
        return id_

    def monthly(self) -> str:
        """The last month by the calendar, put on record once; returns its id."""
        now = self.clock.now()
        id_ = last_month(now)
        with suppress(Duplicate):
            asked = ev.ImprovementAsked(_question({"month": id_}, now))
            self.store.append(ledger(id_), [asked], ev.SYSTEM, now, once=f"improvement-asked#{id_}")
        return id_

    def read(self, id_: str, may_see: Callable[[str], bool]) -> Findings:
        """With the examples of those conversations that the reader may see; counts go over all of them. Raises NotFound."""
        asked, advanced, outcome = self._recorded(id_)
        assert isinstance(asked.event, ev.ImprovementAsked)
        period = period_of(asked.event.question)
        known = (period.since, period.until, asked.at >= period.until + AFTER, asked.actor.id, asked.at)
        if isinstance(outcome, ev.ImprovementFound):
            shown = tuple(self._shown(cluster, may_see) for cluster in outcome.clusters)
            return Findings(id_, Status.DONE, *known, None, shown, outcome.figures, outcome.counted)
        if isinstance(outcome, ev.ImprovementFailed):
            return Findings(id_, Status.FAILED, *known, reason=outcome.reason)
        if self.clock.now() - asked.at > GIVEN_UP:
            waited = f"nothing came within {GIVEN_UP.total_seconds() / 60:.0f} minutes; ask for fewer days"
            return Findings(id_, Status.FAILED, *known, reason=waited)
        return Findings(id_, Status.RUNNING, *known, Progress(advanced.step, advanced.done, advanced.of) if advanced else None)

    def answer(self, id_: str) -> Status:
        """Look through what is on record and put there what was found, once: where it is already, nothing is done. Raises
        NotFound."""
        asked, _, outcome = self._recorded(id_)
        if outcome is None:
            assert isinstance(asked.event, ev.ImprovementAsked)
            try:
                outcome = self.improvements().look(period_of(asked.event.question), _Told(self, id_))
            except SwitchboardError as error:
                outcome = ev.ImprovementFailed(str(error))
            self._close(id_, outcome)
        return Status.DONE if isinstance(outcome, ev.ImprovementFound) else Status.FAILED

    def _shown(self, cluster: Document, may_see: Callable[[str], bool]) -> Document:
        """With the texts of its examples, opened now."""
        examples = []
        for one in cluster["examples"]:
            if not may_see(one["conversation"]):
                continue
            found = open_message(self.opened, one["conversation"], one["message"], one["commit"])
            text, language = (redact(found.text, found.names).text, found.language) if found else ("", "und")
            examples.append({"conversation": one["conversation"], "message": one["message"], "text": text, "language": language})
        return {**cluster, "examples": examples}

    def _recorded(self, id_: str) -> tuple[ev.Recorded, ev.ImprovementAdvanced | None, ev.Event | None]:
        """What was asked, how far it has come, and what became of it."""
        sound = (id_.isascii() and id_.isalnum() and len(id_) <= 64) or MONTH.fullmatch(id_)
        found = self.store.events(ledger(id_)) if sound else []
        if not found:
            raise NotFound("nobody asked that; POST /v1/improvements answers with an id, and months have theirs: 2026-01")
        ends = [r.event for r in found if isinstance(r.event, ev.ImprovementFound | ev.ImprovementFailed)]
        steps = [r.event for r in found if isinstance(r.event, ev.ImprovementAdvanced)]
        return found[0], steps[-1] if steps else None, ends[0] if ends else None

    def _close(self, id_: str, outcome: ev.Event) -> None:
        with suppress(Duplicate):  # two looked at the same time
            self.store.append(ledger(id_), [outcome], ev.SYSTEM, self.clock.now(), once=f"improvement#{id_}")

    def tell(self, id_: str, step: str, done: int, of: int) -> None:
        self.store.append(ledger(id_), [ev.ImprovementAdvanced(step, done, of)], ev.SYSTEM, self.clock.now())


@dataclass(slots=True)
class _Told:
    """Puts on record how far a run has come, now and then."""

    desk: ImprovementDesk
    id: str
    _last: float = float("-inf")

    def __call__(self, step: str, done: int, of: int) -> None:
        if (now := self.desk.seconds()) - self._last >= TELL_EVERY:
            self._last = now
            with suppress(SwitchboardError):  # it is a courtesy
                self.desk.tell(self.id, step, done, of)


# -- reading a question ----------------------------------------------------------------------------


def last_month(now: datetime) -> str:
    """As YYYY-MM, of UTC."""
    return f"{now.astimezone(UTC).date().replace(day=1) - timedelta(days=1):%Y-%m}"


def _question(document: Document, now: datetime) -> dict[str, Any]:
    """`{month: "YYYY-MM"}`, or `{from: "YYYY-MM-DD", days}`, days of UTC; `{}`: the last month by the calendar. Answers with `from`
    and `days`."""
    if unknown := sorted(document.keys() - KNOWN):
        raise Malformed(f"{unknown[0][:40]!r} is not known; known are {', '.join(sorted(KNOWN))}")
    if "month" in document or not document:
        if len(document) > 1:
            raise Malformed("say either a 'month', or 'from' which day and how many 'days'")
        month = document.get("month", last_month(now))
        found = MONTH.fullmatch(month) if isinstance(month, str) else None
        if found is None:
            raise Malformed("'month' is one as YYYY-MM")
        start = date(int(found[1]), int(found[2]), 1)
        days = ((start + timedelta(days=31)).replace(day=1) - start).days
    else:
        start, days = _day(document.get("from")), document.get("days", 1)
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise Malformed("'days' is a whole number from 1 up")
        if days > MOST_DAYS:
            raise TooLarge(f"'days': at most {MOST_DAYS}")
    if start > now.astimezone(UTC).date():
        raise Malformed("the period lies in the future")
    return {"from": start.isoformat(), "days": days}


def period_of(question: Document) -> Period:
    """Of a question on record."""
    since = datetime.combine(_day(question["from"]), time(), UTC)
    return Period(since, since + timedelta(days=int(question["days"])))


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and (day := date.fromisoformat(value)).isoformat() == value:
            return day
    except ValueError:
        pass
    raise Malformed("'from' is a day, as YYYY-MM-DD")
