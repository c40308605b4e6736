"""Every five minutes: a signed root over what was archived since the last, also where nothing was. Where there is more than one root
can name, the next follows at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import work
from switchboard.entry.telemetry import count, logger

RESERVE = 90_000  # milliseconds that a root takes at most


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    work.begin(services(), "notary")
    services().on_audit_trouble = lambda file, why: logger.error("the audit is broken", extra={"file": file, "why": why})
    while True:
        made = services().notary.run()
        for name, number in (("AuditRoots", int(made.number > 0)), ("AuditBroken", made.broken)):
            if number:
                count(name, number)
        if made.number:
            count("AuditHeld", made.held)  # also where there are none: the alarm looks at the least of a time
        logger.info("anchored", extra={"root": asdict(made)})
        if not made.behind or context.get_remaining_time_in_millis() < RESERVE:
            return {name: int(value) for name, value in asdict(made).items()}
