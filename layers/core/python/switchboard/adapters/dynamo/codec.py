"""Events to stored bytes and back. Personal fields are sealed one by one, each bound to its ledger, event number and name."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from switchboard.adapters.vault import COMPANY, Place, Vault
from switchboard.domain import events as ev
from switchboard.domain.audit.commit import dumps
from switchboard.domain.conversation import contact_of
from switchboard.domain.errors import Unreadable

_TYPES: Mapping[str, type[ev.Event]] = {t.type: t for t in ev.EVENT_TYPES}
ORIGIN = "origin"


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[name])


@cache
def _clear_and_personal(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    kind = _TYPES[name]
    personal = ev.personal_fields(kind)
    return tuple(f.name for f in fields(kind) if f.name not in personal), personal


def owner_of(ledger: str) -> str:
    """Whose data key seals a ledger's personal fields."""
    kind, _, subject = ledger.partition("#")
    if kind == "cnv":
        return contact_of(subject)
    if kind == "apr":  # a request: the reason is about a person, if any, and goes with them
        return subject.partition("#")[2] or COMPANY
    return subject if kind == "cct" else COMPANY


def plain(event: ev.Event) -> dict[str, Any]:
    """An event's fields in JSON's types, in clear."""
    return dict(_adapter(event.type).dump_python(event, mode="json"))


def encode(
    vault: Vault, ledger: str, first: int, events: Sequence[ev.Event], actor: ev.Actor
) -> bytes:
    """The body of a commit: who, and the events from number `first`."""
    owner = owner_of(ledger)
    stored = []
    for no, event in enumerate(events, first):
        clear, personal = _clear_and_personal(event.type)
        values = plain(event)
        entry: dict[str, Any] = {"type": event.type, "no": no, "data": {k: values[k] for k in clear}}
        if personal:
            entry["sealed"] = {
                name: base64.b64encode(vault.seal(owner, Place(ledger, no, name), dumps(values[name]))).decode()
                for name in sorted(personal)
            }
        stored.append(entry)
    by: dict[str, Any] = {"kind": actor.kind.value, "id": actor.id, "role": actor.role, "request": actor.request_id}
    if actor.source_ip:
        sealed = vault.seal(COMPANY, Place(ledger, first, ORIGIN), actor.source_ip.encode())
        by["origin"] = base64.b64encode(sealed).decode()
    return dumps({"by": by, "events": stored})


def decode(vault: Vault, ledger: str, commit: int, at: datetime, body: bytes, *, origin: bool = False) -> list[ev.Recorded]:
    """A commit's events. With `origin` the caller's address is opened too (audits need it, screens do not).
    Raises Unreadable where anything was changed or the key is gone."""
    owner = owner_of(ledger)
    try:
        stored = json.loads(body)
        by = stored["by"]
        source_ip = ""
        if origin and "origin" in by:
            place = Place(ledger, stored["events"][0]["no"], ORIGIN)
            source_ip = vault.unseal(COMPANY, place, base64.b64decode(by["origin"])).decode()
        actor = ev.Actor(ev.ActorKind(by["kind"]), by["id"], by["role"], source_ip, by["request"])
        recorded = []
        for entry in stored["events"]:
            no = entry["no"]
            values = dict(entry["data"])
            for name, sealed in entry.get("sealed", {}).items():
                values[name] = json.loads(vault.unseal(owner, Place(ledger, no, name), base64.b64decode(sealed)))
            recorded.append(ev.Recorded(ledger, no, commit, at, actor, _adapter(entry["type"]).validate_python(values)))
        return recorded
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable(f"commit {commit} of {ledger} is not as it was written ({type(error).__name__})") from None
