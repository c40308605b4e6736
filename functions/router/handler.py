"""Customers' messages into conversations, intents and queues."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.routing import route
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return route(services(), event, context)
