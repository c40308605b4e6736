"""What every `Store` must do with conversations that the bot has: where its dialogues stand, and whom it waits for in vain."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from switchboard.application.ports import Store
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.state import EMPTY
from tests.contract import samples as s

FOUND = {"late": False, "items": ["a", "b"], "total": {"amount": 1.5, "currency": "GBP"}}


def led(call: str = "a1") -> tuple[ev.Event, ...]:
    """A customer is led through a flow, within another, and the company's system is asked: everything a dialogue's state can hold."""
    return (
        ev.FlowStarted("order_status", 0, "m1", timeout=600, opening="Grüße, where is it? 你好"),
        ev.SlotAsked("order_status", "order"), ev.SlotFilled("order_status", "order", "m1", "SB-1"),
        ev.SlotRejected("order_status", "order", "not_found"), ev.SlotAsked("order_status", "order", again=True),
        ev.FlowStarted("address_change", 3, "m2", digression=True), ev.SlotFilled("address_change", "order", "m2", "SB-10001"),
        ev.ActionRequested(f"{call}-1", "address_change", "order_lookup", "found", {"order": "SB-10001"}, "address_change", "en"),
        ev.ActionDone(f"{call}-1", "address_change", "order_lookup", "ok", FOUND),
        de.Told("address_change", 1), ev.SlotAsked("address_change", "confirm"), de.Confirmed("address_change", "m3"),
        ev.ActionRequested(call, "address_change", "address_change", "result", {"order": "SB-10001"}, language="en"),
        de.Deferred("m4", "and the invoice, bitte", "invoice_request", 0.75, "en"),
    )  # fmt: skip


def waiting(store: Store, until: datetime) -> Conversation:
    return s.open_conversation(store, ev.BotWaits(until))


class BotStateContract:
    def test_where_a_dialogue_stands_comes_back_as_it_was(self, store: Store) -> None:
        heard = ev.IntentDetected("m1", "complaint", 0.9, "en", "test", "angry", 0.93)
        until = s.later(123.456789)
        after = s.open_conversation(store, *led(), heard, ev.AngerHeard("m1", 0.93), ev.BotWaits(until))
        found = store.conversation(after.id)
        assert found == after == store.contact(after.contact).conversation
        assert [f.flow for f in found.dialogue.frames] == ["order_status", "address_change"]
        assert found.dialogue.call == "a1"
        assert found.dialogue.deferred[0].text == "and the invoice, bitte"
        assert (found.angry_at, found.bot_until) == (s.T0, until)
        assert found.feeling < 0

    def test_it_goes_on_from_what_is_stored(self, store: Store) -> None:
        c = store.conversation(s.open_conversation(store, *led()).id)
        done = ev.ActionDone("a1", "address_change", "address_change", "ok")
        store.commit(s.change(c, done, ev.FlowEnded("address_change", de.FlowOutcome.DONE)))
        found = store.conversation(c.id).dialogue
        assert [f.flow for f in found.frames] == ["order_status"]
        assert (found.call, found.deferred, found.memory) == ("", (), {"order": "SB-10001"})

    def test_nothing_is_left_of_it_once_it_is_over(self, store: Store) -> None:
        c = s.resolved(store, s.open_conversation(store, *led(), ev.BotWaits(s.later(60))))
        assert (store.conversation(c.id).dialogue, store.conversation(c.id).bot_until) == (EMPTY, None)


class OverdueWithBotContract:
    def test_the_longest_overdue_come_first_and_no_more_than_asked_for(self, store: Store) -> None:
        late = [waiting(store, s.later(n)).id for n in (50, 10, 40, 20, 30)]
        waiting(store, s.later(60))  # its time has not come
        s.open_conversation(store)  # the bot waits for nothing
        order = [late[n] for n in (1, 3, 4, 2, 0)]
        assert store.overdue_with_bot(s.later(60), 10) == order
        assert store.overdue_with_bot(s.later(60), 2) == order[:2]
        assert store.overdue_with_bot(s.later(10), 10) == []

    def test_whoever_writes_again_is_waited_for_anew(self, store: Store) -> None:
        c = waiting(store, s.later(10))
        store.commit(s.change(c, s.received("still there"), ev.BotWaits(s.later(100))))
        assert store.overdue_with_bot(s.later(50), 10) == []
        assert store.overdue_with_bot(s.later(101), 10) == [c.id]

    @pytest.mark.parametrize("how", ["queued", "assigned", "resolved", "followed"])
    def test_what_the_bot_has_no_more_is_not_overdue_with_it(self, store: Store, how: str) -> None:
        contact = s.person()
        c = store.commit(s.opening(contact, ev.BotWaits(s.later(10))))
        if how == "queued":
            c = store.commit(s.change(c, s.queued(s.fresh("q"))))
            assert c.status is Status.QUEUED
        elif how == "assigned":
            queue = s.fresh("q")
            c = store.commit(s.change(c, s.queued(queue)))
            c = store.commit(s.assigned(c, s.agent(store, queues=(queue,)).id))
        else:
            c = s.resolved(store, c)
        if how == "followed":
            store.commit(s.opening(contact, new=False, previous=c))
        assert store.overdue_with_bot(s.later(10) + timedelta(days=1), 10) == []
        assert store.conversation(c.id).bot_until is None
