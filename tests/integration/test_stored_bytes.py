"""What really lies in the tables: nothing personal in clear, an unbroken chain, and every tampering noticed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from switchboard.adapters.dynamo import DynamoConnections, DynamoDeliveries, DynamoStore, TableNames
from switchboard.adapters.vault import KeyMissing, Vault
from switchboard.application.ports import Principal
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.audit.commit import chain
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact, Identity
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.conversation import Conversation
from switchboard.domain.dialogue import events as de
from switchboard.domain.errors import Unreadable
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus
from tests.contract import samples as s
from tests.contract.dynamo_tables import OnDynamo, raw_items

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]

# Words that occur nowhere else, one for each place where the domain holds personal data.
PERSONAL = {
    "name": "Žofie Quetzalová", "phone": "+420771000111", "email": "zofie@quetzal.example", "address": "wa-quetzal-77",
    "second address": "wx_quetzal_openid", "sender name": "Zofinka Quetz", "reply address": "+420771000222",
    "content": "meine Kartennummer endet auf Quetzal-4711", "file name": "quetzal-befund.pdf", "file reference": "media/quetzal/9",
    "data": "quetzal street 5", "answer": "dear Mrs Quetzal, hello", "recipient": "+420771000333", "note": "Quetzal is angry today",
    "attribute": "quetzal-gold-tier", "attribute name": "quetzals-colour", "agent's name": "Agent Quetzalcoatl",
    "caller's address": "2001:db8::77:1a2b", "opening of a flow": "where is quetzal parcel 9", "value of a slot": "Quetzal-Allee 12",
    "argument of a call": "quetzal@parcel.example", "company's answer": "QZ-tracking-4711", "said meanwhile": "and quetzals invoice",
    "suggested answer": "your quetzal parcel is late",
}  # fmt: skip


def texts(value: Any) -> Iterator[bytes]:
    """Every text and byte string in a raw item, attribute names included, and what base64 in them decodes to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name.encode()
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        raw = bytes(value) if isinstance(value, bytes | bytearray) else str(value).encode()
        yield raw
        with suppress(ValueError):
            inside = json.loads(raw)
            yield from texts(inside) if isinstance(inside, dict | list) else ()
        with suppress(ValueError):
            yield base64.b64decode(raw, validate=True)


@pytest.fixture
def history(store: DynamoStore, deliveries: DynamoDeliveries) -> Conversation:
    """One of everything that holds personal data, through every writing method of the store."""
    p = PERSONAL
    zofie = Contact(
        s.fresh("c"), p["name"], p["phone"], p["email"], (Identity(s.fresh("k"), "whatsapp", s.ACCOUNT, p["address"]),)
    )
    other = replace(zofie, id=s.fresh("c"), identities=(Identity(s.fresh("k"), "wechat", s.ACCOUNT, p["second address"]),))
    content = Content(
        ContentKind.DOCUMENT, p["content"], (Attachment(p["file reference"], "application/pdf", p["file name"]),),
        {"address": p["data"]},
    )  # fmt: skip
    message = replace(s.received(), content=content, sender_name=p["sender name"], reply_address=p["reply address"])
    answer = replace(s.sent(p["answer"]), recipient=p["recipient"])
    kim = store.commit_agent(
        Agent(s.fresh("a")),
        [ev.AgentProfileSet(2, ("general",), ("en",), name=p["agent's name"]), ev.PresenceChanged(ev.Presence.ONLINE, "agent")],
        ev.SYSTEM, s.T0,
    )  # fmt: skip
    actor = ev.Actor(ev.ActorKind.AGENT, kim.id, "agent", p["caller's address"], "request-1")
    c = store.commit(s.opening(zofie, message, answer, s.queued("general")))
    c = store.commit(s.assigned(c, kim.id))
    c = store.commit(Change(c, (ev.NoteAdded(kim.id, p["note"], "n1"), s.parked()), actor, s.later(2)))
    deliveries.claim(answer.message, s.T0)
    deliveries.settle(answer.message, DeliveryStatus.SENT, [s.fresh("v")], "", s.T0)
    receipt = DeliveryReceipt("whatsapp", s.ACCOUNT, p["recipient"], p["recipient"], DeliveryStatus.READ, s.T0)
    deliveries.receipt(s.fresh("v"), receipt)
    store.commit(s.opening(other))
    led = store.commit(s.opening(s.person(), *_led()))
    assert p["said meanwhile"] in {d.text for d in led.dialogue.deferred}  # so that it lies in the projection as well
    known = store.commit_contact(
        store.contact(zofie.id).contact, [ev.ContactAttributesSet({p["attribute name"]: p["attribute"]})], actor, s.later(3)
    )
    them = store.contact(other.id)
    store.merge_contacts(them.contact, them.conversation, known, actor, s.later(4))
    store.append(f"acs#{kim.id}#2026-03-02", [ev.AccessRecorded("ReadConversation", c.id)], actor, s.later(5))
    resolved = s.resolved(store, c, s.later(6))
    store.commit(s.opening(zofie, message, new=False, previous=resolved, at=s.later(7)))
    return resolved


