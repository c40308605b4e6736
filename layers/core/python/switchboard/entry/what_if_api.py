"""What-if over REST: ask how other routing policies would have done, and read the answer when it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.entry.calls import Call


def _ask(c: Call) -> Any:
    return {"id": c.services.what_if.ask(c.actor, c.body)}


def _answer(c: Call) -> Any:
    return views.plain(c.services.what_if.read(c.path["id"]))


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("POST", "/v1/routing/what-if"): _ask,
    ("GET", "/v1/routing/what-if/{id}"): _answer,
}
