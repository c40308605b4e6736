"""A deployed stack whose functions stand still, for measurements that call the entry points in this process."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from local import company
from local.emulators.aws import clients
from local.system import System
from switchboard.bootstrap import Services
from switchboard.entry.reception import receive
from switchboard.entry.telemetry import logger
from tests.packaging.plumbing import halt, queued
from tests.roles.recorder.aws_calls import listen
from tests.unit.channel_events import whatsapp_post

WA = company.WHATSAPP


class Stack(NamedTuple):
    system: System
    aws: Any

    def services(self) -> Services:
        """What a new process would have: nothing at hand yet."""
        return Services(self.system.services.settings)

    def batch(self) -> dict[str, Any]:
        """The next messages of the inbound queue, as the router gets them."""
        return queued(self.aws, self.system.outputs["InboundQueueUrl"])


@contextmanager
def stack() -> Iterator[Stack]:
    logger.setLevel("ERROR")  # a line a message is for the functions' log groups
    with System(pages=False) as system:
        aws = clients(system.endpoint)
        halt(aws)
        yield Stack(system, aws)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """The AWS calls of this process, by service, as botocore is asked for them."""
    calls: Counter[str] = Counter()

    def count(service: str, operation: str, params: Mapping[str, Any], endpoint: str) -> None:
        calls[service] += 1

    stop = listen(count)
    try:
        yield calls
    finally:
        stop()


def post(services: Services, messages: list[tuple[str, str, str]]) -> None:
    """One WhatsApp post of (id, customer, text) through the webhook's entry point."""
    now = str(int(time.time()))
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": WA["phone_number_id"]},
        "contacts": [{"profile": {"name": "Ann Example"}, "wa_id": customer} for _, customer, _ in messages],
        "messages": [
            {"id": id_, "from": customer, "timestamp": now, "type": "text", "text": {"body": text}} for id_, customer, text in messages
        ],
    }
    change = {"field": "messages", "value": value}
    document = {"object": "whatsapp_business_account", "entry": [{"id": WA["waba_id"], "changes": [change]}]}
    request = whatsapp_post(document, WA["app_secret"])
    event = {
        "httpMethod": "POST", "pathParameters": {"account": WA["account"]}, "headers": dict(request.headers),
        "queryStringParameters": None, "body": request.body.decode(), "isBase64Encoded": False,
    }  # fmt: skip
    answer = receive(services, "whatsapp", event)
    if answer["statusCode"] != 200:
        raise SystemExit(f"the webhook answered {json.dumps(answer)}")