def _led() -> tuple[ev.Event, ...]:
    """A flow under way, a call of which is out."""
    p = PERSONAL
    return (
        ev.FlowStarted("order_status", 0, "m1", opening=p["opening of a flow"]),
        ev.SlotFilled("order_status", "order", "m1", p["value of a slot"]),
        ev.ActionRequested("a1", "order_status", "order_lookup", "found", {"order": p["argument of a call"]}),
        ev.ActionDone("a1", "order_status", "order_lookup", "ok", {"tracking": p["company's answer"]}),
        ev.ActionRequested("a2", "order_status", "order_lookup", "again", {"order": p["argument of a call"]}),
        de.Deferred("m2", p["said meanwhile"], "invoice_request"), ev.BotSuggested("m2", "order_status", p["suggested answer"]),
        ev.BotWaits(s.later(100)),
    )  # fmt: skip


class TestPersonalData(OnDynamo):
    def test_no_personal_value_lies_in_any_table(self, aws: Aws, names: TableNames, bound: Any, history: Conversation) -> None:
        connections = DynamoConnections(bound)
        visitor = Principal(s.fresh("visitor#"), {"role": "visitor"})
        connections.redeem(connections.issue(visitor, s.T0), s.fresh("conn="), s.T0)
        tables = (names.ledger, names.state, names.deliveries, names.connections, names.keys)
        stored = {table: [t for item in raw_items(aws("dynamodb"), table) for t in texts(item)] for table in tables}
        assert all(stored.values())
        assert any(history.id.encode() in t for t in stored[names.ledger])  # clear values are seen where they are
        assert any(b"note_added" in t for t in stored[names.ledger])
        for where, found in stored.items():
            for what, value in PERSONAL.items():
                spellings = {value.encode(), json.dumps(value)[1:-1].encode()}
                assert not any(spelling in t for t in found for spelling in spellings), f"{what} in clear in {where}"

    def test_all_of_it_comes_back(self, store: DynamoStore, bound: Any, vault: Vault, history: Conversation) -> None:
        """Read by a process that has no key in memory yet."""
        fresh = DynamoStore(bound, Vault(vault._branches, clock=lambda: 1_000_000.0))
        profile = fresh.contact(history.contact).contact
        assert (profile.name, profile.phone, profile.email) == tuple(PERSONAL[k] for k in ("name", "phone", "email"))
        assert [i.address for i in profile.identities] == [PERSONAL["address"], PERSONAL["second address"]]
        assert profile.attributes == {PERSONAL["attribute name"]: PERSONAL["attribute"]}
        read = [r.event for r in fresh.events(history.ledger)]
        assert read == [r.event for r in store.events(history.ledger)]
        [note] = [e for e in read if isinstance(e, ev.NoteAdded)]
        [answer] = [e for e in read if isinstance(e, ev.MessageSent)]
        message = [e for e in read if isinstance(e, ev.MessageReceived)][-1]
        assert (note.text, answer.content.text, answer.recipient) == tuple(PERSONAL[k] for k in ("note", "answer", "recipient"))
        assert message.content.attachments[0].name == PERSONAL["file name"]
        assert [a.name for a in fresh.agents()] == [PERSONAL["agent's name"]]
        assert fresh.previous_conversations(history.contact)[0].reply_address == PERSONAL["reply address"]
        [audited] = fresh.audit_events(f"acs#{fresh.agents()[0].id}#2026-03-02", 0, 10)
        assert audited.actor.source_ip == PERSONAL["caller's address"]

    def test_with_its_key_erased_a_contact_is_unreadable_for_ever(
        self, aws: Aws, names: TableNames, bound: Any, vault: Vault, history: Conversation
    ) -> None:
        aws("dynamodb").delete_item(
            TableName=names.keys, Key={"pk": {"S": f"contact#{history.contact}"}, "sk": {"S": "key"}}
        )
        fresh = DynamoStore(bound, Vault(vault._branches, clock=lambda: 1_000_000.0))
        with pytest.raises(KeyMissing):
            fresh.contact(history.contact)
        with pytest.raises(Unreadable):
            fresh.events(history.ledger)
        assert [a.name for a in fresh.agents()] == [PERSONAL["agent's name"]]


class TestChain(OnDynamo):
    def test_every_ledger_can_be_verified_from_its_stored_items(
        self, aws: Aws, names: TableNames, store: DynamoStore, history: Conversation
    ) -> None:
        ledgers: dict[str, list[dict[str, Any]]] = {}
        for item in raw_items(aws("dynamodb"), names.ledger):
            ledgers.setdefault(item["ledger"]["S"], []).append(item)
        assert len(ledgers) == 9  # four conversations, three contacts, an agent, an access ledger
        for ledger, items in ledgers.items():
            items.sort(key=lambda i: int(i["no"]["N"]))
            assert [int(i["no"]["N"]) for i in items] == list(range(1, len(items) + 1))
            last, head = 0, ""
            for i in items:
                body = bytes(i["body"]["B"])
                events = json.loads(body)["events"]
                assert int(i["first"]["N"]) == last + 1
                assert [e["no"] for e in events] == list(range(last + 1, last + 1 + int(i["events"]["N"])))
                assert i["prev"]["S"] == head
                assert i["hash"]["S"] == chain(head, ledger, int(i["no"]["N"]), i["at"]["S"], body)
                last, head = events[-1]["no"], i["hash"]["S"]
            if ledger == history.ledger:
                assert head == store.conversation(history.id).head == history.head


