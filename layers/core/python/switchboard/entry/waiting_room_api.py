"""What customers who wait are told and offered, over REST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.settings import parse
from switchboard.entry.calls import Call


def _waiting_room(c: Call) -> Any:
    return _shown(c.services.waiting.settings.document())


def _set_waiting_room(c: Call) -> Any:
    policy = c.body.get("policy")
    if not isinstance(policy, dict):
        raise Malformed("'policy' is an object; GET /v1/waiting-room shows the one in force")
    return _shown(c.services.waiting.settings.set(c.actor, policy))


def _shown(document: Mapping[str, object]) -> Any:
    """The document as it was set, and every setting as it is in force."""
    settings = parse(document)
    in_force = views.plain(settings) | {"channels": sorted(settings.channels)}
    if queue := in_force.pop("then_queue"):
        in_force["then"] = f"queue:{queue}"
    return {"policy": views.plain(document), "in_force": in_force}


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/waiting-room"): _waiting_room,
    ("PUT", "/v1/waiting-room"): _set_waiting_room,
}
