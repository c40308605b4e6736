"""Requests that need two people: asked, approved by another, then done once.

How to use it for something new:
    desk = services.approvals
    id_ = desk.ask(actor, Terms("export"), about=contact, parameters={"format": "json"}, reason=why, contact=contact).id
    desk.approve(other, id_, digest)     # the digest that desk.read(id_) showed to `other`; raises Forbidden for who asked
    desk.use(actor, id_, kind="export", about=contact, parameters={"format": "json"})   # raises unless approved; then, and only
                                         # then, do it: `use` succeeds once, for exactly what was approved
The gate decides who may call which; here it is only seen that they are two, that the request is the one that was read, and that it
is used once. Whatever several people do at once, one of them is first and the others decide anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import Along, Clock, Ids
from switchboard.domain import approvals as a
from switchboard.domain import events as ev
from switchboard.domain.approvals import Fact, Request, State
from switchboard.domain.errors import Duplicate, Forbidden, NotAllowedNow, StorageUnavailable, Unreadable

TRIES = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one kind of requests. `delay`: from the approval to the earliest moment it may be done; `use_within`: after that."""

    kind: str
    decide_within: timedelta = timedelta(days=7)
    delay: timedelta = timedelta(0)
    use_within: timedelta = timedelta(days=7)


class RequestLedgers(Protocol):
    """The part of the store that requests need."""

    def append(self, ledger: str, events: Sequence[ev.Event], actor: ev.Actor, at: Any, once: str = "") -> None: ...

    def events(self, ledger: str, after: int = 0) -> list[ev.Recorded]: ...


