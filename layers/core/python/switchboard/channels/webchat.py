"""Our own chat widget. No vendor: messages come and replies leave by our WebSocket, and a signed session says who writes.

Secrets of an account: `session_secret`. A session token is `base64url(JSON {v: visitor, n: name, a: account, exp?})`, a dot,
and base64url of HMAC-SHA256 over "webchat-session:" and the first part."""

# ruff: noqa: ARG002 - the protocol has parameters that a channel without a vendor does not need

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.channels._wire import candidates, load, number, same, secret, word
from switchboard.channels.base import (
    AccessToken,
    Account,
    Limits,
    Outbound,
    Outcome,
    Reply,
    Request,
    SendResult,
    VendorAnswer,
    VendorCall,
)  # fmt: skip
from switchboard.channels.text import clean
from switchboard.domain.content import Content
from switchboard.domain.errors import BadSignature, Malformed, TooLarge, Unauthenticated, VendorUnavailable
from switchboard.domain.inbound import InboundItem, InboundMessage, Party

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_NAME = 100
_LONGEST_TOKEN = 2048


class WebChat:
    """One web site is one account. Its webhook side refuses everything, since nobody has business calling it."""

    name = "webchat"
    limits = Limits(text_units=4000, text_unit="characters", body_bytes=32 * 1024)
    receipts = True  # the widget's acknowledgement proves delivery

    def handshake(self, request: Request, account: Account) -> Reply:
        raise BadSignature("web chat has no webhook")

    def verify(self, request: Request, account: Account) -> None:
        raise BadSignature("web chat has no webhook")

    def parse(self, request: Request, account: Account, received_at: datetime) -> Sequence[InboundItem]:
        raise Malformed("web chat has no webhook")

    def acknowledge(self) -> Reply:
        return Reply()

    def token_call(self, account: Account, *, refresh: bool) -> VendorCall | None:
        return None

    def read_token(self, answer: VendorAnswer) -> AccessToken:
        raise VendorUnavailable("web chat needs no access token")

    def render(self, message: Outbound, account: Account, token: str) -> Sequence[VendorCall]:
        """No calls: the ledger's stream brings replies to the visitor's sockets."""
        return ()

    def read(self, answer: VendorAnswer) -> SendResult:
        return SendResult(Outcome.REFUSED, reason="web chat makes no calls")


def inbound(visitor_id: str, name: str, account: str, text: object, client_id: object, at: datetime) -> InboundMessage:
    """A visitor's message from their socket; `text` and `client_id` may be anything. Raises Malformed or TooLarge.

    The widget repeats a message under the same `client_id` until it is acknowledged, so both together name it."""
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Malformed("client_id must be 1 to 64 letters, digits, - or _")
    if not isinstance(text, str) or not text.strip():
        raise Malformed("text must be a text with words in it")
    if len(text) > WebChat.limits.text_units:
        raise TooLarge(f"text must be at most {WebChat.limits.text_units} characters")
    return InboundMessage(
        channel=WebChat.name,
        account=account,
        sender=Party(visitor_id, clean(name)[:_LONGEST_NAME]),
        vendor_id=f"{visitor_id}:{client_id}",
        content=Content(text=clean(text)),
        sent_at=at,
        client_id=client_id,
    )


# -- sessions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor the site knows again. `name` is what they call themselves: personal, and proves nothing."""

    visitor: str
    name: str = ""


def sign_session(session: Session, account: Account, expires: datetime | None = None) -> str:
    """The token a widget keeps. Raises Misconfigured if the account has no session_secret."""
    claims: dict[str, object] = {"v": session.visitor, "n": clean(session.name)[:_LONGEST_NAME], "a": account.account}
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    payload = _encode(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode())
    return f"{payload}.{_seal(payload, secret(account, 'session_secret'))}"


def verify_session(token: object, account: Account, now: datetime) -> Session:
    """The session a token proves. Raises Unauthenticated: forged, another account's, expired, or no token at all."""
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        raise Unauthenticated("this is no session token")
    payload, _, given = token.partition(".")
    valid = [same(given, _seal(clean(payload), key)) for key in candidates(account, "session_secret")]
    if not any(valid):
        raise Unauthenticated("the session was not signed by this account")
    claims = load(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    expires = number(claims, "exp")
    if word(claims, "a") != account.account or (expires is not None and now.timestamp() >= expires):
        raise Unauthenticated("the session is over")
    return Session(word(claims, "v"), word(claims, "n"))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _seal(payload: str, key: str) -> str:
    return _encode(hmac.digest(key.encode(), b"webchat-session:" + payload.encode(), hashlib.sha256))
