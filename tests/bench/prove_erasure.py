"""An erased person is nowhere readable: `make prove-erasure` (`python -m tests.bench.prove_erasure`).

On the embedded emulator, with the stack deployed as in production, 200 markers of one person are planted wherever words of customers
go: messages on two channels, large ones in S3, replies, notes, translations, drafts, what the bot gathered, consents, reasons,
messages in queues, among dead letters and parked; with neighbours beside them, copies of the tables as a backup has them, the audit's
archive and the facts for reports. Then two privacy officers have the person erased, and time passes on the product's clock. Before and
after, every byte there is is searched for the markers, and everything sealed is opened by somebody who holds every key that is left:
before, all markers must be found that way (or the proof would prove nothing), afterwards none. Exits 1 if a figure is short."""

from __future__ import annotations

import base64
import gzip
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.figures import Figures
from switchboard.application.intake import identity_key
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.drafting.events import DraftMade
from switchboard.domain.errors import Erased, SwitchboardError
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.translation.events import MessageTranslated
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.entry.following import hand_on
from switchboard_verify.__main__ import main as verify
from tests.bench.erasure_scan import Account, Keyring, Opened, searching
from tests.bench.running import Stack, stack
from tests.packaging.plumbing import NothingCame, Stream

MARKERS, NEIGHBOURS = 200, 4
LARGE = " lorem ipsum" * 13_500  # sealed, more than a queue takes
HEARD = Understanding(OUT_OF_SCOPE, 1.0, "en", model="bench")
PAT, BEN = (ev.Actor(ev.ActorKind.AGENT, name, "privacy_officer") for name in ("pat", "ben"))
SUE, CRM = ev.Actor(ev.ActorKind.AGENT, "sue", "supervisor"), ev.Actor(ev.ActorKind.AGENT, "crm", "integration")
MIA = ev.Actor(ev.ActorKind.AGENT, "mia", "agent")
OWN_WORK = ("redriven", "message_parked", "contact_erased", "resolved")  # events of the erasure among those of conversations


class Ahead:
    """The product's clock, which goes on by days when told."""

    def __init__(self) -> None:
        self._by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by

    def later(self, **by: float) -> None:
        self._by += timedelta(**by)


