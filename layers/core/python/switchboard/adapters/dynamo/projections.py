"""Projections to items and back. Personal parts travel in one sealed blob an item, bound to its ledger and version."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, replace
from typing import Any

from switchboard.adapters.dynamo import models as m
from switchboard.adapters.dynamo import waits
from switchboard.adapters.dynamo.models import stamp, stamp_or_none, unstamp, unstamp_or_none
from switchboard.adapters.dynamo.tables import Tables
from switchboard.adapters.vault import COMPANY, Place, Vault
from switchboard.application.ports import HandledSum
from switchboard.domain.agents import Agent
from switchboard.domain.audit.commit import dumps
from switchboard.domain.authority.limits import UNLIMITED, Limits
from switchboard.domain.change import Handled
from switchboard.domain.contacts import Contact, Identity
from switchboard.domain.conversation import Conversation, Status, ordinal_of
from switchboard.domain.dialogue import state as dialogue
from switchboard.domain.errors import Unreadable
from switchboard.domain.events import Presence
from switchboard.domain.privacy.rights import UNSAID, Consent, Rights
from switchboard.domain.requirements import NOTHING, Requirements
from switchboard.domain.routing.waiting import Waiting

CURRENT = "CURRENT"
PROFILE = "PROFILE"
ROSTER = "ROSTER"
ABSENT = 1000  # more seats than anybody has: what an agent's count is lowered by while they are away or offline
PARKED = "PARKED"
BOT_SHARDS = 16  # one partition of an index takes 1,000 writes a second, and the bot answers faster than that
ALONE = "-"  # sort key of items that stand alone in their partition


def contact_pk(contact: str) -> str:
    return f"CONTACT#{contact}"


def archive_sk(conversation: str) -> str:
    return f"CONV#{ordinal_of(conversation):06d}"


def identity_pk(key: str) -> str:
    return f"IDENTITY#{key}"


def turned_away_pk(identity: str) -> str:
    return f"ERASED#{identity}"


def once_pk(key: str) -> str:
    return f"ONCE#{key}"


def shard_pk(shard: str) -> str:
    return f"AGENTS#{shard}"


def bot_key(number: int) -> str:
    """One of the lists of conversations the bot waits in."""
    return f"bot#{number}"


def handled_pk(shard: str) -> str:
    return f"HANDLED#{shard}"


def handled_sk(h: Handled) -> str:
    return f"{h.agent}#{h.kind}#{int(h.complex)}{int(h.proved_complex)}"


def handled_of(i: m.HandledItem) -> HandledSum:
    agent, _, rest = i.sk.partition("#")
    kind, _, flags = rest.rpartition("#")
    return HandledSum(agent, kind, flags[0] == "1", flags[1] == "1", int(i.number), float(i.seconds))


def agent_pk(agent: str) -> str:
    """Where an agent's shard is written."""
    return f"AGENT#{agent}"


def head_pk(ledger: str) -> str:
    return f"HEAD#{ledger}"


def key_pk(owner: str) -> str:
    return f"contact#{owner}"


KEY_SK = "key"


def _seal(vault: Vault, owner: str, place: Place, value: object) -> bytes:
    return vault.seal(owner, place, dumps(value))


def _open(vault: Vault, owner: str, place: Place, sealed: bytes) -> Any:
    try:
        return json.loads(vault.unseal(owner, place, bytes(sealed)))
    except ValueError as error:
        raise Unreadable(f"a projection of {place.ledger} is not as it was written") from error


# -- conversations -------------------------------------------------------------------------------


def conversation_item(tables: Tables, vault: Vault, c: Conversation) -> m.ConversationItem:
    """The item at the contact's current place, or in the archive where `c.archived`."""
    secret = {
        "reply_address": c.reply_address, "name": c.name, "preview": c.preview, **waits.sealed(c.waiting_room),
        **({} if c.dialogue == dialogue.EMPTY else {"dialogue": dialogue.to_plain(c.dialogue)}),
    }  # fmt: skip
    list_key, list_sort = _listed(c)
    return tables.conversation(
        contact_pk(c.contact), archive_sk(c.id) if c.archived else CURRENT,
        id=c.id, contact=c.contact, channel=c.channel, account=c.account, status=c.status.value,
        owner=c.owner or None, queue=c.queue or None, priority=c.priority, language=c.language, intent=c.intent or None,
        opened_at=stamp_or_none(c.opened_at), since=stamp_or_none(c.since), last_at=stamp_or_none(c.last_at),
        customer_at=stamp_or_none(c.customer_at), answered_at=stamp_or_none(c.answered_at), assignments=c.assignments,
        accept_by=stamp_or_none(c.accept_by), response_due_recorded=c.response_due_recorded, archived=c.archived,
        misses=c.misses, handed_back_by=c.handed_back_by or None, finished_by=c.finished_by or None,
        weight=c.weight, requires=_requires_to(c.requires), consulted=list(c.consulted) or None,
        taken_at=stamp_or_none(c.taken_at),
        tags=list(c.tags) or None, auto_replied_at=stamp_or_none(c.auto_replied_at),
        waiting_room=waits.clear(c.waiting_room),
        version=c.version, last_event=c.last_event, head=c.head,
        secret=_seal(vault, c.contact, Place(c.ledger, c.version, "projection"), secret),
        feeling=c.feeling or None, angry_at=stamp_or_none(c.angry_at), bot_until=stamp_or_none(c.bot_until),
        list_key=list_key, list_sort=list_sort,
    )  # fmt: skip


