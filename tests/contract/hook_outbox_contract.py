"""What every `HookOutbox` must do: see `application.hooks.HookOutbox`."""

from __future__ import annotations

import json
from typing import Protocol

from switchboard.application.hooks import HookCall, HookOutbox
from tests.contract import samples as s


class Calls(Protocol):
    """The other end of the queue."""

    def take(self, count: int) -> list[HookCall]:
        """`count` calls in any order, and removes them. Fails where fewer come."""
        ...


def a_call(body: str = "{}", endpoint: str = "crm") -> HookCall:
    return HookCall(s.fresh("h"), endpoint, body)


class HookOutboxContract:
    """Subclasses give the fixtures `hooks` and `calls`, its other end."""

    def test_a_call_arrives_as_it_was_handed_over(self, hooks: HookOutbox, calls: Calls) -> None:
        """To the byte: the receiver's signature is over the body."""
        body = json.dumps({"b": ["ä", "客服", "\"quoted\"", "\\", "\n", "\u2028"], "a": None}, ensure_ascii=False)
        call = a_call(body)
        hooks.hook(call)
        assert calls.take(1) == [call]

    def test_each_of_several_calls_arrives(self, hooks: HookOutbox, calls: Calls) -> None:
        sent = [a_call(endpoint=name) for name in ("crm", "crm", "erp")]
        for call in sent:
            hooks.hook(call)
        assert sorted(calls.take(3), key=lambda c: c.id) == sorted(sent, key=lambda c: c.id)

    def test_a_call_that_is_handed_over_twice_keeps_its_id(self, hooks: HookOutbox, calls: Calls) -> None:
        """By which the receiver knows it."""
        call = a_call()
        hooks.hook(call)
        hooks.hook(call)
        assert set(calls.take(2)) == {call}
