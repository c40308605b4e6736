"""Whatever was done to the audit's files, the offline verifier finds it and names the place."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from switchboard.application.archive import Archive
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.commit import Commit, chain, dumps
from switchboard_verify.verify import Report, verify
from tests.fakes.audit import LocalSigner
from tests.fakes.audited import WHERE, Audited


@pytest.fixture
def company() -> Audited:
    return Audited().life(6)


@pytest.fixture
def check(company: Audited, tmp_path: Path) -> Callable[..., Report]:
    def run(**more: object) -> Report:
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        return verify(company.copy(folder), [company.signer.public], more.pop("as_of", company.now), **more)  # type: ignore[arg-type]

    return run


Check = Callable[..., Report]


def places(report: Report) -> list[str]:
    return [fault.place for fault in report.faults]


def only(report: Report, place: str, word: str) -> None:
    """Each fault is at this place, and one says this of it."""
    assert report.faults, "nothing was found"
    assert all(place in fault.place for fault in report.faults), report.faults
    assert any(word in fault.what for fault in report.faults), report.faults


def somewhere(report: Report, place: str, word: str) -> None:
    assert any(place in fault.place and word in fault.what for fault in report.faults), report.faults


def test_what_nobody_touched_is_whole(company: Audited, check: Check) -> None:
    report = check()
    assert report.faults == []
    assert (report.roots, report.events) == (6, company.events)
    assert report.anchored == {"commits": 180, "files": 18}
    assert report.waiting == []


def test_what_came_after_the_last_root_is_named_and_is_no_fault(company: Audited, check: Check) -> None:
    company.batch(7)
    report = check()
    assert report.faults == []
    assert [(w.place, w.commits) for w in report.waiting] == [(company.keys("archive/")[-1], 7)]


def test_quiet_hours_have_roots_too(company: Audited, check: Check) -> None:
    company.root()
    company.root()
    assert check().faults == []


@pytest.mark.parametrize("folder", ["archive/", "roots/"])
def test_any_bit_of_any_file(company: Audited, check: Check, folder: str) -> None:
    for _ in range(12):
        key = company.random.choice(company.keys(folder))
        raw = bytearray(company.files.there[key])
        raw[company.random.randrange(len(raw))] ^= 1 << company.random.randrange(8)
        before, company.files.there[key] = company.files.there[key], bytes(raw)
        assert any(key in place for place in places(check())), key
        company.files.there[key] = before


def test_bytes_added_to_a_file(company: Audited, check: Check) -> None:
    for key in (company.keys("archive/")[3], company.keys("roots/")[3], company.keys("roots/")[-1]):
        company.files.there[key] += b"\n"
        somewhere(check(), key, "")
        company.files.there[key] = company.files.there[key][:-1]


def test_a_file_of_the_archive_is_gone(company: Audited, check: Check, tmp_path: Path) -> None:
    key = company.keys("archive/")[4]
    del company.files.there[key]
    somewhere(check(), key, "missing")


def test_two_files_are_swapped(company: Audited, check: Check) -> None:
    one, other = company.keys("archive/")[2:4]
    there = company.files.there
    there[one], there[other] = there[other], there[one]
    report = check()
    somewhere(report, one, "")
    somewhere(report, other, "")


def test_a_file_is_there_twice_under_another_name(company: Audited, check: Check) -> None:
    key = company.keys("archive/")[2]
    copied = f"{archive.begins(archive.time_of(key) + timedelta(seconds=1))}-{key.rsplit('-', 1)[1]}"
    company.files.there[copied] = company.files.there[key]
    only(check(), copied, "no root")


def test_a_file_is_put_in_between(company: Audited, check: Check) -> None:
    forged = company.files.there
    key, raw = archive.written([Commit("cnv#x-000001", 1, "2026-03-02T09:00:00.000000Z", "", *_forged("cnv#x-000001"))], WHERE,
                               archive.time_of(company.keys("archive/")[2]))  # fmt: skip
    forged[key] = raw
    only(check(), key, "no root")


def _forged(ledger: str, no: int = 1, prev: str = "", at: str = "2026-03-02T09:00:00.000000Z") -> tuple[str, bytes]:
    event = {"type": "note_added", "no": no, "data": {"note": "forged"}}
    body = dumps({"by": {"kind": "agent", "id": "eve", "role": "", "request": ""}, "events": [event]})
    return chain(prev, ledger, no, at, body), body


def test_a_strange_file(company: Audited, check: Check) -> None:
    company.files.there["roots/readme.txt"] = b"hello"
    only(check(), "roots/readme.txt", "does not belong")


def test_an_overwritten_version(company: Audited, check: Check) -> None:
    for key in (company.keys("archive/")[0], company.keys("roots/")[2]):
        company.files.there[f"{key}.versions/abc"] = company.files.there[key]
        only(check(), key, "version")
        del company.files.there[f"{key}.versions/abc"]


# -- roots ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 3])
def test_a_root_is_gone(company: Audited, check: Check, index: int) -> None:
    key = company.keys("roots/")[index]
    del company.files.there[key]
    somewhere(check(), key, "missing")


def test_the_last_roots_are_gone(company: Audited, check: Check) -> None:
    for key in company.keys("roots/")[-3:]:
        del company.files.there[key]
    somewhere(check(), root.key_of(4), "none since")


def test_the_last_roots_are_gone_with_the_tail_they_covered(company: Audited, check: Check) -> None:
    for key in [*company.keys("roots/")[-3:], *company.keys("archive/")[-9:]]:
        del company.files.there[key]
    somewhere(check(), root.key_of(4), "none since")


def test_all_roots_are_gone(company: Audited, check: Check) -> None:
    for key in company.keys("roots/"):
        del company.files.there[key]
    somewhere(check(), "roots/", "no root")


def test_a_cut_tail_that_a_root_had_covered(company: Audited, check: Check) -> None:
    key = company.keys("archive/")[-1]
    del company.files.there[key]
    somewhere(check(), key, "missing")


def test_an_older_root_in_the_place_of_the_last(company: Audited, check: Check) -> None:
    *_, before, last = company.keys("roots/")
    company.files.there[last] = company.files.there[before]
    somewhere(check(), last, "number")


def test_a_root_by_another_key(company: Audited, check: Check) -> None:
    last = company.keys("roots/")[-1]
    said, _ = root.read(company.files.there[last])
    company.files.there[last] = root.written(said, LocalSigner().sign(said.statement))
    only(check(), last, "signature")


def test_a_root_signed_again_by_the_right_key_does_not_fit_the_next(company: Audited, check: Check) -> None:
    key = company.keys("roots/")[2]
    said, _ = root.read(company.files.there[key])
    company.files.there[key] = root.written(said, company.signer.sign(said.statement))
    somewhere(check(), root.key_of(4), "before")


def test_history_rewritten_and_signed_by_the_right_key_is_not_what_an_auditor_remembers(company: Audited, check: Check) -> None:
    """Who may use the key can sign another history: a copy of one earlier root shows it."""
    known = check().last
    for key in company.keys("roots/")[2:]:
        del company.files.there[key]
    company.anchors.__init__()  # type: ignore[misc]
    while len(company.keys("roots/")) < 6:
        company.root()
    assert check().faults == []
    somewhere(check(known=[known]), known.place, "remembered")


def test_a_root_that_says_other_heads_than_the_archive(company: Audited, check: Check) -> None:
    key = company.keys("roots/")[-1]
    said, _ = root.read(company.files.there[key])
    ledger = next(iter(said.heads))
    moved = replace(said, heads={**said.heads, ledger: said.heads[ledger]._replace(commits=99)})
    company.files.there[key] = root.written(moved, company.signer.sign(moved.statement))
    somewhere(check(), key, ledger)


# -- commits and records --------------------------------------------------------------------------------


def repacked(company: Audited, key: str, change: Callable[[list[dict[str, object]]], object]) -> str:
    """A file of the archive with other records, under a name that fits it; returns that."""
    records = json.loads(gzip.decompress(company.files.there.pop(key)))["Records"]
    change(records)
    raw = gzip.compress(dumps({"Records": records}), 6, mtime=0)
    named = f"{archive.begins(archive.time_of(key))}-{archive.digest(raw)}.json.gz"
    company.files.there[named] = raw
    return named


CHANGES: dict[str, Callable[[list[dict[str, object]]], object]] = {
    "another name": lambda r: r[4].update(eventName="NothingOfNote"),
    "another person": lambda r: r[4]["userIdentity"].update(principalId="agent:eve"),  # type: ignore[attr-defined]
    "another time": lambda r: r[4].update(eventTime="2026-03-02T09:00:00Z"),
    "a field more": lambda r: r[4].update(note="x"),
    "a record less": lambda r: r.pop(4),
    "a record twice": lambda r: r.insert(4, r[4]),
    "another order": lambda r: r.reverse(),
    "a commit's hash": lambda r: r[4]["additionalEventData"].update(hash="0" * 64),  # type: ignore[attr-defined]
    "a commit's time": lambda r: r[4]["additionalEventData"].update(at="2026-03-02T09:00:00.000000Z"),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_record_changed_in_a_file_packed_again(company: Audited, check: Check, change: Callable[[object], object]) -> None:
    key = company.keys("archive/")[5]
    named = repacked(company, key, change)  # type: ignore[arg-type]
    report = check()
    somewhere(report, key, "missing")
    somewhere(report, named, "")


@pytest.mark.parametrize("name", [n for n in CHANGES if n.startswith(("another ", "a field", "a commit")) and n != "another order"])
def test_a_record_changed_before_any_root_saw_it(company: Audited, check: Check, name: str) -> None:
    """The file's name fits and no root speaks against it: the record itself does, and is named."""
    commits = company.batch(8)
    named = repacked(company, company.keys("archive/")[-1], CHANGES[name])
    somewhere(check(), f"{named} record 5", "")
    assert commits[4].ledger in next(f.what + f.place for f in check().faults if "record 5" in f.place)


