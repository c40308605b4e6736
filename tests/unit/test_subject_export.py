"""What a person gets of what is stored of them is all of it."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from switchboard.application.subject_export import SubjectExport
from switchboard.domain import events as ev
from switchboard.domain.contacts import Identity
from switchboard.domain.content import Attachment, Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import NotFound
from tests.unit.world import REFUND, World, who
from tools.catalogue import SEALED, read
from tools.export_contact import export

TYPES = {t.type: t for t in ev.EVENT_TYPES}
OWN = {name: r for name, r in read().section("events").items() if r.place in ("conversations", "contacts")}
SUE = who("sue", "supervisor")


def value(kind: Any, text: str, at: datetime) -> Any:
    """Something of that type that holds the text wherever it can."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        return value(next(a for a in get_args(kind) if a is not type(None)), text, at)
    if kind is Content:
        return Content(text=text, attachments=(Attachment(f"ref {text}", name=f"file {text}"),), data={"k": f"data {text}"})
    if kind is Identity:
        return Identity("key", "whatsapp", "main", text)
    if origin is tuple:
        inner = get_args(kind)[0]
        return (value(inner, text, at),) if inner in (Identity, str) else ()
    if origin is not None and issubclass(origin, Mapping):
        return {"k": text}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {str: text, int: 1, float: 1.0, bool: True, datetime: at}.get(kind)


def planted(name: str, at: datetime) -> tuple[ev.Event, list[str]]:
    """An event with a marker of its own in each of its fields that is sealed."""
    kind, hints = TYPES[name], get_type_hints(TYPES[name])
    markers = {f: f"marker-{name}-{f}" for f in OWN[name].of(*SEALED)}
    return kind(**{f.name: value(hints[f.name], markers.get(f.name, "x"), at) for f in fields(kind)}), list(markers.values())


def gathered(world: World, contact: str) -> list[dict[str, Any]]:
    made = SubjectExport(world.store, world.deliveries, world.ids, world.clock)
    return json.loads(json.dumps(list(made.lines(SUE, contact))))


@pytest.fixture
def talk(world: World) -> Conversation:
    mia = world.hire("mia", queues=("billing",))
    c = world.write("ann-address", REFUND, text="said first")
    world.desk.accept(mia, c.id)
    world.desk.note(mia, c.id, "noted about her", "n1")
    world.desk.reply(mia, c.id, "answered her", "r1")
    world.contacts.set_attributes(who("crm", "integration"), c.contact, {"tier": "golden"})
    world.desk.resolve(mia, c.id)
    return world.store.conversation(c.id)


def test_every_personal_field_of_the_catalogue_is_in_the_export(world: World, talk: Conversation) -> None:
    wanted: list[str] = []
    for name, record in OWN.items():
        event, markers = planted(name, world.clock.now())
        assert len(markers) == len(record.of(*SEALED))
        ledger = talk.ledger if record.place == "conversations" else f"cct#{talk.contact}"
        if name not in ("redriven", "contact_absorbed", "contact_merged"):
            world.store.append(ledger, [event], ev.SYSTEM, world.clock.now())
            wanted += markers
    assert len(wanted) > 30
    text = json.dumps(gathered(world, talk.contact), ensure_ascii=False)
    assert [m for m in wanted if m not in text] == []


def test_it_has_profile_conversations_notes_deliveries_and_decisions_and_an_end(world: World, talk: Conversation) -> None:
    world.write("ann-address", REFUND, text="said again")
    lines = gathered(world, talk.contact)
    text = json.dumps(lines)
    for part in ("said first", "said again", "noted about her", "answered her", "golden", "ann-address", '"receipt"'):
        assert part in text
    assert len([x for x in lines if x["kind"] == "conversation"]) == 2
    assert any(d["deliveries"] for d in lines if d["kind"] == "deliveries")
    assert (lines[0]["kind"], lines[-1]["kind"], lines[-1]["lines"]) == ("export", "end", len(lines) - 1)
    made = [r for r in world.store.events(f"cct#{talk.contact}") if r.event.type.startswith("export_")]
    assert [(r.event.type, r.actor.id) for r in made] == [("export_asked", "sue"), ("export_made", "sue")]


def test_more_than_fifty_conversations_are_all_there(world: World, talk: Conversation) -> None:
    for number in range(60):
        c = world.write("ann-address", REFUND, text=f"matter {number}.")
        world.store.commit(_resolved(world, c))
    text = json.dumps(gathered(world, talk.contact))
    assert [n for n in range(60) if f"matter {n}." not in text] == []


def _resolved(world: World, c: Conversation) -> Any:
    from switchboard.domain.change import Change

    now = world.store.conversation(c.id)
    return Change(now, (ev.Resolved(ev.ActorKind.SYSTEM, "test"),), ev.SYSTEM, world.clock.now())


def test_who_was_merged_into_them_is_in_it_and_others_are_not(world: World, talk: Conversation) -> None:
    other, stranger = world.write("ann-elsewhere", REFUND, text="on another channel"), world.write("zoe", REFUND, text="secret of zoe")
    world.contacts.merge(SUE, talk.contact, other.contact)
    for asked in (talk.contact, other.contact):
        text = json.dumps(gathered(world, asked))
        assert "said first" in text
        assert "on another channel" in text
        assert "secret of zoe" not in text
        assert stranger.contact not in text


def test_the_command_leaves_a_whole_file_or_none_and_is_on_record(world: World, talk: Conversation, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    count = export(world._made, talk.contact, str(path), "dpo")
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == count
    assert json.loads(lines[-1])["kind"] == "end"
    assert path.stat().st_mode & 0o077 == 0
    read_ = world.store.events(f"acs#dpo#{world.clock.now():%Y-%m-%d}")
    assert [r.event.name for r in read_ if isinstance(r.event, ev.AccessRecorded)] == ["ExportContact"]
    with pytest.raises(NotFound):
        export(world._made, "c404", str(tmp_path / "none.jsonl"), "dpo")
    assert not (tmp_path / "none.jsonl").exists()
