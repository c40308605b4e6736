"""People are erased by destroying their keys: asked for and approved by two, then carried out step by step by a function of its own.

What a run does, it does again without harm; what it has done stands on the request's ledger. So a run that dies anywhere is gone on
with by the next, several at once do no harm, and nothing is certified that was not looked at just before."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from switchboard.application.approvals import Approvals, Terms
from switchboard.application.audit_ports import AuditFiles, Signer
from switchboard.application.consents import standing
from switchboard.application.fanout import StoredCommit
from switchboard.application.key_rotation import QUEUE, Generation
from switchboard.application.ports import Clock, ContactState, Ids, Parked, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.approvals import Fact, Request, State, reason_of
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import dumps
from switchboard.domain.audit.public_keys import short
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import conversation_id, ledger_of, ordinal_of
from switchboard.domain.errors import (
    Duplicate,
    Erased,
    NotAllowedNow,
    NotFound,
    StaleVersion,
    StorageUnavailable,
    SwitchboardError,
    Unreadable,
)
from switchboard.domain.privacy import erasure as e
from switchboard.domain.privacy.erasure import Stage

ERASER = ev.Actor(ev.ActorKind.SYSTEM, "eraser")
FOLDER = "certificates/"
OPERATIONS = "ops#"
EXPORTS = "exports/"


def export_name(export: str) -> str:
    """Where the file of an export lies in the blob bucket."""
    return f"{EXPORTS}{export}.zip"


class Shredder(Protocol):
    """What destroys keys. All raise StorageUnavailable."""

    def erase_contact(self, before: ContactState, request: str, actor: ev.Actor, at: datetime) -> None:
        """In one transaction: the contact's key and identities go, what was sent to them before `at` is turned away for a while, and
        their ledger says so. Raises StaleVersion where contact or conversation moved on; then nothing was destroyed."""
        ...

    def left_of(self, contact: str) -> Sequence[str]:
        """What should not be there any more once the contact is erased, in words without personal data."""
        ...

    def turned_away(self, identity: str) -> datetime | None:
        """Whether what was sent by this identity up to then is of somebody erased."""
        ...

    def commits(self, ledger: str, after: int) -> list[StoredCommit]: ...


class QueueKeys(Protocol):
    def generations(self, purpose: str) -> Sequence[Generation]: ...

    def rotate(self, purpose: str) -> int: ...

    def remove(self, purpose: str, generation: int) -> None: ...


class Bodies(Protocol):
    """Bodies of customers' messages that lie sealed outside the queues."""

    def generation(self, ciphertext: str) -> int:
        """Of the queue key it is sealed under; 0 where it is nothing of ours."""
        ...

    def stored_as(self, group: str, ciphertext: str) -> str:
        """The name of the object that holds the body, "" where there is none or it cannot be told."""
        ...

    def reseal(self, group: str, ciphertext: str) -> str:
        """The same under the newest queue key, its object included. Raises Unreadable."""
        ...

    def destroy(self, names: Sequence[str]) -> None:
        """Objects and all their versions. Nothing happens where there is none."""
        ...

    def named(self, message: str) -> Sequence[str]:
        """The names that the body of a message of this keyed hash can lie under."""
        ...


# -- what people ask --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErasureDesk:
    """`delay`: between approval and the destruction of keys."""

    store: Store
    approvals: Approvals
    clock: Clock
    delay: timedelta

    def ask(self, actor: ev.Actor, contact: str, ground: str, reason: str) -> Request:
        """Ask for a person's erasure. Raises NotFound, Malformed, and NotAllowedNow under a legal hold or where they are erased."""
        found = standing(self.store, contact)
        if found.erased_at is not None:
            raise NotAllowedNow("this person was erased already")
        self._not_held(found)
        parameters = {"ground": e.ground_of(ground)}
        return self.approvals.ask(actor, Terms(e.KIND, delay=self.delay), found.id, parameters, reason, contact=found.id)

    def approve(self, actor: ev.Actor, id_: str, digest: str) -> Request:
        r = self.approvals.read(id_)
        if r.kind == e.KIND:
            self._not_held(self.store.contact(r.about).contact)
        return self.approvals.approve(actor, id_, digest)

    def hold(self, actor: ev.Actor, contact: str, why: str) -> Contact:
        """Put a person's data under a legal hold: whatever was approved, they are not erased until it is lifted."""
        return self._commit(actor, standing(self.store, contact).id, ev.LegalHoldSet(reason_of(why)))

    def lift(self, actor: ev.Actor, contact: str, why: str) -> Contact:
        found = standing(self.store, contact)
        for c in person(self.store, found.id):
            if c.rights.held:
                self._commit(actor, c.id, ev.LegalHoldLifted(reason_of(why)))
        return self.store.contact(found.id).contact

    def _commit(self, actor: ev.Actor, contact: str, event: ev.Event) -> Contact:
        return decide_again(
            lambda: self.store.commit_contact(self.store.contact(contact).contact, [event], actor, self.clock.now())
        )

    def _not_held(self, found: Contact) -> None:
        if any(c.rights.held for c in person(self.store, found.id)):
            raise NotAllowedNow("this person's data are under a legal hold; lift it first")


