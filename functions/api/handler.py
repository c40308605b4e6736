"""The desk's REST API. Routes only: what they do is in `entry.desk_api`."""

from __future__ import annotations

from typing import Any

from chalice import Chalice

from switchboard.bootstrap import services
from switchboard.entry.desk_api import ROUTES, call
from switchboard.entry.telemetry import logger

app = Chalice(app_name="desk", configure_logs=False)


def _register(path: str, methods: list[str]) -> None:
    def view(**arguments: str) -> Any:
        return call(services(), app.current_request, path, arguments)

    app.route(path, methods=methods, name=path)(view)


for _path in dict.fromkeys(path for _, path in ROUTES):
    _register(_path, [method for method, path in ROUTES if path == _path])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    logger.info("desk", extra={"route": event.get("resource"), "method": event.get("httpMethod")})
    return app(event, context)
