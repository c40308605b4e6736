"""Readings of the ledger's stream: what goes to queues and timers, and what goes to screens.

Records may come twice and, across commits, in any order. The outbox keeps a cursor a ledger and fetches what is missing; screens
number their events and fetch gaps themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.application import views
from switchboard.application.connectors import ActionQueue
from switchboard.application.ports import Clock, Facts, Outbox, OutboxItem, Timer
from switchboard.application.service_levels import look
from switchboard.domain import events as ev
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.privacy.kinds import Kind


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as stored: `fields` without what is sealed."""

    type: str
    no: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoredCommit:
    """A commit as stored, personal fields still sealed and left out."""

    ledger: str
    no: int
    at: datetime
    actor: str
    events: tuple[StoredEvent, ...]
    owner: str = ""  # agent who owns the conversation after this commit
    was_owner: str = ""  # and before it


class StoredCommits(Protocol):
    """A reader of stored commits."""

    def commits(self, ledger: str, after: int) -> list[StoredCommit]:
        """Those above `after`, in order; strongly consistent."""
        ...


FIRST_LOOK = timedelta(seconds=5)  # after which waiting work looks for an agent again; the policy's steps follow
SOONEST = timedelta(seconds=1)  # a look at a wait is no sooner after the commit it follows: so it can be told from earlier ones
NEXT_NEWS = timedelta(seconds=60)  # after which a customer who stays in the queue may hear of it again
NO_FACT = frozenset({"ciphertext", "client_id", "group", "receipt", "requires"})
EVERY_KIND = frozenset(Kind)
PUSHED_DIRECTLY = frozenset({"webchat"})  # channels whose messages go over our own sockets


@dataclass(frozen=True, slots=True)
class OutboxReader:
    """Hands commits of conversations on to delivery, timers and analytics, each once and in order. `rules` hears of each commit at
    least once; what it raises has the commit come again. `tell_after`: how long after it came into a queue a customer hears of the
    wait. `measure` sees what was handed on as facts are: best effort, it never raises."""

    commits: StoredCommits
    outbox: Outbox
    facts: Facts
    clock: Clock
    actions: ActionQueue
    rules: Callable[[StoredCommit], object] = lambda _: None
    tell_after: Callable[[], timedelta] = lambda: timedelta(seconds=10)
    measure: Callable[[Sequence[StoredCommit]], object] = lambda _: None

    def advance(self, seen: Sequence[StoredCommit]) -> int:
        """Take in stream records of any ledgers; returns how many commits were handed on. A ledger that fails does not hold the
        others up; its failure is raised when they are done, so that the records come again. Facts come last and are best
        effort: a report can be rebuilt from the ledger, an answer cannot wait."""
        ready: list[StoredCommit] = []
        failure: SwitchboardError | None = None
        for ledger in dict.fromkeys(c.ledger for c in seen):
            try:
                ready += self._ledger(ledger, {c.no: c for c in seen if c.ledger == ledger})
            except SwitchboardError as error:
                failure = error
        if ready:
            self.measure(ready)
            self.facts.put(fact for commit in ready for fact in facts_of(commit))
        if failure is not None:
            raise failure
        return len(ready)

    def _ledger(self, ledger: str, records: dict[int, StoredCommit]) -> list[StoredCommit]:
        cursor, last = self.outbox.cursor(ledger), max(records)
        if last <= cursor:
            return []
        if any(no not in records for no in range(cursor + 1, last + 1)):
            records = {c.no: c for c in self.commits.commits(ledger, cursor)}
            last = max(records, default=cursor)
        ready = [records[no] for no in range(cursor + 1, last + 1)]
        for commit in ready:
            self._hand_on(commit)
        kind, _, subject = ledger.partition("#")
        if kind == "cnv" and ready:
            self.outbox.timer(look(subject, last, records[last].at), self.clock.now())
        for commit in ready:  # last: a customer's answer waits for no rule
            self.rules(commit)
        self.outbox.advance(ledger, last)
        return ready

    def _hand_on(self, commit: StoredCommit) -> None:
        kind, _, subject = commit.ledger.partition("#")
        if kind != "cnv":
            return
        for e in commit.events:
            if e.type == ev.MessageSent.type and e.fields["channel"] not in PUSHED_DIRECTLY:
                item = OutboxItem(str(e.fields["message"]), commit.no)
                self.outbox.send(subject, str(e.fields["channel"]), str(e.fields["account"]), [item])
            elif e.type == ev.Assigned.type and e.fields.get("accept_by"):
                due = datetime.fromisoformat(str(e.fields["accept_by"]))
                self.outbox.timer(Timer("accept", subject, int(str(e.fields["number"])), due), self.clock.now())
            elif e.type == ev.Queued.type and not any(later.type == ev.Assigned.type for later in commit.events if later.no > e.no):
                since = datetime.fromisoformat(str(e.fields["since"]))
                self.outbox.timer(Timer("look", subject, commit.no, max(since + FIRST_LOOK, commit.at)), self.clock.now())
                due = max(since + self.tell_after(), commit.at + SOONEST)
                self.outbox.timer(Timer("waiting", subject, commit.no, due), self.clock.now())
            elif e.type == ev.BotWaits.type:
                due = datetime.fromisoformat(str(e.fields["until"]))
                self.outbox.timer(Timer("bot", subject, commit.no, due), self.clock.now())
            elif e.type == ev.ActionRequested.type:
                self.actions.action(subject, str(e.fields["call"]))
            elif e.type == ev.OfflineFormDeclined.type:  # the looks had ended with the offer of the form
                self.outbox.timer(Timer("waiting", subject, commit.no, commit.at + NEXT_NEWS), self.clock.now())


def facts_of(commit: StoredCommit) -> list[dict[str, object]]:
    """The analytics facts of a commit: every event's clear fields, which hold nothing personal by construction; what somebody wrote
    into one all the same (a tag, a reason) is masked. The company's configuration is no fact about its customers, and large."""
    if commit.ledger.startswith(("cfg#", "kb#")):
        return []
    return [
        {"ledger": commit.ledger, "no": e.no, "commit": commit.no, "at": commit.at.isoformat(), "actor": commit.actor,
         "type": e.type, **{k: views.hide(v, EVERY_KIND, "und") for k, v in e.fields.items() if k not in NO_FACT}}
        for e in commit.events
    ]  # fmt: skip
