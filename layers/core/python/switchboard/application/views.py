"""What screens are shown, in JSON's types. The WebSocket and the REST API speak the same forms (docs/architecture.md)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from switchboard.application.ports import Delivery, Parked
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation
from switchboard.domain.privacy.kinds import Kind
from switchboard.domain.privacy.masking import mask, masked

VISITORS_SEE = frozenset({"message_received", "message_sent"})
_SUMMARY = (
    "id", "contact", "name", "channel", "account", "status", "owner", "queue", "priority", "intent", "language", "preview",
    "feeling", "opened_at", "since", "last_at", "accept_by", "callback", "tags", "last_event", "version",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A domain value in JSON's types."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple() | list() | frozenset():
            return [plain(v) for v in value]
        case Mapping():
            return {str(k): plain(v) for k, v in value.items()}
        case _ if hasattr(value, "__dataclass_fields__"):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value


_FIELDS = {"email": Kind.EMAIL, **dict.fromkeys(("phone", "reply_address", "recipient", "number", "contact"), Kind.PHONE)}
"""What a field by its name is, for it stands alone there: of addresses on a channel, some are telephone numbers."""
_NUMBER = 7  # digits
_NEVER = frozenset({"id", "at", "type", "contact", "conversation", "message", "client_id", "actor", "by", "owner", "agent", "agents"})


_LABELLED = frozenset({"attributes", "data", "arguments", "memory", "slots"})
"""Mappings whose keys say what their values are."""
_OUR_ID = re.compile(r"[a-z]{1,4}[0-9a-z]{20,32}(?:-\d+)?")


def hide(shown: Any, hidden: Collection[Kind], language: str = "") -> Any:
    """What a screen is shown, with personal data of these kinds masked wherever people's words may hold it. `language`: that of the
    conversation (ISO 639-1); "": the one that what is shown names, and where it names none, every country's data is looked for."""
    if not hidden:
        return shown
    match shown:
        case str():
            return masked(shown, hidden, language or "und") if any(map(str.isdigit, shown)) or "@" in shown else shown
        case Mapping():
            own = _spoken(shown, language)
            return {k: _field(k, v, hidden, own, shown) for k, v in shown.items()}
        case list() | tuple():
            return [hide(v, hidden, language) for v in shown]
        case _:
            return shown


def _spoken(shown: Mapping[str, Any], language: str) -> str:
    """The languages of what is shown: the conversation's, and its own besides. "und" among them stands for all."""
    about = shown.get("conversation")
    known = [language, shown.get("language"), about.get("language") if isinstance(about, Mapping) else None]
    return " ".join(dict.fromkeys(part for each in known if isinstance(each, str) for part in each.split()))


def _field(name: str, value: Any, hidden: Collection[Kind], language: str, beside: Mapping[str, Any]) -> Any:
    if name in _NEVER and isinstance(value, str) and (name != "contact" or not value or _OUR_ID.fullmatch(value)):
        return value
    kind = _FIELDS.get(name) or (Kind.EMAIL if name == "contact" and "@" in str(value) else None)
    if isinstance(value, str) and kind in hidden and (kind is not Kind.PHONE or sum(map(str.isdigit, value)) >= _NUMBER):
        return mask(kind, value) if kind is not None else value
    if name in _LABELLED and isinstance(value, Mapping):
        return {k: _labelled(str(k), v, hidden, language) for k, v in value.items()}
    if name == "value" and isinstance(beside.get("slot"), str):
        return _labelled(beside["slot"], value, hidden, language)
    return hide(value, hidden, language)


def _labelled(label: str, value: Any, hidden: Collection[Kind], language: str) -> Any:
    """A value that stands alone under a name, which says what it is: {"ssn": "078051120"}."""
    if not isinstance(value, str):
        return hide(value, hidden, language)
    lead = f"{label.replace('_', ' ')}: "
    under = masked(lead + value, hidden, language or "und")
    return under[len(lead) :] if under.startswith(lead) else hide(value, hidden, language)


