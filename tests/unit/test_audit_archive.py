"""What goes into the audit's archive, and what does not hold it up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from switchboard.application.archive import Archive
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit, chain, dumps
from switchboard.domain.audit.record import Where
from tests.fakes.audit import MemoryAuditFiles, MemoryMarks
from tests.fakes.system import ManualClock

AT, WHERE = "2026-03-02T09:00:00.000000Z", Where("switchboard.example.com", "eu-central-1", "123456789012")
BY = {"kind": "system", "id": "s", "role": "", "request": ""}


def commit(no: int, body: bytes) -> Commit:
    return Commit("cnv#c1", no, AT, "", chain("", "cnv#c1", no, AT, body), body)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", dumps({"by": BY, "events": []}), dumps({"by": {}, "events": [{"type": "x"}]})])
def test_a_commit_that_cannot_be_told_is_named_and_the_others_are_kept(body: bytes) -> None:
    good = [commit(no, dumps({"by": BY, "events": [{"type": "resolved", "no": no, "data": {}}]})) for no in (1, 3)]
    files, heard = MemoryAuditFiles(), list[int]()
    kept = Archive(files, MemoryMarks(), WHERE, ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC)), lambda c: heard.append(c.no))
    kept.keep([good[0], commit(2, body), good[1]])
    [key] = files.keys(archive.FOLDER)
    assert archive.read(key, files.get(key)) == good
    assert heard == [2]
