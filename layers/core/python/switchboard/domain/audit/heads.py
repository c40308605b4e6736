"""Chains grow by commits that fit: which heads have moved, and what could not be put on yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.gaps import Gap, between


class Head(NamedTuple):
    """How far a ledger's chain reaches: number of commits and the last one's hash."""

    commits: int
    hash: str


NOTHING = Head(0, "")


class Link(NamedTuple):
    """What a commit adds to its ledger's chain: no more of it is kept."""

    ledger: str
    no: int
    prev: str
    hash: str

    @classmethod
    def of(cls, commit: Commit) -> Link:
        return cls(commit.ledger, commit.no, commit.prev, commit.hash)


@dataclass
class Growth:
    """Chains from the heads they had. Commits may come in any order and twice; files are taken in the order of their keys."""

    heads: Mapping[str, Head]
    moved: dict[str, Head] = field(default_factory=dict)
    misfits: list[tuple[str, Link]] = field(default_factory=list)  # file, commit: says another predecessor than there is
    _early: dict[str, dict[int, tuple[str, Link]]] = field(default_factory=dict)

    def take(self, file: str, link: Link) -> None:
        """Put a commit on its chain, or keep it for when those before it have come."""
        head = self._head(link.ledger)
        if link.no > head.commits + 1:
            self._early.setdefault(link.ledger, {}).setdefault(link.no, (file, link))
        elif link.no == head.commits + 1:
            early = self._early.get(link.ledger, {})
            following: tuple[str, Link] | None = (file, link)
            while following is not None and self._put_on(*following):
                following = early.pop(following[1].no + 1, None)

    def _put_on(self, file: str, link: Link) -> bool:
        if link.prev != self._head(link.ledger).hash:
            self.misfits.append((file, link))
            return False
        self.moved[link.ledger] = Head(link.no, link.hash)
        return True

    def _head(self, ledger: str) -> Head:
        return self.moved.get(ledger) or self.heads.get(ledger, NOTHING)

    @property
    def early(self) -> list[tuple[str, Link]]:
        """(file, commit) of those whose predecessors have not come."""
        return [found for waiting in self._early.values() for found in waiting.values()]

    def missing(self, held: Collection[str]) -> list[Gap]:
        """What must come before those that wait can be put on, if only these files are looked at again."""
        gaps: list[Gap] = []
        for ledger, waiting in sorted(self._early.items()):
            if waiting:
                kept = (no for no, (file, _) in waiting.items() if file in held)
                gaps += between(ledger, self._head(ledger).commits, kept, max(waiting))
        return gaps
