"""Visitors of a web site: a signed session that lasts, and a ticket that opens one WebSocket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from switchboard.application.intake import identity_key
from switchboard.application.ports import Principal
from switchboard.application.presence import visitor_principal
from switchboard.bootstrap import Services
from switchboard.channels.base import Account
from switchboard.channels.text import clean
from switchboard.channels.webchat import Session, sign_session, verify_session
from switchboard.domain.errors import Forbidden, Malformed, SwitchboardError, TooLarge, Unauthenticated
from switchboard.entry.http import error_answer, json_answer, request_of
from switchboard.entry.telemetry import count, logger

CHANNEL = "webchat"
SESSION_LIVES = timedelta(days=180)
BODY_BYTES = 8 * 1024
NAME_CHARACTERS = 100


def open_door(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `sessions`, `tickets` and their preflights, for pages on the allow-list only."""
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    origin = headers.get("origin", "").rstrip("/")
    allowed = origin in services.settings.origins
    cors = _cors(origin) if allowed else {}
    try:
        if not allowed:
            raise Forbidden("this page's origin is not on the allow-list")
        if event.get("httpMethod") == "OPTIONS":
            return {"statusCode": 204, "headers": cors, "body": ""}
        answer = _answer(services, event)
        logger.info("visitor let in", extra={"path": str(event.get("resource"))})
        return json_answer(200, answer, cors)
    except SwitchboardError as error:
        count("VisitorRefused", code=error.code)
        logger.warning("visitor refused", extra={"code": error.code})
        return error_answer(error, cors)


def _cors(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Headers": "content-type", "Access-Control-Max-Age": "600", "Vary": "Origin",
    }  # fmt: skip


def _answer(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    account = services.accounts.account(CHANNEL, (event.get("pathParameters") or {}).get("account", ""))
    wanted = _body(event)
    now = services.clock.now()
    if str(event.get("path", "")).endswith("/tickets"):
        session = verify_session(wanted.get("session"), account, now)
        return _ticket(services, account, session)
    session = _known(wanted, account, services) or Session(services.ids.new("w"), _name(wanted))
    token = sign_session(session, account, now + SESSION_LIVES)
    return {"session": token, "visitor": session.visitor, **_ticket(services, account, session)}


def _known(wanted: Mapping[str, Any], account: Account, services: Services) -> Session | None:
    """The visitor of an earlier session; a session we cannot read starts a new one instead of locking somebody out."""
    if not wanted.get("session"):
        return None
    try:
        known = verify_session(wanted["session"], account, services.clock.now())
    except Unauthenticated:
        return None
    return Session(known.visitor, _name(wanted) or known.name)


def _name(wanted: Mapping[str, Any]) -> str:
    return clean(str(wanted.get("name") or ""))[:NAME_CHARACTERS]


def _ticket(services: Services, account: Account, session: Session) -> dict[str, Any]:
    key = identity_key(services.index, CHANNEL, account.account, session.visitor)
    claims = {"visitor": session.visitor, "account": account.account}
    if session.name:
        claims["name"] = services.queue_seal.seal(key, session.name.encode())
    ticket = services.connections.issue(Principal(visitor_principal(key), claims), services.clock.now())
    return {"ticket": ticket, "url": f"{services.settings.socket_url}?ticket={ticket}"}


def _body(event: Mapping[str, Any]) -> dict[str, Any]:
    raw = request_of(event).body
    if len(raw) > BODY_BYTES:
        raise TooLarge(f"the body holds at most {BODY_BYTES} bytes")
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise Malformed("the body is one JSON object") from None
    if not isinstance(body, dict):
        raise Malformed("the body is one JSON object")
    return body
