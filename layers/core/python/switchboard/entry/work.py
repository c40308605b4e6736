"""Work without a person: each function that runs by schedule has an identity of its own, and is admitted to the work it is there for.

What comes off a queue or stream is the consequence of something that was admitted at a door, and is told by it what to do."""

from __future__ import annotations

from collections.abc import Mapping

from switchboard.application.admission import admit_work
from switchboard.bootstrap import Services
from switchboard.domain.errors import Forbidden
from switchboard.entry.telemetry import count, logger

WORK: Mapping[str, str] = {"sweeper": "Sweep", "planner": "Plan", "indexer": "Index", "notary": "SignRoots"}
"""By function: the action it is admitted to."""


def begin(services: Services, function: str) -> None:
    """Admit a function to its work. Raises Forbidden; that it was refused is in its log."""
    try:
        admit_work(services.authority, function, WORK[function])
    except Forbidden:
        count("WorkRefused", function=function)
        logger.error("work was refused", extra={"function": function, "action": WORK[function]})
        raise
