"""What a breach's notice needs is told by a copy of the audit's archive alone."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from switchboard import bootstrap
from switchboard.adapters.dynamo import codec
from switchboard.adapters.dynamo.models import stamp
from switchboard.adapters.vault import COMPANY, Vault
from switchboard.domain import events as ev
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit, chain
from switchboard.domain.audit.record import Where
from switchboard.domain.errors import Forbidden
from tests.contract.vault_fakes import Clock, provisioned_branches
from tests.unit.world import REFUND, World, who
from tools import breach_pack

SECRET = "my mother's garden"


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Path:
    """Of a bucket to which every commit of a small company went, one file twice."""
    mia, bo = world.hire("mia", queues=("billing",)), world.hire("bo", queues=("sales",))
    ann, ben = world.write("ann", REFUND, text=SECRET), world.write("ben", REFUND, text=SECRET, channel="webchat")
    world.access.recorded(mia, "GetConversation", ann.id, lambda: None)
    world.access.recorded(mia, "GetContact", ben.contact, lambda: None)
    world.access.recorded(mia, "GetInbox", "agt#mia", lambda: None)
    world._made.privacy_desk.reveal(mia, ann.id, world.store.events(ann.ledger)[1].event.message, "needed for it")  # type: ignore[attr-defined]

    def refused() -> None:
        raise Forbidden("not yours")

    with pytest.raises(Forbidden):
        world.access.recorded(bo, "GetConversation", ann.id, refused)
    vault = Vault(provisioned_branches(), clock=Clock())
    for owner in (COMPANY, ann.contact, ben.contact):
        vault.mint(owner)
    commits = []
    for ledger in world.store.ledgers():
        for commit in world.store.commits(ledger, 0):
            found = world.store.commit_events(ledger, commit.no)
            body = codec.encode(vault, ledger, found[0].no, [r.event for r in found], found[0].actor)
            at = stamp(commit.at)
            commits.append(Commit(ledger, commit.no, at, "", chain("", ledger, commit.no, at, body), body))
    for second in (0, 1):
        key, raw = archive.written(commits, Where("switchboard.example.com", "eu", "1"), world.clock.now() + timedelta(seconds=second))
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(raw)
    return tmp_path


def told(copy: Path, world: World, capsys: pytest.CaptureFixture[str], *more: str, days: int = 1) -> str:
    now = world.clock.now().astimezone(UTC)
    period = ["--from", (now - timedelta(days=1)).isoformat(), "--to", (now + timedelta(days=days)).isoformat()]
    assert breach_pack.main([str(copy), *period, *more]) == 0
    return capsys.readouterr().out


def test_it_says_who_read_and_revealed_what_of_whom(copy: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(copy, world, capsys, "--json"))
    mia = found["people"]["mia"]
    assert mia["reads"] == {"GetConversation": 1, "GetContact": 1, "GetInbox": 1}  # the file that is there twice counts once
    assert sum(mia["revealed"].values()) == 1
    assert mia["contacts"] == found["contacts_touched"] == 2
    assert found["contacts_by_channel"] == {"whatsapp": 1, "webchat": 1}
    assert found["people"]["bo"]["refused"] == {"GetConversation": 1}
    assert found["people"]["bo"]["contacts"] == 0  # nothing was shown
    assert found["reads_of_lists"] == 1


def test_one_person_or_another_time_leaves_the_rest_out(copy: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(json.loads(told(copy, world, capsys, "--json", "--person", "bo"))["people"]) == {"bo"}
    assert json.loads(told(copy, world, capsys, "--json", days=-1))["people"] == {}


def test_the_notice_has_numbers_and_no_words(copy: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(copy, world, capsys)
    assert "data of 2 customers were read or changed by" in text
    assert "whatsapp 1" in text
    assert SECRET not in text
    assert "needed for it" not in text


def test_it_says_of_how_many_what_was_stored_and_how_much(copy: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(copy, world, capsys, "--json"))
    assert found["contacts_by_category"]["answering: special"] == 2  # both wrote
    assert found["records_by_category"]["answering: special"] == 4  # and were answered
    assert found["contacts_by_category"]["contacts: personal"] == 2
    assert found["contacts_by_country"] == {"unknown": 2}
    assert found["seconds"] < 72 * 3600
    text = told(copy, world, capsys)
    assert "answering: special: 2 / 4" in text
    assert "Made in" in text


def test_countries_are_looked_up_where_the_stack_is_there_and_that_is_on_record(
    copy: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "services", lambda: world._made)
    ann, ben = (
        world.store.arrival(world.identity(name, channel), "").contact for name, channel in (("ann", "whatsapp"), ("ben", "webchat"))
    )
    world.contacts.set_attributes(who("boss", "administrator"), ann, {"country": "DE"})
    found = json.loads(told(copy, world, capsys, "--json", "--by", "dpo"))
    assert found["contacts_by_country"] == {"de": 1, "unknown": 1}
    assert found["contacts_in_the_eu"] == 1
    seen = [r.event for r in world.store.events(f"acs#dpo#{world.clock.now():%Y-%m-%d}") if isinstance(r.event, ev.AccessRecorded)]
    assert {(e.name, e.resource) for e in seen} == {("BreachPack", ann), ("BreachPack", ben)}
    world.store.erase_contact(world.store.contact(ann), "r1", ev.SYSTEM, world.clock.now())
    assert json.loads(told(copy, world, capsys, "--json", "--by", "dpo"))["contacts_by_country"] == {"erased since": 1, "unknown": 1}


def test_what_is_no_copy_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    period = ["--from", "2026-01-01", "--to", "2026-01-02"]
    assert breach_pack.main([str(tmp_path), *period]) == 2
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "x.json.gz").write_bytes(b"torn")
    assert breach_pack.main([str(tmp_path), *period]) == 2
    assert "verify the copy" in capsys.readouterr().err
