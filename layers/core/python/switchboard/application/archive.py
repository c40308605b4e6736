"""Commits to the audit's archive, as they come by the ledger's stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.application.audit_ports import AuditFiles
from switchboard.application.ports import Clock
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit
from switchboard.domain.audit.record import Where


@dataclass(frozen=True, slots=True)
class Archive:
    """Keeps batches of commits. A batch that comes again makes another file with the same commits, or none."""

    files: AuditFiles
    where: Where
    clock: Clock

    def keep(self, commits: Sequence[Commit]) -> None:
        """Raises StorageUnavailable: then the batch must come again."""
        if commits:
            self.files.put(*archive.written(commits, self.where, self.clock.now()))
