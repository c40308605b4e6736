"""The company's own system over HTTPS: what it is asked, and which answers it may give (docs/connector.md)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from switchboard.adapters.vendor.calls import Endpoints, NotPublic, Reply, Silent, post, signed
from switchboard.application.connectors import FAILED, UNKNOWN, ActionAnswer, ActionCall
from switchboard.application.delivery import TryLater
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable

CONNECTOR = "shop"  # the one there is
SOONEST, PATIENCE = 1.0, 20.0  # seconds before the same call again: at least, and at most whatever the company asks for
LONGEST_ANSWER = 16 * 1024  # bytes
OUTCOME = re.compile(r"[a-z_]{1,32}")
LARGEST = 2**53  # beyond which whole numbers are not the same to every reader of JSON
HALF = re.compile("[\ud800-\udfff]")  # of a character, which JSON can name and no encoding holds
DEEPEST = 3  # an answer's data, its lists and objects, and what these hold


class HttpConnector:
    """Implements `application.connectors.Connector`."""

    def __init__(self, endpoints: Endpoints, now: Callable[[], datetime], name: str = CONNECTOR) -> None:
        self._endpoints = endpoints
        self._now = now
        self._name = name

    def perform(self, call: ActionCall) -> ActionAnswer:
        try:
            endpoint = self._endpoints.endpoint(self._name)
        except NotFound:
            return ActionAnswer(FAILED, reason=f"there is no connector {self._name!r}")
        except Misconfigured as error:
            return ActionAnswer(FAILED, reason=str(error))
        except StorageUnavailable as error:
            raise TryLater(str(error), SOONEST) from error
        payload = dump_request(call)
        headers = signed(endpoint.key, call.call, int(self._now().timestamp()), payload) | {"Idempotency-Key": call.call}
        try:
            reply = post(endpoint, payload, headers, most=LONGEST_ANSWER)
        except NotPublic:
            return ActionAnswer(FAILED, reason=f"the connector {self._name!r} leads to an address that is not public")
        except Silent as silent:
            raise TryLater(f"the connector {self._name!r} did not answer ({silent})", SOONEST) from silent
        return self._answer(reply)

    def _answer(self, reply: Reply) -> ActionAnswer:
        said = f"the connector {self._name!r} answered {reply.status}"
        if reply.may_pass:
            raise TryLater(said, min(reply.retry_after or SOONEST, PATIENCE))
        if not reply.taken:
            return ActionAnswer(FAILED, reason=said)
        if reply.body is None:
            return ActionAnswer(UNKNOWN, reason=f"{said} with more than {LONGEST_ANSWER} bytes")
        try:
            return load_answer(reply.body)
        except ValueError as error:
            return ActionAnswer(UNKNOWN, reason=f"{said}, but {error}")


def dump_request(call: ActionCall) -> bytes:
    body: dict[str, Any] = {"action": call.action, "call": call.call}
    if call.purpose:
        body["for"] = call.purpose
    body |= {"language": call.language, "customer": dict(call.customer), "arguments": dict(call.arguments)}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def load_answer(body: bytes) -> ActionAnswer:
    """Raises ValueError, which says what is wrong and shows nothing of the answer."""
    try:
        answer = json.loads(body)
        outcome, data = answer.get("outcome"), answer.get("data")
    except (ValueError, RecursionError, AttributeError):
        raise ValueError("not with a JSON object") from None
    if not isinstance(outcome, str) or not OUTCOME.fullmatch(outcome):
        raise ValueError("its outcome is no name of up to 32 letters a to z and underscores")
    if not isinstance(data, Mapping | None) or not _is_plain(data, DEEPEST):
        raise ValueError("its data is no object of texts, finite numbers, truths, lists of these and flat objects")
    return ActionAnswer(outcome, data or {})


def _is_plain(value: object, depth: int) -> bool:
    """Whether every store and every reader of JSON gives it back as it is."""
    match value:
        case None | bool():
            return True
        case str():
            return not HALF.search(value)
        case int():
            return abs(value) <= LARGEST
        case float():
            return math.isfinite(value)
        case list():
            return depth > 0 and all(_is_plain(item, depth - 1) for item in value)
        case dict():
            return depth > 0 and all(_is_plain(name, 0) and _is_plain(item, depth - 1) for name, item in value.items())
        case _:
            return False
