"""Every five minutes: carry on with erasures that two people agreed to and whose time has come."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.domain.errors import SwitchboardError
from switchboard.entry.telemetry import count, failed, logger


def _trouble(request: str, error: SwitchboardError) -> None:
    count("ErasureFailed")
    failed("an erasure could not go on", error, request=request)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    services().on_erasure_trouble = _trouble
    reached = services().erasure.run()
    if reached:
        logger.info("erasures", extra={"requests": reached})
    return reached
