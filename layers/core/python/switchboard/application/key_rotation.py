"""Generations of the branch keys: a new one is added, contacts' data keys are wrapped anew under it, and only then an old one goes.

Nothing here sees a key. A data key is replaced only where it is still the one that was read, so what somebody erased or replaced
meanwhile stays so. The walk is kept after each page: whoever goes on later, goes on from there; several at once do no harm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from switchboard.application.ports import Clock
from switchboard.domain.errors import NotAllowedNow, NotFound, Unreadable

CONTACT, QUEUE = "contact", "queue"
ROTATABLE = (CONTACT, QUEUE)
SETTLED = timedelta(hours=2)  # an hour and a minute is how long a process may know a key, or which generation is the newest; and room
QUEUED = timedelta(days=120)  # bodies that wait, were given up on (14 days each) or are parked (90 days) are sealed under a queue key
PAGE = 100  # data keys read at once


class Wrapped(Protocol):
    """A data key under a branch key of one generation."""

    @property
    def owner(self) -> str: ...
    @property
    def generation(self) -> int: ...


K = TypeVar("K", bound=Wrapped)


@dataclass(frozen=True, slots=True)
class Generation:
    number: int
    made: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the walk that wraps all data keys under generation `target`. `after`: where it stands, in the store's words; `lost`: erased
    or replaced by somebody else meanwhile; `broken`: cannot be opened; `finished`: when it was through."""

    target: int
    after: str = ""
    looked: int = 0
    moved: int = 0
    lost: int = 0
    broken: int = 0
    finished: datetime | None = None


class Branches(Protocol[K]):
    """All raise StorageUnavailable."""

    def generations(self, purpose: str) -> Sequence[Generation]:
        """Those there are, the oldest first."""
        ...

    def rotate(self, purpose: str) -> int:
        """Add a generation and return its number."""
        ...

    def rewrap(self, key: K, generation: int) -> K:
        """The same data key under another generation. Raises Unreadable."""
        ...

    def remove(self, purpose: str, generation: int) -> None:
        """For ever: what it wraps cannot be opened again."""
        ...


class DataKeys(Protocol[K]):
    """All raise StorageUnavailable."""

    def page(self, after: str, limit: int) -> tuple[Sequence[K], str]:
        """Some of the stored data keys, about `limit`, in an order that stays, and where to go on; "" is the beginning and the end.
        A page may be empty before the end."""
        ...

    def replace(self, old: K, new: K) -> bool:
        """False, and nothing changed, where `old` is no longer what is stored."""
        ...

    def progress(self) -> Progress | None: ...

    def keep(self, progress: Progress) -> None: ...


def _anybody(_what: str) -> None:
    """Whoever may call it, may do it."""


@dataclass(frozen=True, slots=True)
class KeyRotation(Generic[K]):
    """`approved` is asked before a generation comes or goes (`"rotate contact"`, `"retire contact 3"`) and raises where a second
    person has yet to agree."""

    branches: Branches[K]
    keys: DataKeys[K]
    clock: Clock
    approved: Callable[[str], None] = _anybody

    def rotate(self, purpose: str) -> int:
        """Add a generation; the older ones stay readable. Every process seals with it within `SETTLED`."""
        _known(purpose)
        self.approved(f"rotate {purpose}")
        return self.branches.rotate(purpose)

    def rewrap(self, most: int) -> Progress:
        """Look at about `most` further data keys and wrap them under the newest generation. Begins anew where the last walk is over
        or there is a newer one."""
        newest = self._newest(CONTACT).number
        at = self.keys.progress()
        if at is None or at.target != newest or at.finished is not None:
            at = Progress(newest)
        begun = at.looked
        while at.finished is None and at.looked - begun < most:
            at = self._page(at)
            self.keys.keep(at)
        return at

    def _page(self, at: Progress) -> Progress:
        keys, after = self.keys.page(at.after, PAGE)
        moved = lost = broken = 0
        for key in keys:
            if key.generation >= at.target:
                continue
            try:
                new = self.branches.rewrap(key, at.target)
            except Unreadable:
                broken += 1
                continue
            if self.keys.replace(key, new):
                moved += 1
            else:
                lost += 1
        return replace(
            at, after=after, looked=at.looked + len(keys), moved=at.moved + moved, lost=at.lost + lost, broken=at.broken + broken,
            finished=None if after else self.clock.now(),
        )  # fmt: skip

    def needed(self) -> dict[int, int]:
        """How many data keys each generation of the contacts' branch key wraps."""
        found: dict[int, int] = {}
        after = ""
        while True:
            keys, after = self.keys.page(after, PAGE)
            for key in keys:
                found[key.generation] = found.get(key.generation, 0) + 1
            if not after:
                return dict(sorted(found.items()))

    def retire(self, purpose: str, generation: int) -> None:
        """Destroy an old generation. Raises NotAllowedNow, which says why, while anything may still need it."""
        _known(purpose)
        if generation not in [g.number for g in self.branches.generations(purpose)]:
            raise NotFound(f"there is no generation {generation} of the {purpose} key")
        newest = self._newest(purpose)
        if generation >= newest.number:
            raise NotAllowedNow(f"generation {generation} of the {purpose} key is the newest: rotate first")
        successor = next(g for g in self.branches.generations(purpose) if g.number > generation)
        if purpose == QUEUE:
            self._long_ago(successor.made, QUEUED, "bodies sealed under it may still wait or be parked")
        else:
            self._long_ago(newest.made, SETTLED, "processes may not know the newest generation yet")
            walk = self.keys.progress()
            if walk is None or walk.target != newest.number or walk.finished is None:
                raise NotAllowedNow(f"the data keys are not all wrapped under generation {newest.number} yet: rewrap first")
            self._long_ago(walk.finished, SETTLED, "processes may still hold data keys as they were wrapped before")
            if left := self.needed().get(generation, 0):
                raise NotAllowedNow(f"{left} data keys still need generation {generation}: rewrap again")
        self.approved(f"retire {purpose} {generation}")
        self.branches.remove(purpose, generation)

    def _newest(self, purpose: str) -> Generation:
        found = self.branches.generations(purpose)
        if not found:
            raise NotFound(f"there is no {purpose} key yet")
        return found[-1]

    def _long_ago(self, at: datetime, span: timedelta, why: str) -> None:
        if self.clock.now() - at < span:
            raise NotAllowedNow(f"not before {(at + span).isoformat(timespec='minutes')}: {why}")


def _known(purpose: str) -> None:
    if purpose not in ROTATABLE:
        raise NotAllowedNow(f"the keys that rotate are {' and '.join(ROTATABLE)}; the index key does not (ADR 2)")
