"""Every few minutes: what came into the audit's archive since the last root is tied into the next, also where nothing came.

It reads the files named since a while before the last root (a file may be written a little later than its name says) and which it
has not read yet, and of earlier files only those with commits that wait for their predecessors. Several at once do no harm: a root's
number is given once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from switchboard.application.audit_ports import AnchoredHeads, AuditFiles, Signer
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.heads import Growth
from switchboard.domain.audit.root import Root
from switchboard.domain.errors import Unreadable

FILES = 2_000  # read for one root
SKEW = timedelta(minutes=5)  # by which clocks of functions may be apart


@dataclass(frozen=True, slots=True)
class Made:
    """A root that was made, or was made by somebody else meanwhile (`number` 0). `held`: commits whose predecessors have not come;
    `broken`: files that cannot be read and commits that do not fit; `behind`: there is more to read."""

    number: int
    files: int = 0
    heads: int = 0
    held: int = 0
    broken: int = 0
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Notary:
    """`interval`: seconds from one root to the next, as it is told to those who check."""

    files: AuditFiles
    anchored: AnchoredHeads
    signer: Signer
    clock: Clock
    interval: int = 300
    limit: int = FILES
    broken: Callable[[str, str], object] = lambda _file, _why: None  # hears of what should not be

    def run(self) -> Made:
        """Make the next root. Raises Unreadable where the last one is not ours, StorageUnavailable."""
        now = self.clock.now()
        recent = self._recent()
        last, raw = recent[0] if recent else (None, b"")
        fresh = list(islice(self._fresh(recent), self.limit + 1))
        behind, fresh = len(fresh) > self.limit, fresh[: self.limit]
        growth, added, bad = self._grown([*(last.held if last else ()), *fresh], set(fresh))
        made = Root(
            number=last.number + 1 if last else 1,
            at=max(now, last.at) if last else now,
            seen=archive.time_of(fresh[-1]) if behind else now,
            interval=self.interval,
            previous=archive.digest(raw) if last else "",
            archive=tuple(added),
            held=tuple(dict.fromkeys(file for file, _ in [*growth.early, *growth.misfits])),
            heads=growth.moved,
            key=self.signer.key,
        )
        if not self.files.put(root.key_of(made.number), root.written(made, self.signer.sign(made.statement))):
            return Made(0)
        self.anchored.apply(made.number, made.heads)
        broken = bad + len(growth.misfits)
        return Made(made.number, len(added), len(made.heads), len(growth.early), broken, behind)

    def _recent(self) -> list[tuple[Root, bytes]]:
        """The last roots, the newest first: as many as may name files that are looked at again. What they say of heads is in."""
        known = self.anchored.applied()
        newer = [root.number_of(k) for k in self.files.keys(root.FOLDER, root.key_of(known) if known else "")]
        for number in newer:
            self.anchored.apply(number, self._root(number)[0].heads)
        number = max(newer, default=known)
        found: list[tuple[Root, bytes]] = []
        while number > 0 and (not found or found[-1][0].at > found[0][0].seen - archive.LATE - SKEW):
            found.append(self._root(number))
            number -= 1
        return found

    def _root(self, number: int) -> tuple[Root, bytes]:
        raw = self.files.get(root.key_of(number))
        found, signature = root.read(raw)
        if found.number != number or not self.signer.signed(found.statement, signature):
            raise Unreadable(f"root {number} was not signed by this key")
        return found, raw

    def _fresh(self, recent: list[tuple[Root, bytes]]) -> Iterator[str]:
        """Keys of files that no root names."""
        after = archive.begins(recent[0][0].seen - archive.LATE) if recent else ""
        named = {key for found, _ in recent for key, _ in found.archive}
        return (key for key in self.files.keys(archive.FOLDER, after) if key not in named)

    def _grown(self, keys: list[str], fresh: set[str]) -> tuple[Growth, list[tuple[str, str]], int]:
        """The chains with these files' commits on them, the fresh files with their hashes, and how many cannot be read."""
        commits, added, bad = [], [], 0
        for key in keys:
            raw = self.files.get(key)
            if key in fresh:
                added.append((key, archive.digest(raw)))
            try:
                commits += [(key, c) for c in archive.read(key, raw)]
            except Unreadable as error:
                bad += 1
                self.broken(key, str(error))
        growth = Growth(self.anchored.read(list(dict.fromkeys(c.ledger for _, c in commits))))
        for key, commit in commits:
            growth.take(key, commit)
        for key, commit in growth.misfits:
            self.broken(key, f"commit {commit.no} of {commit.ledger} does not follow the one before it")
        return growth, added, bad
