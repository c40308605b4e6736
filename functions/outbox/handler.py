"""What was decided, to the queues, timers and facts that carry it out, and to the rules for what follows."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.following import hand_on
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    done = hand_on(services(), event)
    logger.info("handed on", extra={"records": len(event["Records"]), "commits": done})
    return {"batchItemFailures": []}
