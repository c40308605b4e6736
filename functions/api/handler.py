"""The desk's REST API. Routes only: what they do is in `entry.desk_api`."""

from __future__ import annotations

from typing import Any

from chalice import Chalice

from switchboard.bootstrap import services
from switchboard.entry.desk_api import ROUTES, call, no_method, unknown
from switchboard.entry.routes import Paths
from switchboard.entry.telemetry import logger

app = Chalice(app_name="desk", configure_logs=False)
paths = Paths(path for _, path in ROUTES)


def _register(path: str, methods: list[str]) -> None:
    def view(**arguments: str) -> Any:
        return call(services(), app.current_request, path, arguments)

    app.route(path, methods=methods, name=path)(view)


for _path in dict.fromkeys(path for _, path in ROUTES):
    _register(_path, [method for method, path in ROUTES if path == _path])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    found = paths.find("/v1/" + event["pathParameters"]["proxy"])
    # The access log knows the request by this number, and of the route only /v1/{proxy+}: a path may hold what a stranger typed.
    request = event["requestContext"].get("requestId", "")
    logger.info("desk", extra={"route": found[0] if found else "", "method": event.get("httpMethod"), "request": request})
    if found is None:
        return unknown(services(), event).to_dict()
    route, values = found
    if (event.get("httpMethod"), route) not in ROUTES:
        return no_method(services(), event, route).to_dict()
    meant = {"resource": route, "pathParameters": dict(values), "requestContext": event["requestContext"] | {"resourcePath": route}}
    return app(event | meant, context)
