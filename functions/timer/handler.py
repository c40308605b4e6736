"""Timers that came due."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from switchboard.adapters.sqs.outbound import load_timer
from switchboard.bootstrap import services
from switchboard.entry.telemetry import failed, logger


def fire(record: dict[str, Any]) -> None:
    timer = load_timer(record["body"])
    try:
        outcome = services().timers.fire(timer)
    except Exception as error:
        failed("timer failed", error, kind=timer.kind)
        raise
    logger.info("timer", extra={"kind": timer.kind, "outcome": outcome})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    processor = BatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False
    return dict(process_partial_response(event=event, record_handler=fire, processor=processor, context=context))
