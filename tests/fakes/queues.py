"""What leaves by queues and streams, kept for a test to look at.

No time passes here but that of a test's own clock: what a queue forgets after five minutes is remembered for as long as a test
lasts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError

from switchboard.application.ports import OutboxItem, Timer
from switchboard.domain.conversation import contact_of

LONGEST_DELAY = timedelta(minutes=15)  # SQS keeps no message back for longer
BATCH_ENTRIES, BATCH_BYTES = 10, 256 * 1024  # of one SendMessageBatch call


class MemoryCursors:
    """How far each ledger was handed on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursors: dict[str, int] = {}

    def cursor(self, ledger: str) -> int:
        return self._cursors.get(ledger, 0)

    def advance(self, ledger: str, commit: int) -> None:
        with self._lock:
            self._cursors[ledger] = max(commit, self._cursors.get(ledger, 0))


class MemoryOutbox(MemoryCursors):
    """Implements `application.ports.Outbox`. `sent` holds (conversation, channel, account, item), `timers` (timer, set at)."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str, str, OutboxItem]] = []
        self.timers: list[tuple[Timer, datetime]] = []
        self._known: set[tuple[str, ...]] = set()

    def send(self, conversation: str, channel: str, account: str, items: Sequence[OutboxItem]) -> None:
        for item in items:
            once = (channel, account, contact_of(conversation), item.message, item.attempt)
            if once not in self._known:
                self._known.add(once)
                self.sent.append((conversation, channel, account, item))

    def timer(self, timer: Timer, at: datetime) -> None:
        self.timers.append((timer, at))

    def arrivals(self) -> list[tuple[datetime, Timer]]:
        """When each timer comes back, the soonest first: one that is further off than the queue keeps it comes early."""
        came = [(min(max(timer.due, at), at + LONGEST_DELAY), timer) for timer, at in self.timers]
        return sorted(came, key=lambda c: c[0])


class MemoryInbound:
    """Implements `application.ports.InboundQueue`. `requeued` holds (group, ciphertext, parked)."""

    def __init__(self) -> None:
        self.requeued: list[tuple[str, str, str]] = []

    def requeue(self, group: str, ciphertext: str, parked: str) -> None:
        self.requeued.append((group, ciphertext, parked))


class MemoryFifo:
    """The call of an SQS client that a FIFO queue's writer makes. `entries` holds what was queued, each deduplication id of a
    message group once. `trouble`: "" | "error" | "partial" (the last entry of each call does not get in)."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.trouble = ""
        self._known: set[tuple[str, str]] = set()

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        if self.trouble == "error":
            raise _refusal("ServiceUnavailable", "SendMessageBatch")
        if not 0 < len(Entries) <= BATCH_ENTRIES:
            raise _refusal("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "SendMessageBatch")
        if sum(len(e["MessageBody"].encode()) for e in Entries) > BATCH_BYTES:
            raise _refusal("AWS.SimpleQueueService.BatchRequestTooLong", "SendMessageBatch")
        kept = Entries[:-1] if self.trouble == "partial" else Entries
        for entry in kept:
            once = (entry["MessageGroupId"], entry["MessageDeduplicationId"])
            if once not in self._known:
                self._known.add(once)
                self.entries.append(entry)
        return {"Successful": [{} for _ in kept], "Failed": [{} for _ in Entries[len(kept) :]]}


class MemoryBucket:
    """The calls of an S3 client that the inbound queue makes."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise _refusal("NoSuchKey", "GetObject")
        return {"Body": BytesIO(self.objects[Key])}


class MemoryFacts:
    """Implements `application.ports.Facts`. `put_so_far` holds the facts as analysts read them."""

    def __init__(self) -> None:
        self.put_so_far: list[Mapping[str, Any]] = []

    def put(self, facts: Iterable[Mapping[str, object]]) -> None:
        self.put_so_far += [json.loads(json.dumps(fact, default=str)) for fact in facts]


def _refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
