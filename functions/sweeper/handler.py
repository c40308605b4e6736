"""Every minute: make missing keys, repair what was left behind, report what was found."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import work
from switchboard.entry.archiving import repair_archive
from switchboard.entry.telemetry import count, logger

RESERVE = 20_000  # milliseconds that one more part of the archive's repair takes at most


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    work.begin(services(), "sweeper")
    services().provision()
    found = services().sweep.run()
    for name, number in found.items():
        if number:
            count("SweepRepaired", number, kind=name)
    archived = repair_archive(services(), lambda: context.get_remaining_time_in_millis() < RESERVE)
    logger.info("swept", extra=dict(found) | {"archived": archived})
    return dict(found) | {"archived": archived}