def _listed(c: Conversation) -> tuple[str | None, str | None]:
    """The place in the listing: with its owner, where it does not move while owned, or readers would miss it for moments; or among
    those the bot waits in."""
    if c.owner and c.open:
        return f"agent#{c.owner}", c.id
    if c.status is Status.BOT and c.bot_until is not None:
        return bot_key(zlib.crc32(c.id.encode()) % BOT_SHARDS), f"{stamp(c.bot_until)}#{c.id}"
    return None, None


def conversation_of(vault: Vault, i: m.ConversationItem) -> Conversation:
    version = int(i.version)
    secret = _open(vault, i.contact, Place(f"cnv#{i.id}", version, "projection"), i.secret)
    led = secret.pop("dialogue", None)
    return Conversation(
        id=i.id, contact=i.contact, channel=i.channel, account=i.account, status=Status(i.status), owner=i.owner or "",
        queue=i.queue or "", priority=int(i.priority), language=i.language, intent=i.intent or "",
        opened_at=unstamp_or_none(i.opened_at), since=unstamp_or_none(i.since), last_at=unstamp_or_none(i.last_at),
        customer_at=unstamp_or_none(i.customer_at), answered_at=unstamp_or_none(i.answered_at),
        assignments=int(i.assignments), accept_by=unstamp_or_none(i.accept_by),
        response_due_recorded=bool(i.response_due_recorded), archived=bool(i.archived), version=version,
        misses=int(i.misses), handed_back_by=i.handed_back_by or "", finished_by=i.finished_by or "",
        weight=1.0 if i.weight is None else i.weight, requires=_requires_of(i.requires), consulted=tuple(i.consulted or ()),
        taken_at=unstamp_or_none(i.taken_at),
        tags=tuple(i.tags or ()), auto_replied_at=unstamp_or_none(i.auto_replied_at),
        waiting_room=waits.record_of(i.waiting_room, secret), feeling=i.feeling or 0.0, angry_at=unstamp_or_none(i.angry_at),
        bot_until=unstamp_or_none(i.bot_until), dialogue=dialogue.EMPTY if led is None else dialogue.from_plain(led),
        last_event=int(i.last_event), head=i.head, **secret,
    )  # fmt: skip


# -- contacts ------------------------------------------------------------------------------------


def profile_item(tables: Tables, vault: Vault, c: Contact) -> m.ProfileItem:
    secret = {
        "name": c.name, "phone": c.phone, "email": c.email, "attributes": dict(c.attributes),
        "absorbed": list(c.absorbed),
        "identities": [[i.key, i.channel, i.account, i.address] for i in c.identities],
        **({} if c.rights == UNSAID else {"rights": _rights_to(c.rights)}),
    }  # fmt: skip
    return tables.profile(
        contact_pk(c.id), PROFILE, merged_into=c.merged_into or None, version=c.version, last_event=c.last_event,
        head=c.head, secret=_seal(vault, c.id, Place(c.ledger, c.version, "profile"), secret),
    )  # fmt: skip


def contact_of_item(vault: Vault, i: m.ProfileItem) -> Contact:
    contact = i.pk.partition("#")[2]
    if i.erased_at is not None:
        return Contact(
            id=contact, merged_into=i.merged_into or "", erased_at=unstamp(i.erased_at), version=int(i.version),
            last_event=int(i.last_event), head=i.head,
        )  # fmt: skip
    secret = _open(vault, contact, Place(f"cct#{contact}", int(i.version), "profile"), i.secret)
    identities = tuple(Identity(*row) for row in secret.pop("identities"))
    absorbed = tuple(secret.pop("absorbed"))
    rights = _rights_of(secret.pop("rights", None))
    return Contact(
        id=contact, identities=identities, absorbed=absorbed, rights=rights, merged_into=i.merged_into or "", version=int(i.version),
        last_event=int(i.last_event), head=i.head, **secret,
    )  # fmt: skip


