"""What a scanner found, and what of it is accepted: by an entry of docs/compliance/accepted-findings.yaml that says why and who owns
it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "docs" / "compliance" / "accepted-findings.yaml"
FIELDS = ("tool", "rule", "where", "reason", "owner")
SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is a file, a resource or a package with its version."""

    tool: str
    rule: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Findings of one rule in places that match `where` (`*` stands for anything)."""

    tool: str
    rule: str
    where: str
    reason: str
    owner: str

    def covers(self, finding: Finding) -> bool:
        return (self.tool, self.rule) == (finding.tool, finding.rule) and fnmatchcase(finding.where, self.where)


class BadList(ValueError):
    """The list of accepted findings is not as it must be."""


def read(text: str) -> list[Accepted]:
    """Raises BadList for an entry without all its fields, or with a reason that is none."""
    entries = yaml.safe_load(text)
    if not isinstance(entries, list):
        raise BadList("it is a list of entries")
    return [_entry(entry) for entry in entries]


def _entry(entry: object) -> Accepted:
    if not isinstance(entry, dict) or set(entry) != set(FIELDS):
        raise BadList(f"an entry has exactly the fields {', '.join(FIELDS)}: {entry}")
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise BadList(f"every field is a text: {entry}")
    if len(entry["reason"]) < SHORTEST_REASON or entry["where"].strip("*") == "":
        raise BadList(f"a reason says why, and not everywhere at once: {entry}")
    return Accepted(**entry)


def judge(found: Iterable[Finding], accepted: Iterable[Accepted], ran: frozenset[str]) -> tuple[list[Finding], list[Accepted]]:
    """The findings that nobody accepted, and the entries of tools that `ran` which cover nothing any more."""
    found, accepted = list(found), list(accepted)
    unexplained = [finding for finding in found if not any(entry.covers(finding) for entry in accepted)]
    idle = [entry for entry in accepted if entry.tool in ran and not any(entry.covers(finding) for finding in found)]
    return unexplained, idle
