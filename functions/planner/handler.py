"""Every five minutes: plan which agents should do which work at the present load. The router reads what is published here.

Called with {"what_if": id}: answer that question about other policies; the solver is here."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import work
from switchboard.entry.telemetry import count, logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    work.begin(services(), "planner")
    if "what_if" in event:
        status = services().what_if.answer(str(event["what_if"])).value
        count("WhatIf", status=status)
        logger.info("what if", extra={"status": status})
        return {"status": status}
    made = services().planner.run()
    for name, number in made.items():
        count("Planned", number, kind=name)
    logger.info("planned", extra=dict(made))
    return dict(made)
