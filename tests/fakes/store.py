"""The store in memory: one lock makes every commit atomic, and the conditions are those the port names."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from switchboard.adapters.dynamo.codec import owner_of, plain
from switchboard.application.fanout import StoredCommit, StoredEvent
from switchboard.application.ports import Along, Arrival, ContactState, HandledSum, Parked
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change, Effects, Handled, effects
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, Status, contact_of
from switchboard.domain.errors import AgentUnavailable, CeilingReached, ContactRace, Duplicate, Erased, NotFound, StaleVersion
from switchboard.domain.folds import fold_agent, fold_contact
from switchboard.domain.routing.waiting import Waiting, waiting_of
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.turns import MemoryTurns

PREVIOUS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Commit:
    recorded: tuple[ev.Recorded, ...]
    head: str
    owner: str = ""
    was_owner: str = ""


@dataclass(slots=True)
class _Person:
    """A contact with their conversations."""

    contact: Contact
    current: Conversation | None = None
    archive: dict[str, Conversation] = field(default_factory=dict)


class MemoryStore(MemoryTurns):
    """Implements `application.ports.Store` and `application.fanout.StoredCommits`."""

    def __init__(self, deliveries: MemoryDeliveries | None = None) -> None:
        super().__init__()
        self.deliveries = deliveries or MemoryDeliveries()
        self._lock = threading.RLock()
        self._ledgers: dict[str, list[_Commit]] = {}
        self._people: dict[str, _Person] = {}
        self._identities: dict[str, str] = {}
        self._once: set[str] = set()
        self._agents: dict[str, Agent] = {}
        self._served: set[str] = set()
        self._handled: dict[Handled, tuple[int, float]] = {}
        self._waiting: dict[tuple[object, ...], Waiting] = {}
        self._parked: dict[str, Parked] = {}
        self._spent: dict[str, int] = {}
        self._turned_away: dict[str, datetime] = {}

    # -- reads -----------------------------------------------------------------------------------

    def arrival(self, identity: str, once: str) -> Arrival:
        with self._lock:
            return Arrival(once in self._once, self._identities.get(identity, ""), self._turned_away.get(identity))

    def contact(self, contact: str) -> ContactState:
        with self._lock:
            person = self._person(contact)
            return ContactState(person.contact, None if person.contact.erased_at else person.current)

    def conversation(self, conversation: str) -> Conversation:
        with self._lock:
            person = self._people.get(contact_of(conversation))
            if person is not None and person.contact.erased_at:
                raise Erased("the person was erased")
            if person is not None and person.current is not None and person.current.id == conversation:
                return person.current
            if person is not None and conversation in person.archive:
                return person.archive[conversation]
        raise NotFound("there is no such conversation")

    def previous_conversations(self, contact: str) -> list[Conversation]:
        with self._lock:
            archive = self._people[contact].archive if contact in self._people else {}
            return sorted(archive.values(), key=lambda c: c.id, reverse=True)[:PREVIOUS_SHOWN]

    def events(self, ledger: str, after: int = 0) -> list[ev.Recorded]:
        with self._lock:
            found = [r for c in self._ledgers.get(ledger, []) for r in c.recorded if r.no > after]
            owner = self._people.get(owner_of(ledger))
            if owner is not None and owner.contact.erased_at and any(ev.personal_fields(type(r.event)) for r in found):
                raise Erased("the person was erased")
            return found

    def unsealed(self, ledger: str) -> list[ev.Recorded]:
        """What is there, whoever was erased; for other fakes alone."""
        with self._lock:
            return [r for c in self._ledgers.get(ledger, []) for r in c.recorded]

    def last_event(self, ledger: str) -> ev.Recorded | None:
        with self._lock:
            commits = self._ledgers.get(ledger, [])
            return commits[-1].recorded[-1] if commits else None

    def commit_events(self, ledger: str, commit: int) -> list[ev.Recorded]:
        with self._lock:
            commits = self._ledgers.get(ledger, [])
            if not 1 <= commit <= len(commits):
                raise NotFound(f"there is no commit {commit} in {ledger}")
            return [r for r in self.events(ledger) if r.commit == commit]

    def prefetch(self, ledgers: Sequence[str]) -> None:
        """Keys are no matter here."""

    def ledgers(self) -> list[str]:
        """The names of all ledgers there are."""
        with self._lock:
            return list(self._ledgers)

    def commits(self, ledger: str, after: int) -> list[StoredCommit]:
        """Commits above `after` without what is personal."""
        with self._lock:
            return [_stored(ledger, c) for c in self._ledgers.get(ledger, [])[after:]]

    def spent(self, day: str) -> int:
        with self._lock:
            return self._spent.get(day, 0)

    # -- conversations ---------------------------------------------------------------------------

    def commit(self, change: Change) -> Conversation:
        with self._lock:
            fx = effects(change)
            self._check(change, fx)
            if change.new_contact is not None:
                self._admit(change.new_contact, change.actor, change.at)
            before, person = change.before, self._people[change.before.contact]
            head = self._append(before.ledger, change.events, change.actor, change.at, change.after.owner, before.owner)
            after = replace(change.after, head=head)
            if change.previous is not None:
                person.archive[change.previous.id] = replace(change.previous, archived=True)
            if after.archived:
                person.archive[after.id] = after
            else:
                person.current = after
            if change.once:
                self._once.add(change.once)
            self._apply(change, fx, after)
            return after

    def commit_each(self, changes: Sequence[Change]) -> list[Conversation]:
        after, refused = [], set()
        with self._lock:
            wanted: dict[str, float] = {}
            for fx in map(effects, changes):
                if fx.take:
                    wanted[fx.take.agent] = wanted.get(fx.take.agent, 0.0) + fx.take.weight
            for change in changes:
                owner = change.after.owner
                agent = self._agents.get(owner)
                try:
                    if owner in refused or agent is None or agent.free < wanted.pop(owner, 0.0):
                        raise AgentUnavailable("the agent is full or not online, or something before this was refused")
                    after.append(self.commit(change))
                except (StaleVersion, AgentUnavailable):
                    refused.add(owner)
        return after

    def _admit(self, made: Contact, actor: ev.Actor, at: datetime) -> None:
        created = ev.ContactCreated(made.identities, made.name, made.phone, made.email)
        head = self._append(made.ledger, [created], actor, at)
        self._people[made.id] = _Person(replace(fold_contact(made, [created]), head=head))
        for identity in made.identities:
            self._identities[identity.key] = made.id

    def _check(self, change: Change, fx: Effects) -> None:
        before, made, previous = change.before, change.new_contact, change.previous
        self._check_once(change.once, change.events)
        if made is not None and (
            made.id in self._people or any(i.key in self._identities for i in made.identities)
        ):
            raise ContactRace("the contact or identity exists already")
        person = self._people.get(before.contact)
        if not before.version and made is None and (person is None or person.contact.merged_into):
            raise ContactRace("the contact is gone")
        current = person.current if person is not None else None
        if before.version:
            place = person.archive.get(before.id) if person is not None and before.archived else current
            if _place(place) != _place(before):
                raise StaleVersion("the conversation moved on")
        elif _place(current) != _place(previous):
            raise ContactRace("another conversation has opened")
        if fx.charge and fx.charge.ceiling:
            known = self._spent.get(fx.charge.day)
            if known is not None and known + fx.charge.amount > fx.charge.ceiling:
                raise CeilingReached("what may be spent is spent")
        if fx.take:
            agent = self._agents.get(fx.take.agent)
            if agent is None or agent.free < fx.take.weight:
                raise AgentUnavailable("the agent is full or not online")

    def _apply(self, change: Change, fx: Effects, after: Conversation) -> None:
        if fx.take:
            self._move_load(fx.take.agent, fx.take.weight, change.at, assigned=True)
        if fx.give_back:
            self._move_load(fx.give_back.agent, -fx.give_back.weight, change.at)
        if fx.handled:
            key = replace(fx.handled, seconds=0.0)
            count, seconds = self._handled.get(key, (0, 0.0))
            self._handled[key] = (count + 1, seconds + fx.handled.seconds)
        if fx.stop_waiting is not None:
            self._waiting.pop(_slot(fx.stop_waiting), None)
        if fx.wait is not None:
            self._waiting[_slot(fx.wait)] = fx.wait
        if fx.charge:
            self._spent[fx.charge.day] = self._spent.get(fx.charge.day, 0) + fx.charge.amount
        for out in fx.outbound:
            self.deliveries.open(out, after.id, after.version, change.at)

    def _move_load(self, agent: str, by: float, at: datetime, *, assigned: bool = False) -> None:
        a = self._agents[agent]
        self._agents[agent] = replace(a, load=round(a.load + by, 2), loaded_at=at, assigned_at=at if assigned else a.assigned_at)

    # -- ledgers ---------------------------------------------------------------------------------

    def append(self, ledger: str, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, once: str = "") -> None:
        with self._lock:
            self._check_once(once, events)
            self._append(ledger, events, actor, at)
            self._once.update({once} - {""})

    def _check_once(self, once: str, events: Sequence[ev.Event]) -> None:
        if once in self._once or any(isinstance(e, ev.Redriven) and e.parked not in self._parked for e in events):
            raise Duplicate("this is on record already")

    def _append(self, ledger: str, events: Sequence[ev.Event], actor: ev.Actor, at: datetime,
                owner: str = "", was_owner: str = "") -> str:  # fmt: skip
        """One more commit; what is parked or redriven by it comes on or off the operators' list. Returns the new head."""
        owner_ = self._people.get(owner_of(ledger))
        if owner_ is not None and owner_.contact.erased_at and any(ev.personal_fields(type(e)) for e in events):
            raise Erased("there is no key to seal it under")
        commits = self._ledgers.setdefault(ledger, [])
        first = commits[-1].recorded[-1].no + 1 if commits else 1
        as_read = replace(actor, source_ip="")  # screens are not shown where a caller sat
        recorded = tuple(
            ev.Recorded(ledger, no, len(commits) + 1, at, as_read, event) for no, event in enumerate(events, first)
        )
        previous = commits[-1].head if commits else ""
        head = hashlib.sha256(f"{previous}{recorded}".encode()).hexdigest()
        commits.append(_Commit(recorded, head, owner, was_owner))
        for r in recorded:
            if isinstance(r.event, ev.MessageParked):
                e = r.event
                self._parked[e.parked] = Parked(e.parked, ledger, r.no, at, e.reason, e.group, e.ciphertext)
            elif isinstance(r.event, ev.Redriven):
                self._parked.pop(r.event.parked, None)
        return head

    # -- agents ----------------------------------------------------------------------------------

    def agents(self) -> list[Agent]:
        with self._lock:
            return sorted(self._agents.values(), key=lambda a: a.id)

    def queues(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._served)

    def shards(self, queues: Sequence[str], *, fresh: bool = False) -> list[str]:
        with self._lock:
            return sorted({_shard(a) for a in self._agents.values() if {*a.queues} & {*queues}})

    def with_room(self, shard: str, least: float) -> list[Agent]:
        with self._lock:
            return [a for a in self._agents.values() if _shard(a) == shard and a.free >= least and a.presence is ev.Presence.ONLINE]

    def all_shards(self) -> list[str]:
        with self._lock:
            return sorted({_shard(a) for a in self._agents.values()})

    def handled(self, shard: str) -> list[HandledSum]:
        with self._lock:
            return [
                HandledSum(h.agent, h.kind, h.complex, h.proved_complex, count, seconds)
                for h, (count, seconds) in self._handled.items() if _shard(self._agents[h.agent]) == shard
            ]  # fmt: skip

    def agent(self, agent: str) -> Agent:
        with self._lock:
            if agent not in self._agents:
                raise NotFound("there is no such agent")
            return self._agents[agent]

    def agents_of(self, ids: Sequence[str]) -> list[Agent]:
        with self._lock:
            return [self._agents[i] for i in ids if i in self._agents]

    def commit_agent(
        self, before: Agent, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, along: Along | None = None
    ) -> Agent:
        with self._lock:
            if along is not None and len(self._ledgers.get(along.ledger, ())) != along.version:
                raise Duplicate(f"{along.ledger} has moved on")
            known = self._agents.get(before.id)
            if before.version != (known.version if known is not None else 0):
                raise StaleVersion("the agent's ledger moved on")
            if along is not None:
                self._append(along.ledger, along.events, actor, at)
            head = self._append(before.ledger, events, actor, at)
            after = replace(fold_agent(before, events), head=head, shard=_shard(before))
            load = known if known is not None else after
            self._agents[before.id] = replace(after, load=load.load, loaded_at=load.loaded_at, assigned_at=load.assigned_at)
            self._served |= set(after.queues)
            return after

    def reconcile_load(self, agent: Agent, load: float, at: datetime) -> bool:
        with self._lock:
            known = self._agents[agent.id]
            if (known.load, known.loaded_at, known.version) != (agent.load, agent.loaded_at, agent.version):
                return False
            self._agents[agent.id] = replace(known, load=load, loaded_at=at)
            return True

    # -- contacts --------------------------------------------------------------------------------

    def commit_contact(self, before: Contact, events: Sequence[ev.Event], actor: ev.Actor, at: datetime) -> Contact:
        with self._lock:
            self._check_contact(before)
            return self._commit_contact(before, events, actor, at)

    def merge_contacts(
        self, source: Contact, talk: Conversation | None, target: Contact, actor: ev.Actor, at: datetime
    ) -> Contact:
        with self._lock:
            self._check_contact(source)
            self._check_contact(target)
            if _place(self._people[source.id].current) != _place(talk):
                raise StaleVersion("the source's conversation moved on")
            self._commit_contact(source, [ev.ContactMerged(target.id)], actor, at)
            for identity in source.identities:
                self._identities[identity.key] = target.id
            return self._commit_contact(target, [ev.ContactAbsorbed(source.id, source.identities)], actor, at)

    def erase_contact(self, before: ContactState, request: str, actor: ev.Actor, at: datetime) -> None:
        c = before.contact
        with self._lock:
            self._check_contact(c)
            if _place(self._people[c.id].current) != _place(before.conversation):
                raise StaleVersion("the conversation moved on")
            head = self._append(c.ledger, [ev.ContactErased(request)], actor, at)
            for i in c.identities:
                if self._identities.get(i.key) == c.id:
                    del self._identities[i.key]
                self._turned_away[i.key] = at
            self._people[c.id].contact = Contact(
                c.id, merged_into=c.merged_into, erased_at=at, version=c.version + 1, last_event=c.last_event + 1, head=head
            )

    def left_of(self, contact: str) -> list[str]:
        with self._lock:
            person = self._people.get(contact)
            return [] if person is None or person.contact.erased_at else ["its key", "its profile"]

    def turned_away(self, identity: str) -> datetime | None:
        with self._lock:
            return self._turned_away.get(identity)

    def _check_contact(self, before: Contact) -> None:
        if before.erased_at:
            raise Erased("the person was erased")
        if self._person(before.id).contact.version != before.version:
            raise StaleVersion("the contact's ledger moved on")

    def _commit_contact(self, before: Contact, events: Sequence[ev.Event], actor: ev.Actor, at: datetime) -> Contact:
        after = replace(fold_contact(before, events), head=self._append(before.ledger, events, actor, at))
        self._people[before.id].contact = after
        return after

    def everybody(self) -> list[str]:
        """The ids of all contacts there ever were; for tests and fakes."""
        with self._lock:
            return list(self._people)

    def one_of(self, contact: str) -> _Person:
        """The same of one, as it is stored."""
        with self._lock:
            return self._person(contact)

    def _person(self, contact: str) -> _Person:
        if contact not in self._people:
            raise NotFound("there is no such contact")
        return self._people[contact]

    # -- queue and lists -------------------------------------------------------------------------

    def waiting(self, queue: str, limit: int) -> list[Waiting]:
        with self._lock:
            return sorted((w for w in self._waiting.values() if w.queue == queue), key=lambda w: w.order)[:limit]

    def drop_waiting(self, entry: Waiting) -> bool:
        with self._lock:
            try:
                c = self.conversation(entry.conversation)
            except NotFound:
                c = None
            if c is not None and c.status is Status.QUEUED and waiting_of(c).place == entry.place:
                return False
            self._waiting.pop(_slot(entry), None)
            return True

    def forge_waiting(self, entry: Waiting) -> None:
        """Leave an entry behind that belongs to nothing, as a fault would; for tests alone."""
        self._waiting[_slot(entry)] = entry

    def owned_by(self, agent: str) -> list[Conversation]:
        with self._lock:
            current = [p.current for p in self._people.values() if p.current is not None]
            return [c for c in current if c.owner == agent and c.open]

    def overdue_with_bot(self, before: datetime, limit: int) -> list[str]:
        with self._lock:
            current = [p.current for p in self._people.values() if p.current is not None]
        due = [(c.bot_until, c.id) for c in current if c.status is Status.BOT and c.bot_until is not None]
        return [id_ for until, id_ in sorted(due) if until < before][:limit]

    def conversations(self, ids: Sequence[str]) -> list[Conversation]:
        found = []
        with self._lock:
            for wanted in ids:
                person = self._people.get(contact_of(wanted))
                if person is not None and person.contact.erased_at:
                    continue
                if person is not None and person.current is not None and person.current.id == wanted:
                    found.append(person.current)
        return found

    def parked(self) -> list[Parked]:
        with self._lock:
            return sorted(self._parked.values(), key=lambda p: p.id)

    def parked_message(self, parked: str) -> Parked:
        with self._lock:
            if parked not in self._parked:
                raise NotFound("there is no such parked message; it may have been redriven already")
            return self._parked[parked]


def _shard(a: Agent) -> str:
    """What stands before the dash in the id; everybody else is together."""
    team, dash, _ = a.id.partition("-")
    return team if dash else "0000"


def _place(c: Conversation | None) -> tuple[str, int]:
    """What must not have changed since a conversation was read."""
    return (c.id, c.version) if c is not None else ("", 0)


def _slot(w: Waiting) -> tuple[object, ...]:
    return (w.queue, *w.order)


def _stored(ledger: str, commit: _Commit) -> StoredCommit:
    first = commit.recorded[0]
    events = tuple(
        StoredEvent(r.event.type, r.no, {k: v for k, v in plain(r.event).items() if k not in ev.personal_fields(type(r.event))})
        for r in commit.recorded
    )
    return StoredCommit(ledger, first.commit, first.at, first.actor.id, events, commit.owner, commit.was_owner)
