"""Every minute: make missing keys, repair what was left behind, report what was found."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.telemetry import count, logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    services().provision()
    found = services().sweep.run()
    for name, number in found.items():
        if number:
            count("SweepRepaired", number, kind=name)
    logger.info("swept", extra=dict(found))
    return dict(found)
