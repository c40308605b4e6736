"""What the bot has the company's own system look up and do."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.acting import act
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return act(services(), event, context)
