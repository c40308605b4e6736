"""Calls of the company's own systems that its rules asked for."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.telemetry import logger
from switchboard.entry.telling import tell


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return tell(services(), event, context)
