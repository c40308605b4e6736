"""Webhooks over HTTPS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchboard.adapters.vendor.calls import Endpoints, NotPublic, Silent, post, signed
from switchboard.application.ports import Sent
from switchboard.domain.errors import NotFound


class HttpHooks:
    """Implements `application.hooks.Hooks`. Calls configured endpoints alone and reads no answer but its status."""

    def __init__(self, endpoints: Endpoints, now: Callable[[], datetime]) -> None:
        self._endpoints = endpoints
        self._now = now

    def send(self, name: str, body: str, call: str) -> Sent:
        try:
            endpoint = self._endpoints.endpoint(name)
        except NotFound:
            return Sent("refused", reason=f"there is no endpoint {name!r}")
        payload = body.encode()
        try:
            reply = post(endpoint, payload, signed(endpoint.key, call, int(self._now().timestamp()), payload))
        except NotPublic:
            return Sent("refused", reason=f"the endpoint {name!r} leads to an address that is not public")
        except Silent as silent:
            return Sent("retry", reason=f"the endpoint {name!r} did not answer ({silent})")
        if reply.taken:
            return Sent("accepted", (call,))
        reason = f"the endpoint {name!r} answered {reply.status}"
        return Sent("retry", reason=reason, retry_after=reply.retry_after) if reply.may_pass else Sent("refused", reason=reason)
