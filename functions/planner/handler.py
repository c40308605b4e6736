"""Every five minutes: plan which agents should do which work at the present load. The router reads what is published here."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.telemetry import count, logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, int | float]:
    made = services().planner.run()
    for name, number in made.items():
        count("Planned", number, kind=name)
    logger.info("planned", extra=dict(made))
    return dict(made)