def test_a_commit_rewritten_with_its_hash_before_any_root_saw_it(company: Audited, check: Check) -> None:
    """What follows it says what was before."""
    c = company.commit("cnv#c00001-000001", *_events(company))
    follower = company.commit("cnv#c00001-000001", *_events(company))
    hashed, body = _forged(c.ledger, c.no, c.prev, c.at)
    Archive(company.files, company.marks, WHERE, company.clock).keep([replace(c, hash=hashed, body=body)])
    company.clock.advance(seconds=1)
    company.archive.keep([follower])
    somewhere(check(), company.keys("archive/")[-1], f"commit {follower.no} of {c.ledger}")
    company.root()
    somewhere(check(), company.keys("archive/")[-1], f"commit {follower.no} of {c.ledger}")


def _events(company: Audited) -> list[object]:
    from switchboard.domain import events as ev

    return [ev.NoteAdded("n", "text")]


def test_two_stories_of_one_commit(company: Audited, check: Check) -> None:
    """An old commit told otherwise, in a file that a root covers: its hash and its predecessor fit."""
    first = company.batch(5)[0]
    company.root()
    hashed, body = _forged(first.ledger, first.no, first.prev, first.at)
    company.archive.keep([replace(first, hash=hashed, body=body)])
    company.root()
    somewhere(check(), company.keys("archive/")[-1], "otherwise")


