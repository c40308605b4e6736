"""Hours, rosters and promises over REST, and how a conversation's SLA clocks stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call


def _hours(c: Call) -> Any:
    return {"hours": views.plain(c.services.configuration.hours())}


def _set_hours(c: Call) -> Any:
    document = c.body.get("hours")
    if not isinstance(document, dict):
        raise Malformed("'hours' is an object; GET shows the one in force")
    return {"hours": views.plain(c.services.configuration.set_hours(c.actor, document))}


def _sla(c: Call) -> Any:
    id_ = c.path["id"]

    def read() -> Any:
        return {"sla": [{**views.plain(s), "breached": s.breached} for s in c.services.service_levels.standings(id_)]}

    return c.services.access.recorded(c.actor, "GetConversationSla", id_[:80], read)


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/hours"): _hours,
    ("PUT", "/v1/hours"): _set_hours,
    ("GET", "/v1/conversations/{id}/sla"): _sla,
}
