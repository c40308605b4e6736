"""A person's data by the API: after two agreed, complete, readable by machines and people, on record, and gone in time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from switchboard.adapters.cedar.authority import shipped
from switchboard.application.admission import admit_work
from switchboard.application.exports import ExportDesk, Exporter
from switchboard.application.subject_export import SubjectExport
from switchboard.domain import events as ev
from switchboard.domain.approvals import Request
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, NotAllowedNow, NotFound, StorageUnavailable
from tests.fakes.exports import MemoryExportFiles
from tests.unit.test_erasure import BEN, SUE, WHY, Office
from tests.unit.world import REFUND, World, who

HOSTILE = '<script>alert("x")</script>'


class Counter:
    """Where exports are asked for and made, over a company."""

    def __init__(self, world: World) -> None:
        self.world, self.office, made = world, Office(world), world._made
        self.files = MemoryExportFiles()
        self.desk = ExportDesk(made.store, made.approvals, self.files, made.access, world.clock)
        self.failures: list[Exception] = []

    def exporter(self, **instead: Any) -> Exporter:
        made = self.world._made
        parts: dict[str, Any] = {
            "store": self.world.store, "approvals": made.approvals, "files": self.files, "clock": self.world.clock,
            "may": partial(admit_work, shipped(), "exporter", "MakeExport"),
            "gathered": SubjectExport(self.world.store, self.world.deliveries, self.world.ids, self.world.clock),
            "failed": lambda _id, error: self.failures.append(error),
        } | instead  # fmt: skip
        return Exporter(**parts)

    def approved(self, contact: str) -> Request:
        r = self.desk.ask(SUE, contact, WHY)
        return self.world._made.approvals.approve(BEN, r.id, r.digest)

    def zip(self, r: Request) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.files.files[f"exports/{r.id}.zip"]))


@pytest.fixture
def counter(world: World) -> Counter:
    world.hire("mia", queues=("billing",))
    return Counter(world)


@pytest.fixture
def talk(world: World, counter: Counter) -> Conversation:
    c = world.write("ann", REFUND, text=f"where is it? {HOSTILE}")
    world.desk.accept(who("mia"), c.id)
    world.desk.note(who("mia"), c.id, "noted about her", "n1")
    world.desk.reply(who("mia"), c.id, "on its way", "r1")
    return c


def test_nothing_is_made_before_another_person_agreed(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.desk.ask(SUE, talk.contact, WHY)
    assert counter.exporter().run() == {}
    assert counter.desk.fetch(SUE, r.id)["state"] == "pending"
    with pytest.raises(Forbidden):
        world._made.approvals.approve(SUE, r.id, r.digest)
    assert counter.files.files == {}
    assert counter.desk.fetch(SUE, r.id).get("url") is None


def test_it_is_complete_for_machines_and_readable_for_people(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    assert counter.exporter().run() == {r.id: "made"}
    zip_ = counter.zip(r)
    document = json.loads(zip_.read("export.json"))
    kinds = [line["kind"] for line in document["lines"]]
    assert (kinds[0], kinds[-1]) == ("export", "end")
    text = json.dumps(document)
    page = zip_.read("index.html").decode()
    for words in ("where is it?", "noted about her", "on its way", "ann"):
        assert words in text
        assert words in page
    assert HOSTILE in str(document)
    assert "<script" not in page
    assert zip_.testzip() is None


def test_a_link_lasts_minutes_and_each_is_on_record(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    counter.exporter().run()
    for _ in range(2):
        told = counter.desk.fetch(SUE, r.id)
        assert told["url"].endswith(f"exports/{r.id}.zip?for=300&as=export-{r.id}.zip")
    raw = counter.files.files[f"exports/{r.id}.zip"]
    assert (told["sha256"], told["size"]) == (hashlib.sha256(raw).hexdigest(), len(raw))
    seen = [x.event for x in world.store.events(f"acs#sue#{world.clock.now():%Y-%m-%d}") if isinstance(x.event, ev.AccessRecorded)]
    assert [(e.name, e.resource) for e in seen] == [("FetchExport", f"{talk.contact} {r.id}")] * 2
    theirs = [(x.event.type, x.actor.id) for x in world.store.events(f"cct#{talk.contact}") if x.event.type.startswith("export_")]
    assert theirs == [("export_asked", "sue"), ("export_made", "sue")]
    assert counter.exporter().run() == {}  # it is made once


def test_one_that_died_halfway_is_made_by_the_next_run_under_the_same_name(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)

    class Full(MemoryExportFiles):
        def put(self, name: str, file: Any) -> None:
            raise StorageUnavailable("S3 does not answer")

    assert counter.exporter(files=Full()).run() == {r.id: "failed"}
    assert len(counter.failures) == 1
    assert counter.desk.fetch(SUE, r.id)["state"] == "being_made"
    world.clock.advance(days=30)  # once begun it does not run out
    assert counter.exporter().run() == {r.id: "made"}
    assert {*counter.files.files} == {f"exports/{r.id}.zip"}


def test_erasing_the_person_removes_the_file_and_what_is_left_says_so(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    counter.exporter().run()
    counter.office.bodies.objects |= {*counter.files.files}
    counter.office.erased(talk.contact)
    assert counter.office.bodies.objects == set()
    counter.files.files.clear()
    told = counter.desk.fetch(SUE, r.id)
    assert (told["state"], "url" in told) == ("removed", False)
    assert told["sha256"]
    with pytest.raises(NotAllowedNow):
        counter.desk.ask(SUE, talk.contact, WHY)


def test_somebody_erased_before_it_was_made_gets_none(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    counter.office.erased(talk.contact)
    assert counter.exporter().run() == {r.id: "erased"}
    assert counter.desk.fetch(SUE, r.id) == {"id": r.id, "contact": talk.contact, "state": "failed", "reason": "erased"}
    assert counter.exporter().run() == {}


def test_a_file_that_was_laid_down_while_the_person_was_erased_does_not_stay(
    world: World, counter: Counter, talk: Conversation
) -> None:
    r = counter.approved(talk.contact)

    class ErasedMeanwhile(MemoryExportFiles):
        def put(self, name: str, file: Any) -> None:
            super().put(name, file)
            counter.office.erased(talk.contact)

    files = ErasedMeanwhile()
    assert counter.exporter(files=files).run() == {r.id: "erased"}
    assert files.files == {}


def test_a_file_that_comes_between_the_looking_and_the_erasing_goes_too(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    bodies = counter.office.bodies
    real = bodies.destroy

    def destroyed_then_made(names: Any) -> None:
        real(names)
        bodies.destroy = real  # type: ignore[method-assign]
        counter.exporter().run()
        bodies.objects |= {*counter.files.files}

    bodies.destroy = destroyed_then_made  # type: ignore[method-assign]
    counter.office.erased(talk.contact)
    assert f"exports/{r.id}.zip" in counter.files.files
    assert bodies.objects == set()


def test_messages_that_wait_for_an_operator_are_in_it_where_they_can_be_opened(
    world: World, counter: Counter, talk: Conversation
) -> None:
    group = world.identity("ann")
    for parked, words in (("p1", "readable words"), ("p2", "")):
        world.store.append("ops#parked", [ev.MessageParked(parked, "poison", words, group)], ev.SYSTEM, world.clock.now())
    world.store.append("ops#parked", [ev.MessageParked("p3", "poison", "of zoe", "another")], ev.SYSTEM, world.clock.now())

    class Opens:
        def open(self, group: str, body: str, attributes: Any) -> Any:
            from types import SimpleNamespace

            from switchboard.domain.errors import Unreadable

            if not body:
                raise Unreadable("broken")
            return SimpleNamespace(item={"content": body})

    r = counter.approved(talk.contact)
    gathered = SubjectExport(world.store, world.deliveries, world.ids, world.clock, Opens())
    counter.exporter(gathered=gathered).run()
    zip_ = counter.zip(r)
    assert [n for n in zip_.namelist() if n.startswith("media/")] == ["media/p1.json"]
    assert json.loads(zip_.read("media/p1.json")) == {"content": "readable words"}
    assert b"of zoe" not in zip_.read("export.json")


def test_what_is_no_export_is_not_found(world: World, counter: Counter, talk: Conversation) -> None:
    erasure = counter.office.asked(talk.contact)
    for unknown in (erasure.id, "r404", "../../x", "x" * 100):
        with pytest.raises(NotFound):
            counter.desk.fetch(SUE, unknown)
    with pytest.raises(NotFound):
        counter.desk.ask(SUE, "c404", WHY)


def test_a_large_export_is_written_whole(counter: Counter) -> None:
    from switchboard.application.export_pack import pack

    def lines() -> Iterator[dict[str, Any]]:
        for n in range(3_000):
            content = {"text": f"{n} " + "word " * 40, "attachments": []}
            yield {
                "kind": "event",
                "type": "message_received",
                "at": "t",
                "by": {"kind": "customer", "id": "c"},
                "fields": {"content": content},
            }

    file = io.BytesIO()
    assert pack(lines(), file) == 3_000
    assert len(json.loads(zipfile.ZipFile(file).read("export.json"))["lines"]) == 3_000


def test_an_approval_that_was_not_used_in_time_makes_nothing(world: World, counter: Counter, talk: Conversation) -> None:
    r = counter.approved(talk.contact)
    world.clock.advance(seconds=timedelta(days=8).total_seconds())
    assert counter.exporter().run() == {r.id: "waits"}
    assert counter.files.files == {}