class Person:
    """Somebody whose words are marked."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.markers: list[str] = []
        self.groups: set[str] = set()
        self.contacts: set[str] = set()
        self.address = "49151" + self._digits(8)
        self.openid = self.mark("oid")
        self.mail = f"{self.mark('mail')}@example.org"

    def _digits(self, count: int) -> str:
        found = "".join(self._random.choice("0123456789") for _ in range(count))
        self.markers.append(found)
        return found

    def mark(self, kind: str) -> str:
        made = f"{kind}{self._random.randbytes(7).hex()}"
        self.markers.append(made)
        return made

    def said(self, kind: str) -> str:
        return f"About my case {self.mark(kind)}, thank you. 谢谢"

    def message(self, channel: str, text: str) -> InboundMessage:
        if channel == "whatsapp":
            sender = Party(self.address, self.mark("Name"), "+" + self.address, self.mail)
        else:
            sender = Party(self.openid, self.mark("Nick"))
        account = {"whatsapp": "wa-main", "wechat": "oa-main"}[channel]
        return InboundMessage(
            channel, account, sender, f"wamid.{self._random.randbytes(12).hex()}", Content(text=text), datetime.now(UTC)
        )


class World:
    def __init__(self, running: Stack) -> None:
        self.running, self.clock = running, Ahead()
        self.outputs = running.system.outputs
        self.services = self.process()
        self.account = Account(running.aws, running.system.log)
        self.stream = Stream(running.aws, self.outputs["LedgerTable"])

    def process(self) -> Services:
        """A new process: it holds no key yet."""
        made = self.running.services()
        vars(made).update(clock=self.clock)
        return made

    def carried(self) -> None:
        """What happened goes to queues, reports and the archive."""
        while True:
            try:
                hand_on(self.services, self.stream.read(2))
            except NothingCame:
                return

    def group(self, m: InboundMessage) -> str:
        return identity_key(self.services.index, m.channel, m.account, m.sender.address)

    def queue(self, m: InboundMessage, output: str = "InboundQueueUrl") -> None:
        """Into a queue as a webhook puts it there; dead letters are the same bodies."""
        kept = self.services.inbound
        entry = kept._entry("0", m)
        self.running.aws("sqs").send_message(QueueUrl=self.outputs[output], **{k: v for k, v in entry.items() if k != "Id"})

    def receive(self, person: Person, m: InboundMessage) -> Conversation:
        found = self.services.intake.receive(m, HEARD)
        assert found is not None
        person.groups.add(self.group(m))
        person.contacts.add(found.contact)
        return found

    def put(self, c: Conversation, *events: ev.Event) -> Conversation:
        now = self.services.store.conversation(c.id)
        return self.services.store.commit(Change(now, events, ev.SYSTEM, self.clock.now()))


# -- planting ---------------------------------------------------------------------------------------------


def plant(world: World, person: Person, markers: int, *, large_too: bool) -> Conversation:
    """A person who is served, and leaves words in all places. Returns their conversation."""
    s, said = world.services, person.said
    c = world.receive(person, person.message("whatsapp", said("first")))
    for n in range(4):
        world.receive(person, person.message("whatsapp", said(f"m{n}x")))
    if large_too:
        large = person.message("whatsapp", said("large") + LARGE)
        world.queue(large)  # its body lies in S3 and stays there when it was taken in
        world.receive(person, large)
    if s.store.conversation(c.id).owner != MIA.id:
        s.desk.take(SUE, c.id)
    owner = SUE if s.store.conversation(c.id).owner == SUE.id else MIA
    for n in range(8):
        s.desk.reply(owner, c.id, said("reply"), f"r{n}")
        s.desk.note(owner, c.id, said("note"), f"n{n}")
    contact = s.store.contact(c.contact).contact
    s.contacts.set_attributes(CRM, contact.id, {"street": said("street"), "tier": said("tier")})
    s.consents.set(PAT, contact.id, "ai", "", given=False, source="desk", proof=said("proof"))
    s.subject_rights.rectify(PAT, contact.id, {"email": f"{person.mark('right')}@example.org"}, said("why"))
    s.erasure_desk.hold(PAT, contact.id, said("hold"))
    s.erasure_desk.lift(BEN, contact.id, said("lift"))
    first = next(r.event.message for r in s.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived))
    s.privacy_desk.reveal(SUE, c.id, first, said("reveal"))
    world.put(
        c, MessageTranslated(first, "de", "en", "bench", said("german")), ev.ConsultStarted("omar", "sue", said("consult")),
        ev.BotSuggested(first, "refund_request", said("suggested")), ev.FlowStarted("refund", 1, first, opening=said("opening")),
        ev.SlotFilled("refund", "order", first, said("slot")),
        ev.ActionRequested("call1", "refund", "find", "order", {"order": said("argument")}),
        ev.ActionDone("call1", "refund", "find", "ok", {"where": said("data")}), ev.CallbackRequested(person.mark("number")),
        ev.OfflineFormAnswered("about", said("form")),
        ev.OfflineFormSent(person.mark("formname"), person.mark("formmail"), said("formtext")),
        DraftMade("reply", first, (), "bench", 1, 1, 1, "EUR", "2026-01-01", 1, "en", "d1", said("draft")),
    )  # fmt: skip
    merged = world.receive(person, person.message("wechat", said("wechat")))
    s.contacts.merge(SUE, merged.contact, c.contact)
    parked = [
        person.message("whatsapp", said("parked")),
        person.message("whatsapp", said("parkedlarge") + (LARGE if large_too else "")),
    ]
    for n, m in enumerate(parked):
        body = s.inbound._entry("0", m)["MessageBody"]
        s.intake.park(world.group(m), s.inbound.keep(world.group(m), body), "unreadable", f"{person.address}{n}")
    while len(person.markers) < markers - 10:
        world.put(c, ev.NoteAdded("mia", said("filling")))
    talk = s.store.conversation(c.id)
    s.desk.resolve(owner, talk.id)
    return talk


def plant_in_queues(world: World, person: Person) -> None:
    """What is still on its way, and what was given up on."""
    for n, output in enumerate(("InboundQueueUrl", "InboundQueueUrl", "InboundDeadQueueUrl", "InboundDeadQueueUrl")):
        m = person.message("whatsapp", person.said(f"queued{n}"))
        person.groups.add(world.group(m))
        world.queue(m, output)


def canaries(world: World) -> Person:
    """Words that lie in clear, so that it is seen that the search finds such: in a table, an object that is packed, a queue, and in
    base64 within a text."""
    bird = Person(99)
    aws, marks = world.running.aws, [bird.mark("canary") for _ in range(4)]
    bird.markers = marks
    item = {"pk": {"S": "CANARY"}, "sk": {"S": "-"}, "x": {"B": marks[0].encode()}}
    aws("dynamodb").put_item(TableName=world.outputs["StateTable"], Item=item)
    aws("s3").put_object(Bucket=world.outputs["BlobBucket"], Key="inbound/canary", Body=gzip.compress(marks[1].encode()))
    aws("sqs").send_message(QueueUrl=world.outputs["StreamFailuresQueueUrl"], MessageBody=marks[2])
    packed = base64.b64encode(f"x{marks[3]} and more".encode())
    aws("s3").put_object(Bucket=world.outputs["BlobBucket"], Key="inbound/canary2", Body=packed)
    return bird


def copied(world: World, name: str) -> None:
    """A table as a backup holds it: restored beside the live one."""
    dynamodb = world.running.aws("dynamodb")
    shape = dynamodb.describe_table(TableName=world.outputs[name])["Table"]
    keys = {k["AttributeName"] for k in shape["KeySchema"]}
    dynamodb.create_table(
        TableName=f"backup-{name}", KeySchema=shape["KeySchema"], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[a for a in shape["AttributeDefinitions"] if a["AttributeName"] in keys],
    )  # fmt: skip
    for page in dynamodb.get_paginator("scan").paginate(TableName=world.outputs[name], ConsistentRead=True):
        for item in page["Items"]:
            dynamodb.put_item(TableName=f"backup-{name}", Item=item)


# -- looking ----------------------------------------------------------------------------------------------


class Look:
    """What is found at one moment: in clear, and by all keys there are."""

    def __init__(self, world: World, people: list[Person]) -> None:
        s = world.process()
        records, after = s.key_rotation.keys.page("", 1_000)
        assert not after
        ring = Keyring(s.branches, s.vault, s.queue_seal, records, {g for p in people for g in p.groups})
        known = searching(m for p in people for m in p.markers)
        self.clear: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self.opened: list[Opened] = []
        for lying in world.account.everything():
            self.places[lying.place.split("/")[0]] += 1
            self.clear.update({f"{lying.place}: {hit}": 1 for hit in set(known.findall(lying.text))})
            self.opened += ring.opened(lying)

    def of(self, person: Person) -> list[Opened]:
        return [o for o in self.opened if o.owner in person.contacts or o.owner in person.groups]

    def told(self, person: Person) -> set[str]:
        """The markers that somebody with all keys reads."""
        words = "\n".join(o.words for o in self.opened)
        return {m for m in person.markers if m in words}


def sums(world: World) -> dict[str, Any]:
    """What reports are made of: facts by kind, conversations' events, what agents handled, what the past is played from."""
    facts: Counter[str] = Counter()
    for lying in world.account.objects():
        key, _ = lying.thing
        if key.startswith("facts/"):
            text = lying.text.partition("\n")[2]
            facts.update(f["type"] for f in _rows(text) if str(f["ledger"]).startswith("cnv#"))
    ledger: Counter[str] = Counter()
    for lying in world.account.items():
        if lying.place == f"table {world.outputs['LedgerTable']}" and str(lying.thing["ledger"]).startswith("cnv#"):
            ledger.update(e["type"] for e in json.loads(bytes(lying.thing["body"]))["events"])
    handled = [h for shard in world.services.store.all_shards() for h in world.services.store.handled(shard)]
    drop = {*OWN_WORK} - {"resolved"}
    return {
        "facts": {k: v for k, v in sorted(facts.items()) if k not in drop},
        "events": {k: v for k, v in sorted(ledger.items()) if k not in drop},
        "handled": sorted(str(h) for h in handled),
    }  # fmt: skip


