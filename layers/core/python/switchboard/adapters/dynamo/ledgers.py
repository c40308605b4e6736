"""Ledgers on DynamoDB: commits in a hash chain, and the keys that open them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pynamodb.exceptions import DoesNotExist

from switchboard.adapters.dynamo import models as m
from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.codec import decode, encode, owner_of
from switchboard.adapters.dynamo.corrections import plan_corrections
from switchboard.adapters.dynamo.models import stamp, unstamp
from switchboard.adapters.dynamo.requests import plan_requests
from switchboard.adapters.dynamo.shelf import plan_shelf
from switchboard.adapters.dynamo.tables import Tables, answered
from switchboard.adapters.dynamo.transaction import Plan, execute, jitter
from switchboard.adapters.vault import COMPANY, KeyRecord, Vault
from switchboard.application.fanout import StoredCommit, StoredEvent
from switchboard.application.ports import Along, Parked
from switchboard.domain import events as ev
from switchboard.domain.audit.commit import chain
from switchboard.domain.errors import (
    ContactRace,
    Duplicate,
    NotFound,
    StaleVersion,
    StorageUnavailable,
    Unreadable,
)

REMEMBERED = timedelta(days=8)  # longer than any vendor repeats a webhook (Meta: 7 days)
DELIVERIES_KEPT = timedelta(days=400)
APPEND_TRIES = 30
EPOCH = datetime.fromtimestamp(0, UTC)
DIRECT = frozenset({"webchat"})  # not handed to a vendor, so never pending


class Ledgers:
    """Reads and appends commits. What stands beside a ledger (projections, indexes) is the store's, in the same transaction."""

    def __init__(self, tables: Tables, vault: Vault) -> None:
        self._t = tables
        self._vault = vault
        self._homes: dict[str, str] = {}  # agent -> shard, see `roster`

    def events(self, ledger: str, after: int = 0) -> list[ev.Recorded]:
        self._ensure_key(owner_of(ledger))
        recorded: list[ev.Recorded] = []
        for item in self._commits_newest_first(ledger, after) if after else self._all_commits(ledger):
            recorded += self._opened(item)
        return sorted((r for r in recorded if r.no > after), key=lambda r: r.no)

    def _all_commits(self, ledger: str) -> list[m.CommitItem]:
        """The whole ledger, each commit linked to the one before it. Raises Unreadable where the chain is broken."""
        with answered():
            items = list(self._t.commit.query(ledger, consistent_read=True))
        prev = ""
        for no, item in enumerate(items, 1):
            if int(item.no) != no or item.prev != prev:
                raise Unreadable(f"the chain of {ledger} is broken at commit {no}")
            prev = item.hash
        return items

    def _commits_newest_first(self, ledger: str, after: int) -> Iterator[m.CommitItem]:
        """Commits from the end back to the one that holds event `after + 1`."""
        with answered():
            for item in self._t.commit.query(ledger, consistent_read=True, scan_index_forward=False, page_size=20):
                if int(item.first) + int(item.events) <= after + 1:
                    return
                yield item

    def last_event(self, ledger: str) -> ev.Recorded | None:
        self._ensure_key(owner_of(ledger))
        with answered():
            items = list(self._t.commit.query(ledger, consistent_read=True, scan_index_forward=False, limit=1))
        return self._opened(items[0])[-1] if items else None

    def commit_events(self, ledger: str, commit: int) -> list[ev.Recorded]:
        self._ensure_key(owner_of(ledger))
        try:
            with answered():
                item = self._t.commit.get(ledger, commit, consistent_read=True)
        except DoesNotExist:
            raise NotFound(f"there is no commit {commit} in {ledger}") from None
        return self._opened(item)

    def _opened(self, item: m.CommitItem, *, origin: bool = False) -> list[ev.Recorded]:
        """A commit's events. What is stored in clear is authenticated by the hash alone, so it is checked first."""
        no, body = int(item.no), bytes(item.body)
        if chain(item.prev, item.ledger, no, item.at, body) != item.hash:
            raise Unreadable(f"commit {no} of {item.ledger} is not as it was written (hash)")
        return decode(self._vault, item.ledger, no, unstamp(item.at), body, origin=origin)

    def audit_events(self, ledger: str, after: int, limit: int) -> list[ev.Recorded]:
        """Events above `after` with their callers' addresses, at most those of `limit` commits."""
        self._ensure_key(owner_of(ledger))
        self._ensure_key(COMPANY)
        with answered():
            items = list(self._t.commit.query(ledger, self._t.commit.no > after, consistent_read=True, limit=limit))
        return [r for i in items for r in self._opened(i, origin=True)]

    def commits(self, ledger: str, after: int) -> list[StoredCommit]:
        """Stored commits above `after`, in order, without what is sealed."""
        with answered():
            items = list(self._t.commit.query(ledger, self._t.commit.no > after, consistent_read=True))
        return [stored_commit(i) for i in items]

    def _plan_commit(
        self, plan: Plan, ledger: str, version: int, last_event: int, head: str, events: Sequence[ev.Event],
        actor: ev.Actor, at: datetime, *, owner: str = "", was_owner: str = "",
    ) -> str:  # fmt: skip
        """Add the commit after `version`; returns its hash."""
        model, no, first = self._t.commit, version + 1, last_event + 1
        body = encode(self._vault, ledger, first, events, actor)
        hashed = chain(head, ledger, no, stamp(at), body)
        item = model(
            ledger, no, first=first, events=len(events), at=stamp(at), body=body, prev=head, hash=hashed,
            owner=owner or None, was_owner=was_owner or None,
        )  # fmt: skip
        plan.put(item, model.ledger.does_not_exist(), StaleVersion)
        return hashed

    def _plan_once(self, plan: Plan, once: str, at: datetime) -> None:
        if once:
            pointer = self._t.pointer
            mark = pointer(p.once_pk(once), p.ALONE, expires=expiry(at, REMEMBERED))
            plan.put(mark, pointer.pk.does_not_exist(), Duplicate)

    def _plan_parked(self, plan: Plan, ledger: str, events: Sequence[ev.Event], first: int, commit: int) -> None:
        """The operators' list follows the ledger: a message comes on it once and leaves it once."""
        model = self._t.parked
        for no, event in enumerate(events, first):
            if isinstance(event, ev.MessageParked):
                plan.put(model(p.PARKED, event.parked, ledger=ledger, no=no, commit=commit))
            elif isinstance(event, ev.Redriven):
                plan.delete(model(p.PARKED, event.parked), model.pk.exists(), Duplicate)

    def _plan_shelf(self, plan: Plan, ledger: str, events: Sequence[ev.Event], commit: int, at: datetime) -> None:
        """The list of articles, the counts of what became of their suggestions, and the lists of corrected messages and requests."""
        plan_corrections(self._t, plan, ledger, events)
        plan_requests(self._t, plan, ledger, events)
        plan_shelf(self._t, plan, ledger, events, commit, at)

    # -- ledgers without projection ----------------------------------------------------------------

    def append(self, ledger: str, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, once: str = "") -> None:
        self._ensure_keys([COMPANY, owner_of(ledger)])
        model = self._t.head
        for attempt in range(APPEND_TRIES):
            [item] = self._t.read([(model, p.head_pk(ledger), p.ALONE)])
            version, last, head = (int(item.version), int(item.last_event), item.head) if item else (0, 0, "")
            plan = Plan()
            hashed = self._plan_commit(plan, ledger, version, last, head, events, actor, at)
            moved = model(p.head_pk(ledger), p.ALONE, version=version + 1, last_event=last + len(events), head=hashed)
            plan.put(moved, model.version == version if version else model.pk.does_not_exist(), StaleVersion)
            self._plan_once(plan, once, at)
            self._plan_parked(plan, ledger, events, last + 1, version + 1)
            self._plan_shelf(plan, ledger, events, version + 1, at)
            try:
                execute(self._t.connection, plan)
                return
            except StaleVersion:
                time.sleep(jitter(attempt))
        raise StorageUnavailable(f"{ledger} is too busy; try again")

    def _plan_along(self, plan: Plan, along: Along | None, actor: ev.Actor, at: datetime) -> None:
        """One more commit of a ledger without projection, in somebody else's transaction. Raises Duplicate where it moved on."""
        if along is None:
            return
        self._ensure_keys([COMPANY, owner_of(along.ledger)])
        model, version = self._t.head, along.version
        [item] = self._t.read([(model, p.head_pk(along.ledger), p.ALONE)])
        if item is None or int(item.version) != version:
            raise Duplicate(f"{along.ledger} has moved on")
        last = int(item.last_event)
        hashed = self._plan_commit(plan, along.ledger, version, last, item.head, along.events, actor, at)
        moved = model(p.head_pk(along.ledger), p.ALONE, version=version + 1, last_event=last + len(along.events), head=hashed)
        plan.put(moved, model.version == version, Duplicate)
        self._plan_shelf(plan, along.ledger, along.events, version + 1, at)

    # -- parked messages -------------------------------------------------------------------------------

    def parked(self) -> list[Parked]:
        with answered():
            items = list(self._t.parked.query(p.PARKED, consistent_read=True, limit=200))
        return [self._parked_of(i) for i in items]

    def parked_message(self, parked: str) -> Parked:
        [item] = self._t.read([(self._t.parked, p.PARKED, parked)])
        if item is None:
            raise NotFound("there is no such parked message; it may have been redriven already")
        return self._parked_of(item)

    def _parked_of(self, item: m.ParkedItem) -> Parked:
        with answered():
            commit = self._t.commit.get(item.ledger, int(item.commit), consistent_read=True)
        [stored] = [e for e in stored_commit(commit).events if e.no == int(item.no)]
        f = cast(dict[str, str], stored.fields)
        return Parked(item.sk, item.ledger, int(item.no), unstamp(commit.at), f["reason"], f["group"], f["ciphertext"])

    # -- keys --------------------------------------------------------------------------------------------

    def _with_key(self, owner: str, wanted: Sequence[tuple[type[Any], str, str]]) -> list[Any]:
        """Items, and in the same round trip the owner's key unless it is at hand."""
        if self._vault.knows(owner):
            return self._t.read(wanted)
        *items, key = self._t.read([*wanted, (self._t.key, p.key_pk(owner), p.KEY_SK)])
        self._admit(key)
        return items

    def _ensure_key(self, owner: str) -> None:
        self._ensure_keys([owner])

    def _ensure_keys(self, owners: Sequence[str]) -> None:
        missing = [o for o in dict.fromkeys(owners) if not self._vault.knows(o)]
        for start in range(0, len(missing), 100):
            for key in self._t.read([(self._t.key, p.key_pk(o), p.KEY_SK) for o in missing[start : start + 100]]):
                self._admit(key)

    def _admit(self, key: m.KeyItem | None) -> None:
        if key is not None:
            self._vault.admit(KeyRecord(key.owner, int(key.generation), bytes(key.wrapped)))

    def prefetch(self, ledgers: Sequence[str]) -> None:
        """Have the keys of these ledgers at hand, in one round trip."""
        self._ensure_keys([owner_of(ledger) for ledger in ledgers])

    def decode(self, ledger: str, no: int, at: datetime, body: bytes) -> list[ev.Recorded]:
        """The events of a commit whose stored bytes came by the stream."""
        return decode(self._vault, ledger, no, at, body)

    def company_key(self) -> None:
        """See that the company's data key is at hand."""
        self._ensure_key(COMPANY)

    def provision(self) -> None:
        """Make the company's own data key, once per stack; safe to repeat."""
        self._ensure_key(COMPANY)
        if self._vault.knows(COMPANY):
            return
        record = self._vault.mint(COMPANY)
        plan = Plan()
        item = self._t.key(p.key_pk(COMPANY), p.KEY_SK, owner=COMPANY, generation=record.generation, wrapped=record.wrapped)
        plan.put(item, self._t.key.pk.does_not_exist(), ContactRace)
        try:
            execute(self._t.connection, plan)
        except ContactRace:
            self._vault.forget(COMPANY)
            self._ensure_key(COMPANY)


def expiry(at: datetime, after: timedelta) -> int:
    return int((at + after).timestamp())


def stored_commit(item: m.CommitItem) -> StoredCommit:
    """A commit without what is sealed."""
    return stored_commit_of(item.ledger, int(item.no), item.at, bytes(item.body), item.owner or "", item.was_owner or "")


def stored_commit_of(ledger: str, no: int, at: str, body: bytes, owner: str, was_owner: str) -> StoredCommit:
    """The same from a stream record's values."""
    stored = json.loads(body)
    events = tuple(StoredEvent(e["type"], int(e["no"]), e["data"]) for e in stored["events"])
    return StoredCommit(ledger, no, unstamp(at), stored["by"]["id"], events, owner, was_owner)
