"""Every five minutes and when an article is published: the index of the knowledge base.

Called with {"improvement": id}, and once a month: what the bot did not understand in a period, and how it did; the encoder is here."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry import work
from switchboard.entry.librarian import improve, renew
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    work.begin(services(), "indexer")
    return improve(services(), event) if "improvement" in event else renew(services())
