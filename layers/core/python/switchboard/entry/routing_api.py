"""Routing over REST: the policy's versions, draft and way back; receipts of decisions; and asking a colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.application.receipts import Recomputed
from switchboard.application.routing_policies import Version
from switchboard.domain.errors import Malformed
from switchboard.domain.routing.eligibility import Reason
from switchboard.entry.calls import Call


def _routing(c: Call) -> Any:
    policies = c.services.routing_policies
    draft, in_force = policies.draft(), policies.in_force()
    return {
        "in_force": _shown(in_force),
        "draft": _shown(draft) | {"differences": policies.differences(in_force, draft)} if draft is not None else None,
        "versions": [{k: v for k, v in _shown(each).items() if k != "policy"} for each in policies.versions()],
    }  # fmt: skip


def _routing_version(c: Call) -> Any:
    """One version, and what the one in force changed since."""
    policies = c.services.routing_policies
    found = policies.version(_number(c.path["version"]))
    return _shown(found) | {"differences": policies.differences(found, policies.in_force())}


def _set_routing(c: Call) -> Any:
    return _shown(c.services.routing_policies.set(c.actor, _document(c), c.text("note", required=False)))


def _keep_draft(c: Call) -> Any:
    policies = c.services.routing_policies
    draft = policies.keep_draft(c.actor, _document(c), c.text("note", required=False))
    return _shown(draft) | {"differences": policies.differences(policies.in_force(), draft)}


def _publish_draft(c: Call) -> Any:
    return _shown(c.services.routing_policies.publish_draft(c.actor))


def _roll_back(c: Call) -> Any:
    version = c.body.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Malformed("'version' is the number of an earlier version")
    return _shown(c.services.routing_policies.roll_back(c.actor, version))


def _receipts(c: Call) -> Any:
    """Why the router chose as it did, each decision made again from the ledgers."""
    id_ = c.path["id"]
    return c.services.access.recorded(
        c.actor, "GetReceipts", id_[:80], lambda: {"receipts": [_receipt(r) for r in c.services.receipts.of(id_)]}
    )


def _consult(c: Call) -> Any:
    return views.summary(c.services.desk.consult(c.actor, c.path["id"], c.text("agent"), c.text("question")))


def _end_consult(c: Call) -> Any:
    return views.summary(c.services.desk.end_consult(c.actor, c.path["id"], c.path["agent"]))


def _document(c: Call) -> Mapping[str, object]:
    policy = c.body.get("policy")
    if not isinstance(policy, dict):
        raise Malformed("'policy' is an object; GET /v1/routing shows the one in force")
    return policy


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Malformed("a version is a whole number")
    return int(text)


def _shown(v: Version) -> dict[str, Any]:
    return {
        "version": v.number, "policy": views.plain(v.document), "at": views.plain(v.at), "by": v.by, "note": v.note,
        "rolled_back_to": v.rolled_back_to,
    }  # fmt: skip


def _receipt(r: Recomputed) -> dict[str, Any]:
    return {
        "number": r.number, "agent": r.agent, "receipt": views.plain(r.receipt), "same": not r.differences,
        "differences": list(r.differences), "reasons": {reason.value: reason.meaning for reason in Reason},
    }  # fmt: skip


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/routing"): _routing,
    ("PUT", "/v1/routing"): _set_routing,
    ("GET", "/v1/routing/versions/{version}"): _routing_version,
    ("PUT", "/v1/routing/draft"): _keep_draft,
    ("POST", "/v1/routing/draft/publish"): _publish_draft,
    ("POST", "/v1/routing/roll-back"): _roll_back,
    ("GET", "/v1/conversations/{id}/receipts"): _receipts,
    ("POST", "/v1/conversations/{id}/consult"): _consult,
    ("DELETE", "/v1/conversations/{id}/consult/{agent}"): _end_consult,
}
