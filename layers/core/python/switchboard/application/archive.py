"""Commits to the audit's archive, as they come by the ledger's stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from switchboard.application.audit_ports import AuditFiles
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.record import Where, record


@dataclass(frozen=True, slots=True)
class Archive:
    """Keeps batches of commits. A batch that comes again makes another file with the same commits, or none. `refused` hears of a
    commit of which no record can be made: it must not hold up those behind it."""

    files: AuditFiles
    where: Where
    clock: Clock
    refused: Callable[[Commit], object] = lambda _commit: None

    def keep(self, commits: Sequence[Commit]) -> None:
        """Raises StorageUnavailable: then the batch must come again."""
        if told := [c for c in commits if self._can_be_told(c)]:
            self.files.put(*archive.written(told, self.where, self.clock.now()))

    def _can_be_told(self, commit: Commit) -> bool:
        try:
            record(commit, self.where)
        except (LookupError, TypeError, ValueError):
            self.refused(commit)
            return False
        return True