class TestTampering(OnDynamo):
    """Somebody with the table's credentials changes what is stored; no read shows it as true."""

    @pytest.fixture
    def commits(self, aws: Aws, names: TableNames, history: Conversation) -> list[dict[str, Any]]:
        mine = [i for i in raw_items(aws("dynamodb"), names.ledger) if i["ledger"]["S"] == history.ledger]
        return sorted(mine, key=lambda i: int(i["no"]["N"]))

    @pytest.fixture
    def put(self, aws: Aws, names: TableNames) -> Callable[..., None]:
        def put(item: dict[str, Any], *, rehash: bool = True, **changed: Any) -> None:
            """Store a changed commit; with `rehash` by somebody who knows how the hash is made."""
            new = {**item, **changed}
            if rehash:
                no, body = int(new["no"]["N"]), bytes(new["body"]["B"])
                new["hash"] = {"S": chain(new["prev"]["S"], new["ledger"]["S"], no, new["at"]["S"], body)}
            aws("dynamodb").put_item(TableName=names.ledger, Item=new)

        return put

    def refused(self, store: DynamoStore, c: Conversation, commit: int) -> None:
        with pytest.raises(Unreadable):
            store.commit_events(c.ledger, commit)
        with pytest.raises(Unreadable):
            store.events(c.ledger)

    def test_every_single_byte(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        body = bytes(commits[0]["body"]["B"])
        for position in range(0, len(body), max(1, len(body) // 60)):
            changed = bytearray(body)
            changed[position] ^= 1
            put(commits[0], rehash=False, body={"B": bytes(changed)})
            self.refused(store, history, 1)

    def test_a_clear_field(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        body = bytes(commits[0]["body"]["B"])
        assert b'"reason":"wish"' in body
        put(commits[0], rehash=False, body={"B": body.replace(b'"reason":"wish"', b'"reason":"none"')})
        self.refused(store, history, 1)

    def test_the_time(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        put(commits[0], rehash=False, at={"S": "2020-01-01T00:00:00.000000Z"})
        self.refused(store, history, 1)

    def test_a_sealed_byte_even_with_a_new_hash(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        stored = json.loads(commits[0]["body"]["B"])
        for name in ("content", "reply_address", "sender_name"):
            sealed = bytearray(base64.b64decode(stored["events"][2]["sealed"][name]))
            sealed[-1] ^= 1
            changed = json.loads(json.dumps(stored))
            changed["events"][2]["sealed"][name] = base64.b64encode(sealed).decode()
            put(commits[0], body={"B": json.dumps(changed).encode()})
            self.refused(store, history, 1)

    def test_sealed_fields_that_changed_places(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        stored = json.loads(commits[0]["body"]["B"])
        one, two = stored["events"][1]["sealed"], stored["events"][2]["sealed"]
        one["content"], two["content"] = two["content"], one["content"]
        put(commits[0], body={"B": json.dumps(stored).encode()})
        self.refused(store, history, 1)

    def test_a_commit_put_at_another_place(self, store: DynamoStore, history: Conversation, commits: Any, put: Any) -> None:
        foreign = store.commit(s.opening(s.person(), s.received("theirs")))
        put({**commits[2], "ledger": {"S": foreign.ledger}, "no": {"N": "2"}})
        with pytest.raises(Unreadable):
            store.events(foreign.ledger)

    @pytest.mark.parametrize("rest", [b"", b"{}", b"[]", b'{"by":{},"events":[]}', b"\xff\xfe"])
    def test_a_body_that_is_none(self, store: DynamoStore, history: Conversation, commits: Any, put: Any, rest: bytes) -> None:
        put(commits[0], body={"B": rest or b" "})
        self.refused(store, history, 1)

    def test_a_projection(self, store: DynamoStore, aws: Aws, names: TableNames, history: Conversation) -> None:
        dynamodb = aws("dynamodb")
        for item in raw_items(dynamodb, names.state):
            if "secret" in item:
                secret = bytearray(bytes(item["secret"]["B"]))
                secret[-1] ^= 1
                dynamodb.put_item(TableName=names.state, Item={**item, "secret": {"B": bytes(secret)}})
        for read in (store.conversation, store.previous_conversations, store.contact):
            with pytest.raises(Unreadable):
                read(history.id if read == store.conversation else history.contact)
        with pytest.raises(Unreadable):
            store.agents()
