"""Questions of authority, judged by Cedar policies. Parsed once a process; each question brings its two entities along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import cedarpy

from switchboard.domain.authority.actions import ACTIONS
from switchboard.domain.authority.question import Decision, Kind, Principal, Question, Resource

NOT_JUDGED = Decision(False, ("error",))
NOBODY = Decision(False)

# Whoever is asked about under another role than their kind's is nobody: a person is no bot, a bot no person.
ROLES: Mapping[Kind, frozenset[str] | None] = {
    Kind.PERSON: frozenset({"agent", "supervisor", "administrator", "auditor", "privacy_officer"}),
    Kind.BOT: frozenset({"bot"}),
    Kind.INTEGRATION: frozenset({"integration"}),
    Kind.SERVICE: None,  # the function's name
    Kind.VISITOR: frozenset({""}),
    Kind.ANONYMOUS: frozenset({""}),
}
RESOURCES = {
    "conversation": "Conversation", "contact": "Contact", "agent": "Colleague", "key": "Key", "settings": "Settings",
    "parked": "Parked", "subject": "Subject", "approval": "Approval", "records": "Records", "desk": "Desk", "work": "Work",
}  # fmt: skip
FACTS = frozenset(
    {
        *("case", "into", "compatible", "within_ceiling", "approved", "delay_over", "due", "no_hold"),
        *("ticket", "session", "origin", "signed"),
    }
)


def policy_texts() -> dict[str, str]:
    """The policies as shipped, by file."""
    folder = resources.files("switchboard.resources").joinpath("policies")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".cedar")), key=lambda f: f.name)
    return {f.name: f.read_text(encoding="utf-8") for f in files}


def schema_text() -> str:
    return resources.files("switchboard.resources").joinpath("policies", "schema.cedarschema").read_text(encoding="utf-8")


@cache
def shipped() -> CedarAuthority:
    """The judge by the policies of the package, one a process. Raises ValueError if they cannot be parsed: then nothing starts."""
    return CedarAuthority("\n".join(policy_texts().values()), schema_text())


class CedarAuthority:
    """Judges by policies given as text. Raises ValueError if they or the schema cannot be parsed."""

    def __init__(self, policies: str, schema: str) -> None:
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._actions = _actions(cedarpy.Entities.from_json_str("[]", schema))

    def decide(self, question: Question) -> Decision:
        try:
            return self._decide(question)
        except Exception:  # whatever it is: what cannot be judged is denied
            return NOT_JUDGED

    def _decide(self, question: Question) -> Decision:
        asks, about = question.principal, question.resource
        allowed = ROLES[asks.kind]
        if (not asks.role) if allowed is None else (asks.role not in allowed):
            return NOBODY
        principal, resource = _principal(asks), _resource(about)
        entities = [self._actions[question.action], principal, resource]
        found = cedarpy.is_authorized(
            {
                "principal": principal["uid"], "action": {"type": "Action", "id": question.action}, "resource": resource["uid"],
                "context": _facts(question),
            },
            self._policies, json.dumps(entities),
        )  # fmt: skip
        if found.diagnostics.errors:  # Cedar leaves out a policy that fails: it may have been the one that forbids
            return NOT_JUDGED
        names = found.diagnostics.id_annotations_by_reason
        return Decision(found.allowed, tuple(sorted(names.get(r, r) for r in found.diagnostics.reasons)))


def _actions(of_schema: cedarpy.Entities) -> dict[str, dict[str, Any]]:
    """Each action with all the groups it is in: one of them goes with a question, rather than all. A group is no action."""
    every = {e["uid"]["id"]: e for e in json.loads(str(of_schema))}
    return {name: {"uid": e["uid"], "attrs": {}, "parents": e["parents"]} for name, e in every.items() if name in ACTIONS}


def _principal(p: Principal) -> dict[str, Any]:
    attributes = {
        "id": p.id, "who": p.who, "teams": list(p.teams), "regions": list(p.regions), "brands": list(p.brands), "tiers": list(p.tiers),
        "assigned_only": p.assigned_only,
    }  # fmt: skip
    name = p.role if p.kind is Kind.SERVICE else p.id
    parents = [{"type": "Role", "id": p.role}] if p.role else []
    return {"uid": {"type": p.kind.value.capitalize(), "id": name}, "attrs": attributes, "parents": parents}


def _resource(r: Resource) -> dict[str, Any]:
    attributes = {
        "id": r.id, "state": r.state, "open": r.open, "queue": r.queue, "owner": r.owner, "region": r.region, "brand": r.brand,
        "tier": r.tier, "finished_by": r.finished_by, "consulted": list(r.consulted), "served_by": r.served_by, "asked_by": r.asked_by,
        "about": r.about, "answered": r.answered, "teams": list(r.teams),
    }  # fmt: skip
    return {"uid": {"type": RESOURCES[r.kind], "id": r.id}, "attrs": attributes, "parents": []}


def _facts(question: Question) -> dict[str, bool | str]:
    told = question.facts
    reason, audience = told.get("reason", ""), told.get("audience", "")
    facts: dict[str, bool | str] = {name: told.get(name) is True for name in FACTS}
    facts["reason"] = bool(reason.strip()) if isinstance(reason, str) else reason is True
    facts["audience"] = audience if isinstance(audience, str) else ""
    facts["grant"] = question.action in question.principal.grants
    return facts
