"""Web chat's front door: sessions for visitors, and tickets for their WebSockets."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.telemetry import logger
from switchboard.entry.visitors import open_door


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return open_door(services(), event)
