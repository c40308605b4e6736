"""The queues behind the ledger: outbound messages and timers. Neither carries personal data: they name, and the
receiver looks up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.application.ports import OutboxItem, Timer
from switchboard.domain.conversation import contact_of
from switchboard.domain.errors import Malformed, StorageUnavailable

LONGEST_DELAY = 900  # seconds; SQS allows no more, longer timers are sent on when they come


class Cursors(Protocol):
    def cursor(self, ledger: str) -> int: ...

    def advance(self, ledger: str, commit: int) -> None: ...


class SqsOutbox:
    """Implements `application.ports.Outbox`. `sqs` is a boto3 client."""

    def __init__(self, sqs: Any, outbound_url: str, timers_url: str, cursors: Cursors) -> None:
        self._sqs = sqs
        self._outbound = outbound_url
        self._timers = timers_url
        self._cursors = cursors

    def send(self, conversation: str, channel: str, account: str, items: Sequence[OutboxItem]) -> None:
        group = hashlib.sha256(f"{channel}#{account}#{contact_of(conversation)}".encode()).hexdigest()
        for item in items:
            body = {"conversation": conversation, "commit": item.commit, "message": item.message}
            self._call(
                QueueUrl=self._outbound, MessageBody=json.dumps(body), MessageGroupId=group,
                MessageDeduplicationId=f"{item.message}{item.attempt}",
            )  # fmt: skip

    def timer(self, timer: Timer, at: datetime) -> None:
        delay = min(LONGEST_DELAY, max(0, round((timer.due - at).total_seconds())))
        self._call(QueueUrl=self._timers, MessageBody=dump_timer(timer), DelaySeconds=delay)

    def cursor(self, ledger: str) -> int:
        return self._cursors.cursor(ledger)

    def advance(self, ledger: str, commit: int) -> None:
        self._cursors.advance(ledger, commit)

    def _call(self, **arguments: Any) -> None:
        try:
            self._sqs.send_message(**arguments)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("a queue did not answer; try again") from error


def dump_timer(timer: Timer) -> str:
    return json.dumps({
        "kind": timer.kind, "subject": timer.subject, "number": timer.number, "due": timer.due.isoformat(),
    })  # fmt: skip


def load_timer(body: str) -> Timer:
    """Raises Malformed."""
    try:
        t = json.loads(body)
        return Timer(str(t["kind"]), str(t["subject"]), int(t["number"]), datetime.fromisoformat(t["due"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("a timer message is not of a known form") from error
