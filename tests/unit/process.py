"""One function's process: the real composition root, with the ports' fakes where AWS would be, and the real inbound queue's
sealing over a queue that is a list."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from switchboard.adapters.sqs.inbound import SqsInboundQueue
from switchboard.adapters.vault import QueueSeal
from switchboard.application.ports import Principal
from switchboard.application.presence import agent_principal, visitor_principal
from switchboard.bootstrap import Services
from switchboard.domain.understanding import Understanding
from switchboard.entry import telemetry
from switchboard.settings import Settings
from tests.contract.vault_fakes import provisioned_branches
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.attempts import MemoryAttempts
from tests.fakes.queues import MemoryBucket, MemoryFifo
from tests.fakes.system import ScriptedUnderstander
from tests.unit.channel_events import WEBCHAT, WECHAT, WHATSAPP
from tests.unit.world import GREETING, REFUND, World

ORIGIN = "https://shop.example"
CONTEXT = SimpleNamespace(
    function_name="test", memory_limit_in_mb=128, invoked_function_arn="arn:test", aws_request_id="r",
    get_remaining_time_in_millis=lambda: 30_000,
)
BRANCHES = provisioned_branches()


class Process(Services):
    """`world` is the company it works for; `queue` is what it put into inbound.fifo."""

    def __init__(self, world: World, understood: Mapping[str, Understanding] | None = None, **settings: Any) -> None:
        super().__init__(Settings(
            allowed_origins=f"{ORIGIN}, https://desk.example/", socket_endpoint="https://sockets.example/prod",
            outbound_queue_url="outbound", inbound_queue_url="inbound", **settings,
        ))  # fmt: skip
        self.world, self.queue, self.bucket = world, MemoryFifo(), MemoryBucket()
        self.known_accounts = MemoryAccounts([WHATSAPP, WECHAT, WEBCHAT])
        self.again: list[tuple[str, str, float]] = []
        script = {"hello": GREETING, "refund": REFUND, **(understood or {})}
        inbound = SqsInboundQueue(self.queue, self.bucket, "inbound", "blobs", QueueSeal(BRANCHES), world.index)
        vars(self).update(  # a cached property is not asked once its value stands in the instance
            clock=world.clock, ids=world.ids, index=world.index, store=world.store, deliveries=world.deliveries,
            connections=world.connections, outbox=world.outbox, gateway=world.gateway, facts=world.facts, inbound=inbound,
            queue_seal=QueueSeal(BRANCHES),
            accounts=self.known_accounts, understander=ScriptedUnderstander(script),
            dispatch=world.dispatch, attempts=MemoryAttempts(), conversing=world.conversing, approvals=world._made.approvals,
        )  # fmt: skip

    def come_again(self, queue_url: str, receipt: str, seconds: float) -> None:
        self.again.append((queue_url, receipt, seconds))

    # -- connections -------------------------------------------------------------------------------

    def agent_connects(self, agent: str, connection: str, role: str = "agent") -> str:
        return self._connects(Principal(agent_principal(agent), {"id": agent, "role": role}), connection)

    def visitor_connects(self, visitor: str, connection: str) -> str:
        key = self.index.key("identity", "webchat", "site", visitor)
        claims = {"visitor": visitor, "account": "site", "name": self.queue_seal.seal(key, b"Ada")}
        return self._connects(Principal(visitor_principal(key), claims), connection)

    def _connects(self, principal: Principal, connection: str) -> str:
        now = self.clock.now()
        self.connections.redeem(self.connections.issue(principal, now), connection, now)
        return connection


def sqs_record(entry: Mapping[str, Any], number: int = 1, receives: int = 1) -> dict[str, Any]:
    """An entry of a SendMessageBatch call as Lambda hands it over."""
    attributes = {
        name: {"stringValue": value["StringValue"], "dataType": value["DataType"]}
        for name, value in entry.get("MessageAttributes", {}).items()
    }
    return {
        "messageId": f"id-{number}", "receiptHandle": f"receipt-{number}", "body": entry["MessageBody"],
        "attributes": {
            "ApproximateReceiveCount": str(receives), "MessageGroupId": entry["MessageGroupId"],
            "MessageDeduplicationId": entry["MessageDeduplicationId"], "SequenceNumber": str(number),
            "SentTimestamp": str(int(time.time() * 1000)),
        },
        "messageAttributes": attributes, "eventSource": "aws:sqs", "awsRegion": "eu-central-1",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:inbound.fifo",
    }  # fmt: skip


def sqs_event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def failed_of(result: Mapping[str, Any]) -> list[str]:
    return [f["itemIdentifier"] for f in result["batchItemFailures"]]


def metrics_of(printed: str) -> list[dict[str, Any]]:
    """The metrics among what a function printed, in the embedded metric format."""
    lines = [line for line in printed.splitlines() if line.startswith('{"_aws"') or '"_aws":' in line]
    return [json.loads(line) for line in lines]


@contextmanager
def logged() -> Iterator[list[str]]:
    """The lines that functions log meanwhile."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.dumps({**vars(record), "text": record.getMessage()}, default=str))

    handler = Keep()
    log = logging.getLogger(telemetry.NAMESPACE.lower())  # as powertools names the logger of the service
    log.addHandler(handler)
    try:
        yield lines
    finally:
        log.removeHandler(handler)


def deep(depth: int) -> str:
    """JSON nested deeper than any parser likes."""
    assert depth > sys.getrecursionlimit()
    return "[" * depth


__all__ = ["CONTEXT", "ORIGIN", "Process", "deep", "failed_of", "logged", "metrics_of", "sqs_event", "sqs_record"]
