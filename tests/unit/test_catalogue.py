"""The data catalogue says what the code stores: every field of every record once, and nothing that is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from pynamodb.models import Model

from switchboard.adapters.dynamo import TableNames, Tables, codec, models, projections
from switchboard.adapters.dynamo.turns import COME
from switchboard.adapters.sqs.actions import dump_action
from switchboard.adapters.sqs.hooks import dump_call
from switchboard.adapters.sqs.inbound import SqsInboundQueue
from switchboard.adapters.sqs.outbound import SqsOutbox, dump_timer
from switchboard.adapters.vault import COMPANY, BranchRecord, Index, Place, QueueSeal, Vault
from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
from switchboard.application.fanout import facts_of
from switchboard.application.hooks import HookCall
from switchboard.application.intake import identity_key
from switchboard.application.ports import OutboxItem
from switchboard.domain import events as ev
from switchboard.domain.content import Attachment, Content
from switchboard.domain.conversation import Conversation, contact_of
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.waiting_room.record import Record
from tests.contract.vault_fakes import Clock, provisioned_branches
from tests.fakes.queues import MemoryBucket, MemoryCursors, MemoryFifo
from tests.unit.world import REFUND, World, who
from tools import register
from tools.catalogue import SEALED, read

CATALOGUE = read()
EVENTS, ITEMS, SECRETS = CATALOGUE.section("events"), CATALOGUE.section("items"), CATALOGUE.section("secrets")
MESSAGES, OTHERS = CATALOGUE.section("messages"), CATALOGUE.section("others")
ENVELOPE = CATALOGUE.section("envelope")["commit"]
TYPES = {t.type: t for t in ev.EVENT_TYPES}


def _models(of: type[Model] = Model) -> Iterator[type[Model]]:
    for one in of.__subclasses__():
        if one.__module__ == models.__name__:
            yield one
            yield from _models(one)


STORED = {m.__name__: m for m in _models() if m is not models.StateItem}


# -- declared as the types are ----------------------------------------------------------------------


def test_every_event_is_declared_and_no_other() -> None:
    assert {*EVENTS} == {*TYPES}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_an_events_fields_are_declared_and_what_is_sealed_is_called_personal(name: str) -> None:
    kind, declared = TYPES[name], EVENTS[name]
    assert {*declared.fields} == {f.name for f in fields(kind)}
    assert declared.of(*SEALED) == ev.personal_fields(kind)


def test_every_item_is_declared_and_no_other() -> None:
    assert {*ITEMS} == {*STORED}


@pytest.mark.parametrize("name", sorted(STORED))
def test_an_items_attributes_are_declared(name: str) -> None:
    assert {*ITEMS[name].fields} == {*STORED[name].get_attributes()}


def test_items_lie_in_the_tables_they_are_bound_to() -> None:
    tables = Tables(TableNames("ledger", "state", "deliveries", "connections", "keys"))
    bound = {v.__name__: v.Meta.table_name for v in vars(tables).values() if isinstance(v, type) and issubclass(v, Model)}
    bound.pop("StateItem", None)  # what all items of that table have
    assert {name: r.place for name, r in ITEMS.items()} == bound


class _Client:
    """Sees what an adapter sends."""

    class exceptions:
        class ConditionalCheckFailedException(Exception):
            """Never raised."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        self.seen.append(arguments)
        return {}

    update_item = send_message = put_item


def _set_by(expression: str) -> set[str]:
    return set(re.findall(r"(\w+) = ", expression)) | set(re.findall(r"(?:ADD|,) (\w+) :", expression))


def test_items_without_a_model_are_declared() -> None:
    client = _Client()
    DynamoBranchRecords(client, "keys").put(BranchRecord("queue", 1, b"x", 1))
    assert {*client.seen[0]["Item"]} == {*OTHERS["branch_key"].fields}
    assert _set_by(COME) | {"pk", "sk", "deaths"} == {*OTHERS["turn"].fields}


