"""What was decided, to the queues, timers and facts that carry it out."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import streams
from switchboard.entry.telemetry import count, logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    services().on_lost_facts = lambda records: count("FactsLost", records)
    done = services().outbox_reader.advance(streams.commits(event))
    logger.info("handed on", extra={"records": len(event["Records"]), "commits": done})
    return {"batchItemFailures": []}
