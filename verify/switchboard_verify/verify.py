"""A whole copy of the bucket, from the first root to the last and what came after."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from switchboard_verify import records, roots
from switchboard_verify.chains import Chains, Head
from switchboard_verify.records import Contents, Fault
from switchboard_verify.roots import Root

LATE = timedelta(minutes=15)  # a file is there this long after the time in its name at the latest
COPYING = timedelta(days=1)  # the files of a copy are this much younger than its beginning at most
END = datetime(9000, 1, 1, tzinfo=UTC)
TOGETHER, AHEAD = 16, 8  # files a process is given at once, and how many such gifts lie ready for each


class Known(NamedTuple):
    """A root that somebody remembers: number and hash of its file."""

    number: int
    digest: str

    @property
    def place(self) -> str:
        return roots.place(self.number)


class Waiting(NamedTuple):
    """A file that no root names yet, or commits that wait for their predecessors."""

    place: str
    commits: int


@dataclass
class Report:
    """`whole` if nothing is wrong. `waiting`: not yet anchored, so not proven."""

    faults: list[Fault] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    anchored: dict[str, int] = field(default_factory=lambda: {"commits": 0, "files": 0})
    events: int = 0
    roots: int = 0
    ledgers: int = 0
    last: Known | None = None
    last_at: datetime | None = None

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(
    folder: Path, keys: Sequence[bytes], as_of: datetime, *, jobs: int = 1, known: Sequence[Known] = (),
    excerpt: Excerpt | None = None,
) -> Report:
    """Check a copy of the bucket against public keys in PEM, in the order of their use. `as_of`: when the copy was made.
    `known`: roots as they were at earlier checks. `excerpt`: the copy is one. Raises ValueError for a key that is none."""
    return Check(folder, [roots.public_key(pem) for pem in keys], as_of, known, excerpt=excerpt).run(jobs)


class Span(NamedTuple):
    """A part of a copy whose rest was verified before: the roots after `before`, up to number `last`. `heads`: the chains' before
    it; `elsewhere`: files that other roots name; `seen`: of the newest root."""

    before: Root | None
    last: int
    heads: Mapping[str, Head]
    elsewhere: Set[str]
    seen: datetime


class Excerpt(NamedTuple):
    """A copy of these roots and of the files they name, and of nothing else; the root before the first may be there, too."""

    first: int
    last: int


class Check:
    """One verification; of a whole copy, of a span, or of an excerpt."""

    def __init__(
        self, folder: Path, keys: Sequence[roots.PublicKey], as_of: datetime, known: Sequence[Known], span: Span | None = None,
        excerpt: Excerpt | None = None,
    ) -> None:
        self._folder, self._keys, self._as_of, self._known, self._span = folder, keys, as_of, known, span
        self._excerpt = excerpt
        self._report, self._chains = Report(), Chains()
        self._report.faults = self._chains.faults
        self._named: dict[str, set[str]] = {}  # by day: files that a root names
        self._done: set[str] = set()  # days whose files are all accounted for
        self._last: Root | None = None
        self._signer, self._key_name = -1, ""  # of the last root that was signed
        if span is not None:
            self._chains.heads = dict(span.heads)

    def run(self, jobs: int) -> Report:
        self._strange()
        with _Workers(str(self._folder), jobs) as workers:
            for root, examined in self._anchored(workers):
                self._one_root(root, examined)
            if self._excerpt is not None:
                self._beyond(self._excerpt)
            elif self._span is None:
                self._tail()
            self._unnamed(workers)
            self._doubts(workers)
        self._left_over()
        self._report.ledgers = len(self._chains.heads)
        return self._report

    def _fault(self, place: str, what: str) -> None:
        self._report.faults.append(Fault(place, what))

    # -- what lies there -----------------------------------------------------------------------------

    def _strange(self) -> None:
        """What is neither a root nor of the archive, and older versions."""
        for path, folders, names in os.walk(self._folder):
            folders.sort()
            base = Path(path).relative_to(self._folder).as_posix()
            if ".versions" in base:
                older = ", ".join(sorted(names))
                self._fault(base.partition(".versions")[0], f"the file was overwritten: there is an older version, {older}")
                folders.clear()
                continue
            for name in names:
                key = name if base == "." else f"{base}/{name}"
                if roots.number_in(key) is None and records.NAME.fullmatch(key) is None and roots.KEY_FILE.fullmatch(key) is None:
                    self._fault(key, "the file does not belong here")

    def _days(self) -> list[str]:
        return sorted(p.relative_to(self._folder).as_posix() for p in self._folder.glob("archive/*/*/*") if ".versions" not in p.name)

    def _of_day(self, day: str) -> list[str]:
        path = self._folder / day
        return sorted(f"{day}/{name}" for name in os.listdir(path) if records.NAME.fullmatch(f"{day}/{name}")) if path.is_dir() else []

    # -- roots -----------------------------------------------------------------------------------------

    def _numbers(self) -> list[int]:
        names = os.listdir(self._folder / "roots") if (self._folder / "roots").is_dir() else []
        return sorted(n for name in names if (n := roots.number_in(f"roots/{name}")) is not None)

    def _roots(self) -> Iterator[Root | None]:
        """Each root; None for one that is missing or cannot be read."""
        numbers = self._numbers()
        wanted, last = 1, max(numbers, default=0)
        if self._span is not None:
            wanted, last = self._span.before.number + 1 if self._span.before else 1, self._span.last
        if self._excerpt is not None:
            wanted, last = self._excerpt
        for number in [n for n in numbers if wanted <= n <= last]:
            for missing in range(wanted, min(number, wanted + 1000)):
                self._fault(roots.place(missing), "the root is missing")
                yield None
            wanted = number + 1
            try:
                raw = (self._folder / roots.place(number)).read_bytes()
            except OSError:
                raw = b""  # a folder of that name: no root
            root, faults = roots.examine(number, raw, self._keys)
            self._report.faults += faults
            yield root
        if wanted <= last:
            self._fault(roots.place(wanted), "the root is missing")

    def _linked(self) -> Iterator[tuple[Root, bool]]:
        """Each root that can be read, compared with the one before it; and whether all before it were there."""
        before, gap = self._span.before if self._span else self._before_excerpt(), False
        begins = self._excerpt is not None and before is None  # nothing is known of what was before
        for root in self._roots():
            if root is None:
                before, gap = None, True
                continue
            first = begins and self._excerpt is not None and root.number == self._excerpt.first and root.number > 1
            if (before is not None and root.previous != before.digest) or (before is None and not gap and root.previous and not first):
                self._fault(root.key, "the root names another before it than there is")
            if before is not None and root.at < before.at:
                self._fault(root.key, "the root is older than the one before it")
            if before is not None and root.at - before.at > 3 * timedelta(seconds=before.interval):
                self._report.notes.append(f"no root was made between {before.at:%Y-%m-%d %H:%M:%S} and {root.at:%Y-%m-%d %H:%M:%S}")
            self._signed_by(root)
            if any(known.number == root.number and known.digest != root.digest for known in self._known):
                self._fault(root.key, "the root is another than the one remembered")
            yield root, gap
            before, gap = root, False

    def _signed_by(self, root: Root) -> None:
        """Keys are used in the order in which they were given, and each root names the one that signed it."""
        if root.signer < 0:
            return
        if root.signer < self._signer:
            self._fault(root.key, "the root is signed by a key that had been given up for another")
        elif self._key_name and (root.signer == self._signer) != (root.key_name == self._key_name):
            self._fault(root.key, "the root names another key than the one that signed it")
        elif self._signer >= 0 and root.signer > self._signer:
            self._report.notes.append(f"from root {root.number} on another key signs: {root.key_name}")
        self._signer, self._key_name = max(root.signer, self._signer), root.key_name

    def _anchored(self, workers: _Workers) -> Iterator[tuple[tuple[Root, bool], list[Contents]]]:
        """Each root with the files it names, examined ahead of time."""
        examined: deque[Contents] = deque()
        queue: deque[tuple[Root, bool]] = deque()

        def tasks() -> Iterator[tuple[str, str]]:
            for root, gap in self._linked():
                queue.append((root, gap))
                yield from root.archive

        stream = workers.examine(tasks())
        for contents in stream:
            examined.append(contents)
            while queue and len(examined) >= len(queue[0][0].archive):
                root, gap = queue.popleft()
                yield (root, gap), [examined.popleft() for _ in root.archive]
        while queue:
            root, gap = queue.popleft()
            yield (root, gap), [examined.popleft() for _ in root.archive]

    def _one_root(self, found: tuple[Root, bool], examined: list[Contents]) -> None:
        root, gap = found
        if self._excerpt is not None:
            self._chains.begin(examined, root.heads)
        for contents in examined:
            day = contents.key.rpartition("/")[0]
            if contents.key in self._named.setdefault(day, set()):
                self._fault(root.key, f"the root names {contents.key} once more")
            self._named[day].add(contents.key)
            self._report.faults += contents.faults
            self._chains.add(contents, root.at)
            self._report.anchored["commits"] += len(contents.links)
            self._report.events += contents.events
        self._report.anchored["files"] += len(examined)
        self._report.roots += 1
        self._chains.compare(root.key, root.heads, certain=not gap and all(c.whole for c in examined))
        self._chains.let_go(root.held)
        self._last = root
        self._report.last, self._report.last_at = Known(root.number, root.digest), root.at
        over = f"archive/{root.seen - LATE - timedelta(days=1):%Y/%m/%d}"
        for day in [d for d in self._named if d < over and self._span is None and self._excerpt is None]:
            self._old(day)

    def _old(self, day: str) -> None:
        """All roots that may name files of this day have been read."""
        named = self._named.pop(day)
        for key in self._of_day(day):
            if key not in named:
                self._fault(key, "no root names the file, and it is too old to wait for one")
        self._done.add(day)

    def _before_excerpt(self) -> Root | None:
        """The root before the first, where it was copied: the first must name its hash."""
        if self._excerpt is None or self._excerpt.first < 2:
            return None
        number = self._excerpt.first - 1
        try:
            raw = (self._folder / roots.place(number)).read_bytes()
        except OSError:
            return None
        root, faults = roots.examine(number, raw, self._keys)
        self._report.faults += faults
        return root

    def _beyond(self, excerpt: Excerpt) -> None:
        """What an excerpt must not hold: it would go unchecked."""
        for number in self._numbers():
            if not excerpt.first - 1 <= number <= excerpt.last:
                self._fault(roots.place(number), "the root is not one of the excerpt")
        if self._last is None:
            self._fault("roots/", "there is no root")
        named = {key for keys in self._named.values() for key in keys}
        for key in (key for day in self._days() for key in self._of_day(day)):
            if key not in named:
                self._fault(key, "no root of the excerpt names the file")

    def _tail(self) -> None:
        if self._last is None:
            self._fault("roots/", "there is no root")
            return
        due = self._last.at + 2 * timedelta(seconds=self._last.interval)
        if self._as_of > due:
            at, following = self._last.at, roots.place(self._last.number + 1)
            self._fault(following, f"there is none since root {self._last.number} of {at:%Y-%m-%d %H:%M:%S} UTC: roots are missing")
        for number in sorted({known.number for known in self._known}):
            if number > self._last.number:
                self._fault(roots.place(number), "the root that is remembered is missing")
        if 0 <= self._last.signer < len(self._keys) - 1:
            self._fault(self._last.key, "the last root is signed by an older key than the last one given: roots are missing, or the "
                        "new key has not signed yet")  # fmt: skip

    # -- what no root names ------------------------------------------------------------------------------

    def _unnamed(self, workers: _Workers) -> None:
        if self._excerpt is not None:
            return  # said already
        seen = self._span.seen if self._span else self._last.seen if self._last else None
        oldest = f"archive/{seen - LATE:%Y/%m/%d/%Y%m%dT%H%M%S.%fZ}" if seen else ""
        latest = f"archive/{min(self._as_of, END) + COPYING:%Y/%m/%d/%Y%m%dT%H%M%S.%fZ}"
        elsewhere = self._span.elsewhere if self._span else frozenset()
        left = []
        for day in self._days():
            if day in self._done:
                continue
            named = self._named.get(day, set()) | elsewhere
            for key in self._of_day(day):
                if key in named:
                    continue
                if key < oldest:
                    self._fault(key, "no root names the file, and it is too old to wait for one")
                elif key > latest:
                    self._fault(key, "the file is dated into the future")
                else:
                    left.append(key)
        for contents in workers.examine((key, "") for key in left):
            self._report.faults += contents.faults
            self._chains.add(contents, None)
            self._report.waiting.append(Waiting(contents.key, len(contents.links)))
            self._report.events += contents.events

    def _doubts(self, workers: _Workers) -> None:
        if self._chains.doubts:
            keys = (key for day in self._days() for key in self._of_day(day))
            for contents in workers.examine((key, "") for key in keys):
                self._chains.settle(contents)

    def _left_over(self) -> None:
        """Commits whose predecessors never came. Those of the last minutes may still get theirs."""
        chains = self._chains
        for ledger, waiting in [*chains.early.items(), *chains.gone.items()]:
            have = chains.heads.get(ledger, (0, ""))[0]
            for link, key, at in (found for found in waiting.values() if found[0].no > have):
                if at is None or self._last is None or at >= self._last.seen - LATE:
                    self._report.waiting.append(Waiting(f"{key} record {link.record}", 1))
                else:
                    what = f"commit {link.no} of {link.ledger} is there, those after {have} are missing"
                    self._fault(f"{key} record {link.record}", what)


class _Workers:
    """Examines files in order, in this process or several."""

    def __init__(self, folder: str, jobs: int) -> None:
        self._folder, self._jobs = folder, jobs
        self._pool = ProcessPoolExecutor(jobs) if jobs > 1 else None

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def examine(self, files: Iterable[tuple[str, str]]) -> Iterator[Contents]:
        """The contents of each (key, promised hash)."""
        if self._pool is None:
            yield from (records.examine(self._folder, key, promised) for key, promised in files)
            return
        files, given = iter(files), deque[Future[list[Contents]]]()
        while True:
            while len(given) < self._jobs * AHEAD and (some := list(islice(files, TOGETHER))):
                given.append(self._pool.submit(_examine_all, self._folder, some))
            if not given:
                return
            yield from given.popleft().result()


def _examine_all(folder: str, files: list[tuple[str, str]]) -> list[Contents]:
    return [records.examine(folder, key, promised) for key, promised in files]
