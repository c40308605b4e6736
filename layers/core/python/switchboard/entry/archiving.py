"""Repairs of the audit's archive, with what they found counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from switchboard.bootstrap import Services
from switchboard.domain.errors import SwitchboardError
from switchboard.entry.following import refused
from switchboard.entry.telemetry import count, failed


def repair_archive(services: Services, enough: Callable[[], bool]) -> int:
    """Archive from the ledger what was marked, until `enough`; returns how many commits. A failure is told of and tried again by
    the next run: the sweeper's other work must not fail for it."""
    repair = services.archive_repair
    try:
        done = replace(repair, archive=replace(repair.archive, refused=refused)).run(enough)
    except SwitchboardError as error:
        count("ArchiveRepairFailed")
        failed("the archive was not repaired", error)
        return 0
    for name, number in (("ArchiveRepaired", done.commits), ("ArchiveLost", done.lost)):
        if number:
            count(name, number)
    return done.commits
