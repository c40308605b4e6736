"""Rules after each commit that is handed on: they act on what happened, and nothing wrong with them stops the stream."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from switchboard.application.archive import Archive
from switchboard.application.automation import Automation
from switchboard.application.fanout import StoredCommit
from switchboard.domain import events as ev
from switchboard.domain.audit import archive
from switchboard.domain.audit.commit import Commit, chain, dumps
from switchboard.domain.audit.gaps import Gap
from switchboard.domain.audit.record import Where
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, StaleVersion, StorageUnavailable
from switchboard.entry import streams
from switchboard.entry.log_redaction import FunctionFailed
from tests.fakes.audit import MemoryAuditFiles, MemoryMarks
from tests.fakes.hooks import MemoryHookOutbox
from tests.unit.automation_desk import REFUND_RULE, leaf, rule, tag, webhook
from tests.unit.process import CONTEXT, Process, logged, metrics_of
from tests.unit.world import GREETING, REFUND, World, who

BOSS = who("boss", "administrator")
WORDS = "my diagnosis is Z99"


class Stream:
    """The function `outbox` on a company's ledgers."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.hooks = world, MemoryHookOutbox()
        self.process = Process(world)
        self.audit = MemoryAuditFiles()
        self.marks = MemoryMarks()
        kept = Archive(self.audit, self.marks, Where("switchboard.example.com", "eu-central-1", "123456789012"), world.clock)
        vars(self.process).update(hook_outbox=self.hooks, outbox_reader=world.outbox_reader, archive=kept)
        handler = importlib.import_module("functions.outbox.handler")
        monkeypatch.setattr(handler, "services", lambda: self.process)
        monkeypatch.setattr(streams, "commits", lambda event: event["Records"])
        monkeypatch.setattr(streams, "audit_commits", lambda event: [_as_stored(commit) for commit in event["Records"]])
        self._handler = handler.handler

    def set(self, *rules: dict[str, Any]) -> None:
        self.process.rule_book.set(BOSS, {"rules": list(rules)})

    def brings(self, ledger: str, after: int = 0) -> list[StoredCommit]:
        """Hands the function a ledger's commits."""
        found = self.world.store.commits(ledger, after)
        self._handler({"Records": found}, CONTEXT)
        return found

    def settles(self, c: Conversation) -> Conversation:
        """Brings a conversation's commits, and those that follow from them, until none does."""
        at = 0
        while found := self.brings(c.ledger, at):
            at = found[-1].no
        return self.world.now_of(c)


def _as_stored(commit: StoredCommit) -> Commit:
    """The world's ledgers keep no bytes: what stands for them here says which commit it is."""
    events = [{"type": e.type, "no": e.no, "data": {}} for e in commit.events if e.type != "access_recorded"]
    body = dumps({"by": {"kind": "system", "id": "s", "role": "", "request": ""}, "events": events})
    at = "2026-03-02T09:00:00.000000Z"
    return Commit(commit.ledger, commit.no, at, "", chain("", commit.ledger, commit.no, at, body), body)


