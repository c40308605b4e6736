"""Roots over what was archived: each file in one root, each root tied to the one before, whatever comes late, twice or at once."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import replace
from types import SimpleNamespace

import pytest

from switchboard.adapters.cedar.authority import shipped
from switchboard.domain.audit import archive, merkle, root
from switchboard.domain.audit.root import Root
from switchboard.domain.errors import Unreadable
from tests.fakes.audit import LocalSigner, MemoryAnchors
from tests.fakes.audited import WHERE, Audited, commits_in
from tests.unit.process import CONTEXT


@pytest.fixture
def company() -> Audited:
    return Audited()


def roots(company: Audited) -> list[Root]:
    return [root.read(company.files.get(key))[0] for key in company.keys("roots/")]


def test_a_root_names_what_came_and_where_the_chains_stand(company: Audited) -> None:
    commits = company.batch(30)
    made = company.root()
    [only] = roots(company)
    assert (made.number, made.files, only.previous) == (1, 1, "")
    assert [key for key, _ in only.archive] == company.keys("archive/")
    assert {ledger: head.commits for ledger, head in only.heads.items()} == {c.ledger: c.no for c in commits}
    assert {head.hash for head in only.heads.values()} <= {c.hash for c in commits}


def test_quiet_times_have_roots_each_tied_to_the_one_before(company: Audited) -> None:
    company.batch()
    for _ in range(3):
        company.root()
    found = roots(company)
    files = [company.files.get(key) for key in company.keys("roots/")]
    assert [r.number for r in found] == [1, 2, 3]
    assert [r.previous for r in found[1:]] == [hashlib.sha256(raw).hexdigest() for raw in files[:2]]
    assert [len(r.archive) for r in found] == [1, 0, 0]


def test_each_file_is_in_one_root(company: Audited) -> None:
    company.life(8, batches=4, commits=3)
    named = [key for r in roots(company) for key, _ in r.archive]
    assert sorted(named) == company.keys("archive/")
    assert len(named) == len(set(named))


def test_old_files_are_not_read_again(company: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    company.life(12)
    read, get = [], company.files.get
    monkeypatch.setattr(company.files, "get", lambda key: (read.append(key), get(key))[1])
    company.batch()
    company.root()
    assert len([key for key in read if key.startswith("archive/")]) == 1
    assert len([key for key in read if key.startswith("roots/")]) <= 6


def test_a_file_that_came_after_its_neighbours_were_listed_is_in_the_next_root(company: Audited) -> None:
    late = archive.written([company.something() for _ in range(3)], WHERE, company.now)
    company.clock.advance(seconds=30)
    company.batch()
    company.root()
    company.files.put(*late)
    company.root()
    assert [key for key, _ in roots(company)[-1].archive] == [late[0]]


def test_commits_wait_for_those_before_them(company: Audited) -> None:
    first, second, third = (company.commit("cnv#c00001-000001", *_note()) for _ in range(3))
    company.archive.keep([second, third])
    made = company.root()
    assert (made.held, made.heads) == (2, 0)
    for _ in range(6):
        assert company.root().held == 2
    company.archive.keep([first])
    made = company.root()
    assert (made.held, made.heads) == (0, 1)
    assert roots(company)[-1].heads[first.ledger] == (3, third.hash)
    assert company.root().held == 0


def _note() -> list[object]:
    from switchboard.domain import events as ev

    return [ev.NoteAdded("mia", "text")]


def test_a_batch_that_came_twice_moves_nothing_back(company: Audited) -> None:
    commits = company.batch(10)
    company.root()
    company.clock.advance(seconds=1)
    company.archive.keep(commits[:4])
    made = company.root()
    assert (made.files, made.heads, made.held, made.broken) == (1, 0, 0, 0)


def test_what_does_not_fit_is_said_and_stops_nobody_else(company: Audited) -> None:
    said: list[str] = []
    company.notary = replace(company.notary, broken=lambda file, why: said.append(why))
    company.batch(10)
    company.root()
    ledger = "cnv#c00001-000001"
    company.commit(ledger, *_note())
    forged = company.commit(ledger, *_note())
    company.files.put(*archive.written([replace(forged, no=forged.no - 1)], WHERE, company.now))
    company.clock.advance(seconds=1)
    company.batch(5)
    made = company.root()
    assert made.broken >= 1
    assert said
    assert made.heads > 0


def test_a_file_that_cannot_be_read_is_kept_as_evidence(company: Audited) -> None:
    key, raw = archive.written([company.something()], WHERE, company.now)
    company.files.put(key, raw[:-9])
    made = company.root()
    assert (made.files, made.broken) == (1, 1)
    assert roots(company)[-1].archive == ((key, hashlib.sha256(raw[:-9]).hexdigest()),)


def test_two_notaries_at_once_make_one_root(company: Audited) -> None:
    company.batch()
    company.root()
    company.batch()
    other = replace(company.notary)
    put = company.files.put

    def overtaken(key: str, raw: bytes) -> bool:
        company.files.put = put  # type: ignore[method-assign]
        if key.startswith("roots/"):
            other.run()
        return put(key, raw)

    company.files.put = overtaken  # type: ignore[method-assign]
    assert company.root().number == 0
    assert [r.number for r in roots(company)] == [1, 2]
    assert company.root().number == 3


def test_a_notary_that_died_after_its_root_is_taken_up_by_the_next(company: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    company.batch()
    company.root()
    company.batch()
    with monkeypatch.context() as broken:
        broken.setattr(MemoryAnchors, "apply", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        with pytest.raises(RuntimeError):
            company.root()
    last = [company.something() for _ in range(9)]
    company.archive.keep(last)
    made = company.root()
    assert (made.number, made.held, made.broken) == (3, 0, 0)


def test_the_heads_can_be_made_again_from_the_roots(company: Audited) -> None:
    company.life(4)
    company.notary = replace(company.notary, anchored=MemoryAnchors())
    company.batch()
    made = company.root()
    assert (made.held, made.broken) == (0, 0)
    at_last = {c.ledger: c.hash for _, c in commits_in(company.files)}
    assert all(head.hash == at_last[ledger] for ledger, head in roots(company)[-1].heads.items())


def test_a_backlog_is_taken_in_parts_and_nothing_is_lost(company: Audited) -> None:
    """After hours without a notary: each root names what it can, and says how far it has seen."""
    for _ in range(25):
        company.batch(3)
        company.clock.advance(minutes=20)
    company.notary = replace(company.notary, limit=10)
    made = [company.notary.run() for _ in range(3)]
    assert [(m.files, m.behind) for m in made] == [(10, True), (10, True), (5, False)]
    named = [key for r in roots(company) for key, _ in r.archive]
    assert named == company.keys("archive/")


def test_a_root_by_another_key_is_not_built_upon(company: Audited) -> None:
    company.life(2)
    said, _ = root.read(company.files.get(root.key_of(2)))
    forged = replace(said, number=3)
    company.files.put(root.key_of(3), root.written(forged, LocalSigner().sign(forged.statement)))
    with pytest.raises(Unreadable):
        company.root()


def test_the_function_makes_roots_until_it_has_caught_up(company: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(25):
        company.batch(2)
        company.clock.advance(minutes=20)
    handler = importlib.import_module("functions.notary.handler")
    process = SimpleNamespace(notary=replace(company.notary, limit=10), authority=shipped())
    monkeypatch.setattr(handler, "services", lambda: process)
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 200_000)
    answer = handler.handler({"source": "aws.events"}, CONTEXT)
    assert (answer["number"], answer["files"], answer["behind"]) == (3, 5, 0)
    assert sorted(key for r in roots(company) for key, _ in r.archive) == company.keys("archive/")


def test_the_function_ends_in_time(company: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(25):
        company.batch(2)
    handler = importlib.import_module("functions.notary.handler")
    process = SimpleNamespace(notary=replace(company.notary, limit=10), authority=shipped())
    monkeypatch.setattr(handler, "services", lambda: process)
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 30_000)
    assert handler.handler({"source": "aws.events"}, CONTEXT)["number"] == 1


@pytest.mark.parametrize(("leaves", "expected"), [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ([b""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
])  # fmt: skip
def test_the_merkle_root_is_that_of_rfc_6962(leaves: list[bytes], expected: str) -> None:
    assert merkle.root(leaves) == expected


def test_the_merkle_tree_splits_at_the_largest_power_of_two() -> None:
    def by_the_text(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        split = max(2**n for n in range(12) if 2**n < len(leaves))
        return hashlib.sha256(b"\x01" + by_the_text(leaves[:split]) + by_the_text(leaves[split:])).digest()

    for number in range(1, 70):
        leaves = [b"%d" % n for n in range(number)]
        assert merkle.root(leaves) == by_the_text(leaves).hex()
