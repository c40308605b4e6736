"""Messages to customers, by the channels' send APIs."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.departures import deliver
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return deliver(services(), event, context)
