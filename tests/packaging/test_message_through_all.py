"""One customer's message and one visitor's, through every function, each in its own clean interpreter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local import company
from local.emulators.process import ROOT
from local.lambda_host.host import Answer
from local.peers import AgentAtDesk, Sandbox
from local.system import System
from switchboard.entry.streams import commits
from tests.packaging.conftest import Host
from tests.packaging.plumbing import Event, Stream, queued

pytestmark = pytest.mark.ministack


def sample(name: str) -> Any:
    return json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))


def done(answer: Answer) -> Answer:
    """The answer, after making sure that nothing of the batch was left."""
    assert not answer.failed, answer.body
    assert answer.body == {"batchItemFailures": []}, answer.lines
    return answer


def socket_event(name: str, connection: str, **changes: Any) -> Event:
    event: Event = sample(f"socket/{name}") | changes
    event["requestContext"]["connectionId"] = connection
    return event


def _said_by_bot(frame: Event) -> str:
    said = [e["content"]["text"] for e in frame["events"] if e["type"] == "message_sent" and e["author"] == "bot"]
    return said[0] if said else ""


@pytest.fixture(autouse=True)
def nothing_on_its_way(system: System, aws: Any) -> None:
    """What the sample events of other tests left in the queues is not of this story."""
    for queue in ("Inbound", "Outbound"):
        aws("sqs").purge_queue(QueueUrl=system.outputs[f"{queue}QueueUrl"])


@pytest.fixture
def mia(system: System) -> AgentAtDesk:
    person = company.PEOPLE[0]
    agent = AgentAtDesk(system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, person.login, person.password)
    agent.socket.request("presence", presence="online")
    return agent


def test_from_whatsapp_to_the_agent_and_the_bots_word_back(system: System, aws: Any, host: Host, mia: AgentAtDesk) -> None:
    ledger, deliveries = Stream(aws, system.outputs["LedgerTable"]), Stream(aws, system.outputs["DeliveriesTable"])
    phone = Sandbox(system.sandbox)
    phone.say("whatsapp", company.WHATSAPP["account"], "4520000077", "Anna Example", "I want to speak to a human agent please")

    done(host("router").invoke(queued(aws, system.outputs["InboundQueueUrl"])))
    recorded = ledger.read()
    done(host("push").invoke(recorded))
    _, offer = mia.offered("whatsapp")
    done(host("outbox").invoke(recorded))

    done(host("delivery").invoke(queued(aws, system.outputs["OutboundQueueUrl"])))
    _, frame = mia.socket.expect("the bot's word", lambda f: f["type"] == "events" and _said_by_bot(f) != "")
    bots_word = _said_by_bot(frame)
    phone.hears("whatsapp", company.WHATSAPP["account"], "4520000077", bots_word)
    done(host("push").invoke(deliveries.read()))
    mia.socket.expect("how far the bot's word came", lambda f: f["type"] == "delivery" and f["status"] == "sent")

    timer = sample("timer/accept_due")
    conversation = offer["conversation"]["id"]
    due = {"kind": "accept", "subject": conversation, "number": 1, "due": "2026-11-22T12:00:31+00:00"}
    timer["Records"][0]["body"] = json.dumps(due)
    done(host("timer").invoke(timer))
    assert mia.rest("GET", "/v1/me")["agent"]["presence"] == "away", "an offer that nobody took sets its agent away"


def test_a_visitor_from_session_to_record(system: System, aws: Any, host: Host) -> None:
    ledger = Stream(aws, system.outputs["LedgerTable"])
    opened = host("visitor").invoke(sample("visitor/session"))
    ticket = json.loads(opened.body["body"])["ticket"]
    query = {"queryStringParameters": {"ticket": ticket}, "multiValueQueryStringParameters": {"ticket": [ticket]}}
    connected = host("socket").invoke(socket_event("connect", "VisitorConn=", **query))
    assert connected.body == {"statusCode": 200}, connected.lines
    again = host("socket").invoke(socket_event("connect", "OtherConn=", **query))
    assert again.body == {"statusCode": 401}, "a ticket opened two connections"

    assert host("socket").invoke(socket_event("visitor_message", "VisitorConn=")).body == {"statusCode": 200}
    done(host("router").invoke(queued(aws, system.outputs["InboundQueueUrl"])))
    recorded = [(e.type, e.fields.get("channel")) for c in commits(ledger.read()) for e in c.events]
    assert ("message_received", "webchat") in recorded


def test_the_sweeper_finds_nothing_to_do_for_a_message_just_sent(host: Host) -> None:
    swept = host("sweeper").invoke(sample("sweeper/every_minute"))
    assert not swept.failed
    assert swept.body["stuck_messages"] == 0
