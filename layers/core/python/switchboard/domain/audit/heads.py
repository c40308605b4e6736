"""Chains grow by commits that fit: which heads have moved, and what could not be put on yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from switchboard.domain.audit.commit import Commit


class Head(NamedTuple):
    """How far a ledger's chain reaches: number of commits and the last one's hash."""

    commits: int
    hash: str


NOTHING = Head(0, "")


@dataclass
class Growth:
    """Chains from the heads they had. Commits may come in any order and twice; files are taken in the order of their keys."""

    heads: Mapping[str, Head]
    moved: dict[str, Head] = field(default_factory=dict)
    misfits: list[tuple[str, Commit]] = field(default_factory=list)  # file, commit: says another predecessor than there is
    _early: dict[str, dict[int, tuple[str, Commit]]] = field(default_factory=dict)

    def take(self, file: str, commit: Commit) -> None:
        """Put a commit on its chain, or keep it for when those before it have come."""
        head = self._head(commit.ledger)
        if commit.no > head.commits + 1:
            self._early.setdefault(commit.ledger, {}).setdefault(commit.no, (file, commit))
        elif commit.no == head.commits + 1:
            early = self._early.get(commit.ledger, {})
            following: tuple[str, Commit] | None = (file, commit)
            while following is not None and self._put_on(*following):
                following = early.pop(following[1].no + 1, None)

    def _put_on(self, file: str, commit: Commit) -> bool:
        if commit.prev != self._head(commit.ledger).hash:
            self.misfits.append((file, commit))
            return False
        self.moved[commit.ledger] = Head(commit.no, commit.hash)
        return True

    def _head(self, ledger: str) -> Head:
        return self.moved.get(ledger) or self.heads.get(ledger, NOTHING)

    @property
    def early(self) -> list[tuple[str, Commit]]:
        """(file, commit) of those whose predecessors have not come."""
        return [found for waiting in self._early.values() for found in waiting.values()]
