"""The cases of `tests/data/roles/matrix.yaml`, by the rules of the README beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MATRIX = Path(__file__).resolve().parents[1] / "data/roles/matrix.yaml"
# tried upon each allowed situation; all but the last deny
DERIVED = (
    *("foreign_region", "foreign_brand", "foreign_tier", "unknown_region", "into_foreign_team", "into_foreign_region"),
    "no_limits",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing tried: `base` is the situation that a derived one is tried upon, "" for the others. `principal`: a role, an outsider,
    or `service <name>`."""

    action: str
    mode: str
    principal: str
    situation: str
    base: str
    allowed: bool

    def __str__(self) -> str:
        return f"{self.action} | {self.principal} | {self.situation}" + (f" of {self.base}" if self.base else "")


@cache
def matrix() -> dict[str, Any]:
    return yaml.safe_load(MATRIX.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def cases() -> tuple[Case, ...]:
    rows = {row["action"]: row for row in matrix()["actions"]}
    return tuple(case for row in matrix()["actions"] for case in _of(row, rows[row["same_as"]] if "same_as" in row else row))


def twins() -> dict[str, str]:
    """Rows that are the same use case through another door: name -> the row that says what is allowed."""
    return {row["action"]: row["same_as"] for row in matrix()["actions"] if "same_as" in row}


def _words(text: str) -> list[str]:
    words = matrix()["words"]
    return list(dict.fromkeys(one for word in text.split() for one in (_words(words[word]) if word in words else [word])))


def _of(named: dict[str, Any], row: dict[str, Any]) -> Iterator[Case]:
    of = matrix()
    sets = of["sets"][row["set"]] if isinstance(row["set"], str) else row["set"]
    allow = {**of["profiles"].get(row.get("like", ""), {}), **row.get("allow", {})}
    extra, without = row.get("extra", {}), row.get("without", {})
    action, mode = named["action"], row.get("mode", "call")
    for who in (*of["roles"], *of["outsiders"]):
        tried = [s for s in _words(sets.get(who, "")) if s not in _words(without.get(who, ""))]
        tried += [s for s in _words(extra.get(who, "")) if s not in tried]
        may = [] if allow.get(who, "none") == "none" else _words(allow[who])
        if not tried:  # an outsider the row does not name
            yield Case(action, mode, who, "any", "", False)
            continue
        plain = [s for s in tried if s not in DERIVED]
        for situation in plain:
            yield Case(action, mode, who, situation, "", situation in may)
        upon = [s for s in plain if s in may and not s.startswith("assigned_only")]
        for situation in (s for s in tried if s in DERIVED):
            for base in upon or plain[:1]:
                yield Case(action, mode, who, situation, base, situation == "no_limits" and base in may)
    for service, row_of in row.get("services", {}).items():
        for key, allowed in (("allow", True), ("deny", False)):
            for situation in row_of[key].split():
                yield Case(action, "service", f"service {service}", situation, "", allowed)
