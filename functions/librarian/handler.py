"""Searches of the knowledge base for the desk, which carries no encoder."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.librarian import search
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return search(services(), event)
