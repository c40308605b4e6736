"""A message that ends the process of whoever works on it: real processes, which really die, on LocalStack."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.inbound import InboundMessage
from switchboard.domain.understanding import Understanding
from switchboard.entry.routing import route
from switchboard.settings import Settings
from tests.bench import crowd
from tests.unit.process import CONTEXT, sqs_event, sqs_record

pytestmark = pytest.mark.localstack

LETHAL = "these words end a process"
KILLED = 137  # as if for want of memory
PARKED = "ProcessDied: two processes ended while they worked on it"


class LethalModel:
    """Understands everything but one text."""

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        if LETHAL in texts:
            os._exit(KILLED)
        return [crowd.WISH] * len(texts)


def work_on(settings: Settings, event: dict[str, Any]) -> None:
    """The life of a process that gets one batch."""
    services = Services(settings)
    vars(services)["understander"] = LethalModel()
    assert route(services, event, CONTEXT) == {"batchItemFailures": []}


def exit_code_of(settings: Settings, event: dict[str, Any]) -> int | None:
    process = multiprocessing.get_context("spawn").Process(target=work_on, args=(settings, event))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.fixture
def settings(
    endpoint: str, aws: Callable[[str], Any], unique: str, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    for name, value in crowd.environment(endpoint).items():
        monkeypatch.setenv(name, value)
    attributes = {"FifoQueue": "true"}
    url = aws("sqs").create_queue(QueueName=f"{unique}.fifo", Attributes=attributes)["QueueUrl"]
    return Settings(inbound_queue_url=url)


def batch(services: Services, messages: Sequence[InboundMessage]) -> list[dict[str, Any]]:
    """Messages as the queue hands them over."""
    services.inbound.send(messages)
    answer = services.sqs_client.receive_message(
        QueueUrl=services.settings.inbound_queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
    )
    return [
        sqs_record({"MessageBody": m["Body"], **{k: m["Attributes"][k] for k in ("MessageGroupId", "MessageDeduplicationId")}}, n)
        for n, m in enumerate(answer["Messages"], 1)
    ]


def test_a_batch_survives_the_messages_that_kill_its_process(endpoint: str, settings: Settings) -> None:
    """Each of three killers ends two marked processes; whoever stands behind them is served before the queue gives up."""
    with crowd.company(endpoint) as company:
        whole = company.services.settings.model_copy(update={"inbound_queue_url": settings.inbound_queue_url})
        services = Services(whole)
        ann, bo, cy = (crowd.customer_address() for _ in range(3))
        said = [
            crowd.message(ann, "before it"), crowd.message(ann, LETHAL), crowd.message(ann, "after it"),
            crowd.message(bo, LETHAL), crowd.message(cy, LETHAL), crowd.message(cy, "at last"),
        ]  # fmt: skip
        records = batch(services, said)
        ends: list[int | None] = []
        while (not ends or ends[-1] != 0) and len(ends) < 9:  # before the tenth receive, the queue's last
            again = [{**r, "attributes": {**r["attributes"], "ApproximateReceiveCount": str(len(ends) + 1)}} for r in records]
            ends.append(exit_code_of(whole, sqs_event(*again)))
        assert ends == [KILLED] * 7 + [0]
        assert told(services, ann) == ["before it", PARKED, "after it"]
        assert told(services, cy)[-1] == "at last"
        assert len(services.store.parked()) == 3


def told(services: Services, address: str) -> list[str]:
    """What a customer's conversation has of their messages: words, or why there are none."""
    identity = crowd.identity_key(services.index, "whatsapp", "shop", address)
    conversation = services.store.contact(services.store.arrival(identity, "-").contact).conversation
    assert conversation is not None
    recorded = [r.event for r in services.store.events(conversation.ledger)]
    return [
        e.content.text if isinstance(e, ev.MessageReceived) else e.reason
        for e in recorded if isinstance(e, ev.MessageReceived | ev.MessageParked)
    ]  # fmt: skip
