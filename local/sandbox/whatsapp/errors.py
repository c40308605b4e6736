"""Errors in the shape the Graph API returns them, with the codes of Meta's WhatsApp error reference."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

_HREF = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"


@dataclass(frozen=True)
class GraphError:
    status: int
    code: int
    title: str
    details: str = ""
    type: str = "OAuthException"
    subcode: int | None = None

    @property
    def message(self) -> str:
        """`(#code) title`, as Graph words errors above the general ones."""
        return self.title if self.code in (1, 2, 190) or self.subcode == 33 else f"(#{self.code}) {self.title}"

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.type, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.code == 2:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}

    def in_status(self) -> dict[str, Any]:
        """The same error inside a failed status notification."""
        found: dict[str, Any] = {"code": self.code, "title": self.title, "message": self.title}
        if self.details:
            found["error_data"] = {"details": self.details}
        return found | {"href": _HREF}


SERVICE_DOWN = GraphError(503, 2, "Service temporarily unavailable")
BAD_TOKEN = GraphError(401, 190, "Invalid OAuth access token - Cannot parse access token")
NO_TOKEN = GraphError(401, 190, "An access token is required to request this resource.")
EXPIRED_TOKEN = GraphError(
    401,
    190,
    "Error validating access token: Session has expired. The session is no longer valid.",
    subcode=463,
)
RATE_LIMIT = GraphError(
    429,
    130429,
    "Rate limit hit",
    "Message failed to send because there were too many messages sent from this phone number in a short period of time",
)
PAIR_LIMIT = GraphError(
    400,
    131056,
    "(Business Account, Consumer Account) pair rate limit hit",
    "Message failed to send because there were too many messages sent from this phone number to the same"
    " phone number in a short period of time.",
)
WINDOW = GraphError(
    400,
    131047,
    "Re-engagement message",
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
)
UNDELIVERABLE = GraphError(400, 131026, "Message undeliverable", "Message Undeliverable.")
MEDIA_GONE = GraphError(
    404,
    100,
    "Unsupported get request. The media does not exist or has expired.",
    type="GraphMethodException",
    subcode=33,
)


def no_such_object(node: str) -> GraphError:
    return GraphError(
        400,
        100,
        f"Unsupported post request. Object with ID '{node}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation",
        type="GraphMethodException",
        subcode=33,
    )


def invalid(details: str) -> GraphError:
    return GraphError(400, 100, "Invalid parameter", details)


def required(parameter: str) -> GraphError:
    return GraphError(400, 100, f"The parameter {parameter} is required.")


def missing(details: str) -> GraphError:
    return GraphError(400, 131008, "Required parameter is missing", details)


def bad_value(details: str) -> GraphError:
    return GraphError(400, 131009, "Parameter value is not valid", details)
