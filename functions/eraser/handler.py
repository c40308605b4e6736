"""Every five minutes: carry on with erasures that two people agreed to and whose time has come, and with the day's retention run."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.domain.errors import SwitchboardError
from switchboard.entry.retention_api import carried_on
from switchboard.entry.telemetry import count, failed, logger

RESERVE = 60_000  # milliseconds that one more page of people takes at most


def _trouble(request: str, error: SwitchboardError) -> None:
    count("ErasureFailed")
    failed("an erasure could not go on", error, request=request)


def _not_ended(what: str, error: SwitchboardError) -> None:
    count("RetentionFailed")
    failed("something is kept beyond its time", error, what=what)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    services().on_erasure_trouble, services().on_retention_trouble = _trouble, _not_ended
    reached = services().erasure.run()
    kept = carried_on(services(), lambda: context.get_remaining_time_in_millis() < RESERVE)
    if reached or kept is not None:
        logger.info("erasures", extra={"requests": reached, "retention": kept})
    return {**reached, "ended": sum(rule["done"] for rule in kept["rules"])} if kept is not None else reached
