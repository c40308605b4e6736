"""The desk's REST API of how long what is stored is kept: the rules, and what was done by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.application.retention import Version
from switchboard.domain.retention.rules import TYPES
from switchboard.entry.calls import Call

WEEK = 7


def _shown(v: Version) -> Any:
    return {"version": v.number, "rules": v.document["rules"], "by": v.by, "at": v.at, "in_force_from": v.from_}


def _rules(c: Call) -> Any:
    versions, now = c.services.retention_desk.versions(), c.services.clock.now()
    in_force = next(v for v in versions if v.from_ is None or v.from_ <= now)
    coming = [v for v in versions if v.number > in_force.number][:1]
    bounds = {
        name: {"least": b.least, "most": b.most, "by_channel": b.by_channel, "by_region": b.by_region} for name, b in TYPES.items()
    }
    return views.plain({"in_force": _shown(in_force), "coming": _shown(coming[0]) if coming else None, "types": bounds})


def _set(c: Call) -> Any:
    return views.plain(_shown(c.services.retention_desk.set(c.actor, {"rules": c.body.get("rules")})))


def _report(c: Call) -> Any:
    days = c.number("days") if "days" in c.query else WEEK
    return views.plain({"runs": c.services.retention_desk.report(days)})


def carried_on(services: Any, enough: Callable[[], bool]) -> dict[str, Any] | None:
    """Today's run, as far as there is time."""
    shown = services.retention.run(enough)
    return views.plain(shown) if shown is not None else None


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/retention"): _rules,
    ("PUT", "/v1/retention"): _set,
    ("GET", "/v1/retention/report"): _report,
}