class RequestLists(Protocol):
    """Which requests there are. Kept by the same transactions that write their ledgers."""

    def commits(self, ledger: str) -> Sequence[StoredCommit]:
        """All of a request's ledger without what is sealed: no key is needed. Raises Unreadable where its chain is broken."""
        ...

    def ledger(self, id_: str) -> str:
        """Raises NotFound."""
        ...

    def open(self) -> Sequence[str]:
        """The ledgers of those that may still lead to something, the oldest first."""
        ...

    def closed(self, limit: int) -> Sequence[str]:
        """The ledgers of those that are over, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Approvals:
    store: RequestLedgers
    lists: RequestLists
    ids: Ids
    clock: Clock

    def ask(self, actor: ev.Actor, terms: Terms, about: str, parameters: Mapping[str, Any], reason: str, contact: str = "") -> Request:
        """Put a request on record. `contact`: the person it is about, if any; the reason is sealed under their key.
        Raises Malformed."""
        _a_person(actor)
        now, id_ = self.clock.now(), self.ids.new("r")
        ledger = a.ledger_of_request(id_, contact)
        asked = a.ApprovalAsked(
            terms.kind, about, a.checked(parameters), now + terms.decide_within, int(terms.delay.total_seconds()),
            int(terms.use_within.total_seconds()), a.reason_of(reason),
        )  # fmt: skip
        self.store.append(ledger, [asked], actor, now, once=f"{ledger}@0")
        return self._of(ledger)[0]

    def read(self, id_: str) -> Request:
        """Raises NotFound."""
        return self._of(self.lists.ledger(id_))[0]

    def told(self, id_: str) -> tuple[Request, list[Fact]]:
        """A request, and what was done under it."""
        return self._of(self.lists.ledger(id_))

    def reason(self, r: Request) -> str:
        """Why it was asked for; "" where the person it is about was erased."""
        try:
            return next((e.event.reason for e in self.store.events(r.ledger) if isinstance(e.event, a.ApprovalAsked)), "")
        except Unreadable:
            return ""

    def open(self) -> list[tuple[Request, list[Fact]]]:
        return [self._of(ledger) for ledger in self.lists.open()]

    def closed(self, limit: int = 100) -> list[tuple[Request, list[Fact]]]:
        return [self._of(ledger) for ledger in self.lists.closed(limit)]

    def approve(self, actor: ev.Actor, id_: str, digest: str) -> Request:
        """Raises Forbidden for who asked, NotAllowedNow where it is decided, too late, or not what was read."""
        _a_person(actor)
        return self._decide(actor, id_, lambda r: a.approve(r, actor.id, digest, self.clock.now()))

    def approve_and_do(self, actor: ev.Actor, id_: str, digest: str, do: Callable[[Request, Along], object]) -> Request:
        """Approve, and do at once what takes one transaction: `do` writes the approval along with it, or raises. Raises what `approve`
        and `do` raise."""
        _a_person(actor)
        ledger = self.lists.ledger(id_)
        for _ in range(TRIES):
            r, _facts = self._of(ledger)
            now = self.clock.now()
            given = a.approve(r, actor.id, digest, now)
            agreed = replace(r, state=State.APPROVED, approved_digest=given.digest, decided_by=actor.id, decided_at=now)
            try:
                do(r, Along(ledger, r.version, (given, a.use(agreed, now))))
            except Duplicate:  # somebody was faster: read what they did
                continue
            return self._of(ledger)[0]
        raise StorageUnavailable("the request is too busy; try again")

    def refuse(self, actor: ev.Actor, id_: str, reason: str) -> Request:
        _a_person(actor)
        return self._decide(actor, id_, lambda r: a.refuse(r, actor.id, reason, self.clock.now()))

    def withdraw(self, actor: ev.Actor, id_: str) -> Request:
        """By whoever may ask for it; raises NotAllowedNow once it has begun."""
        return self._decide(actor, id_, lambda r: a.withdraw(r, self.clock.now()))

    def use(
        self, actor: ev.Actor, id_: str, kind: str, about: str, parameters: Mapping[str, Any], further: Sequence[ev.Event] = ()
    ) -> Request:
        """Begin to do what was approved; succeeds once. `further` events are written with it: the first step of work that lasts,
        which goes on under this request until an event closes it. Raises NotAllowedNow."""

        def using(r: Request) -> ev.Event:
            if (r.kind, r.about, dict(r.parameters)) != (kind, about, dict(a.checked(parameters))):
                raise NotAllowedNow("this is not what was approved")
            return a.use(r, self.clock.now(), lasting=bool(further))

        return self._decide(actor, id_, using, further)

    def add(self, actor: ev.Actor, r: Request, events: Sequence[ev.Event]) -> Request:
        """A further step of what is done under a request that is as `r` says. Raises Duplicate where it moved on."""
        self.store.append(r.ledger, events, actor, self.clock.now(), once=f"{r.ledger}@{r.version}")
        return self._of(r.ledger)[0]

    def expire(self) -> int:
        """Put on record which open requests have run out of time; returns how many."""
        now, count = self.clock.now(), 0
        for r, _ in self.open():
            if r.state is not State.EXPIRED and r.state_at(now) is State.EXPIRED:
                try:
                    self.add(ev.SYSTEM, r, [a.ApprovalExpired()])
                except Duplicate:
                    continue
                count += 1
        return count

    def _decide(self, actor: ev.Actor, id_: str, decision: Callable[[Request], ev.Event], further: Sequence[ev.Event] = ()) -> Request:
        ledger = self.lists.ledger(id_)
        for _ in range(TRIES):
            r, _facts = self._of(ledger)
            event = decision(r)
            try:
                self.store.append(ledger, [event, *further], actor, self.clock.now(), once=f"{ledger}@{r.version}")
            except Duplicate:  # somebody was faster: read what they did
                continue
            return self._of(ledger)[0]
        raise StorageUnavailable("the request is too busy; try again")

    def _of(self, ledger: str) -> tuple[Request, list[Fact]]:
        commits = self.lists.commits(ledger)
        return a.folded(ledger, (Fact(e.type, e.fields, c.actor, c.at, c.no) for c in commits for e in c.events))


def _a_person(actor: ev.Actor) -> None:
    if actor.kind is not ev.ActorKind.AGENT or not actor.id:
        raise Forbidden("only people ask and decide")
