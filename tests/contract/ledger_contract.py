"""What every `Store` must do with ledgers: numbering, tails, and ledgers that have no projection."""

from __future__ import annotations

import pytest

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Duplicate, NotFound, StaleVersion
from tests.contract import samples as s


class NumberingContract:
    def test_events_are_numbered_without_gaps_across_commits_of_any_size(self, store: Store) -> None:
        c = s.open_conversation(store)
        for size in (1, 3, 2, 1, 5):
            c = store.commit(s.change(c, *(s.received(str(n)) for n in range(size))))
        recorded = store.events(c.ledger)
        assert [r.no for r in recorded] == list(range(1, 15))
        assert [r.commit for r in recorded] == [1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 6, 6, 6]
        assert (c.version, c.last_event) == (6, 14)

    def test_the_head_moves_with_every_commit_and_never_returns(self, store: Store) -> None:
        c, heads = s.open_conversation(store), []
        for _ in range(5):
            c = store.commit(s.change(c, ev.NoteAdded("kim", "the same", "n")))
            heads.append(c.head)
            assert store.conversation(c.id).head == c.head
        assert len(set(heads)) == 5

    def test_the_tail_is_exactly_what_comes_after(self, store: Store) -> None:
        c = s.open_conversation(store)
        for n in range(45):  # more than one page, commits of one to three events
            c = store.commit(s.change(c, *(s.received(f"{n}.{m}") for m in range(n % 3 + 1))))
        everything = store.events(c.ledger)
        assert len(everything) == c.last_event == 92
        for after in (0, 1, 2, 3, 50, 89, 90, 91, 92, 93):
            assert store.events(c.ledger, after) == everything[after:]

    def test_a_ledger_nobody_wrote_to_is_empty(self, store: Store) -> None:
        assert store.events(f"acs#{s.fresh()}#2026-03-02") == []
        assert store.events(s.open_conversation(store).ledger, 99) == []

    def test_of_those_who_decided_on_the_same_state_one_commits(self, store: Store) -> None:
        c = s.open_conversation(store)
        notes = [s.change(c, ev.NoteAdded("kim", str(n), "n")) for n in range(8)]
        answers = s.each_at_once(store.commit, notes)
        assert sum(isinstance(a, Conversation) for a in answers) == 1
        assert all(isinstance(a, Conversation | StaleVersion) for a in answers)
        assert [r.no for r in store.events(c.ledger)] == [1, 2, 3]


class AppendContract:
    def test_events_come_back_in_order_with_their_numbers(self, store: Store) -> None:
        ledger = f"acs#{s.fresh()}#2026-03-02"
        first, *rest = [ev.AccessRecorded("ReadConversation", f"c{n}-000001", "forbidden" if n % 2 else "") for n in range(5)]
        store.append(ledger, [first], s.agent_actor("kim"), s.T0)
        store.append(ledger, rest, s.agent_actor("kim"), s.later(1))
        recorded = store.events(ledger)
        assert [r.event for r in recorded] == [first, *rest]
        assert [(r.no, r.commit, r.at) for r in recorded][:2] == [(1, 1, s.T0), (2, 2, s.later(1))]
        assert [r.event for r in store.commit_events(ledger, 2)] == rest

    def test_sixteen_threads_leave_no_gap_and_lose_nothing(self, store: Store) -> None:
        ledger, threads, each = f"acs#{s.fresh()}#2026-03-02", 16, 4

        def write(thread: int) -> None:
            for n in range(each):
                event = ev.AccessRecorded("ReadConversation", f"{thread}.{n}")
                store.append(ledger, [event], s.agent_actor(f"kim{thread}"), s.T0)

        answers = s.each_at_once(write, range(threads))
        assert answers == [None] * threads
        recorded = store.events(ledger)
        assert [r.no for r in recorded] == list(range(1, threads * each + 1))
        written = [r.event.resource for r in recorded if isinstance(r.event, ev.AccessRecorded)]
        for thread in range(threads):
            assert [w for w in written if w.startswith(f"{thread}.")] == [f"{thread}.{n}" for n in range(each)]


    def test_the_same_cause_is_appended_once(self, store: Store) -> None:
        ledger, once = f"acs#{s.fresh()}#2026-03-02", s.fresh("o")
        event = ev.AccessRecorded("ReadConversation", "c1")
        answers = s.at_once([lambda: store.append(ledger, [event], ev.SYSTEM, s.T0, once)] * 6)
        assert answers.count(None) == 1
        assert sum(isinstance(a, Duplicate) for a in answers) == 5
        assert len(store.events(ledger)) == 1
        assert store.arrival("nobody", once).duplicate