def test_a_commit_left_out_of_what_is_anchored(company: Audited, check: Check) -> None:
    lost, kept = (company.commit("cnv#c00002-000001", *_events(company)) for _ in range(2))
    company.archive.keep([kept])
    for _ in range(6):
        company.root()
    somewhere(check(), company.keys("archive/")[-1], f"{lost.ledger}")


def test_repeated_batches_are_no_fault(company: Audited, check: Check) -> None:
    commits = company.batch(9)
    company.clock.advance(seconds=1)
    company.archive.keep(commits)
    company.root()
    company.archive.keep(commits[3:])
    company.root()
    assert check().faults == []


def test_a_file_that_came_late_is_no_fault(company: Audited, check: Check) -> None:
    """Written after its neighbours were listed, with a name from before."""
    commits = [company.something() for _ in range(10)]
    early, late = commits[:5], commits[5:]
    key, raw = archive.written(early, WHERE, company.now)
    company.archive.keep(late)
    company.root()
    company.clock.advance(minutes=4)
    company.files.put(key, raw)
    company.root()
    report = check()
    assert report.faults == []
    assert report.anchored["commits"] == 190


def test_the_command_says_it_and_exits_accordingly(
    company: Audited, check: Check, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from switchboard_verify.__main__ import main

    pem = tmp_path / "public.pem"
    pem.write_bytes(company.signer.public)
    folder = company.copy(tmp_path / "bucket")
    arguments = [str(folder), "--key", str(pem), "--as-of", company.now.isoformat()]
    assert main(arguments) == 0
    assert "6 roots" in capsys.readouterr().out
    key = company.keys("archive/")[4]
    (folder / key).unlink()
    assert main([*arguments, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is False
    assert key in [fault["place"] for fault in said["faults"]]


def test_several_processes_find_the_same(company: Audited, check: Check) -> None:
    key = company.keys("archive/")[4]
    company.files.there[key] = company.files.there[key][:-3]
    assert check(jobs=2) == check(jobs=1)
    assert check(jobs=2).faults


def test_nothing_personal_is_in_clear(company: Audited) -> None:
    texts = [gzip.decompress(company.files.there[k]) for k in company.keys("archive/")]
    bodies = [base64.b64decode(r["additionalEventData"]["body"]) for t in texts for r in json.loads(t)["Records"]]
    assert not [x for x in [*texts, *bodies] if b"parcel" in x or "München".encode() in x or b"invoice has" in x]
