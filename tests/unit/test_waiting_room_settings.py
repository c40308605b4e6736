"""What a company may set about its waiting room, and what it is told when it errs."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.settings import Settings, Then, parse


def test_nothing_set_is_the_defaults_and_email_has_no_waiting_room() -> None:
    assert parse({}) == Settings()
    assert "email" not in parse({}).channels


def test_everything_can_be_set() -> None:
    found = parse(
        {"tell_after": 0, "again_after": 60, "callback_from": None, "longest_wait": 900.5, "then": "queue:night shift",
         "channels": ["line", "webchat"], "most_messages": 9, "most_by_channel": {"line": 1}}
    )  # fmt: skip
    assert (found.then, found.then_queue) == (Then.QUEUE, "night shift")
    assert (found.tell_after, found.longest_wait, found.callback_from) == (0.0, 900.5, None)
    assert (found.most("line"), found.most("webchat")) == (1, 9)
    assert found.channels == {"line", "webchat"}


def test_a_channel_with_few_messages_keeps_some_for_the_agents() -> None:
    assert parse({"most_messages": 4}).most("wechat") == 2


@pytest.mark.parametrize(
    ("data", "at_fault"),
    [
        ([], "'waiting_room'"),
        ({"tel_after": 1}, "'tel_after'"),
        ({"tell_after": -1}, "'waiting_room.tell_after'"),
        ({"tell_after": True}, "'waiting_room.tell_after'"),
        ({"tell_after": None}, "'waiting_room.tell_after'"),
        ({"again_after": 5}, "'waiting_room.again_after'"),
        ({"again_after": float("nan")}, "'waiting_room.again_after'"),
        ({"callback_from": "300"}, "'waiting_room.callback_from'"),
        ({"longest_wait": 1e9}, "'waiting_room.longest_wait'"),
        ({"tell_after": 600, "longest_wait": 600}, "'waiting_room.longest_wait'"),
        ({"then": "form"}, "'waiting_room.then'"),
        ({"then": "queue"}, "'waiting_room.then'"),
        ({"then": "queue:"}, "'waiting_room.then'"),
        ({"then": "queue: x"}, "'waiting_room.then'"),
        ({"then": []}, "'waiting_room.then'"),
        ({"channels": "webchat"}, "'waiting_room.channels'"),
        ({"channels": ["webchat", "Web Chat"]}, "'waiting_room.channels[1]'"),
        ({"channels": ["email"]}, "e-mail has no waiting room"),
        ({"most_messages": 1.5}, "'waiting_room.most_messages'"),
        ({"most_messages": 99}, "'waiting_room.most_messages'"),
        ({"most_by_channel": {"wechat": -1}}, "'waiting_room.most_by_channel.wechat'"),
        ({"most_by_channel": ["wechat"]}, "'waiting_room.most_by_channel'"),
        ({1: 2}, "'1'"),
    ],
)
def test_a_mistake_is_refused_by_the_name_of_its_field(data: Any, at_fault: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(data)
    assert at_fault in str(refused.value)
