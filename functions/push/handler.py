"""What changed, to the agents and visitors whom it concerns."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import streams
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    commits = streams.read_commits(services().store, event)
    deliveries = streams.deliveries(event)
    services().screens.show(commits)
    for delivery in deliveries:
        services().screens.delivery(delivery)
    logger.info("pushed", extra={"commits": len(commits), "deliveries": len(deliveries)})
    return {"batchItemFailures": []}
