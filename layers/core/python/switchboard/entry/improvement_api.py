"""The desk's REST API by which the bot gets better: agents' corrections, and periods looked through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.application.corrections import MOST
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call


def _correct(c: Call) -> Any:
    intent, sentiment = c.text("intent"), c.text("sentiment", required=False)
    return views.summary(c.services.corrections.correct(c.actor, c.path["id"], c.path["message"][:120], intent, sentiment))


def _export(c: Call) -> Any:
    limit, after = c.number("limit") if "limit" in c.query else MOST, c.query.get("after", "")[:120]
    if not 1 <= limit <= MOST:
        raise Malformed(f"'limit' is a whole number from 1 to {MOST}")

    def read() -> Any:
        page = c.services.corrections.export(after, limit)
        return {"corrections": views.plain(page.found), "left_out": page.left_out, "next": page.next}

    return c.services.access.recorded(c.actor, "ExportCorrections", f"corrections after {after}".strip(), read)


def _ask(c: Call) -> Any:
    return {"id": c.services.improvements.ask(c.actor, c.body)}


def _found(c: Call) -> Any:
    """It shows what customers wrote, so it is on record who read it."""
    id_ = c.path["id"][:64]
    admission = c.services.admission

    def read() -> Any:
        principal = admission.principal(c.actor)
        return views.plain(c.services.improvements.read(id_, lambda seen: admission.sees_by_id(principal, "SeeExample", seen)))

    return c.services.access.recorded(c.actor, "GetImprovement", f"improvement {id_}", read)


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("PUT", "/v1/conversations/{id}/messages/{message}/intent"): _correct,
    ("GET", "/v1/corrections"): _export,
    ("POST", "/v1/improvements"): _ask,
    ("GET", "/v1/improvements/{id}"): _found,
}
