"""Which route of the desk's API a path is.

API Gateway hands on whatever stands below `/v1/`: a route of its own for each path would need a permission each on one function, whose
policy may hold 20 KB (Lambda quotas, "Function resource-based policy"), about fifty of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

_Parts = tuple[str, ...]


class Paths:
    """Of two routes that fit, the one with the earlier fixed part is meant: `/v1/routing/draft` before `/v1/routing/{id}`."""

    def __init__(self, routes: Iterable[str]) -> None:
        self._routes: dict[int, list[tuple[_Parts, str]]] = {}
        for route in sorted(routes, key=lambda r: [part.startswith("{") for part in _parts(r)]):
            self._routes.setdefault(len(_parts(route)), []).append((_parts(route), route))

    def find(self, path: str) -> tuple[str, Mapping[str, str]] | None:
        """The route and the values of its parameters. An empty part is no value, nor a part of a route."""
        given = tuple(unquote(part) for part in _parts(path))
        for parts, route in self._routes.get(len(given), ()) if all(given) else ():
            if all(part.startswith("{") or part == value for part, value in zip(parts, given, strict=True)):
                return route, {part[1:-1]: value for part, value in zip(parts, given, strict=True) if part.startswith("{")}
        return None


def _parts(path: str) -> _Parts:
    return tuple(path.removeprefix("/").split("/"))
