"""What could not be archived, what the stream lost and what is older than the archive comes from the ledger; strays are told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.domain import events as ev
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.gaps import Gap, between, covering
from switchboard_verify.verify import Report, verify
from tests.fakes.audited import Audited

LEDGER = "cnv#c00001-000001"


@pytest.fixture
def company() -> Audited:
    return Audited()


def said(company: Audited, folder: Path) -> Report:
    return verify(company.copy(folder), [company.signer.public], company.now)


def write(company: Audited, number: int) -> list[object]:
    return [company.commit(LEDGER, ev.NoteAdded("mia", "text")) for _ in range(number)]


def test_a_batch_that_failed_last_is_archived_from_the_ledger(company: Audited, tmp_path: Path) -> None:
    """Nothing comes after it that could show the gap: the mark does."""
    company.files.fails = 1
    company.archive.keep_or_mark(write(company, 3))  # type: ignore[arg-type]
    assert company.root().heads == 0
    assert company.repair().commits == 3
    assert company.marks.open(9) == []
    made = company.root()
    assert (made.heads, made.held) == (1, 0)
    assert said(company, tmp_path / "copy").faults == []


def test_a_batch_that_the_stream_lost_is_found_by_what_came_after(company: Audited, tmp_path: Path) -> None:
    write(company, 2)
    company.archive.keep(write(company, 3))  # type: ignore[arg-type]
    assert company.root().held == 3
    assert company.marks.open(9) == [Gap(LEDGER, 1, 2)]
    company.repair()
    made = company.root()
    assert (made.heads, made.held) == (1, 0)
    report = said(company, tmp_path / "copy")
    assert report.faults == []
    assert report.waiting == []


def test_a_long_ledger_older_than_the_archive_is_made_good_in_parts(company: Audited, tmp_path: Path) -> None:
    write(company, 1_000)
    company.archive.keep(write(company, 1))  # type: ignore[arg-type]
    company.root()
    runs = 0
    while company.repair(commits=150).more:
        runs += 1
        company.root()
    assert runs == 6
    assert company.ledgers.read == 1_000, "nothing is archived twice, though each root sees the gap"
    made = company.root()
    assert made.held == 0
    assert root.read(company.files.there[company.keys("roots/")[-1]])[0].heads[LEDGER].commits == 1_001
    assert said(company, tmp_path / "copy").faults == []


def test_what_waits_is_not_read_again_without_end(company: Audited, tmp_path: Path) -> None:
    """With many files that wait, some are let go, and what was in them comes again from the ledger."""
    company.notary = replace(company.notary, hold=3)
    write(company, 1)
    for _ in range(6):
        company.archive.keep(write(company, 2))  # type: ignore[arg-type]
    company.root()
    assert len(root.read(company.files.there[company.keys("roots/")[-1]])[0].held) == 3
    assert company.marks.open(9) == [Gap(LEDGER, 1, 1), Gap(LEDGER, 8, 13)]
    company.repair()
    assert company.root().held == 0
    report = said(company, tmp_path / "copy")
    assert (report.faults, report.waiting) == ([], [])


def test_where_the_storage_still_fails_the_mark_stays(company: Audited) -> None:
    company.files.fails = 1
    company.archive.keep_or_mark(write(company, 3))  # type: ignore[arg-type]
    company.files.fails = 1
    with pytest.raises(Exception, match="as the test wants"):
        company.repair()
    assert company.marks.open(9) == [Gap(LEDGER, 1, 3)]


def test_what_the_ledger_itself_lacks_is_told_of(company: Audited) -> None:
    write(company, 4)
    del company.ledgers.stored[LEDGER][2]
    company.marks.mark([Gap(LEDGER, 1, 4)])
    done = company.repair()
    assert (done.commits, done.lost) == (3, 1)


@pytest.mark.parametrize("key", ["archive/zzz", "archive/2099/01/01/20990101T000000.000000Z-" + "0" * 64 + ".json.gz"])
def test_a_stray_is_told_of_once_and_named_by_no_root(company: Audited, tmp_path: Path, key: str) -> None:
    company.life(1)
    company.files.there[key] = b"x"
    assert [company.root().broken for _ in range(6)] == [1, 0, 0, 0, 0, 0]
    named = [k for file in company.keys("roots/") for k, _ in root.read(company.files.there[file])[0].archive]
    assert key not in named
    assert [fault.place for fault in said(company, tmp_path / "copy").faults] == [key]


def test_a_file_of_a_fast_clock_is_named_once(company: Audited, tmp_path: Path) -> None:
    commits = write(company, 2)
    key, raw = archive.written(commits, company.archive.where, company.now + timedelta(minutes=9))  # type: ignore[arg-type]
    company.files.there[key] = raw
    for _ in range(12):
        company.root()
    named = [k for file in company.keys("roots/") for k, _ in root.read(company.files.there[file])[0].archive]
    assert named == [key]
    assert said(company, tmp_path / "copy").faults == []


def test_a_notary_goes_on_after_a_misfit_and_names_its_file_once(company: Audited) -> None:
    first, second = write(company, 2)
    company.archive.keep([first])  # type: ignore[list-item]
    company.root()
    company.archive.keep([replace(second, prev="0" * 64)])  # type: ignore[type-var]
    assert [company.root().broken for _ in range(3)] == [1, 0, 0]


def test_gaps_cover_what_is_missing_and_no_more() -> None:
    assert covering([("b", 1), ("a", 3), ("a", 1), ("a", 2), ("a", 5)]) == [Gap("a", 1, 3), Gap("a", 5, 5), Gap("b", 1, 1)]
    assert between("a", 2, [5, 6, 9], 9) == [Gap("a", 3, 4), Gap("a", 7, 8)]
    assert between("a", 2, [], 4) == [Gap("a", 3, 4)]
    assert between("a", 0, [1, 2], 2) == []
