"""What every request that needs two people has at its doors, whatever it is for: how it is shown, refused and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchboard.application import views
from switchboard.domain.approvals import Fact, Request
from switchboard.entry.calls import Call


def shown(c: Call, r: Request, facts: Sequence[Fact] = ()) -> Any:
    """Whoever approves it sends `digest` back: it is of what stands here."""
    return {
        "id": r.id, "kind": r.kind, "about": r.about, "parameters": dict(r.parameters), "reason": c.services.approvals.reason(r),
        "state": r.state_at(c.services.clock.now()).value, "digest": r.digest, "asked_by": r.asked_by,
        "asked_at": views.plain(r.asked_at),
        "decide_by": views.plain(r.decide_by), "decided_by": r.decided_by, "decided_at": views.plain(r.decided_at),
        "due": views.plain(r.due), "steps": [{"type": f.type, "at": views.plain(f.at), **f.fields} for f in facts],
    }  # fmt: skip


def refuse(c: Call) -> Any:
    return shown(c, c.services.approvals.refuse(c.actor, c.path["id"], c.text("reason")))


def withdraw(c: Call) -> Any:
    return shown(c, c.services.approvals.withdraw(c.actor, c.path["id"]))
