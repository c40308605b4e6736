"""Every five minutes: make the exports of people's data that two people agreed to."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.domain.errors import SwitchboardError
from switchboard.entry.telemetry import count, failed, logger

RESERVE = 60_000  # milliseconds that one more export may take


def _trouble(request: str, error: SwitchboardError) -> None:
    count("ExportFailed")
    failed("an export could not be made", error, request=request)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    services().on_export_trouble = _trouble
    reached = services().exporter.run(lambda: context.get_remaining_time_in_millis() < RESERVE)
    if reached:
        logger.info("exports", extra={"requests": reached})
    return reached