# -- what is really stored ----------------------------------------------------------------------------

NAMED, NUMBER, WORDS = "Zacharias Wunderlich", "+4917055501234", "my secret garden gate"
MARKERS = (NAMED, NUMBER, WORDS, "Wunderlich", "5550123")


@pytest.fixture
def vault() -> Vault:
    vault = Vault(provisioned_branches(), clock=Clock())
    vault.mint(COMPANY)
    return vault


@pytest.fixture
def rich(world: World) -> Conversation:
    """A customer who says much, and people who deal with it."""
    mia, bo = world.hire("mia", queues=("billing",)), world.hire("bo", queues=("billing",), online=False)
    said = InboundMessage(
        "whatsapp", "main", Party(NUMBER, NAMED, NUMBER, "z@wunderlich.example", NUMBER), "wamid-1",
        Content(text=WORDS, attachments=(Attachment("media-1", "image/png", NAMED),)), world.clock.now(),
    )  # fmt: skip
    c = world.intake.receive(said, REFUND)
    assert c is not None
    world.desk.accept(mia, c.id)
    world.desk.reply(mia, c.id, f"Dear {NAMED}, {WORDS}", "r1")
    world.desk.note(mia, c.id, f"about {WORDS}", "n1")
    world.desk.consult(mia, c.id, bo.id, f"what of {WORDS}")
    world.contacts.set_attributes(mia, c.contact, {"street": WORDS})
    world._made.consents.set(mia, c.contact, "ai", "", given=False, source="message", proof=WORDS)
    world._made.subject_rights.rectify(mia, c.contact, {"email": "z@wunderlich.example"}, WORDS)
    world.access.recorded(mia, "GetConversation", c.id, lambda: None)
    world._made.privacy_desk.reveal(mia, c.id, _message(world, c), f"needed: {WORDS}")
    world._made.privacy_desk.set(who("boss", "administrator"), {"thread": {"card": "mask"}})
    world.desk.resolve(mia, c.id)
    return world.store.conversation(c.id)


def _message(world: World, c: Conversation) -> str:
    return str(next(r.event.message for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)))


def _clear(stored: Any) -> None:
    text = stored if isinstance(stored, str) else json.dumps(stored, ensure_ascii=False, default=str)
    assert not [marker for marker in MARKERS if marker.lower() in text.lower()], text


def test_a_commit_holds_what_is_declared_and_in_clear_nothing_else(world: World, rich: Conversation, vault: Vault) -> None:
    vault.mint(rich.contact)
    seen: set[str] = set()
    for ledger in world.store.ledgers():
        for r in world.store.events(ledger):
            body = codec.encode(vault, ledger, r.no, [r.event], who("mia"))
            _clear(body.decode())
            stored = json.loads(body)
            assert {*stored["by"]} <= {*ENVELOPE.fields}
            [entry] = stored["events"]
            assert {*entry} <= {*ENVELOPE.fields}
            declared = EVENTS[entry["type"]]
            assert {*entry["data"]} == declared.of("none", "pseudonymous")
            assert {*entry.get("sealed", {})} == declared.of(*SEALED)
            seen.add(entry["type"])
    assert len(seen) >= 14, seen  # rich enough to say something
    assert {"contact_created", "message_received", "message_sent", "note_added", "access_recorded"} <= seen


