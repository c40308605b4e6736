"""Facts for analytics: newline-delimited JSON through Firehose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable

RECORDS = 400  # Firehose takes 500 a call


class FirehoseFacts:
    """Implements `application.ports.Facts`. `client` is a boto3 Firehose client."""

    def __init__(self, client: Any, stream: str) -> None:
        self._client = client
        self._stream = stream

    def put(self, facts: Iterable[Mapping[str, object]]) -> None:
        lines = [json.dumps(f, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n" for f in facts]
        for start in range(0, len(lines), RECORDS):
            batch = lines[start : start + RECORDS]
            try:
                answer = self._client.put_record_batch(
                    DeliveryStreamName=self._stream, Records=[{"Data": line} for line in batch]
                )
            except (ClientError, BotoCoreError) as error:
                raise StorageUnavailable("the analytics stream did not answer") from error
            if answer.get("FailedPutCount"):
                raise StorageUnavailable("the analytics stream refused records; they are sent again")
