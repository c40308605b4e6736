"""When a failed queue message comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.bootstrap import Services
from switchboard.entry.telemetry import failed


def come_again(services: Services, queue_url: str, record: Mapping[str, Any], seconds: float) -> None:
    """Have it come again after so many seconds. If that cannot be said, it comes after the queue's own time-out."""
    try:
        services.come_again(queue_url, record["receiptHandle"], seconds)
    except Exception as error:
        failed("a message's next try could not be set", error)