@pytest.fixture
def stream(world: World, monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(Process, "endpoints", type("All", (), {"known": staticmethod(lambda _: True)}), raising=False)
    return Stream(world, monkeypatch)


def breaks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def after(_self: object, _commit: object) -> Any:
        raise error

    monkeypatch.setattr(Automation, "after", after)


def archived(stream: Stream) -> list[tuple[str, int]]:
    return [(c.ledger, c.no) for key, raw in stream.audit.there.items() for c in archive.read(key, raw)]


def test_a_batch_is_archived_while_it_is_handed_on(world: World, stream: Stream) -> None:
    found = stream.brings(world.write("1", GREETING).ledger)
    assert archived(stream) == [(c.ledger, c.no) for c in found]


def test_a_batch_that_cannot_be_archived_goes_on_is_counted_and_marked(
    world: World, stream: Stream, capsys: pytest.CaptureFixture[str]
) -> None:
    c = world.write("1", GREETING)
    stream.audit.fails = 1
    found = stream.brings(c.ledger)
    assert stream.audit.there == {}
    assert [item.message for *_, item in world.outbox.sent] == [world.last(c, ev.MessageSent).message]
    assert stream.marks.open(9) == [Gap(c.ledger, found[0].no, found[-1].no)]
    assert "ArchiveFailed" in str(metrics_of(capsys.readouterr().out))


def test_after_a_failure_the_storage_is_left_alone_for_a_while(world: World, stream: Stream) -> None:
    """Or each batch would wait for it as the first did."""
    stream.audit.fails = 1
    stream.brings(world.write("1", GREETING).ledger)
    stream.brings(world.write("2", GREETING).ledger)
    assert stream.audit.there == {}
    assert len(stream.marks.open(9)) == 2
    world.clock.advance(seconds=31)
    stream.brings(world.write("3", GREETING).ledger)
    assert len(stream.audit.there) == 1


def test_a_batch_that_cannot_even_be_marked_comes_again(world: World, stream: Stream) -> None:
    ledger = world.write("1", GREETING).ledger
    stream.audit.fails = stream.marks.fails = 1
    with pytest.raises(FunctionFailed, match=r"^StorageUnavailable"):
        stream.brings(ledger)
    stream.brings(ledger)
    assert stream.marks.open(9)


def test_what_cannot_be_handed_on_is_archived_all_the_same(world: World, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, StorageUnavailable("down"))
    ledger = world.write("1", GREETING).ledger
    with pytest.raises(FunctionFailed, match=r"^StorageUnavailable"):
        stream.brings(ledger)
    assert archived(stream)[0] == (ledger, 1)


def test_rules_do_what_they_say_once_a_commit_is_handed_on(world: World, stream: Stream) -> None:
    stream.set(rule("r", tag("money"), webhook("crm"), when=leaf("message.text", "contains", "refund")))
    c = stream.settles(world.write("1", REFUND, text="a refund please"))
    assert list(c.tags) == ["money"]
    assert [call.id for call in stream.hooks.calls] == [world.last(c, ev.WebhookRequested).call]


def test_a_new_version_of_the_rules_holds_as_soon_as_the_stream_tells_of_it(world: World, stream: Stream) -> None:
    stream.set(rule("r", tag("first")))
    assert list(stream.settles(world.write("1", GREETING)).tags) == ["first"]
    stream.set(rule("r", tag("second")))
    stream.brings("cfg#rules")
    assert list(stream.settles(world.write("2", GREETING)).tags) == ["second"]


@pytest.mark.parametrize(("week", "tags"), [({}, ["late"]), ({day: ["00:00-24:00"] for day in ("mon", "tue", "wed")}, [])])
def test_rules_know_whether_the_company_is_open(world: World, stream: Stream, week: dict[str, Any], tags: list[str]) -> None:
    hours = {"calendars": {"office": {"zone": "UTC", "week": week}}, "default": {"calendar": "office"}}
    stream.process.configuration.set_hours(BOSS, hours)
    stream.set(rule("r", tag("late"), when=leaf("business_hours_open", "is", False)))
    assert list(stream.settles(world.write("1", GREETING)).tags) == tags


def test_a_customers_answer_leaves_although_rules_are_in_trouble(
    world: World, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, StorageUnavailable("try again"))
    c = world.write("1", GREETING)
    with pytest.raises(FunctionFailed, match=r"^StorageUnavailable"):
        stream.brings(c.ledger)
    assert [item.message for *_, item in world.outbox.sent] == [world.last(c, ev.MessageSent).message]


@pytest.mark.parametrize("error", [StorageUnavailable("try again"), StaleVersion("read it again")])
def test_what_will_pass_has_the_commit_come_again(
    world: World, stream: Stream, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    stream.set(REFUND_RULE | {"then": [tag("money")]})
    c = world.write("1", REFUND, text="order 7")
    with monkeypatch.context() as m:
        breaks(m, error)
        with pytest.raises(FunctionFailed, match=f"^{type(error).__name__}"):
            stream.brings(c.ledger)
    assert list(stream.settles(c).tags) == ["money"]


@pytest.mark.parametrize("error", [KeyError(WORDS), Forbidden("of no rule's business"), RecursionError()])
def test_what_will_not_pass_is_counted_passed_over_and_shows_nobodys_words(
    world: World, stream: Stream, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    c = world.write("1", GREETING, text=WORDS)
    breaks(monkeypatch, error)
    with logged() as lines:
        stream.brings(c.ledger)
    counted = metrics_of(capsys.readouterr().out)
    assert [(m["RulesPassedOver"], m["error"]) for m in counted] == [([1.0], type(error).__name__)]
    assert type(error).__name__ in str(lines)
    assert WORDS not in str(lines)
    assert world.outbox.cursor(c.ledger) == c.version


def test_rules_that_cannot_be_read_are_counted(world: World, stream: Stream, capsys: pytest.CaptureFixture[str]) -> None:
    world.store.append("cfg#rules", [ev.RulesSet({"rules": 7})], BOSS, world.clock.now())
    stream.brings(world.write("1", GREETING).ledger)
    assert "RulesPassedOver" in str(metrics_of(capsys.readouterr().out))


def test_the_log_says_which_rules_fired_and_what_they_could_not_do(world: World, stream: Stream) -> None:
    world.hire("ada", online=False)
    stream.set(rule("first", tag("x")), rule("second", {"action": "assign", "agent": "ada"}))
    with logged() as lines:
        stream.brings(world.write("1", GREETING, text=WORDS).ledger)
    [line] = [line for line in lines if "not_free" in line]
    assert "first" in line
    assert WORDS not in str(lines)