class ParkedContract:
    def test_a_parked_message_is_listed_with_all_that_is_needed_to_send_it_again(self, store: Store) -> None:
        mine, nobodys = s.parked(), s.parked()
        c = s.open_conversation(store)
        c = store.commit(s.change(c, s.received(), mine, at=s.later(5)))
        store.append("ops#parked", [nobodys], ev.SYSTEM, s.later(6))
        listed = {p.id: p for p in store.parked()}
        assert set(listed) == {mine.parked, nobodys.parked}
        one, other = listed[mine.parked], listed[nobodys.parked]
        assert (one.ledger, one.no, one.at) == (c.ledger, c.last_event, s.later(5))
        assert (one.reason, one.group, one.ciphertext) == (mine.reason, mine.group, mine.ciphertext)
        assert (other.ledger, other.at, other.ciphertext) == ("ops#parked", s.later(6), nobodys.ciphertext)
        assert store.parked_message(mine.parked) == one

    def test_once_redriven_or_discarded_it_is_off_the_list_and_still_on_record(self, store: Store) -> None:
        mine, nobodys, stays = s.parked(), s.parked(), s.parked()
        c = store.commit(s.change(s.open_conversation(store), mine, stays))
        store.append("ops#parked", [nobodys], ev.SYSTEM, s.T0)
        store.commit(s.change(c, s.received("repaired"), ev.Redriven(mine.parked, "received")))
        store.append("ops#parked", [ev.Redriven(nobodys.parked, "discarded")], ev.SYSTEM, s.later(1))
        assert [p.id for p in store.parked()] == [stays.parked]
        for gone in (mine, nobodys):
            with pytest.raises(NotFound):
                store.parked_message(gone.parked)
        assert mine in [r.event for r in store.events(c.ledger)]
        assert nobodys in [r.event for r in store.events("ops#parked")]

    def test_a_parked_message_is_settled_once(self, store: Store) -> None:
        mine, nobodys = s.parked(), s.parked()
        c = store.commit(s.change(s.open_conversation(store), mine))
        c = store.commit(s.change(c, ev.Redriven(mine.parked, "received")))
        store.append("ops#parked", [nobodys], ev.SYSTEM, s.T0)
        store.append("ops#parked", [ev.Redriven(nobodys.parked, "discarded")], ev.SYSTEM, s.later(1))
        with pytest.raises(Duplicate):
            store.commit(s.change(c, s.received("repaired again"), ev.Redriven(mine.parked, "received")))
        with pytest.raises(Duplicate):
            store.append("ops#parked", [ev.Redriven(nobodys.parked, "discarded")], ev.SYSTEM, s.later(2))
        assert store.conversation(c.id) == c
        assert len(store.events(c.ledger)) == c.last_event
        assert len(store.events("ops#parked")) == 2

    def test_of_operators_who_settle_it_at_once_one_does(self, store: Store) -> None:
        nobodys = s.parked()
        store.append("ops#parked", [nobodys], ev.SYSTEM, s.T0)
        settled = ev.Redriven(nobodys.parked, "discarded")
        answers = s.at_once([lambda: store.append("ops#parked", [settled], ev.SYSTEM, s.T0)] * 6)
        assert answers.count(None) == 1
        assert sum(isinstance(a, Duplicate) for a in answers) == 5
        assert [r.event for r in store.events("ops#parked")] == [nobodys, settled]
