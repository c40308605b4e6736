"""Every five minutes and when an article is published: the index of the knowledge base."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.librarian import renew
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return renew(services())
