"""The WebSocket of agents and visitors."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap import services
from switchboard.domain.errors import SwitchboardError
from switchboard.entry import sockets
from switchboard.entry.errors import status_of
from switchboard.entry.telemetry import count, logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    route = event["requestContext"]["routeKey"]
    logger.info("socket", extra={"route": route})
    if route == "$connect":
        return _connect(event)
    if route == "$disconnect":
        sockets.disconnect(services(), event)
    else:
        answer = sockets.serve(services(), event)
        services().gateway.post(event["requestContext"]["connectionId"], answer)
    return {"statusCode": 200}


def _connect(event: dict[str, Any]) -> dict[str, Any]:
    try:
        sockets.connect(services(), event)
    except SwitchboardError as error:
        count("SocketRefused", code=error.code)
        return {"statusCode": status_of(error)}
    return {"statusCode": 200}
