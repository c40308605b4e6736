"""The desk's REST API of exports: a person's data for them. Another person approves it like every request (`erasure_api`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.entry.calls import Call


def _ask(c: Call) -> Any:
    r = c.services.export_desk.ask(c.actor, c.path["id"], c.text("reason"))
    return views.plain({"id": r.id, "contact": r.about, "state": r.state, "digest": r.digest, "decide_by": r.decide_by})


def _fetch(c: Call) -> Any:
    return views.plain(c.services.export_desk.fetch(c.actor, c.path["id"]))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("POST", "/v1/privacy/contacts/{id}/export"): _ask,
    ("GET", "/v1/privacy/exports/{id}"): _fetch,
}
