"""The desk's REST API of erasing people: two persons ask and approve, a legal hold stops it. Requests of other kinds that need two
persons are decided here, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.entry.calls import Call
from switchboard.entry.requests import refuse, shown, withdraw


def _ask(c: Call) -> Any:
    return shown(c, c.services.erasure_desk.ask(c.actor, c.path["id"], c.text("ground"), c.text("reason")))


def _hold(c: Call) -> Any:
    return _held(c.services.erasure_desk.hold(c.actor, c.path["id"], c.text("reason")))


def _lift(c: Call) -> Any:
    return _held(c.services.erasure_desk.lift(c.actor, c.path["id"], c.text("reason")))


def _held(contact: Any) -> Any:
    return {"id": contact.id, "held": contact.rights.held}


def _requests(c: Call) -> Any:
    """Those of data subjects whom the caller has in reach."""
    admission, approvals = c.services.admission, c.services.approvals
    principal = admission.principal(c.actor)
    found = [(r, facts) for r, facts in (*approvals.open(), *approvals.closed())
             if admission.requested(principal, "ReadPrivacyRequests", r)]  # fmt: skip
    return {"requests": [shown(c, r, facts) for r, facts in found]}


def _approve(c: Call) -> Any:
    return shown(c, c.services.erasure_desk.approve(c.actor, c.path["id"], c.text("digest")))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("POST", "/v1/privacy/contacts/{id}/erasure"): _ask,
    ("POST", "/v1/privacy/contacts/{id}/hold"): _hold,
    ("DELETE", "/v1/privacy/contacts/{id}/hold"): _lift,
    ("GET", "/v1/privacy/requests"): _requests,
    ("POST", "/v1/privacy/requests/{id}/approve"): _approve,
    ("POST", "/v1/privacy/requests/{id}/refuse"): refuse,
    ("POST", "/v1/privacy/requests/{id}/withdraw"): withdraw,
}
