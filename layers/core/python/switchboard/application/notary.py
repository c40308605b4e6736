"""Every few minutes: what came into the audit's archive since the last root is tied into the next, also where nothing came.

It reads the files named since a while before the last root (a file may be written a little later than its name says) and which it
has not read yet, and of earlier files only those with commits that wait for their predecessors. What those wait for is marked, so that
it is archived from the ledger. Several at once do no harm: a root's number is given once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.audit_ports import AnchoredHeads, AuditFiles, Marks, Signer
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive, public_keys, root
from switchboard.domain.audit.heads import Growth, Link
from switchboard.domain.audit.root import Root
from switchboard.domain.errors import Unreadable

FILES = 2_000  # new ones read for one root
HELD = 500  # files read again for one root; what waits in more is archived anew
STRAYS = 100  # told of in one run
SKEW = timedelta(minutes=5)  # by which clocks of functions may be apart


@dataclass(frozen=True, slots=True)
class Made:
    """A root that was made, or was made by somebody else meanwhile (`number` 0). `held`: commits whose predecessors have not come;
    `broken`: files that cannot be read, commits that do not fit and strays, each told of once; `behind`: there is more to read."""

    number: int
    files: int = 0
    heads: int = 0
    held: int = 0
    broken: int = 0
    behind: bool = False


@dataclass(frozen=True, slots=True)
class _Past:
    """The last roots. `named`: files that they name and that may be listed again."""

    last: Root | None = None
    digest: str = ""
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Notary:
    """`interval`: seconds from one root to the next, as it is told to those who check."""

    files: AuditFiles
    anchored: AnchoredHeads
    marks: Marks
    signer: Signer
    clock: Clock
    interval: int = 300
    limit: int = FILES
    hold: int = HELD
    broken: Callable[[str, str], object] = lambda _file, _why: None  # hears of what should not be

    def run(self) -> Made:
        """Make the next root. Raises Unreadable where the last one is not ours, StorageUnavailable."""
        now = self.clock.now()
        past = self._past()
        last = past.last
        self._introduce(last)
        fresh, strays = self._fresh(past, now)
        behind, fresh = len(fresh) > self.limit, fresh[: self.limit]
        held_before = last.held[: self.hold] if last else ()
        growth, added, bad = self._grown([*held_before, *fresh], set(fresh))
        held = tuple(dict.fromkeys(file for file, _ in growth.early))[: self.hold]
        self.marks.mark(growth.missing(frozenset(held)))
        made = Root(
            number=last.number + 1 if last else 1,
            at=max(now, last.at) if last else now,
            seen=archive.time_of(fresh[-1]) if behind else now,
            interval=self.interval,
            previous=past.digest,
            archive=tuple(added),
            held=held,
            heads=growth.moved,
            key=self.signer.key,
        )
        if not self.files.put(root.key_of(made.number), root.written(made, self.signer.sign(made.statement))):
            return Made(0)
        self.anchored.apply(made.number, made.heads)
        broken = bad + len(growth.misfits) + strays
        return Made(made.number, len(added), len(made.heads), len(growth.early), broken, behind)

    # -- the roots before ----------------------------------------------------------------------------

    def _past(self) -> _Past:
        """As many of the last roots as may name files that are looked at again. What they say of heads is in."""
        known = self.anchored.applied()
        newer = [root.number_of(k) for k in self.files.keys(root.FOLDER, root.key_of(known) if known else "")]
        for number in newer:
            self.anchored.apply(number, self._root(number)[0].heads)
        number = max(newer, default=known)
        if number == 0:
            return _Past()
        last, digest = self._root(number)
        named, at = {key for key, _ in last.archive}, last.at
        while number > 1 and at > last.seen - archive.LATE - SKEW:
            number -= 1
            found, _ = self._root(number)
            named |= {key for key, _ in found.archive}
            at = found.at
        return _Past(last, digest, frozenset(named))

    def _root(self, number: int) -> tuple[Root, str]:
        """A root and the hash of its file."""
        raw = self.files.get(root.key_of(number))
        found, signature = root.read(raw)
        public = self._public(found.key)
        if found.number != number or public is None or not self.signer.signed(found.statement, signature, public):
            raise Unreadable(f"root {number} was not signed by the key that it names")
        return found, archive.digest(raw)

    # -- keys ----------------------------------------------------------------------------------------

    def _public(self, key: str) -> bytes | None:
        """The public half of a key that signs or has signed."""
        if key == self.signer.key:
            return self.signer.public
        return next((self.files.get(file) for _, named, file in self._introduced() if named == public_keys.short(key)), None)

    def _introduced(self) -> list[tuple[int, str, str]]:
        """(number of the first root, short name, file) of the keys so far, the oldest first."""
        return [(*public_keys.read(file), file) for file in self.files.keys(public_keys.FOLDER)]

    def _introduce(self, last: Root | None) -> None:
        """Lay the public half beside the first root that a key signs, before it signs. A key that was given up stays so."""
        name = public_keys.short(self.signer.key)
        since: dict[str, int] = {}
        for number, named, _ in self._introduced():
            since.setdefault(named, number)
        if name not in since:
            self.files.put(public_keys.file_of(last.number + 1 if last else 1, self.signer.key), self.signer.public)
        elif last is not None and since[name] < since.get(public_keys.short(last.key), 0):
            raise Unreadable("this key was given up for another, which has signed the last root")

    # -- the archive ---------------------------------------------------------------------------------

    def _fresh(self, past: _Past, now: datetime) -> tuple[list[str], int]:
        """Keys of files that no root names, one more than fit in a root if there are more; and how many strays are told of. A file
        dated into the future waits for its time, and then is one of its days."""
        after = archive.begins(past.last.seen - archive.LATE) if past.last else ""
        until = archive.begins(now + SKEW)
        found: list[str] = []
        strays: list[str] = []
        for key in self.files.keys(archive.FOLDER, after):
            if key > until or archive.NAME.fullmatch(key) is None:
                strays.append(key)
                if key > until and len(strays) >= STRAYS:
                    break
            elif key not in past.named:
                found.append(key)
                if len(found) > self.limit:
                    break
        new = [key for key in strays[:STRAYS] if self.marks.new(key)]
        for key in new:
            self.broken(key, "the file does not belong there, or not yet")
        return found, len(new)

    def _grown(self, keys: Sequence[str], fresh: set[str]) -> tuple[Growth, list[tuple[str, str]], int]:
        """The chains with these files' commits on them, the fresh files with their hashes, and how many cannot be read."""
        links: list[tuple[str, Link]] = []
        added, bad = [], 0
        for key in keys:
            raw = self.files.get(key)
            if key in fresh:
                added.append((key, archive.digest(raw)))
            try:
                links += [(key, Link.of(c)) for c in archive.read(key, raw)]
            except Unreadable as error:
                bad += 1
                self.broken(key, str(error))
        growth = Growth(self.anchored.read(list(dict.fromkeys(link.ledger for _, link in links))))
        for key, link in links:
            growth.take(key, link)
        for key, link in growth.misfits:
            self.broken(key, f"commit {link.no} of {link.ledger} does not follow the one before it")
        return growth, added, bad
