"""Records every call the system makes to the sandbox's vendor APIs, with secrets removed."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from .memory import Memory, now_ms

VENDOR_PATHS = ("/graph/", "/wechat/")
BODY_SHOWN = 20_000
REDACTED = "***"
PROBLEMS = web.RequestKey("problems", list[str])
FACTS = web.RequestKey("facts", dict[str, Any])
_SECRET_FIELD = re.compile(r'("(?:access_token|secret|client_secret|appsecret)"\s*:\s*")[^"]*(")')
_SECRET_QUERY = re.compile(r"((?:access_token|secret)=)[^&]*")


def redact(text: str) -> str:
    """Remove credentials from a JSON body or a query string."""
    return _SECRET_QUERY.sub(rf"\g<1>{REDACTED}", _SECRET_FIELD.sub(rf"\g<1>{REDACTED}\g<2>", text))


def problem(request: web.Request, text: str) -> None:
    """Note a breach of the vendor's contract, whether or not the vendor would answer with an error."""
    request[PROBLEMS].append(text)


def about(request: web.Request, **facts: Any) -> None:
    """Add what a handler found out (account, customer, message id) to the call's record."""
    request[FACTS].update(facts)


def recorder(memory: Memory) -> Any:
    """An aiohttp middleware that keeps the record."""

    @web.middleware
    async def record_call(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(VENDOR_PATHS):
            return await handler(request)
        request[PROBLEMS], request[FACTS] = [], {}
        shown = f"<{request.content_length or 0} bytes, {request.content_type}>"
        if request.content_type != "multipart/form-data":  # a form can be read only once, by its handler
            shown = (await request.read()).decode("utf-8", "replace")
        entry: dict[str, Any] = {
            "at": now_ms(),
            "channel": "whatsapp" if request.path.startswith("/graph/") else "wechat",
            "account": None,
            "method": request.method,
            "path": request.path,
            "query": redact(request.query_string),
            "content_type": request.headers.get("Content-Type", ""),
            "body": redact(shown[:BODY_SHOWN]),
            "problems": request[PROBLEMS],
            "status": None,
            "answer": "",
        }
        memory.requests.append(entry)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            entry["status"], entry["answer"] = error.status, error.reason
            raise
        finally:
            entry["ms"] = now_ms() - entry["at"]
            facts: dict[str, Any] = request[FACTS]
            entry.update(facts)
            if entry["status"] is not None:
                memory.tell("request", entry)
        entry["status"] = response.status
        entry["answer"] = _shown_answer(response)
        if request[FACTS].get("dropped"):
            entry["status"], entry["answer"] = None, "(connection closed without an answer)"
        memory.tell("request", entry)
        return response

    return record_call


def _shown_answer(response: web.StreamResponse) -> str:
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes | bytearray):
        return ""
    if response.content_type != "application/json":
        return f"<{len(response.body)} bytes, {response.content_type}>"
    return redact(bytes(response.body).decode("utf-8", "replace")[:BODY_SHOWN])


def parse_json(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a request body, or None when it is not one. Refuses duplicate keys and NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("duplicate key")
        return dict(pairs)

    def no_constant(name: str) -> Any:
        raise ValueError(name)

    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