def _rows(text: str) -> list[dict[str, Any]]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        if text[at] != "{":
            at += 1
            continue
        row, at = decoder.raw_decode(text, at)
        found.append(row)
    return found


# -- erasing ----------------------------------------------------------------------------------------------


def erase(world: World, contact: str, reason: str) -> str:
    """As two officers and the eraser do it; returns the request."""
    s = world.process()
    asked = s.erasure_desk.ask(PAT, contact, "request", reason)
    s.erasure_desk.approve(BEN, asked.id, asked.digest)
    return str(asked.id)


def carry_on(world: World, **later: float) -> dict[str, str]:
    world.clock.later(**later)
    s = world.process()
    troubles: list[str] = []
    s.on_erasure_trouble = lambda id_, error: troubles.append(f"{id_}: {type(error).__name__}: {error}")
    reached = s.erasure.run()
    world.carried()
    print(f"  the eraser: {reached} {troubles or ''}", flush=True)
    return dict(reached)


def certified(world: World, request: str) -> int:
    """The exit code of the offline check, with the public half as KMS gives it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    der = world.running.aws("kms").get_public_key(KeyId=world.outputs["CertificateKeyArn"])["PublicKey"]
    pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = world.running.aws("s3").get_object(Bucket=world.outputs["AuditBucket"], Key=f"certificates/{request}.json")["Body"].read()
    with tempfile.TemporaryDirectory() as folder:
        key, file = Path(folder) / "key.pem", Path(folder) / "certificate.json"
        key.write_bytes(pem)
        file.write_bytes(raw)
        return verify(["certificate", str(file), "--key", str(key)])


def refusals(world: World, talk: Conversation) -> int:
    """How many readings of an erased person answer otherwise than that they are erased."""
    s, wrong = world.process(), 0
    readings: list[Callable[[], object]] = [
        lambda: s.store.conversation(talk.id), lambda: s.store.events(talk.ledger), lambda: s.consents.shown(talk.contact),
        lambda: s.desk.note(SUE, talk.id, "x", "x"), lambda: list(s.store.previous_conversations(talk.contact)),
    ]  # fmt: skip
    for read in readings:
        try:
            wrong += bool(read())  # nothing is no answer, either
        except Erased:
            continue
        except SwitchboardError as error:
            print(f"  answered {type(error).__name__} instead of erased")
            wrong += 1
    return wrong + (s.store.contact(talk.contact).contact.erased_at is None)


def main() -> int:
    figures, began = Figures("erasure"), time.monotonic()
    with stack() as running:
        world = World(running)
        world.services.presence.set_profile(
            SUE, "sue", ev.AgentProfileSet(50, ("general", "billing", "technical"), ("en",), "Sue")
        )  # fmt: skip
        online(world, "sue")
        victim, neighbours = Person(1), [Person(10 + n) for n in range(NEIGHBOURS)]
        others = [plant(world, n, 60, large_too=n is neighbours[0]) for n in neighbours]
        talk = plant(world, victim, MARKERS, large_too=True)
        world.carried()
        consumed(world)
        plant_in_queues(world, victim)
        reason = victim.said("reason")
        while len(victim.markers) < MARKERS:
            world.put(talk, ev.NoteAdded("mia", victim.said("last")))
        request = erase(world, talk.contact, reason)
        world.carried()
        bird = canaries(world)
        for name in ("LedgerTable", "StateTable", "DeliveriesTable"):
            copied(world, name)
        everybody = [victim, *neighbours]
        print(f"{time.monotonic() - began:.0f} s: planted", flush=True)
        before, counted = Look(world, [*everybody, bird]), sums(world)
        heard = {hit for hit in before.clear if searching(bird.markers).search(hit)}
        figures.exactly("canaries_found", len({m for m in bird.markers if any(searching([m]).search(hit) for hit in heard)}), 4)
        figures.exactly("in_clear_before", len({*before.clear} - heard), 0)
        print(f"{time.monotonic() - began:.0f} s: {sum(before.places.values())} things lie in {len(before.places)} places; "
              f"{len(before.opened)} sealed ones open", flush=True)  # fmt: skip
        figures.exactly("markers_readable_before", len(before.told(victim)), len(victim.markers))
        figures.exactly("markers_planted", len(victim.markers), MARKERS)

        for span in ({"hours": 25}, {"days": 10}, {"days": 8, "hours": 2.1}, {"hours": 2.1}):
            carry_on(world, **span)

        after = Look(world, everybody)
        left, gone = after.of(victim), after.told(victim)
        for hit in list(after.clear)[:10]:
            print("  in clear:", hit)
        for o in left[:10]:
            print("  opened:", o.place, o.owner, o.words[:60])
        figures.exactly("markers_found", len(gone) + len(after.clear), 0)
        figures.exactly("decryptable_items", len(left), 0)
        unread = sum(len({*n.markers} & before.told(n) - after.told(n)) for n in neighbours)
        unread += sum(1 for o in others if not world.process().store.events(o.ledger))
        figures.exactly("neighbours_unreadable", unread, 0)
        figures.at_least("neighbours_markers", sum(len(after.told(n)) for n in neighbours), 50 * NEIGHBOURS, "")
        now = sums(world)
        changed = [f"{kind}.{k}" for kind in ("facts", "events") for k in {*counted[kind], *now[kind]}
                   if counted[kind].get(k) != now[kind].get(k)]  # fmt: skip
        changed += ["handled"] if counted["handled"] != now["handled"] else []
        for name in changed:
            print("  changed:", name)
        figures.exactly("sums_changed", len(changed), 0)
        figures.exactly("not_shown_as_erased", refusals(world, talk), 0)
        figures.exactly("certificate_faults", certified(world, request), 0)
        print(f"{time.monotonic() - began:.0f} s")
    return 0 if figures.finish() else 1


def online(world: World, agent: str) -> None:
    """An agent who is at their desk."""
    from switchboard.application.ports import Principal
    from switchboard.application.presence import agent_principal

    s = world.services
    ticket = s.connections.issue(Principal(agent_principal(agent), {"id": agent, "role": "supervisor"}), s.clock.now())
    s.connections.redeem(ticket, f"bench-{agent}", s.clock.now())
    s.presence.set_presence(ev.Actor(ev.ActorKind.AGENT, agent, "supervisor"), agent, ev.Presence.ONLINE)


def consumed(world: World) -> None:
    """The queue of arrivals is worked off: everything in it was taken in."""
    sqs, url = world.running.aws("sqs"), world.outputs["InboundQueueUrl"]
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    sys.exit(main())
