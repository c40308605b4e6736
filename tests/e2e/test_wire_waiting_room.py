"""Customers who wait, over real wires and on a system of its own: nobody is at work, and a call back is offered at once."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from local.system import System
from tests.e2e.stage import Stage, until

SOON = 60.0


@pytest.fixture(scope="module")
def waiting() -> Iterator[Stage]:
    before = os.environ.get("AWS_ENDPOINT_URL")
    with System(pages=False) as running:
        stage = Stage(running)
        admin = stage.agent("admin")
        admin.rest("PUT", "/v1/waiting-room", {"policy": {"tell_after": 2, "callback_from": 0, "again_after": 30}})
        yield stage
    if before is not None:
        os.environ["AWS_ENDPOINT_URL"] = before


def test_who_waits_is_told_asks_to_be_called_and_the_agent_sees_it(waiting: Stage) -> None:
    customer, visitor = waiting.customer("whatsapp"), waiting.visitor()
    customer.wishes()
    customer.hears("on this number", SOON)
    assert len(customer.copies("next in the queue")) == 1
    visitor.say("I want to speak to a human agent please")
    visitor.hears("number 2 in the queue", SOON)
    customer.says("yes please")
    customer.hears("We will call you back", SOON)

    mia = waiting.agent("mia").online()
    conversation = waiting.current(customer)
    until("the offer", lambda: any(c["id"] == conversation for c in mia.rest("GET", "/v1/inbox")["mine"]), SOON)
    found = mia.conversation(conversation)
    assert found["conversation"]["callback"]
    types = [e["type"] for e in found["events"]]
    assert types.count("callback_offered") == types.count("callback_requested") == 1
    [asked] = [e for e in found["events"] if e["type"] == "callback_requested"]
    assert asked["number"].lstrip("+") == customer.id.lstrip("+")
