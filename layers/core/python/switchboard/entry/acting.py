"""The batch of business actions: each until the company's own system answered, or the customer has waited long enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from switchboard.adapters.sqs.actions import load_action
from switchboard.application.connectors import FAILED, UNKNOWN, pause
from switchboard.application.delivery import TryLater
from switchboard.bootstrap import Services
from switchboard.entry.retries import come_again
from switchboard.entry.telemetry import count, failed, logger, settings_trouble


def act(services: Services, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of the actions queue. A call that fails holds up no other."""
    services.on_settings_trouble = settings_trouble

    def handle(record: Mapping[str, Any]) -> None:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            conversation, call = load_action(record["body"])
            answer = services.actions.perform(conversation, call, tries)
        except TryLater as later:
            come_again(services, services.settings.actions_queue_url, record, max(later.seconds, pause(tries)))
            count("ActionDelayed")
            logger.warning("the company's system did not answer a call", extra={"tries": tries, "reason": str(later)})
            raise
        except Exception as error:
            failed("action failed", error, tries=tries)
            raise
        told = {"conversation": conversation, "call": call, "tries": tries}
        if answer is None:
            logger.info("answered before", extra=told)
        elif answer.outcome in (FAILED, UNKNOWN):
            count("ActionFailed")
            logger.warning("the company's system failed a call", extra={**told, "reason": answer.reason})
        else:
            logger.info("acted", extra={**told, "outcome": answer.outcome})

    processor = BatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False
    return dict(process_partial_response(event=dict(event), record_handler=handle, processor=processor, context=context))
