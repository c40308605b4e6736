"""What every `ActionQueue` must do: see `application.connectors.ActionQueue`."""

from __future__ import annotations

from typing import Protocol

from switchboard.application.connectors import ActionQueue
from tests.contract import samples as s


class Taken(Protocol):
    """The other end of the queue."""

    def take(self, count: int) -> list[tuple[str, str]]:
        """`count` calls in any order, as (conversation, call), and removes them. Fails where fewer come."""
        ...


class ActionQueueContract:
    """Subclasses give the fixtures `actions` and `taken`, its other end."""

    def test_each_call_arrives(self, actions: ActionQueue, taken: Taken) -> None:
        handed = [(f"c{n}-000001", s.fresh("a")) for n in range(3)]
        for conversation, call in handed:
            actions.action(conversation, call)
        assert sorted(taken.take(3)) == sorted(handed)

    def test_a_call_that_is_handed_over_twice_is_the_same_call(self, actions: ActionQueue, taken: Taken) -> None:
        """By which the ledger knows it."""
        call = s.fresh("a")
        for _ in range(2):
            actions.action("c1-000001", call)
        assert set(taken.take(2)) == {("c1-000001", call)}
