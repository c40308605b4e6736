"""What is spent on the large model in a day (`application.large_model.Spending`), as the store's transactions count it."""

from __future__ import annotations

from functools import partial

import pytest

from switchboard.application.large_model import Spending
from switchboard.application.ports import Store
from switchboard.domain.drafting.events import DraftAsked, DraftMade, DraftRefused
from switchboard.domain.errors import CeilingReached, StaleVersion
from tests.contract import samples as s

DAY = "2026-03-02"


def asked(reserved: int, ceiling: int = 100, day: str = DAY) -> DraftAsked:
    return DraftAsked("reply", "m1", "a-model", day, reserved, ceiling, "EUR", s.fresh("d"))


def made(before: DraftAsked, cost: int) -> DraftMade:
    return DraftMade(
        before.kind, before.message, ({"article": "a", "version": 1, "passage": 0, "title": "T"},), before.model, 10, 2, cost, "EUR",
        before.day, before.reserved, "en", before.client_id, "Hello [1]",
    )  # fmt: skip


class SpendingContract:
    """Subclasses give the fixtures `store` and `spending`, on the same data."""

    def test_nothing_is_spent_at_first(self, spending: Spending) -> None:
        assert spending.on("1999-01-01") == 0

    def test_what_is_reserved_counts_and_is_set_right_by_the_price(self, store: Store, spending: Spending) -> None:
        before = asked(40)
        c = store.commit(s.change(s.open_conversation(store), before))
        assert spending.on(DAY) == 40
        store.commit(s.change(c, made(before, 15)))
        assert spending.on(DAY) == 15

    def test_a_refusal_that_cost_nothing_gives_all_of_it_back(self, store: Store, spending: Spending) -> None:
        before = asked(40)
        c = store.commit(s.change(s.open_conversation(store), before))
        store.commit(s.change(c, DraftRefused(
            "reply", "m1", "throttled", "a-model", before.client_id, 0, 0, 0, "EUR", before.day, before.reserved,
        )))  # fmt: skip
        assert spending.on(DAY) == 0

    def test_beyond_the_ceiling_nothing_is_written(self, store: Store, spending: Spending) -> None:
        c = store.commit(s.change(s.open_conversation(store), asked(60)))
        with pytest.raises(CeilingReached):
            store.commit(s.change(c, asked(41)))
        assert spending.on(DAY) == 60
        assert store.conversation(c.id).version == c.version
        store.commit(s.change(c, asked(40)))
        assert spending.on(DAY) == 100

    def test_another_day_has_money_of_its_own(self, store: Store, spending: Spending) -> None:
        c = store.commit(s.change(s.open_conversation(store), asked(100)))
        store.commit(s.change(c, asked(100, day="2026-03-03")))
        assert (spending.on(DAY), spending.on("2026-03-03")) == (100, 100)

    def test_a_call_of_yesterday_is_set_right_on_yesterday(self, store: Store, spending: Spending) -> None:
        before = asked(50, day="2026-03-01")
        c = store.commit(s.change(s.open_conversation(store), before))
        store.commit(s.change(c, made(before, 20), at=s.later(86_400)))
        assert (spending.on("2026-03-01"), spending.on(DAY)) == (20, 0)

    def test_what_came_too_late_is_told_so_and_not_charged(self, store: Store, spending: Spending) -> None:
        c = s.open_conversation(store)
        store.commit(s.change(c, asked(10)))
        with pytest.raises(StaleVersion):
            store.commit(s.change(c, asked(10)))
        assert spending.on(DAY) == 10

    def test_of_many_who_take_the_last_money_at_once_no_more_get_it_than_there_is(self, store: Store, spending: Spending) -> None:
        talks = [s.open_conversation(store) for _ in range(6)]
        outcomes = s.at_once([partial(store.commit, s.change(c, asked(30))) for c in talks])
        refused = [o for o in outcomes if isinstance(o, Exception)]
        assert len(refused) == 3
        assert all(isinstance(o, CeilingReached) for o in refused)
        assert spending.on(DAY) == 90

    def test_a_draft_comes_back_as_it_was_written(self, store: Store, spending: Spending) -> None:
        before = asked(10)
        c = store.commit(s.change(s.open_conversation(store), before))
        written = made(before, 5)
        store.commit(s.change(c, written))
        assert [r.event for r in store.events(c.ledger)][-2:] == [before, written]
