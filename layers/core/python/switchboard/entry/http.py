"""REST API proxy events to requests, and replies back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from switchboard.channels.base import Reply, Request
from switchboard.domain.errors import Malformed, SwitchboardError
from switchboard.entry.errors import body_of, status_of

# Of every answer: it is data, to be kept by nobody, shown as nothing else, loaded by no page as its own, and asked for by TLS alone.
GUARDS = {
    "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip


def request_of(event: Mapping[str, Any]) -> Request:
    """The call with its body's raw bytes. Raises Malformed for a body that claims to be base64 and is not."""
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, ValueError):
        raise Malformed("the body is not base64") from None
    headers = {str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()}
    return Request(str(event.get("httpMethod", "")), headers, dict(event.get("queryStringParameters") or {}), raw)


def answer(reply: Reply) -> dict[str, Any]:
    return {"statusCode": reply.status, "headers": {"Content-Type": reply.content_type, **GUARDS}, "body": reply.body}


def json_answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **GUARDS, **(headers or {})},
        "body": json.dumps(body, ensure_ascii=False),
    }


def error_answer(error: SwitchboardError, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return json_answer(status_of(error), body_of(error), headers)
