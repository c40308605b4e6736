"""Searches of the knowledge base, and what is heard in a text, for the desk, which carries no encoder."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.librarian import answer
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return answer(services(), event)