def summary(c: Conversation) -> dict[str, Any]:
    return {name: plain(getattr(c, name)) for name in _SUMMARY}


def event(r: ev.Recorded) -> dict[str, Any]:
    """An event for an agent's thread. The sealed body of a parked message is of no use there, and receipts say much of colleagues."""
    data = {k: v for k, v in plain(r.event).items() if k not in ("ciphertext", "vendor_key", "group", "receipt")}
    return {
        "no": r.no, "at": plain(r.at), "type": r.event.type, "actor": {"kind": r.actor.kind.value, "id": r.actor.id}, **data,
    }  # fmt: skip


def visitor_event(r: ev.Recorded) -> dict[str, Any]:
    """The little a customer is told of an event of their own conversation; agents stay unnamed."""
    e = r.event
    assert isinstance(e, ev.MessageReceived | ev.MessageSent)
    who = "customer" if isinstance(e, ev.MessageReceived) else e.author.value
    return {
        "no": r.no, "at": plain(r.at), "type": e.type, "message": e.message, "content": plain(e.content),
        "client_id": e.client_id if who == "customer" else "", "actor": {"kind": who, "id": ""},
    }  # fmt: skip


def visitor_events(recorded: Iterable[ev.Recorded]) -> list[dict[str, Any]]:
    return [visitor_event(r) for r in recorded if r.event.type in VISITORS_SEE]


def agent(a: Agent) -> dict[str, Any]:
    wanted = (
        "id", "name", "presence", "capacity", "load", "queues", "languages", "skills", "channels", "regions", "expert",
    )  # fmt: skip
    return {name: plain(getattr(a, name)) for name in wanted}


def contact(c: Contact) -> dict[str, Any]:
    if c.erased_at is not None:
        return {"id": c.id, "erased": plain(c.erased_at), "merged_into": c.merged_into}
    return {
        "id": c.id, "name": c.name, "phone": c.phone, "email": c.email, "attributes": dict(c.attributes),
        "merged_into": c.merged_into, "restricted": c.rights.restricted,
        "identities": [{"channel": i.channel, "account": i.account} for i in c.identities],
    }  # fmt: skip


def deliveries(found: Sequence[Delivery]) -> dict[str, dict[str, str]]:
    return {d.message: {"status": d.status.value, "reason": d.reason} for d in found}


def parked(p: Parked) -> dict[str, Any]:
    return {k: plain(v) for k, v in asdict(p).items() if k not in ("ciphertext", "group")}


def audit_record(r: ev.Recorded, region: str = "") -> dict[str, Any]:
    """An event in CloudTrail's record format (version 1.11), so that existing parsers take it. Contents are left out."""
    e = r.event
    name = e.name if isinstance(e, ev.AccessRecorded) else "".join(w.title() for w in e.type.split("_"))
    clear = {f.name for f in fields(e)} - ev.personal_fields(type(e)) - {"ciphertext"}
    return {
        "eventVersion": "1.11",
        "eventID": f"{r.ledger}#{r.no}",
        "eventTime": plain(r.at),
        "eventSource": "switchboard",
        "eventName": name,
        "eventType": "SwitchboardEvent",
        "awsRegion": region,
        "userAgent": None,
        "userIdentity": {"type": r.actor.kind.value, "principalId": r.actor.id, "role": r.actor.role},
        "sourceIPAddress": r.actor.source_ip or "internal",
        "requestID": r.actor.request_id,
        "readOnly": isinstance(e, ev.AccessRecorded),
        "resources": [{"ARN": e.resource if isinstance(e, ev.AccessRecorded) else r.ledger}],
        "errorCode": e.error if isinstance(e, ev.AccessRecorded) and e.error else None,
        "requestParameters": {k: plain(getattr(e, k)) for k in sorted(clear)},
        "responseElements": None,
    }
