"""A person is erased by two, step by step, whatever dies in between; a legal hold stops it, and neighbours notice nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.adapters.aws.signer import holds
from switchboard.adapters.cedar.authority import shipped
from switchboard.application.admission import admit_work
from switchboard.application.erasure import FOLDER, Erasure, ErasureDesk, written
from switchboard.domain import events as ev
from switchboard.domain.approvals import Request, State
from switchboard.domain.audit.commit import dumps
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Erased, Forbidden, Malformed, NotAllowedNow, NotFound, StorageUnavailable
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.privacy import erasure as e
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from switchboard.entry.errors import status_of
from switchboard_verify import certificates
from switchboard_verify.__main__ import main as verify
from tests.contract.samples import at_once
from tests.fakes.audit import LocalSigner, MemoryAuditFiles
from tests.fakes.erasure import MemoryBodies, MemoryQueueKeys
from tests.unit.world import REFUND, World, who

SUE, BEN = who("sue", "privacy_officer"), who("ben", "privacy_officer")
WHY = "they asked for it by letter"


class Office:
    """Those who erase, over a company."""

    def __init__(self, world: World) -> None:
        self.world, made = world, world._made
        self.approvals = made.approvals
        self.desk = ErasureDesk(made.store, self.approvals, world.clock, timedelta(hours=24))
        self.queue = MemoryQueueKeys(world.clock)
        self.bodies = MemoryBodies(self.queue)
        self.files, self.signer = MemoryAuditFiles(), LocalSigner()
        self.failures: list[Exception] = []

    def eraser(self, **instead: Any) -> Erasure:
        parts: dict[str, Any] = {
            "store": self.world.store, "shredder": self.world.store, "approvals": self.approvals, "queue": self.queue,
            "bodies": self.bodies, "files": self.files, "signer": self.signer, "ids": self.world.ids, "clock": self.world.clock,
            "may": partial(admit_work, shipped(), "eraser", "EraseByRequest"),
            "failed": lambda _id, error: self.failures.append(error),
        } | instead  # fmt: skip
        return Erasure(**parts)

    def asked(self, contact: str) -> Request:
        return self.desk.ask(SUE, contact, "request", WHY)

    def approved(self, contact: str) -> Request:
        r = self.asked(contact)
        return self.desk.approve(BEN, r.id, r.digest)

    def erased(self, contact: str) -> Request:
        r = self.approved(contact)
        self.world.clock.advance(hours=25)
        self.eraser().run()
        return r

    def wait(self) -> None:
        """Long enough for queues and processes to have forgotten."""
        for _ in range(2):
            self.world.clock.advance(days=19)
            self.eraser().run()

    def certificate(self, r: Request) -> dict[str, Any]:
        return dict(json.loads(base64.b64decode(json.loads(self.files.there[f"{FOLDER}{r.id}.json"])["statement"])))


@pytest.fixture
def office(world: World) -> Office:
    world.hire("mia", queues=("billing",))
    return Office(world)


@pytest.fixture
def talk(world: World, office: Office) -> Conversation:
    return world.desk.accept(who("mia"), world.write("ann", REFUND, text="where is my refund?").id)


def stage(office: Office, r: Request) -> e.Stage:
    return e.stage_of(office.approvals.told(r.id)[1])


# -- asked and approved ------------------------------------------------------------------------------


def test_nothing_happens_before_another_person_agreed_and_the_delay_is_over(office: Office, talk: Conversation) -> None:
    r = office.asked(talk.contact)
    office.world.clock.advance(hours=25)
    office.eraser().run()
    assert stage(office, r) is e.Stage.NOT_BEGUN
    with pytest.raises(Forbidden):
        office.desk.approve(SUE, r.id, r.digest)
    office.desk.approve(BEN, r.id, r.digest)
    office.world.clock.advance(hours=23)
    assert office.eraser().run() == {r.id: "waits"}
    assert office.world.store.contact(talk.contact).contact.erased_at is None
    office.world.clock.advance(hours=1)
    office.eraser().run()
    assert office.world.store.contact(talk.contact).contact.erased_at is not None


def test_what_was_withdrawn_or_refused_is_not_carried_out(office: Office, talk: Conversation) -> None:
    office.approvals.withdraw(SUE, office.approved(talk.contact).id)
    office.approvals.refuse(BEN, office.asked(talk.contact).id, "the ground does not hold")
    office.world.clock.advance(days=3)
    assert office.eraser().run() == {}
    assert office.world.store.contact(talk.contact).contact.erased_at is None


def test_a_ground_is_named_and_the_person_is_known(office: Office, talk: Conversation) -> None:
    with pytest.raises(Malformed):
        office.desk.ask(SUE, talk.contact, "because", WHY)
    with pytest.raises(NotFound):
        office.desk.ask(SUE, "c0", "request", WHY)


# -- legal hold ----------------------------------------------------------------------------------------


def test_a_legal_hold_stops_it_wherever_it_is_before_the_key_is_gone(office: Office, talk: Conversation) -> None:
    r = office.approved(talk.contact)
    office.desk.hold(SUE, talk.contact, "a court asked for it")
    office.world.clock.advance(hours=25)
    assert office.eraser().run() == {r.id: "waits"}
    with pytest.raises(NotAllowedNow, match="legal hold"):
        office.asked(talk.contact)
    with pytest.raises(NotAllowedNow, match="legal hold"):
        office.desk.approve(BEN, r.id, r.digest)
    office.desk.lift(SUE, talk.contact, "the court is done")
    office.eraser().run()
    assert office.world.store.contact(talk.contact).contact.erased_at is not None


def test_a_hold_of_a_contact_that_was_merged_holds_the_person(office: Office, talk: Conversation) -> None:
    other = office.world.write("ann-too", REFUND)
    office.world.desk.take(SUE, other.id) if other.owner == "" else None
    office.desk.hold(SUE, other.contact, "a court asked for it")
    office.world.contacts.merge(SUE, other.contact, talk.contact)
    with pytest.raises(NotAllowedNow, match="legal hold"):
        office.asked(talk.contact)
    office.desk.lift(SUE, talk.contact, "the court is done")
    office.asked(talk.contact)


def test_a_hold_that_comes_at_the_last_moment_wins(office: Office, talk: Conversation) -> None:
    r = office.approved(talk.contact)
    office.world.clock.advance(hours=25)

    class Late:
        def __getattr__(self, name: str) -> Any:
            return getattr(office.world.store, name)

        def erase_contact(self, *arguments: Any) -> None:
            if not office.world.store.contact(talk.contact).contact.rights.held:
                office.desk.hold(SUE, talk.contact, "a court asked for it")
            office.world.store.erase_contact(*arguments)

    assert office.eraser(shredder=Late()).run() == {r.id: "waits"}
    assert office.world.store.contact(talk.contact).contact.erased_at is None


# -- what is destroyed ---------------------------------------------------------------------------------


def test_an_erased_person_is_shown_as_erased_and_can_be_read_no_more(office: Office, talk: Conversation) -> None:
    world = office.world
    office.erased(talk.contact)
    for read in (
        lambda: world.store.conversation(talk.id), lambda: world.store.events(talk.ledger),
        lambda: world.contacts.set_attributes(SUE, talk.contact, {"a": "b"}), lambda: world.desk.note(SUE, talk.id, "x", "n1"),
        lambda: world._made.consents.shown(talk.contact), lambda: office.desk.hold(SUE, talk.contact, "a court asked for it"),
    ):  # fmt: skip
        with pytest.raises(Erased) as told:
            read()
        assert status_of(told.value) == 410
    with pytest.raises(NotAllowedNow, match="already"):
        office.asked(talk.contact)
    assert world.store.owned_by("mia") == []
    assert world.agent("mia").load == 0


def test_what_was_to_be_sent_to_them_is_not_and_holds_nobody_up(office: Office, talk: Conversation) -> None:
    world = office.world
    world.desk.reply(who("mia"), talk.id, "almost there", "r1")
    [(commit, message)] = [
        (r.commit, r.event.message)
        for r in world.store.events(talk.ledger) if isinstance(r.event, ev.MessageSent) and r.event.client_id == "r1"
    ]  # fmt: skip
    office.erased(talk.contact)
    assert world.dispatch.deliver(talk.id, commit, message, 1, last=False) is DeliveryStatus.FAILED
    [told] = [d for d in world.deliveries.of(talk.id) if d.message == message]
    world.screens.delivery(told)
    world.intake.fail(talk.id, message, "whatever the vendor says")


def test_who_writes_again_is_somebody_new(office: Office, talk: Conversation) -> None:
    office.erased(talk.contact)
    office.world.clock.advance(seconds=1)
    again = office.world.write("ann", REFUND)
    assert again.contact != talk.contact
    assert again.status is not Status.RESOLVED


def test_what_was_on_its_way_does_not_bring_them_back(office: Office, talk: Conversation) -> None:
    late = office.world.message("ann", "what I wrote before")
    office.erased(talk.contact)
    assert office.world.intake.receive(late, REFUND) is None
    assert office.world.store.arrival(office.world.identity("ann"), "-").contact == ""


def test_merged_contacts_go_with_the_person(office: Office, talk: Conversation) -> None:
    world = office.world
    other = world.write("ann-too", REFUND)
    world.contacts.merge(SUE, other.contact, talk.contact)
    r = office.erased(other.contact)  # asked of the one that was merged away
    assert {world.store.contact(c).contact.erased_at is not None for c in (talk.contact, other.contact)} == {True}
    office.wait()
    assert office.certificate(r)["destroyed"]["contact_keys"]["contacts"] == [other.contact, talk.contact]
    assert world.store.arrival(world.identity("ann-too"), "-").contact == ""


def test_neighbours_stay_as_they_are(office: Office, talk: Conversation) -> None:
    world = office.world
    bob = world.write("bob", REFUND, text="mine is late, too")
    before = world.store.events(bob.ledger), world.store.contact(bob.contact)
    office.erased(talk.contact)
    office.wait()
    assert (world.store.events(bob.ledger), world.store.contact(bob.contact)) == before


def test_parked_messages_of_the_person_go_and_others_outlive_the_queue_key(office: Office, talk: Conversation) -> None:
    world, bodies = office.world, office.bodies
    bob = world.write("bob", REFUND)
    world.intake.park(world.identity("ann"), bodies.sealed("of ann", "parked/a"), "unreadable", "x1")
    world.intake.park(world.identity("bob"), bodies.sealed("of bob", "parked/b"), "unreadable", "x2")
    world.intake.park(world.identity("eve"), bodies.sealed("of a stranger"), "unreadable", "x3")
    [received] = [r.event for r in world.store.events(talk.ledger) if isinstance(r.event, ev.MessageReceived)]
    bodies.objects |= {f"inbound/{received.vendor_key}", "inbound/of-bob"}
    old = [p.ciphertext for p in world.store.parked()]
    office.erased(talk.contact)
    assert bodies.objects == {"parked/b", "inbound/of-bob"}
    assert [bodies.words(p.ciphertext) for p in world.store.parked()] == ["of bob", "of a stranger"]
    office.wait()
    assert [bodies.words(p.ciphertext) for p in world.store.parked()] == ["of bob", "of a stranger"]
    assert world.types(bob)[-2:] == ["redriven", "message_parked"]
    for ciphertext in old:
        with pytest.raises(Exception, match="gone"):
            bodies.words(ciphertext)


def test_a_message_that_was_repaired_in_a_later_conversation_stops_no_erasure(office: Office, talk: Conversation) -> None:
    world = office.world
    world.intake.park(world.identity("ann"), office.bodies.sealed("of ann", "parked/a"), "unreadable", "x1")
    [parked] = world.store.parked()
    before = world.store.conversation(talk.id)
    world.store.commit(Change(before, (ev.Resolved(ev.ActorKind.SYSTEM, "test"),), ev.SYSTEM, world.clock.now()))
    world._made.parking.redrive(who("sofia", "supervisor"), parked.id, "where is my parcel?")
    r = office.erased(talk.contact)
    assert office.failures == []
    assert office.approvals.told(r.id)[1][-1].type == "erasure_queue_rotated"
    assert "parked/a" not in office.bodies.objects


def test_what_a_person_sent_before_and_was_parked_after_goes_with_the_queue_key(office: Office, talk: Conversation) -> None:
    late = office.bodies.sealed("of ann")
    office.erased(talk.contact)
    office.world.intake.park(office.world.identity("ann"), late, "unreadable", "x1")
    office.wait()
    assert office.world.store.parked() == []


# -- step by step ----------------------------------------------------------------------------------------


def test_the_certificate_comes_when_the_last_queue_has_forgotten(office: Office, talk: Conversation) -> None:
    r = office.erased(talk.contact)
    rotated = office.world.clock.now()
    assert stage(office, r) is e.Stage.QUEUE_ROTATED
    office.world.clock.advance(days=18, hours=1, minutes=59)
    office.eraser().run()
    assert stage(office, r) is e.Stage.QUEUE_ROTATED
    assert 1 in office.queue.made
    office.world.clock.advance(minutes=1)
    office.eraser().run()
    assert stage(office, r) is e.Stage.QUEUE_KEYS_DESTROYED
    assert 1 not in office.queue.made
    assert office.files.there == {}
    office.world.clock.advance(hours=2)
    office.eraser().run()
    said = office.certificate(r)
    assert (said["asked"]["by"], said["approved"]["by"], said["ground"]) == ("sue", "ben", "request")
    assert said["queues"]["waited_until"] >= (rotated + timedelta(days=18)).isoformat()
    raw = json.loads(office.files.there[f"{FOLDER}{r.id}.json"])
    assert holds(office.signer.public, base64.b64decode(raw["statement"]), base64.b64decode(raw["signature"]))
    assert certificates.faults(office.files.there[f"{FOLDER}{r.id}.json"], office.signer.public) == (said, [])
    assert "ann" not in json.dumps(said).replace("cannot", "")
    assert office.approvals.open() == []
    assert office.eraser().run() == {}


def changed(said: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    copy = json.loads(json.dumps(said))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return dict(copy)


def test_a_forged_certificate_is_found_out(office: Office, talk: Conversation, tmp_path: Path) -> None:
    r = office.erased(talk.contact)
    office.wait()
    raw, said = office.files.there[f"{FOLDER}{r.id}.json"], office.certificate(r)
    key, file = tmp_path / "key.pem", tmp_path / "certificate.json"
    key.write_bytes(office.signer.public)

    def verdict(raw: bytes) -> int:
        file.write_bytes(raw)
        return verify(["certificate", str(file), "--key", str(key)])

    def signed(said: dict[str, Any]) -> bytes:
        return written(dumps(said), office.signer.sign(dumps(said)))

    assert verdict(raw) == 0
    for forged in (
        changed(said, "approved", "by", to="SUE"), changed(said, "destroyed", "contact_keys", "contacts", to=[]),
        changed(said, "certified", to=said["asked"]["at"]), changed(said, "destroyed", "queue_keys", "at", to=said["begun"]),
        changed(said, "kind", to="letter"),
    ):  # fmt: skip
        assert verdict(written(dumps(forged), LocalSigner().sign(dumps(forged)))) == 1  # by another key
        assert verdict(signed(forged)) == 1  # even by ours
    assert verdict(raw.replace(b'"request": "r', b'"request": "x')) == 1
    assert verdict(b"{}") == verdict(b"\x00") == 2


def test_nothing_is_certified_that_is_not_so(office: Office, talk: Conversation) -> None:
    r = office.erased(talk.contact)
    office.world.clock.advance(days=19)
    office.eraser().run()
    office.queue.made[1] = office.world.clock.now()  # somebody brought a key back
    office.world.clock.advance(hours=3)
    assert office.eraser().run() == {r.id: "failed"}
    assert office.files.there == {}
    assert "queue key 1" in str(office.failures[-1])


class Dying:
    """Lets calls through until its lives are used up, then dies in the middle of one: before it, or after it was done."""

    def __init__(self, real: Any, lives: Callable[[], bool | None]) -> None:
        self._real, self._lives = real, lives

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)
        if not callable(method):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            dies = self._lives()
            if dies is True:
                raise StorageUnavailable("died before")
            result = method(*args, **kwargs)
            if dies is False:
                raise StorageUnavailable("died after")
            return result

        return call


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6))
def test_wherever_runs_die_the_next_goes_on_and_the_end_is_the_same(deaths: list[tuple[int, bool]]) -> None:
    world = World()
    world.hire("mia", queues=("billing",))
    office = Office(world)
    ann, bob = world.write("ann", REFUND), world.write("bob", REFUND)
    other = world.write("ann-too", REFUND)
    world.contacts.merge(SUE, other.contact, ann.contact)
    world.intake.park(world.identity("bob"), office.bodies.sealed("of bob"), "unreadable", "x2")
    r = office.approved(ann.contact)
    world.clock.advance(hours=25)
    for left, before in [*deaths, (10**9, True)]:
        counter = [left]

        def lives(counter: list[int] = counter, before: bool = before) -> bool | None:
            counter[0] -= 1
            return before if counter[0] == -1 else None

        def dying(real: Any, lives: Callable[[], bool | None] = lives) -> Any:
            return Dying(real, lives)

        office.eraser(
            store=dying(world.store), shredder=dying(world.store), queue=dying(office.queue), bodies=dying(office.bodies),
            files=dying(office.files),
        ).run()  # fmt: skip
        begun = stage(office, r) is not e.Stage.NOT_BEGUN
        world.clock.advance(days=10 if begun else 0, hours=1)
    office.wait()
    assert office.approvals.read(r.id).state is State.USED
    assert stage(office, r) is e.Stage.CERTIFIED
    assert office.certificate(r)["destroyed"]["contact_keys"]["contacts"] == [other.contact, ann.contact]
    kinds = [x.event.type for x in world.store.events(r.ledger.replace(f"#{ann.contact}", "")) or []]
    assert kinds == []
    told = [f.type for f in office.approvals.told(r.id)[1]]
    assert len(told) == len(set(told)) == 5
    assert [x.type for c in world.store.commits(f"cct#{ann.contact}", 0) for x in c.events].count("contact_erased") == 1
    assert world.store.events(bob.ledger)
    assert [office.bodies.words(p.ciphertext) for p in world.store.parked()] == ["of bob"]


def test_several_at_once_do_each_step_once(office: Office, talk: Conversation) -> None:
    r = office.approved(talk.contact)
    office.world.clock.advance(hours=25)
    at_once([lambda: office.eraser().run() for _ in range(4)])
    office.eraser().run()
    told = [f.type for f in office.approvals.told(r.id)[1]]
    assert told == ["erasure_begun", "erasure_keys_destroyed", "erasure_queue_rotated"]
    assert office.failures == []


# -- at the desk ---------------------------------------------------------------------------------------------


def test_the_routes_ask_approve_and_show(office: Office, talk: Conversation) -> None:
    def call(method: str, route: str, id_: str = "", actor: ev.Actor = SUE, **body: Any) -> Any:
        return json.loads(json.dumps(ROUTES[(method, "/v1/privacy/" + route)](Call(office.world._made, actor, {"id": id_}, {}, body))))

    assert call("POST", "contacts/{id}/hold", talk.contact, reason=WHY) == {"id": talk.contact, "held": True}
    with pytest.raises(NotAllowedNow):
        call("POST", "contacts/{id}/erasure", talk.contact, ground="request", reason=WHY)
    assert call("DELETE", "contacts/{id}/hold", talk.contact, reason=WHY)["held"] is False
    asked = call("POST", "contacts/{id}/erasure", talk.contact, ground="request", reason=WHY)
    [shown] = call("GET", "requests")["requests"]
    assert (shown["reason"], shown["state"], shown["asked_by"], shown["about"]) == (WHY, "pending", "sue", talk.contact)
    with pytest.raises(Forbidden):
        call("POST", "requests/{id}/approve", asked["id"], digest=asked["digest"])
    approved = call("POST", "requests/{id}/approve", asked["id"], BEN, digest=shown["digest"])
    assert approved["state"] == "approved"
    assert approved["due"]
    office.world.clock.advance(hours=25)
    office.eraser().run()
    [shown] = call("GET", "requests")["requests"]
    assert shown["reason"] == ""
    assert [s["type"] for s in shown["steps"]][:2] == ["erasure_begun", "erasure_keys_destroyed"]
    for role in ("agent", "supervisor", "administrator", "auditor", "integration"):
        for method, route in (r for r in ROUTES if "/contacts/" in r[1] or "/requests/" in r[1]):
            if not route.startswith("/v1/privacy/"):
                continue
            id_ = talk.contact if "/contacts/" in route else asked["id"]
            with pytest.raises(Forbidden):
                call(method, route.removeprefix("/v1/privacy/"), id_, who("eve", role))
