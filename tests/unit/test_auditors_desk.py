"""What an auditor does: searches the archive, takes a period away that anybody can check, has it verified where it lies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchboard.adapters.verifying import FolderVerifier
from switchboard.application.audit_export import AuditExport
from switchboard.application.audit_roots import AuditRoots
from switchboard.application.audit_search import AuditSearch, Found
from switchboard.application.audit_verification import AuditVerification, Verified
from switchboard.domain.audit.query import Query
from switchboard.domain.errors import Malformed, NotAdmitted, NotFound
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from switchboard_verify import fetch
from switchboard_verify.__main__ import main as verifier
from tests.fakes.audited import START, Audited
from tests.unit.world import World, who

DECADE = timedelta(days=3_650)


@pytest.fixture
def company() -> Audited:
    return Audited().life(12, batches=3, commits=8)


def query(company: Audited, **wanted: Any) -> Query:
    return Query(START - timedelta(hours=1), company.now + timedelta(hours=1), **wanted)


def every(search: AuditSearch, wanted: Query) -> tuple[list[dict[str, Any]], list[Found]]:
    pages = [search.find(wanted)]
    while pages[-1].next:
        pages.append(search.find(wanted, pages[-1].next))
    return [r for page in pages for r in page.records], pages


def searching(company: Audited, page: int = 10_000) -> AuditSearch:
    return AuditSearch(company.files, lambda: 0.0, page=page)


# -- search ------------------------------------------------------------------------------------------------


def test_everything_is_found_once_whatever_the_size_of_a_page(company: Audited) -> None:
    whole, _ = every(searching(company), query(company))
    assert len(whole) == 12 * 3 * 8
    for size in (1, 3, 7, 8, 100):
        paged, pages = every(searching(company, size), query(company))
        assert paged == whole
        assert all(len(p.records) <= size for p in pages)


def test_a_page_that_takes_too_long_ends_and_goes_on_later(company: Audited) -> None:
    whole, _ = every(searching(company), query(company))
    ticks: Iterator[float] = iter(range(0, 10_000_000, 100))
    slow = AuditSearch(company.files, lambda: next(ticks))
    for each in (slow, replace(slow, page=5)):
        assert every(each, query(company))[0] == whole


def test_it_is_found_by_who_what_whom_and_when(company: Audited) -> None:
    whole, _ = every(searching(company), query(company))
    notes, _ = every(searching(company), query(company, action="NoteAdded"))
    assert notes
    assert {r["eventName"] for r in notes} == {"NoteAdded"}
    mine, _ = every(searching(company), query(company, actor="mia"))
    assert {r["userIdentity"]["principalId"] for r in mine} == {r["userIdentity"]["principalId"] for r in notes}
    ledger = notes[0]["requestParameters"]["ledger"]
    for name in (ledger, ledger.partition("#")[2]):
        about, _ = every(searching(company), query(company, about=frozenset({name})))
        assert [r for r in about if r["eventName"] != "AccessRecorded"] == [
            r for r in whole if r["requestParameters"]["ledger"] == ledger
        ]  # fmt: skip
        assert all(name in json.dumps(r) for r in about)
    half = datetime.fromisoformat(whole[len(whole) // 2]["additionalEventData"]["at"])
    before, _ = every(searching(company), replace(query(company), until=half))
    after, _ = every(searching(company), replace(query(company), since=half))
    assert before + after == whole
    assert every(searching(company), query(company, actor="nobody"))[0] == []


def test_a_file_that_was_changed_is_told_and_hides_nothing_else(company: Audited) -> None:
    whole, _ = every(searching(company), query(company))
    broken, gone = company.keys("archive/")[4], company.keys("archive/")[7]
    raw = bytearray(company.files.there[broken])
    raw[len(raw) // 2] ^= 1
    company.files.there[broken] = bytes(raw)
    kept, pages = every(searching(company, 20), query(company))
    assert {f.place for p in pages for f in p.unreadable} == {broken}
    assert len(kept) == len(whole) - 8
    assert broken not in {r["place"]["file"] for r in kept}
    assert gone in {r["place"]["file"] for r in kept}


@pytest.mark.parametrize("cursor", ["x", "AAAA", "Li4vLi4vZXRjL3Bhc3N3ZCAx", "ä" * 50, "YXJjaGl2ZS8g" * 40])
def test_a_cursor_that_is_none_is_refused(company: Audited, cursor: str) -> None:
    with pytest.raises(Malformed):
        searching(company).find(query(company), cursor)


# -- taking away ---------------------------------------------------------------------------------------------


def exported(company: Audited, since: datetime, until: datetime, folder: Path) -> tuple[str, list[str]]:
    """As an auditor does it. Returns the part that the verifier is told, and what went wrong."""
    desk = AuditExport(company.files, AuditRoots(company.files))
    page = desk.begin(since, until)
    wrong: list[str] = []
    get = lambda url: company.files.there[url.removeprefix("http://localhost:1/")]  # noqa: E731
    while True:
        wrong += fetch.take(folder, {"files": list(page.files)}, get)
        if not page.next:
            return f"{page.first}-{page.last}", wrong
        page = desk.page(page.id, page.next)


def checked(folder: Path, part: str) -> int:
    return verifier([str(folder / "copy"), "--key", str(folder / "copy/keys"), "--excerpt", part, "--jobs", "1"])


def test_what_is_taken_away_is_checked_without_the_system(company: Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.application.audit_export.PAGE", 4)
    part, wrong = exported(company, START + timedelta(minutes=11), START + timedelta(minutes=16), tmp_path)
    assert wrong == []
    first, last = map(int, part.split("-"))
    assert 1 < first <= last < 12
    assert part in (tmp_path / "README.md").read_text()
    assert checked(tmp_path, part) == 0
    files = sorted(tmp_path.glob("copy/archive/*/*/*/*"))
    raw = bytearray(files[0].read_bytes())
    raw[-1] ^= 1
    files[0].write_bytes(raw)
    assert checked(tmp_path, part) == 1
    files[0].unlink()
    assert checked(tmp_path, part) == 1


def test_a_file_that_is_not_what_the_page_tells_is_not_kept(company: Audited, tmp_path: Path) -> None:
    page = AuditExport(company.files, AuditRoots(company.files)).begin(START - DECADE, company.now)
    key = page.files[-1]["path"].removeprefix("copy/")
    wrong = list(fetch.take(tmp_path, {"files": [page.files[-1]]}, lambda _url: b"other bytes"))
    assert len(wrong) == 1
    assert not (tmp_path / "copy" / key).exists()
    for path in ("../outside", "copy/../../x", "copy/archive/2026/01/01/../../../../x", "/etc/passwd"):
        assert list(fetch.take(tmp_path, {"files": [{"path": path, "text": "x", "sha256": "0"}]}))
    assert not (tmp_path.parent / "outside").exists()


def test_a_period_without_roots_is_told(company: Audited) -> None:
    desk = AuditExport(company.files, AuditRoots(company.files))
    with pytest.raises(NotFound):
        desk.begin(company.now + timedelta(days=1), company.now + timedelta(days=2))
    for id_ in ("", "0-1", "2-1", "1-999", "1-2-3", "../1"):
        with pytest.raises(NotFound):
            desk.page(id_)
    with pytest.raises(Malformed):
        desk.page("1-2", "9.9")


# -- verified where it lies --------------------------------------------------------------------------------------


def verification(company: Audited) -> AuditVerification:
    return AuditVerification(company.files, AuditRoots(company.files), company.ledgers, FolderVerifier(), company.clock)


def verified(company: Audited) -> Verified:
    return verification(company).verify(START - timedelta(hours=1), company.now)


def test_what_nobody_touched_is_whole(company: Audited) -> None:
    found = verified(company)
    assert found.findings == ()
    assert (found.first, found.last, found.files, found.commits) == (1, 12, 36, 288)
    assert found.compared
    middle = verification(company).verify(START + timedelta(minutes=11), START + timedelta(minutes=16))
    assert middle.whole
    assert 1 < middle.first <= middle.last < 12


def test_every_way_to_change_it_is_found_where_it_is(company: Audited) -> None:
    archive, roots = company.keys("archive/"), company.keys("roots/")
    there = dict(company.files.there)

    def found(place: str) -> bool:
        told = verified(company).findings
        company.files.there = dict(there)
        company.files.overwritten, company.files.marked = {}, set()
        return any(place in f.place for f in told)

    raw = bytearray(there[archive[5]])
    raw[len(raw) // 2] ^= 1
    company.files.there[archive[5]] = bytes(raw)
    assert found(archive[5])
    del company.files.there[archive[5]]
    assert found(archive[5])
    company.files.there[archive[5].replace(archive[5][-20:-10], "0" * 10)] = there[archive[5]]
    assert found("archive/")
    company.files.overwritten = {archive[3]: 1}
    assert found(archive[3])
    company.files.marked = {roots[2]}
    assert found(roots[2])
    del company.files.there[roots[2]]
    assert found(roots[2])
    assert verified(company).whole


def test_a_ledger_that_says_otherwise_than_was_signed_is_found(company: Audited) -> None:
    ledger, commits = next(iter(company.ledgers.stored.items()))
    last = max(commits)
    before = commits[last]
    commits[last] = replace(before, hash="0" * 64)
    [finding] = verified(company).findings
    assert ledger in finding.place
    commits[last] = before
    assert verified(company).whole
    del commits[last]
    [finding] = verified(company).findings
    assert (ledger in finding.place, "is gone" in finding.what) == (True, True)


# -- the doors -----------------------------------------------------------------------------------------------------


def test_auditors_alone_come_in_and_those_of_a_region_do_not(world: World, company: Audited) -> None:
    made = world._made
    made.audit_search, made.audit_verification = searching(company), verification(company)
    made.audit_export = AuditExport(company.files, AuditRoots(company.files))
    doors = [("GET", "/v1/audit/search", {}), ("GET", "/v1/audit/verify", {}), ("POST", "/v1/audit/exports", {}),
             ("GET", "/v1/audit/exports/{id}", {"id": "1-1"})]  # fmt: skip
    for role in ("agent", "supervisor", "administrator", "privacy_officer", "integration"):
        for method, route, path in doors:
            with pytest.raises(NotAdmitted):
                ROUTES[method, route](Call(made, who("eve", role), path, {}, {}))
    ines = who("ines", "auditor")
    assert ROUTES["GET", "/v1/audit/exports/{id}"](Call(made, ines, {"id": "1-1"}, {}, {}))["files"]
    read = [r.event for r in world.store.events(f"acs#ines#{world.clock.now():%Y-%m-%d}")]
    assert [getattr(e, "name", "") for e in read] == ["ExportAudit"]
    for wrong in ({"from": "yesterday"}, {"colour": "red"}, {"read_only": "perhaps"}, {"from": "2026-01-02", "to": "2026-01-01"}):
        with pytest.raises(Malformed):
            ROUTES["GET", "/v1/audit/search"](Call(made, ines, {}, wrong, {}))
