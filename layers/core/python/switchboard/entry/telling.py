"""The batch of webhook calls: each until the company's system took it or never will, with a pause that grows while it is down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from switchboard.adapters.sqs.hooks import load_call
from switchboard.application.delivery import TryLater
from switchboard.bootstrap import Services
from switchboard.entry.retries import come_again
from switchboard.entry.telemetry import count, failed, logger


def tell(services: Services, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of the hooks queue. A call that fails holds up no other."""

    def handle(record: Mapping[str, Any]) -> None:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            call = load_call(record["body"])
            answer = services.hook_delivery.deliver(call, tries)
        except TryLater as later:
            come_again(services, services.settings.hooks_queue_url, record, later.seconds)
            count("HookDelayed")
            logger.warning("an endpoint did not take a call", extra={"tries": tries, "reason": str(later)})
            raise
        except Exception as error:
            failed("webhook failed", error, tries=tries)
            raise
        if answer.outcome == "refused":
            count("HookRefused")
            logger.warning("an endpoint refused a call", extra={"hook": call.id, "tries": tries, "reason": answer.reason})
            return
        logger.info("told", extra={"hook": call.id, "tries": tries})

    processor = BatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False
    return dict(process_partial_response(event=dict(event), record_handler=handle, processor=processor, context=context))
