"""What every webhook does: prove who calls, read what they say, queue it, answer. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.bootstrap import Services
from switchboard.channels.base import Reply
from switchboard.channels.registry import channel
from switchboard.domain.errors import BadSignature, Malformed, NotFound, SwitchboardError, TooLarge
from switchboard.domain.inbound import Unrecognised
from switchboard.entry.http import answer, error_answer, request_of
from switchboard.entry.telemetry import count, logger

NOT_SIGNED = "the request is not signed by whom it claims to come from"  # a stranger learns nothing of which accounts exist


def receive(services: Services, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Handle one webhook call of the channel `name`. A part that was not queued answers 5xx: the vendor sends it again."""
    try:
        return answer(_receive(services, name, event))
    except SwitchboardError as error:
        count("WebhookRefused", channel=name, code=error.code)
        logger.warning("webhook refused", extra={"channel": name, "code": error.code, "reason": str(error)})
        return error_answer(error)


def _receive(services: Services, name: str, event: Mapping[str, Any]) -> Reply:
    module, request = channel(name), request_of(event)
    if len(request.body) > module.limits.body_bytes:
        raise TooLarge(f"a post holds at most {module.limits.body_bytes} bytes")
    try:
        account = services.accounts.account(name, (event.get("pathParameters") or {}).get("account", ""))
    except NotFound:
        raise BadSignature(NOT_SIGNED) from None
    try:
        if request.method == "GET":
            return module.handshake(request, account)
        module.verify(request, account)
    except (BadSignature, Malformed):
        raise BadSignature(NOT_SIGNED) from None
    items = module.parse(request, account, services.clock.now())
    known = [i for i in items if not isinstance(i, Unrecognised)]
    for odd in items:
        if isinstance(odd, Unrecognised):
            count("WebhookUnrecognised", channel=name, kind=odd.kind)
    if known:
        services.inbound.send(known)
    logger.info("webhook received", extra={"channel": name, "items": len(items), "queued": len(known)})
    return module.acknowledge()