def _rights_to(r: Rights) -> dict[str, Any]:
    consents = [[c.purpose, c.channel, c.given, stamp(c.since), c.source, c.version] for c in r.consents]
    return {"consents": consents, "objections": list(r.objections), "restricted": r.restricted, "held": r.held}


def _rights_of(stored: Any) -> Rights:
    if stored is None:  # the person said nothing
        return UNSAID
    consents = tuple(Consent(p, ch, given, unstamp(since), source, v) for p, ch, given, since, source, v in stored["consents"])
    return Rights(consents, tuple(stored["objections"]), stored["restricted"], stored.get("held", False))


# -- agents --------------------------------------------------------------------------------------


def agent_item(tables: Tables, vault: Vault, a: Agent, shard: str) -> m.AgentItem:
    """The whole item, load included: only for creating an agent. Later changes are updates that leave the load alone."""
    return tables.agent(
        shard_pk(shard), a.id, capacity=a.capacity, load=a.load, seats=seats(a), loaded_at=stamp_or_none(a.loaded_at),
        presence=a.presence.value, queues=list(a.queues), languages=list(a.languages), skills=dict(a.skills),
        channels=list(a.channels), regions=list(a.regions), expert=a.expert, limits=limits_to(a.limits),
        grants=list(a.grants) or None, version=a.version, last_event=a.last_event, head=a.head, secret=agent_secret(vault, a),
    )  # fmt: skip


def limits_to(limits: Limits) -> dict[str, Any] | None:
    """As they stand in an agent's item; nothing where there are none."""
    return asdict(limits) if limits != UNLIMITED else None


def _limits_of(stored: Any) -> Limits:
    if not stored:
        return UNLIMITED
    regions, brands, tiers = (tuple(stored[kind]) for kind in ("regions", "brands", "tiers"))
    return Limits(regions, brands, tiers, bool(stored["assigned_only"]))


def seats(a: Agent) -> float:
    """The free seats that stand in an agent's item (see `models.AgentItem`)."""
    return round(a.capacity - a.load - (0 if a.presence is Presence.ONLINE else ABSENT), 2)  # floats do not come out even


def agent_secret(vault: Vault, a: Agent) -> bytes:
    return _seal(vault, COMPANY, Place(a.ledger, a.version, "agent"), {"name": a.name})


def agent_of(vault: Vault, i: m.AgentItem) -> Agent:
    secret = _open(vault, COMPANY, Place(f"agt#{i.sk}", int(i.version), "agent"), i.secret)
    found = Agent(
        id=i.sk, capacity=int(i.capacity), load=i.load, loaded_at=unstamp_or_none(i.loaded_at),
        assigned_at=unstamp_or_none(i.assigned_at), presence=Presence(i.presence), queues=tuple(i.queues),
        languages=tuple(i.languages), skills=dict(i.skills), channels=tuple(i.channels), regions=tuple(i.regions),
        expert=bool(i.expert), limits=_limits_of(i.limits), grants=tuple(i.grants or ()), shard=i.pk.partition("#")[2],
        version=int(i.version), last_event=int(i.last_event), head=i.head, **secret,
    )  # fmt: skip
    return found if abs(seats(found) - float(i.seats)) < 1e-6 else replace(found, adrift=True)


# -- the wait index ------------------------------------------------------------------------------


def wait_item(tables: Tables, w: Waiting) -> m.WaitItem:
    """Sorted ascending, the head is the entry of the largest virtual age."""
    return tables.wait(
        f"WAIT#{w.queue}", f"{stamp(w.counts_from)}#{w.conversation}", conversation=w.conversation,
        queue=w.queue, priority=w.priority, since=stamp(w.since), language=w.language,
        not_to=w.not_to or None, channel=w.channel or None, requires=_requires_to(w.requires),
    )  # fmt: skip


def waiting_of_item(i: m.WaitItem) -> Waiting:
    return Waiting(
        i.conversation, i.queue, int(i.priority), unstamp(i.since), i.language, i.not_to or "", i.channel or "",
        _requires_of(i.requires),
    )  # fmt: skip


def _requires_to(r: Requirements) -> dict[str, Any] | None:
    return None if r == NOTHING else asdict(r)


def _requires_of(stored: Any) -> Requirements:
    return Requirements(**stored) if stored else NOTHING
