"""Offers nobody answers and lines that break, on a system of its own whose clocks run fast: 5 s to accept, 2 s of grace."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from local.system import System
from tests.e2e.stage import Stage, until

SOON = 15.0


@pytest.fixture(scope="module")
def impatient() -> Iterator[Stage]:
    before = os.environ.get("AWS_ENDPOINT_URL")
    with System(pages=False, parameters={"AcceptSeconds": "5", "GraceSeconds": "2"}) as running:
        yield Stage(running)
    if before is not None:
        os.environ["AWS_ENDPOINT_URL"] = before


@pytest.fixture
def fast(impatient: Stage) -> Iterator[Stage]:
    impatient.clear()
    yield impatient
    impatient.clear()


def test_an_offer_that_is_not_accepted_in_time_goes_to_somebody_else(fast: Stage) -> None:
    mia, customer = fast.agent("mia").online(), fast.customer("whatsapp")
    wish = customer.wishes()
    conversation = mia.offer_of(wish)
    sofia = fast.agent("sofia").online()
    released = mia.event("it is taken back", conversation, lambda e: e["type"] == "released", SOON)
    assert released["reason"] == "not_accepted"
    assert sofia.offer_of(wish) == conversation
    mia.socket.expect("mia is away", lambda f: f["type"] == "agent" and f["agent"]["presence"] == "away")
    sofia.act("accept", conversation)
    assert mia.fails("accept", conversation) == "forbidden"
    since = {e["since"] for e in sofia.events(conversation) if e["type"] == "queued"}
    assert len(since) == 1, "the customer keeps the place in the queue"


def test_an_accepted_conversation_is_not_taken_back(fast: Stage) -> None:
    mia, ann, ben = fast.agent("mia").online(), fast.customer("whatsapp"), fast.customer("whatsapp")
    accepted = mia.takes_up(ann.wishes())
    left = mia.offer_of(ben.wishes())
    mia.event("the other is taken back", left, lambda e: e["type"] == "released", SOON)  # its timer was set later
    assert mia.conversation(accepted)["conversation"]["status"] == "active"


def test_after_a_lost_line_the_offer_goes_on_and_the_accepted_stays(fast: Stage) -> None:
    mia, ann, ben = fast.agent("mia").online(), fast.customer("whatsapp"), fast.customer("whatsapp")
    accepted = mia.takes_up(ann.wishes())
    wish = ben.wishes()
    offered = mia.offer_of(wish)
    sofia = fast.agent("sofia").online()
    mia.socket.vanish()
    assert sofia.offer_of(wish) == offered
    released = next(e for e in sofia.events(offered) if e["type"] == "released")
    assert released["reason"] == "connection_lost"
    assert mia.rest("GET", "/v1/me")["agent"]["presence"] == "offline"
    assert mia.conversation(accepted)["conversation"]["owner"] == "mia"


def test_who_comes_back_within_the_grace_stays_online(fast: Stage) -> None:
    mia, sofia = fast.agent("mia").online(), fast.agent("sofia").online()
    mia.socket.vanish()
    back = fast.agent("mia")
    sofia.socket.vanish()  # later: when sofia's grace is over, mia's is too
    until("sofia is gone", lambda: sofia.rest("GET", "/v1/me")["agent"]["presence"] == "offline", SOON)
    assert back.rest("GET", "/v1/me")["agent"]["presence"] == "online"


def test_a_second_window_keeps_an_agent_present(fast: Stage) -> None:
    mia, sofia = fast.agent("mia").online(), fast.agent("sofia").online()
    window = fast.agent("mia")
    mia.socket.close()
    sofia.socket.close()
    until("sofia is gone", lambda: sofia.rest("GET", "/v1/me")["agent"]["presence"] == "offline", SOON)
    assert window.rest("GET", "/v1/me")["agent"]["presence"] == "online"
    customer = fast.customer("whatsapp")
    window.offer_of(customer.wishes())


def test_going_away_gives_an_offer_back_at_once(fast: Stage) -> None:
    mia, customer = fast.agent("mia").online(), fast.customer("whatsapp")
    wish = customer.wishes()
    conversation = mia.offer_of(wish)
    sofia = fast.agent("sofia").online()
    mia.act("presence", presence="away")
    assert sofia.offer_of(wish, 4) == conversation


def test_a_transferred_offer_that_is_not_accepted_returns_to_the_queue(fast: Stage) -> None:
    mia, customer = fast.agent("mia").online(), fast.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    sofia = fast.agent("sofia").online()
    mia.act("transfer", conversation, agent="sofia")
    sofia.event("the offer", conversation, lambda e: e["type"] == "assigned")
    back = lambda f: (  # noqa: E731
        f["type"] == "events" and f["conversation"]["id"] == conversation
        and any(e["type"] == "assigned" and e["agent"] == "mia" and e["number"] == 3 for e in f["events"])
    )  # fmt: skip
    mia.socket.expect("it comes back to mia", back, SOON)


def test_the_line_of_somebody_without_a_place_in_the_roster_ends_quietly(fast: Stage) -> None:
    """Administrators take no work; their leaving must not fail, be tried again and end in the dead-letter queue."""
    log = fast.system._emulator.log
    before, mia = log.stat().st_size, fast.agent("mia").online()
    fast.agent("admin").socket.close()
    mia.socket.close()  # later: when her grace is over, the administrator's is too
    until("mia is gone", lambda: mia.rest("GET", "/v1/me")["agent"]["presence"] == "offline", SOON)
    with log.open("rb") as printed:
        printed.seek(before)
        assert b"timer failed" not in printed.read()
