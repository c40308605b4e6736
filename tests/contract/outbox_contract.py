"""What every `Outbox` must do: see `application.ports.Outbox`. Its cursors have a suite of their own (`cursors_contract`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import pytest

from switchboard.application.ports import Outbox, OutboxItem, Timer
from switchboard.application.presence import EARLY
from switchboard.domain.conversation import conversation_id
from tests.contract import samples as s

Handed = tuple[str, int, str]
"""Conversation, commit and message: what delivery is told of a message to the customer."""


class Departures(Protocol):
    """The other end of an outbox."""

    def take(self, count: int) -> list[Handed]:
        """The next `count` messages in the queue's order, and removes them. Fails where fewer come or more wait."""
        ...

    def now(self) -> datetime:
        """By the clock that timers go by."""
        ...

    def timer(self, within: timedelta) -> Timer | None:
        """The next timer that comes within this time, and removes it; time passes until it does."""
        ...

    @property
    def longest(self) -> timedelta:
        """How long this queue keeps a timer at most."""
        ...


class OutboxContract:
    """Subclasses give the fixtures `outbox` and `departures`, its other end."""

    @pytest.fixture
    def contact(self) -> str:
        return s.fresh("c")

    def send(self, outbox: Outbox, conversation: str, *items: OutboxItem, account: str = s.ACCOUNT) -> list[Handed]:
        outbox.send(conversation, "whatsapp", account, items)
        return [(conversation, i.commit, i.message) for i in items]

    def item(self, commit: int = 1) -> OutboxItem:
        return OutboxItem(s.fresh("m"), commit)

    # -- messages ------------------------------------------------------------------------------------

    def test_a_conversations_messages_are_delivered_in_the_order_they_were_sent(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        talk = conversation_id(contact, 1)
        sent = self.send(outbox, talk, *(self.item(n) for n in range(1, 13)))
        sent += self.send(outbox, talk, self.item(13))
        assert departures.take(13) == sent

    def test_what_a_customer_is_told_keeps_its_order_across_their_conversations(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        sent = []
        for ordinal in (1, 2, 1, 3):
            sent += self.send(outbox, conversation_id(contact, ordinal), self.item())
        assert departures.take(4) == sent

    def test_a_commit_that_is_read_twice_hands_its_message_on_once(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        talk, item, later = conversation_id(contact, 1), self.item(1), self.item(2)
        sent = self.send(outbox, talk, item)
        self.send(outbox, talk, item)
        sent += self.send(outbox, talk, item, later)[1:]
        assert departures.take(2) == sent

    def test_a_message_that_was_taken_already_is_not_handed_on_again(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        talk, item = conversation_id(contact, 1), self.item()
        self.send(outbox, talk, item)
        departures.take(1)
        self.send(outbox, talk, item)
        marker = self.send(outbox, talk, self.item())
        assert departures.take(1) == marker

    def test_the_sweepers_second_attempt_goes_out_although_the_first_did(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        talk, item = conversation_id(contact, 1), self.item()
        again = OutboxItem(item.message, item.commit, attempt="202603020901")
        sent = self.send(outbox, talk, item) + self.send(outbox, talk, again)
        self.send(outbox, talk, again)
        assert departures.take(2) == sent

    # -- timers --------------------------------------------------------------------------------------

    def test_a_timer_comes_when_it_is_due_and_not_before(self, outbox: Outbox, departures: Departures, contact: str) -> None:
        now = departures.now()
        timer = Timer("accept", conversation_id(contact, 1), 7, now + timedelta(seconds=1, microseconds=250))
        outbox.timer(timer, now)
        assert departures.timer(timedelta(0)) is None
        assert departures.timer(timedelta(seconds=10)) == timer
        assert departures.now() >= timer.due - EARLY

    def test_a_timer_that_is_late_already_comes_at_once(self, outbox: Outbox, departures: Departures, contact: str) -> None:
        now = departures.now()
        timer = Timer("grace", contact, 0, now - timedelta(days=2))
        outbox.timer(timer, now)
        assert departures.timer(timedelta(seconds=1)) == timer

    def test_timers_come_in_the_order_they_are_due(self, outbox: Outbox, departures: Departures, contact: str) -> None:
        now = departures.now()
        later = Timer("sla", contact, 1, now + timedelta(seconds=2))
        sooner = Timer("accept", contact, 1, now)
        outbox.timer(later, now)
        outbox.timer(sooner, now)
        assert [departures.timer(timedelta(seconds=10)) for _ in range(2)] == [sooner, later]

    def test_a_timer_further_off_than_the_queue_keeps_one_arrives_by_stages(
        self, outbox: Outbox, departures: Departures, contact: str
    ) -> None:
        """The reader sends it on while it is early; it must lose nothing on the way and end when it is due."""
        start = departures.now()
        timer = Timer("sla", conversation_id(contact, 1), 3, start + 2.2 * departures.longest)
        outbox.timer(timer, start)
        stages = 0
        while True:
            came = departures.timer(departures.longest + timedelta(seconds=10))
            assert came == timer
            if timer.due - departures.now() <= EARLY:
                break
            stages += 1
            outbox.timer(came, departures.now())
        assert 1 <= stages <= 4
        assert departures.timer(timedelta(0)) is None
