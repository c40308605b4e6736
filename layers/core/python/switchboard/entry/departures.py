"""The delivery batch: each message once, in its group's order, with a pause that grows while a vendor is down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response

from switchboard.application.delivery import GivenUp, TryLater
from switchboard.bootstrap import Services
from switchboard.domain.errors import Malformed
from switchboard.entry.retries import come_again
from switchboard.entry.telemetry import count, failed, logger


def deliver(services: Services, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of outbound.fifo. A failure holds back only later messages to the same recipient."""

    def handle(record: Mapping[str, Any]) -> None:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        last = tries >= services.settings.outbound_max_receives
        conversation, commit, message = _named(record["body"])
        try:
            status = services.dispatch.deliver(conversation, commit, message, tries, last=last)
        except TryLater as later:
            come_again(services, services.settings.outbound_queue_url, record, later.seconds)
            count("DeliveryDelayed")
            logger.warning("vendor did not take a message", extra={"tries": tries, "reason": str(later)})
            raise
        except GivenUp as error:
            failed("delivery given up", error, outbound=message, tries=tries)
            come_again(services, services.settings.outbound_queue_url, record, 0)  # to the DLQ, at once
            raise
        except Exception as error:
            failed("delivery failed", error, outbound=message, tries=tries)
            raise
        logger.info("delivered", extra={"status": status.value, "outbound": message})

    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    return dict(process_partial_response(event=dict(event), record_handler=handle, processor=processor, context=context))


def _named(body: str) -> tuple[str, int, str]:
    try:
        named = json.loads(body)
        return str(named["conversation"]), int(named["commit"]), str(named["message"])
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("an outbound message names its conversation, commit and message") from error
