"""Rules at work on any `Store`: what they do is kept as it was done, once, whoever does it at the same time.

Subclasses of the suite give the fixture `store`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest

from switchboard.application.assignment import Assignment
from switchboard.application.automation import Applied, Automation
from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import Store
from switchboard.application.rule_book import RULES_LEDGER, RuleBook
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import StaleVersion
from switchboard.domain.routing.engine import Engine
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.rules import RuleSet, parse
from tests.contract import samples as s
from tests.fakes.hooks import MemoryHookOutbox
from tests.fakes.system import ManualClock, PlainIndex


class RecordedStore(Store, Protocol):
    """A store whose stream can be read."""

    def commits(self, ledger: str, after: int) -> list[StoredCommit]: ...


class _Ids:
    def new(self, prefix: str) -> str:
        return s.fresh(prefix)


def rules(*then: dict[str, Any], on: str = "message_received") -> RuleSet:
    return parse({"rules": [{"id": "r", "name": "R", "on": on, "then": list(then)}]})


def automation(store: Store, given: RuleSet, at: datetime = s.T0) -> Automation:
    clock = ManualClock(at)
    assignment = Assignment(store, clock, timedelta(seconds=30), lambda _: Engine(RoutingPolicy()))
    return Automation(store, PlainIndex(), _Ids(), clock, lambda: given, MemoryHookOutbox(), assignment)


def stream(store: RecordedStore, c: Conversation, working: Automation) -> list[Applied]:
    return [applied for commit in store.commits(c.ledger, 0) for applied in working.after(commit)]


TAG = {"action": "tag", "tag": "退款"}
REPLY = {"action": "reply", "texts": {"en": "Hi {name}"}}


class AutomationContract:
    def test_what_rules_did_is_read_back_as_it_was_done(self, store: RecordedStore) -> None:
        c = s.open_conversation(store)
        given = rules(TAG, {"action": "set_priority", "priority": 9}, REPLY, {"action": "webhook", "endpoint": "crm"})
        [applied] = stream(store, c, automation(store, given))
        after = store.conversation(c.id)
        assert (after.tags, after.priority, after.auto_replied_at, after.version) == (("退款",), 9, s.T0, c.version + 1)
        done = [r.event for r in store.events(c.ledger, c.last_event)]
        assert done[0] == ev.RuleFired("r", 2, 0, ("r",))
        assert [e.type for e in done[1:]] == ["tagged", "priority_set", "message_sent", "webhook_requested"]
        assert applied.events == len(done)

    def test_a_conversation_that_lost_its_last_tag_has_none(self, store: RecordedStore) -> None:
        c = store.commit(s.change(s.open_conversation(store), ev.Tagged(("a", "b"))))
        assert store.conversation(c.id).tags == ("a", "b")
        bare = store.commit(s.change(c, ev.Untagged(("a", "b"))))
        assert store.conversation(c.id).tags == bare.tags == ()

    def test_a_new_priority_moves_the_place_in_the_queue_and_leaves_none_behind(self, store: RecordedStore) -> None:
        queue = s.fresh("q")
        first, second = (s.open_conversation(store, s.queued(queue, since=s.later(n))) for n in (0, 1))
        assert [w.conversation for w in store.waiting(queue, 9)] == [first.id, second.id]
        stream(store, second, automation(store, rules({"action": "set_priority", "priority": 8})))
        assert [(w.conversation, w.priority) for w in store.waiting(queue, 9)] == [(second.id, 8), (first.id, 5)]

    def test_an_agent_who_is_named_owns_it_and_bears_its_load(self, store: RecordedStore) -> None:
        queue = s.fresh("q")
        kim, c = s.agent(store, queues=(queue,)), s.open_conversation(store)
        stream(store, c, automation(store, rules({"action": "assign", "agent": kim.id})))
        assert store.conversation(c.id).owner == kim.id
        assert store.agent(kim.id).load == 1
        assert store.waiting(queue, 9) == []

    def test_a_queue_that_somebody_serves_is_known_and_no_other(self, store: RecordedStore) -> None:
        served, unserved = s.fresh("q"), s.fresh("q")
        s.agent(store, queues=(served,), presence=ev.Presence.OFFLINE)
        book = RuleBook(store, PlainIndex(), ManualClock(s.T0), lambda _: False)
        problems = book.problems(rules({"action": "assign", "queue": served}))
        assert problems == []
        assert len(book.problems(rules({"action": "assign", "queue": unserved}))) == 1

    def test_a_record_told_twice_changes_nothing(self, store: RecordedStore) -> None:
        c = s.open_conversation(store)
        working = automation(store, rules(TAG, {"action": "note", "text": "look"}))
        stream(store, c, working)
        once = store.events(c.ledger)
        [commit] = store.commits(c.ledger, 0)[:1]
        assert [a.repeated for a in working.after(commit)] == [True]
        assert store.events(c.ledger) == once

    def test_many_processes_at_one_record_act_once(self, store: RecordedStore) -> None:
        c = s.open_conversation(store)
        [commit] = store.commits(c.ledger, 0)
        given = rules({"action": "note", "text": "look"})
        found = s.at_once([lambda: automation(store, given).after(commit) for _ in range(4)])
        assert sorted(one[0].repeated for one in found if isinstance(one, list)) == [False, True, True, True]
        assert [r.event.type for r in store.events(c.ledger, c.last_event)] == ["rule_fired", "note_added"]

    def test_rules_have_their_commits_number_as_version_and_two_who_set_them_at_once_are_told(self, store: RecordedStore) -> None:
        book = RuleBook(store, PlainIndex(s.fresh()), ManualClock(s.T0), lambda _: False)
        last = store.last_event(RULES_LEDGER)
        before = last.commit if last is not None else 0
        document = {"rules": [{"id": "r", "name": "R", "on": "queued", "then": [TAG]}], "reply_minutes": 3}
        first = book.set(ev.SYSTEM, document)
        assert first.version == before + 1
        assert book.current() == first

        def attempt() -> str:
            try:
                return str(book.set(ev.SYSTEM, {**document, "version": first.version}).version)
            except StaleVersion:
                return "told"

        assert sorted(map(str, s.at_once([attempt] * 3))) == [str(before + 2), "told", "told"]

    @pytest.mark.parametrize("size", [1, 190])
    def test_rule_sets_of_any_size_that_is_allowed_are_kept(self, store: RecordedStore, size: int) -> None:
        book = RuleBook(store, PlainIndex(s.fresh()), ManualClock(s.T0), lambda _: False)
        text = {"action": "reply", "texts": {"en": "x" * 1000}}
        made = [{"id": f"r{n}", "name": "R", "on": "queued", "then": [text]} for n in range(size)]
        assert len(book.set(ev.SYSTEM, {"rules": made}).rules) == len(book.current().rules) == size
