"""The desk's REST API of changes that need two administrators: people's limits and grants, API keys' grants, and the
branch keys' generations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from switchboard.application import views
from switchboard.application.key_rotation import ROTATABLE
from switchboard.domain.approvals import KEYS, RIGHTS
from switchboard.domain.authority.limits import Limits
from switchboard.domain.authority.question import Resource
from switchboard.domain.authority.separation import addable, within_ceiling
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call
from switchboard.entry.requests import refuse, shown, withdraw

_READ = {RIGHTS: "ReadRoles", KEYS: "ReadKeys"}


def _ask_limits(c: Call) -> Any:
    """All limits at once: what is left out is no limit."""
    only = c.body.get("assigned_only", False)
    if not isinstance(only, bool) or not {*c.body} <= {"regions", "brands", "tiers", "assigned_only", "reason"}:
        raise Malformed("limits are lists of 'regions', 'brands' and 'tiers', and 'assigned_only', true or false; and a 'reason'")
    regions, brands, tiers = (tuple(sorted({*c.texts(kind, required=False)})) for kind in ("regions", "brands", "tiers"))
    limits = Limits(regions, brands, tiers, only)
    return shown(c, c.services.changes.ask_limits(c.actor, c.path["id"], limits, c.text("reason")))


def _ask_grants(ceiling: Callable[[Collection[str]], bool]) -> Callable[[Call], Any]:
    """All grants at once: what is left out is granted no more."""

    def ask(c: Call) -> Any:
        return shown(c, c.services.changes.ask_grants(c.actor, c.path["id"], c.texts("grants"), c.text("reason"), ceiling))

    return ask


def _keys(c: Call) -> Any:
    """Numbers and ages; never a key."""
    generations = c.services.generations.generations
    return {"keys": [{"purpose": p, "generation": g.number, "made": views.plain(g.made)} for p in ROTATABLE for g in generations(p)]}


def _ask_keys(c: Call) -> Any:
    changes = c.services.changes
    asked = changes.ask_keys(c.actor, c.text("change"), c.text("purpose"), c.body.get("generation"), c.text("reason"))
    return shown(c, asked)


def _changes(c: Call) -> Any:
    admission, settings = c.services.admission, Resource("settings")
    principal = admission.signed_in(c.actor)
    may = {kind: admission.decide(principal, action, settings).allowed for kind, action in _READ.items()}
    return {"changes": [shown(c, r, facts) for r, facts in c.services.changes.listed() if may[r.kind]]}


def _approve(c: Call) -> Any:
    return shown(c, c.services.changes.approve(c.actor, c.path["id"], c.text("digest")))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("PUT", "/v1/agents/{id}/limits"): _ask_limits,
    ("PUT", "/v1/agents/{id}/grants"): _ask_grants(addable),
    ("PUT", "/v1/integrations/{id}/grants"): _ask_grants(within_ceiling),
    ("GET", "/v1/keys"): _keys,
    ("POST", "/v1/keys/changes"): _ask_keys,
    ("GET", "/v1/changes"): _changes,
    ("POST", "/v1/changes/{id}/approve"): _approve,
    ("POST", "/v1/changes/{id}/refuse"): refuse,
    ("POST", "/v1/changes/{id}/withdraw"): withdraw,
}
