"""Facts for analytics: newline-delimited JSON through Firehose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.batches import batches

RECORDS, BYTES = 400, 2_500_000  # of one call; Firehose takes 500 records and 4 MiB, counted in base64
RECORD_BYTES = 1000 * 1024  # Firehose takes no longer record, and refuses a call with one in it


class FirehoseFacts:
    """Implements `application.ports.Facts`. `client` is a boto3 Firehose client; `lost` hears how many records did not get in:
    analytics must never hold up customers' answers."""

    def __init__(self, client: Any, stream: str, lost: Callable[[int], None]) -> None:
        self._client = client
        self._stream = stream
        self._lost = lost

    def put(self, facts: Iterable[Mapping[str, object]]) -> None:
        lines = [json.dumps(f, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n" for f in facts]
        fitting = [line for line in lines if len(line) <= RECORD_BYTES]
        if len(fitting) < len(lines):
            self._lost(len(lines) - len(fitting))
        for batch in batches(fitting, len, RECORDS, BYTES):
            try:
                answer = self._client.put_record_batch(
                    DeliveryStreamName=self._stream, Records=[{"Data": line} for line in batch]
                )
            except (ClientError, BotoCoreError):
                self._lost(len(batch))
                continue
            if refused := answer.get("FailedPutCount"):
                self._lost(refused)
