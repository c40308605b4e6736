"""WeChat's webhook."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.entry.reception import receive
from switchboard.entry.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return receive(services(), "wechat", event)
