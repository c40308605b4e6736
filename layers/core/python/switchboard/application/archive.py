"""Commits to the audit's archive, as they come by the ledger's stream, or later from the ledger itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.application.audit_ports import AuditFiles, LedgerChains, Marks
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.gaps import Gap, covering
from switchboard.domain.audit.record import Where, record

REST = timedelta(seconds=30)  # without asking the storage again, once it failed: each try would hold up a batch by seconds
FILE_COMMITS, FILE_BYTES = 100, 4 * 1024 * 1024  # of one file that is made from the ledger
COMMITS, GAPS = 2_000, 200  # looked at in one run


@dataclass
class _Trouble:
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """Keeps batches of commits. A batch that comes again makes another file with the same commits, or none. `refused` hears of a
    commit of which no record can be made: it must not hold up those behind it. `failed` hears why a batch could not be kept."""

    files: AuditFiles
    marks: Marks
    where: Where
    clock: Clock
    refused: Callable[[Commit], object] = lambda _commit: None
    failed: Callable[[Exception], object] = lambda _error: None
    trouble: _Trouble = field(default_factory=_Trouble)

    def keep(self, commits: Sequence[Commit]) -> None:
        """Raises StorageUnavailable."""
        if told := [c for c in commits if self._can_be_told(c)]:
            self.files.put(*archive.written(told, self.where, self.clock.now()))

    def keep_or_mark(self, commits: Sequence[Commit]) -> None:
        """Keep a batch; where that fails, mark it, so that it is archived from the ledger: customers' messages must not wait for
        the archive. Raises StorageUnavailable where it cannot be marked either: then, and only then, the batch must come again."""
        if self.trouble.until is None or self.clock.now() >= self.trouble.until:
            try:
                self.keep(commits)
            except Exception as error:  # whatever it is, it must not stop the stream, and the ledger has the commits
                self.trouble.until = self.clock.now() + REST
                self.failed(error)
            else:
                self.trouble.until = None
                return
        self.marks.mark(covering((c.ledger, c.no) for c in commits))

    def _can_be_told(self, commit: Commit) -> bool:
        try:
            record(commit, self.where)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            self.refused(commit)
            return False
        return True


@dataclass(frozen=True, slots=True)
class Repaired:
    """`lost`: commits that the ledger itself lacks; `more`: there is more to do."""

    commits: int = 0
    lost: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveRepair:
    """Archives from the ledger what was marked: batches that could not be archived, batches that the stream lost, and what is older
    than the archive. `commits` and `gaps` bound one run."""

    archive: Archive
    marks: Marks
    ledgers: LedgerChains
    commits: int = COMMITS
    gaps: int = GAPS

    def run(self, enough: Callable[[], bool] = lambda: False) -> Repaired:
        """Raises StorageUnavailable; what was done by then stays done."""
        marked = self.marks.open(self.gaps + 1)
        batch, done, lost = _Batch(self.archive, self.marks), 0, 0
        for number, gap in enumerate(marked):
            if done >= self.commits or number == self.gaps or enough():
                batch.flush()
                return Repaired(done, lost, True)
            first = gap.first
            while first <= gap.last and done < self.commits and not enough():
                found = self.ledgers.chain(gap.ledger, first, gap.last, min(FILE_COMMITS, self.commits - done))
                following = found[-1].no + 1 if found else gap.last + 1
                lost += following - first - len(found)
                done += len(found)
                first = following
                batch.add(found)
            batch.ends(gap, first)
        batch.flush()
        return Repaired(done, lost, any(following <= gap.last for gap, following in batch.ended))


class _Batch:
    """Commits of many gaps that go into one file. How far each gap is done is said after the file is there."""

    def __init__(self, archive: Archive, marks: Marks) -> None:
        self._archive, self._marks = archive, marks
        self._commits: list[Commit] = []
        self._size = 0
        self.ended: list[tuple[Gap, int]] = []

    def add(self, commits: Sequence[Commit]) -> None:
        for commit in commits:
            self._commits.append(commit)
            self._size += len(commit.body)
            if len(self._commits) >= FILE_COMMITS or self._size >= FILE_BYTES:
                self._keep()

    def ends(self, gap: Gap, following: int) -> None:
        """No more of this gap comes; all before the commit `following` has."""
        self.ended.append((gap, following))

    def _keep(self) -> None:
        self._archive.keep(self._commits)
        self._commits, self._size = [], 0

    def flush(self) -> None:
        if self._commits:
            self._keep()
        for gap, following in self.ended:
            self._marks.done(gap, following)
