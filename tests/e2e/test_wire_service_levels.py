"""Hours, rosters and promises as an administrator sets them, on a system of its own: it is closed today, mia is off shift, and who
waits ten seconds has waited too long."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import System
from tests.e2e.stage import Stage, refused, until

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SOON = 45.0


def closed_until_in_three_days() -> dict[str, Any]:
    then = WEEK[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    return {"zone": "UTC", "week": {then: ["09:00-17:00"]}}


@pytest.fixture(scope="module")
def strict() -> Iterator[Stage]:
    rare = closed_until_in_three_days()
    hours = {
        "calendars": {"rare": rare},
        "rosters": {
            "teams": [{"id": "desk", "calendar": "always", "zone": "UTC", "languages": ["en", "zh"]}],
            "rosters": [{"agent": "mia", "team": "desk", **rare}],
        },
        "default": {"calendar": "rare", "teams": ["desk"], "sla": "main"},
        "sla": {"main": {
            "rules": [{"calendar": "always", "first_response": 10, "warn_at": 0.5}],
            "on_breach": {"priority": 9, "queue": "technical"},
        }},
    }  # fmt: skip
    before = os.environ.get("AWS_ENDPOINT_URL")
    with System(pages=False) as running:
        stage = Stage(running)
        stage.agent("admin").rest("PUT", "/v1/hours", {"hours": hours})  # before any function has read those that were shipped
        yield stage
    if before is not None:
        os.environ["AWS_ENDPOINT_URL"] = before


@pytest.fixture
def late(strict: Stage) -> Iterator[Stage]:
    strict.clear()
    yield strict
    strict.clear()


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [e for e in events if e["type"] == kind]


def test_a_promise_that_is_broken_gets_on_record_and_the_work_moves_to_others(late: Stage) -> None:
    sofia, customer = late.agent("sofia"), late.customer("whatsapp")
    customer.wishes()
    customer.hears("Our team is not available right now. We are back on", SOON)
    conversation = until("the conversation", lambda: late.current(customer), SOON)
    assert of(sofia.events(conversation), "queued")[0]["reason"] == "after_hours"
    broken = until("the breach is on record", lambda: of(sofia.events(conversation), "sla_breached"), SOON)
    assert [e["clock"] for e in broken] == ["first_response"]
    told = sofia.socket.expect("sofia is told, though offline", lambda f: f["type"] == "sla", SOON)[1]
    assert told["conversation"]["id"] == conversation
    summary = sofia.conversation(conversation)["conversation"]
    assert (summary["priority"], summary["queue"], summary["status"]) == (9, "technical", "queued")
    [clock] = sofia.rest("GET", f"/v1/conversations/{conversation}/sla")["sla"]
    assert (clock["outcome"], clock["breached"], clock["remaining"] < 0) == ("breached", True, True)


def test_work_goes_past_an_agent_who_is_off_shift(late: Stage) -> None:
    mia, customer = late.agent("mia").online(), late.customer("whatsapp")
    wish = customer.wishes()
    conversation = until("the conversation", lambda: late.current(customer), SOON)
    sofia = late.agent("sofia").online()
    assert sofia.offer_of(wish, SOON) == conversation
    sofia.act("accept", conversation)
    owners = {e["agent"] for e in of(sofia.events(conversation), "assigned")}
    assert owners == {"sofia"}
    assert mia.rest("GET", "/v1/inbox")["mine"] == []


def test_hours_are_for_leaders_and_only_administrators_set_them(late: Stage) -> None:
    mia, sofia = late.agent("mia"), late.agent("sofia")
    assert refused(lambda: mia.rest("GET", "/v1/hours")).status == 403
    document = sofia.rest("GET", "/v1/hours")["hours"]
    assert document["default"]["sla"] == "main"
    assert refused(lambda: sofia.rest("PUT", "/v1/hours", {"hours": document})).status == 403
