"""The desk's REST API of what people ask for as to their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from switchboard.application import views
from switchboard.domain.contacts import Contact
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call


def _consents(c: Call) -> Any:
    return c.services.access.recorded(
        c.actor, "GetConsents", c.path["id"][:80], lambda: views.plain(c.services.consents.shown(c.path["id"]))
    )


def _set_consent(c: Call) -> Any:
    contact = c.path["id"]
    given = c.body.get("given")
    if not isinstance(given, bool):
        raise Malformed("'given' is true or false")
    channel, version, proof, since = (c.text(name, required=False) for name in ("channel", "version", "proof", "since"))
    c.services.consents.set(
        c.actor, contact, c.text("purpose"), channel, given=given, source=c.text("source"), version=version, proof=proof,
        since=_time(since) if since else None,
    )  # fmt: skip
    return views.plain(c.services.consents.shown(contact))


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("'since' is a time by ISO 8601") from None
    if at.tzinfo is None:
        raise Malformed("'since' names its offset from UTC")
    return at


def _shown(contact: Contact) -> Any:
    return {**views.contact(contact), "restricted": contact.rights.restricted, "objections": list(contact.rights.objections)}


def _rectify(c: Call) -> Any:
    contact, values = c.path["id"], c.body.get("values")
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise Malformed("'values' is an object of texts")
    return _shown(c.services.subject_rights.rectify(c.actor, contact, values, c.text("why")))


def _restrict(c: Call) -> Any:
    contact, restricted = c.path["id"], c.body.get("restricted")
    if not isinstance(restricted, bool):
        raise Malformed("'restricted' is true or false")
    return _shown(c.services.subject_rights.restrict(c.actor, contact, restricted, c.text("why")))


def _object(c: Call) -> Any:
    contact = c.path["id"]
    return _shown(c.services.subject_rights.object(c.actor, contact, c.texts("purposes"), c.text("why")))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/contacts/{id}/consents"): _consents,
    ("PUT", "/v1/contacts/{id}/consents"): _set_consent,
    ("PUT", "/v1/contacts/{id}/rectification"): _rectify,
    ("PUT", "/v1/contacts/{id}/restriction"): _restrict,
    ("PUT", "/v1/contacts/{id}/objections"): _object,
}
