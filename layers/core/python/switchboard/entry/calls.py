"""A signed-in request of the desk's REST API, and how its arguments are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed


@dataclass(frozen=True, slots=True)
class Call:
    """A signed-in request. `path` holds the path's parameters, `body` the JSON object."""

    services: Services
    actor: ev.Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.body.get(name, "")
        if not isinstance(value, str) or (required and not value):
            raise Malformed(f"{name!r} must be a text")
        return value

    def texts(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        value = self.body.get(name, None if required else [])
        if not isinstance(value, list) or not all(isinstance(v, str) and 0 < len(v) <= 64 for v in value):
            raise Malformed(f"{name!r} must be a list of texts of 1 to 64 characters")
        return tuple(value)

    def number(self, name: str) -> int:
        value = self.query.get(name, "0")
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            raise Malformed(f"{name!r} must be a whole number")
        return int(value)