def test_a_projection_holds_what_is_declared(world: World, rich: Conversation, vault: Vault) -> None:
    vault.mint(rich.contact)
    tables = Tables(TableNames("l", "s", "d", "c", "k"))
    contact = world.store.contact(rich.contact).contact
    told = Conversation(**{**{f.name: getattr(rich, f.name) for f in fields(Conversation)}, "waiting_room": Record(name=NAMED)})
    place = Place(rich.ledger, rich.version, "projection")
    items = {
        "conversation": (projections.conversation_item(tables, vault, told), told.contact, place),
        "profile": (projections.profile_item(tables, vault, contact), contact.id, Place(contact.ledger, contact.version, "profile")),
    }
    agent = world.agent("mia")
    items["agent"] = (projections.agent_item(tables, vault, agent, "0000"), COMPANY, Place(agent.ledger, agent.version, "agent"))
    for name, (item, owner, place) in items.items():
        clear = {k: v for k, v in item.to_dynamodb_dict().items() if k != "secret"}
        assert {*clear} <= {*ITEMS[type(item).__name__].fields}
        _clear(clear)
        opened = json.loads(vault.unseal(owner, place, bytes(item.secret)))
        assert {*opened} <= {*SECRETS[name].fields}
        assert {*SECRETS[name].fields} - {*opened} <= {"dialogue"}  # the customer was led through none


def test_what_a_person_said_about_their_data_comes_back_from_their_profile(world: World, rich: Conversation, vault: Vault) -> None:
    world._made.subject_rights.object(who("boss", "administrator"), rich.contact, ["ai"], "does not want that")
    world._made.subject_rights.restrict(who("boss", "administrator"), rich.contact, True, "until it is clear")
    contact = world.store.contact(rich.contact).contact
    vault.mint(contact.id)
    tables = Tables(TableNames("l", "s", "d", "c", "k"))
    assert projections.contact_of_item(vault, projections.profile_item(tables, vault, contact)) == contact
    assert contact.rights.consents
    assert contact.rights.restricted


def test_queues_hold_what_is_declared(world: World, rich: Conversation) -> None:
    branches = provisioned_branches()
    index, seal, sqs, bucket = Index(branches), QueueSeal(branches), MemoryFifo(), MemoryBucket()
    queue = SqsInboundQueue(sqs, bucket, "url", "blobs", seal, index)
    said = InboundMessage("whatsapp", "main", Party(NUMBER, NAMED), "v1", Content(text=WORDS), world.clock.now())
    entry = queue._entry("0", said)
    _clear(entry)
    envelope = json.loads(seal.unseal(identity_key(index, "whatsapp", "main", NUMBER), entry["MessageBody"]))
    bodies_of = [{*MESSAGES[name].fields} - {"blob"} for name in ("inbound", "inbound_body", "parked_body")]
    assert bodies_of == [{*envelope}] * 3
    client = _Client()
    outbox = SqsOutbox(client, "o", "t", MemoryCursors())
    for conversation, channel, account, item in world.outbox.sent or [(rich.id, "whatsapp", "main", OutboxItem("m1", 1))]:
        outbox.send(conversation, channel, account, [item])
    bodies = {
        "outbound": [json.loads(m["MessageBody"]) for m in client.seen],
        "timer": [json.loads(dump_timer(timer)) for timer, _ in world.outbox.timers],
        "action": [json.loads(dump_action(rich.id, "call-1"))],
        "hook": [json.loads(dump_call(HookCall("h1", "crm", "{}")))],
    }
    for name, found in bodies.items():
        for body in found:
            assert {*body} == {*MESSAGES[name].fields}, name
            _clear(body)


def test_facts_hold_clear_fields_alone(world: World, rich: Conversation) -> None:
    for ledger in world.store.ledgers():
        for commit in world.store.commits(ledger, 0):
            for fact in facts_of(commit):
                declared = EVENTS[str(fact["type"])]
                assert {*fact} <= {*MESSAGES["fact"].fields, *declared.of("none", "pseudonymous")}
                _clear(fact)


def test_whose_a_conversation_is_says_its_id(rich: Conversation) -> None:
    assert contact_of(rich.id) == rich.contact


# -- the register -------------------------------------------------------------------------------------


def test_the_register_is_what_the_catalogue_says() -> None:
    assert register.FILE.read_text("utf-8") == register.render(CATALOGUE), "run python -m tools.register"


def test_the_register_names_every_field() -> None:
    text = register.render(CATALOGUE)
    assert not [f"{r.name}.{f}" for r in CATALOGUE.records for f in r.fields if f"`{f}`" not in text]