def person(store: Store, contact: str) -> list[Contact]:
    """A contact and all that were merged into it, those merged first; each as it is now."""
    found: dict[str, Contact] = {}

    def walk(id_: str) -> None:
        if id_ in found:
            return
        c = store.contact(id_).contact
        for other in c.absorbed:
            walk(other)
        found[id_] = c

    walk(contact)
    return list(found.values())


# -- what is carried out ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """What a run destroyed, by name: a second try destroys nothing new."""

    identities: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    parked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Erasure:
    """`may` raises Forbidden where this is not the function's work; it is told what decides. `failed` hears of a request that could
    not go on: the others do."""

    store: Store
    shredder: Shredder
    approvals: Approvals
    queue: QueueKeys
    bodies: Bodies
    files: AuditFiles
    signer: Signer
    ids: Ids
    clock: Clock
    may: Callable[[Mapping[str, bool]], object]
    failed: Callable[[str, SwitchboardError], object] = field(default=lambda _id, _error: None)

    def run(self) -> dict[str, str]:
        """Carry on with every erasure that is approved and due; returns how far each is, by its request."""
        self.approvals.expire()
        reached: dict[str, str] = {}
        for r, facts in self.approvals.open():
            if r.kind != e.KIND or r.state not in (State.APPROVED, State.USED):
                continue
            try:
                reached[r.id] = self._carry_on(r, facts).value
            except Duplicate:  # somebody else goes on with it at this moment
                reached[r.id] = "elsewhere"
            except NotAllowedNow:  # not due, or held
                reached[r.id] = "waits"
            except SwitchboardError as error:
                reached[r.id] = "failed"
                self.failed(r.id, error)
        return reached

    def _carry_on(self, r: Request, facts: list[Fact]) -> Stage:
        while True:
            stage = e.stage_of(facts)
            match stage:
                case Stage.NOT_BEGUN:
                    self._not_held(r.about)
                    if r.due is not None and self.clock.now() < r.due:
                        raise NotAllowedNow("not yet")
                    self.may({"approved": r.state is State.APPROVED, "delay_over": r.due is not None, "no_hold": True})
                    self.approvals.use(ERASER, r.id, r.kind, r.about, r.parameters, [ev.ErasureBegun(r.about)])
                case Stage.BEGUN:
                    self._step(r, self.forget(r.about, r.id))
                case Stage.KEYS_DESTROYED:
                    self._step(r, self._rotate(e.fact(facts, ev.ErasureKeysDestroyed).at))
                case Stage.QUEUE_ROTATED:
                    rotated = e.fact(facts, ev.ErasureQueueRotated).fields
                    if self.clock.now() < _time(rotated["until"]):
                        return stage
                    self._step(r, self._destroy_queue_keys(int(rotated["generation"])))
                case Stage.QUEUE_KEYS_DESTROYED:
                    if self.clock.now() < e.fact(facts, ev.ErasureQueueKeysDestroyed).at + e.REMEMBERED:
                        return stage
                    self._step(r, self._certify(r, facts))
                case Stage.CERTIFIED:
                    return stage
            r, facts = self.approvals.told(r.id)

    def _step(self, r: Request, done: ev.Event) -> None:
        self.approvals.add(ERASER, r, [done])

    # -- keys ----------------------------------------------------------------------------------------

    def _not_held(self, about: str) -> None:
        if any(self.store.contact(c).contact.rights.held for c in self._merged(about)):
            raise NotAllowedNow("a legal hold stops it")

    def _merged(self, contact: str) -> list[str]:
        """The person's contacts: those merged into it first. Their ledgers say so in clear, also when the keys are gone."""
        found: dict[str, None] = {}
        for commit in self.shredder.commits(f"cct#{contact}", 0):
            for event in commit.events:
                if event.type == ev.ContactAbsorbed.type:
                    found.update(dict.fromkeys(self._merged(str(event.fields["contact"]))))
        return [*found, contact]

    def forget(self, about: str, under: str, check: Callable[[], None] = lambda: None) -> ev.ErasureKeysDestroyed:
        """Destroy a person's keys, and what lies of them outside their ledgers. `under`: the request or the rules by which.
        `check` raises what stops it; the last time, of what stands when the keys are destroyed. Raises NotAllowedNow under a hold."""
        seen, done = _Seen(), list[str]()

        def attempt() -> None:
            self._not_held(about)
            done[:] = self._merged(about)
            for contact in done:
                if self.store.contact(contact).contact.erased_at is None:
                    self._destroy(contact, under, seen, check)
            if done != self._merged(about):
                raise StaleVersion("another contact was merged into it meanwhile")

        decide_again(attempt)
        return ev.ErasureKeysDestroyed(tuple(done), len(seen.identities), len(seen.bodies), len(seen.parked))

    def drop(self, p: Parked, outcome: str) -> None:
        """Take a parked message off the list, and destroy its body where that lies outside the ledger."""
        stored = self.bodies.stored_as(p.group, p.ciphertext)
        self._settle(p, [ev.Redriven(p.id, outcome)])
        self.bodies.destroy([stored] if stored else [])

    def _destroy(self, contact: str, request: str, seen: _Seen, check: Callable[[], None]) -> None:
        """What leads to the person or lies outside their ledgers first, then the key: after that it could not be told any more."""
        check()
        self._close(contact)
        state = self.store.contact(contact)
        identities, version = {i.key for i in state.contact.identities}, state.contact.version
        ledgers = self._ledgers(state)
        parked = [p for p in self.store.parked() if p.group in identities]
        parked += self._parked_in(ledgers)
        names = {name for ledger in ledgers for name in self._bodies_in(ledger)} | self._exports_of(contact)
        names |= {self.bodies.stored_as(p.group, p.ciphertext) for p in parked} - {""}
        for p in {p.id: p for p in parked}.values():
            self._settle(p, [ev.Redriven(p.id, "erased")])
        self.bodies.destroy(sorted(names))
        state = self.store.contact(contact)  # as it is after that
        moved = state.conversation is not None and state.conversation.open
        if moved or state.contact.version != version:  # among what may have come since is an export's file, or a hold
            raise StaleVersion("the person wrote or changed meanwhile")
        check()
        self.shredder.erase_contact(state, request, ERASER, self.clock.now())
        seen.identities |= identities
        seen.bodies |= names
        seen.parked |= {p.id for p in parked}

    def _exports_of(self, contact: str) -> set[str]:
        """The names of all files that were ever made of a person's data; most of them are gone."""
        told = (e for commit in self.shredder.commits(f"cct#{contact}", 0) for e in commit.events if e.type == ev.ExportAsked.type)
        return {export_name(str(e.fields["export"])) for e in told}

    def _close(self, contact: str) -> None:
        """An open conversation ends: nobody can answer it any more."""
        talk = self.store.contact(contact).conversation
        if talk is not None and talk.open:
            resolved = ev.Resolved(ERASER.kind, ERASER.id)
            self.store.commit(Change(talk, (resolved,), ERASER, self.clock.now()))

    def _ledgers(self, state: ContactState) -> list[str]:
        last = ordinal_of(state.conversation.id) if state.conversation is not None else 0
        return [ledger_of(conversation_id(state.contact.id, n)) for n in range(1, last + 1)]

    def _bodies_in(self, ledger: str) -> Iterator[str]:
        """The names of all bodies that a conversation's messages can have left. Large ones alone were stored, so most names are of
        nothing; which are, is not on record."""
        for commit in self.shredder.commits(ledger, 0):
            for event in commit.events:
                if event.type == ev.MessageReceived.type:
                    yield from self.bodies.named(str(event.fields["vendor_key"]))
                elif event.type == ev.MessageParked.type:
                    name = self.bodies.stored_as(str(event.fields["group"]), str(event.fields["ciphertext"]))
                    yield from [name] if name else []

    def _parked_in(self, ledgers: Sequence[str]) -> list[Parked]:
        """The parked messages of a person's conversations that still wait for somebody. What was settled may have been in a later
        conversation than the one it was parked in, and is on no list any more."""
        open_: dict[str, None] = {}
        for event in (found for ledger in ledgers for commit in self.shredder.commits(ledger, 0) for found in commit.events):
            if event.type == ev.MessageParked.type:
                open_[str(event.fields["parked"])] = None
            elif event.type == ev.Redriven.type:
                open_.pop(str(event.fields["parked"]), None)
        return [p for p in map(self._waiting, open_) if p is not None]

    def _waiting(self, parked: str) -> Parked | None:
        try:
            return self.store.parked_message(parked)
        except NotFound:
            return None

    def _settle(self, p: Parked, events: Sequence[ev.Event]) -> None:
        """Put what became of a parked message on the ledger it is on; once."""

        def attempt() -> None:
            if p.ledger.startswith(OPERATIONS):
                self.store.append(p.ledger, events, ERASER, self.clock.now())
            else:
                talk = self.store.conversation(p.ledger.partition("#")[2])
                self.store.commit(Change(talk, tuple(events), ERASER, self.clock.now()))

        try:
            decide_again(attempt)
        except (Duplicate, NotFound):
            return

    # -- the queues' key -------------------------------------------------------------------------------

    def _rotate(self, since: datetime) -> ev.ErasureQueueRotated:
        """A queue key that was made after the person's keys went, this time or for somebody else."""
        newest = self.queue.generations(QUEUE)[-1]
        if newest.made < since:
            self.queue.rotate(QUEUE)
            newest = self.queue.generations(QUEUE)[-1]
        return ev.ErasureQueueRotated(newest.number, e.waited_out(max(newest.made, since)))

    def _destroy_queue_keys(self, first_kept: int) -> ev.ErasureQueueKeysDestroyed:
        resealed = self._reseal(first_kept)
        gone = [g.number for g in self.queue.generations(QUEUE) if g.number < first_kept]
        for number in gone:
            self.queue.remove(QUEUE, number)
        return ev.ErasureQueueKeysDestroyed(tuple(range(1, first_kept)), resealed)

    def _reseal(self, first_kept: int) -> int:
        """Others' messages that wait for an operator must outlive the keys they were sealed under."""
        count = 0
        while old := [p for p in self.store.parked() if 0 < self.bodies.generation(p.ciphertext) < first_kept]:
            before = {p.id for p in old}
            for p in old:
                count += self._reseal_one(p)
            if before & {p.id for p in self.store.parked()}:
                raise StorageUnavailable("parked messages could not be sealed anew")
        return count

    def _reseal_one(self, p: Parked) -> bool:
        stored = self.bodies.stored_as(p.group, p.ciphertext)
        try:
            if self.shredder.turned_away(p.group) is not None:
                raise Erased("of somebody erased")
            again = self.bodies.reseal(p.group, p.ciphertext)
        except Unreadable:  # nobody could ever have read it
            self._settle(p, [ev.Redriven(p.id, "erased")])
            self.bodies.destroy([stored] if stored else [])
            return False
        anew = ev.MessageParked(self.ids.new("p"), p.reason, again, p.group)
        self._settle(p, [ev.Redriven(p.id, "resealed"), anew])
        return True

    # -- the certificate -------------------------------------------------------------------------------

    def _certify(self, r: Request, facts: Sequence[Fact]) -> ev.ErasureCertified:
        """Look once more, sign what was found to be so, and lay it where it cannot be changed. What lies there already stands."""
        keys, queue = e.fact(facts, ev.ErasureKeysDestroyed).fields, e.fact(facts, ev.ErasureQueueKeysDestroyed).fields
        left = [f"{c}: {what}" for c in keys["contacts"] for what in self.shredder.left_of(str(c))]
        left += [f"queue key {g.number}" for g in self.queue.generations(QUEUE) if g.number in queue["generations"]]
        if left:
            raise Unreadable(f"not everything is destroyed: {'; '.join(left[:5])}")
        name = f"{FOLDER}{r.id}.json"
        said = dumps({**e.statement(r, facts, self.clock.now()), "key": self.signer.key})
        raw = written(said, self.signer.sign(said))
        self.files.put(f"{FOLDER}keys/{short(self.signer.key)}.pem", self.signer.public)
        if not self.files.put(name, raw):
            raw = self.files.get(name)
        return ev.ErasureCertified(name, archive.digest(raw), self.signer.key)


def written(statement: bytes, signature: bytes) -> bytes:
    """A certificate's file: the statement as it was signed, and the signature."""
    document = {
        "statement": base64.b64encode(statement).decode(), "signature": base64.b64encode(signature).decode(),
        "sha256": hashlib.sha256(statement).hexdigest(), "reads": json.loads(statement),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
