"""Messages that cannot be processed: kept, shown to supervisors, repaired or discarded; they hold nobody up."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.e2e.stage import Agent, Customer, Stage, refused, until


def poison(stage: Stage, group: str, body: str = "not a sealed body") -> None:
    """Puts something into the inbound queue that nobody can read."""
    stage.aws("sqs").send_message(
        QueueUrl=stage.system.outputs["InboundQueueUrl"], MessageBody=body, MessageGroupId=group,
        MessageDeduplicationId=secrets.token_hex(8),
    )  # fmt: skip


def parked_of(supervisor: Agent, ledger: str) -> list[dict[str, Any]]:
    return [p for p in supervisor.rest("GET", "/v1/parked")["parked"] if p["ledger"] == ledger]


@pytest.fixture
def poisoned(stage: Stage) -> tuple[Agent, Customer, str, dict[str, Any]]:
    """An agent in a talk with a customer one of whose messages could not be read, and that message."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    poison(stage, stage.group(customer))
    customer.says("Said after the broken one")
    mia.sees("Said after the broken one")
    event = mia.event("the broken one", conversation, lambda e: e["type"] == "message_parked")
    return mia, customer, conversation, event


def test_a_broken_message_is_parked_in_its_conversation_and_holds_nothing_up(
    stage: Stage, poisoned: tuple[Agent, Customer, str, dict[str, Any]]
) -> None:
    mia, _, conversation, event = poisoned
    types = [e["type"] for e in mia.events(conversation)]
    assert types.index("message_parked") < len(types) - 1 - types[::-1].index("message_received")
    sofia = stage.agent("sofia")
    [parked] = parked_of(sofia, f"cnv#{conversation}")
    assert (parked["id"], parked["no"]) == (event["parked"], event["no"])
    assert parked["reason"]
    assert "not a sealed body" not in str(parked) + str(event)


def test_a_repaired_message_reaches_the_agent_with_its_reference(
    stage: Stage, poisoned: tuple[Agent, Customer, str, dict[str, Any]]
) -> None:
    mia, _, conversation, event = poisoned
    sofia = stage.agent("sofia")
    stage.heard.append("My order number is 4711")
    sofia.rest("POST", f"/v1/parked/{event['parked']}/redrive", {"text": "My order number is 4711"})
    _, repaired = mia.sees("My order number is 4711")
    assert repaired["redriven_from"] == event["no"]
    until("the list to be empty", lambda: not parked_of(sofia, f"cnv#{conversation}"))
    again = refused(lambda: sofia.rest("POST", f"/v1/parked/{event['parked']}/redrive", {"text": "Twice?"}))
    assert again.status in (404, 409)
    assert mia.received(conversation).count("My order number is 4711") == 1


def test_a_discarded_message_leaves_the_list_and_stays_on_record(
    stage: Stage, poisoned: tuple[Agent, Customer, str, dict[str, Any]]
) -> None:
    mia, _, conversation, event = poisoned
    sofia = stage.agent("sofia")
    sofia.rest("POST", f"/v1/parked/{event['parked']}/discard")
    until("the list to be empty", lambda: not parked_of(sofia, f"cnv#{conversation}"))
    kept = {e["type"]: e for e in mia.events(conversation)}
    assert kept["message_parked"]["parked"] == kept["redriven"]["parked"] == event["parked"]
    assert kept["redriven"]["outcome"] == "discarded"


def test_a_message_still_broken_when_sent_again_does_not_get_lost_or_listed_twice(
    stage: Stage, poisoned: tuple[Agent, Customer, str, dict[str, Any]]
) -> None:
    mia, customer, conversation, event = poisoned
    sofia = stage.agent("sofia")
    sofia.rest("POST", f"/v1/parked/{event['parked']}/redrive", {})
    customer.says("Behind the second try")
    mia.sees("Behind the second try")
    assert len(parked_of(sofia, f"cnv#{conversation}")) == 1


def test_nobodys_message_goes_to_the_operators_and_cannot_be_rewritten(stage: Stage) -> None:
    sofia = stage.agent("sofia")
    before = {p["id"] for p in parked_of(sofia, "ops#parked")}
    poison(stage, f"nobody-{secrets.token_hex(8)}")
    fresh = until("it is listed", lambda: [p for p in parked_of(sofia, "ops#parked") if p["id"] not in before])
    rewritten = refused(lambda: sofia.rest("POST", f"/v1/parked/{fresh[0]['id']}/redrive", {"text": "Guesswork"}))
    assert (rewritten.status, rewritten.code) == (409, "not_allowed_now")
    sofia.rest("POST", f"/v1/parked/{fresh[0]['id']}/discard")
    assert fresh[0]["id"] not in {p["id"] for p in parked_of(sofia, "ops#parked")}


def test_parked_messages_are_no_business_of_agents(
    stage: Stage, poisoned: tuple[Agent, Customer, str, dict[str, Any]]
) -> None:
    mia, _, conversation, event = poisoned
    sofia = stage.agent("sofia")
    assert parked_of(sofia, f"cnv#{conversation}")
    assert mia.rest("GET", "/v1/parked") == {"parked": []}
    for act in ("redrive", "discard"):
        answer = refused(lambda a=act: mia.rest("POST", f"/v1/parked/{event['parked']}/{a}", {}))  # type: ignore[misc]
        assert (answer.status, answer.code) == (403, "forbidden")
    sofia.rest("POST", f"/v1/parked/{event['parked']}/discard")
