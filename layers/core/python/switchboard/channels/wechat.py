"""WeChat Official Account (公众号), with replies by its customer-service API.

Secrets of an account: `token` (signs callbacks), `encoding_aes_key` (safe mode; if set, callbacks must be encrypted),
`appid`, `secret` (fetches access tokens). Without `encoding_aes_key` the vendor's signature covers only a timestamp and a
nonce, not the body: use plain mode for trials only. `verify` has no clock and so no window of time; a repeated callback is
caught by the message's id, like the vendor's own repetitions. Contract: the Official Account documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from switchboard.channels import _wechat_errors as errors
from switchboard.channels import text
from switchboard.channels._wechat_content import Fields, content_of
from switchboard.channels._wechat_crypto import BadEnvelope, open_envelope, sign
from switchboard.channels._wire import candidates, check_size, moment, pause, peek, same, secret
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
from switchboard.domain.content import ContentKind
from switchboard.domain.errors import BadSignature, Malformed, VendorUnavailable
from switchboard.domain.inbound import InboundItem, InboundMessage, Party, Unrecognised

API = "https://api.weixin.qq.com"


class WeChat:
    """One Official Account is one account. Five texts may answer a customer's message, within 48 hours."""

    name = "wechat"
    limits = Limits(
        text_units=2048,
        text_unit="utf8_bytes",
        window=timedelta(hours=48),
        messages_per_window=5,
        body_bytes=256 * 1024,
    )
    receipts = False

    # -- in ---------------------------------------------------------------------------------------

    def handshake(self, request: Request, account: Account) -> Reply:
        """Echo `echostr` to whoever signs with the account's token."""
        _check(request, account, "signature")
        echo = request.query.get("echostr", "")
        if not echo:
            raise Malformed("echostr is missing")
        return Reply(body=echo)

    def verify(self, request: Request, account: Account) -> None:
        """Safe mode: `msg_signature` covers the ciphertext, which must open with the account's key and name its appid.
        Plain mode: `signature`, which does not cover the body."""
        check_size(request, self.limits)
        self._text_of(request, account)

    def parse(self, request: Request, account: Account, received_at: datetime) -> Sequence[InboundItem]:
        """One post is one message or event."""
        check_size(request, self.limits)
        fields = _fields(self._text_of(request, account))
        sender = fields.get("FromUserName", "")
        if not sender or not fields.get("MsgType"):
            raise Malformed("the message has no FromUserName or no MsgType")
        content = content_of(fields)
        if content is None:
            return [Unrecognised(self.name, account.account, f"event:{fields.get('Event', '')}"[:64])]
        return [
            InboundMessage(
                channel=self.name,
                account=account.account,
                sender=Party(sender),
                vendor_id=_vendor_id(fields),
                content=content,
                sent_at=moment(fields.get("CreateTime", ""), received_at),
            )
        ]

    def acknowledge(self) -> Reply:
        """Anything but "success" (or nothing) shows the customer that the service is out of order."""
        return Reply(body="success")

    def _text_of(self, request: Request, account: Account) -> bytes:
        """The XML of a post that proves to be the vendor's. Raises BadSignature or Malformed."""
        keys = candidates(account, "encoding_aes_key")
        if not keys:
            _check(request, account, "signature")
            return request.body
        ciphertext = _fields(request.body).get("Encrypt", "")
        if not ciphertext:
            raise BadSignature("the account demands encrypted posts")
        _check(request, account, "msg_signature", ciphertext)
        for key in keys:
            try:
                opened, receiver = open_envelope(ciphertext, key)
            except BadEnvelope:
                continue
            if same(receiver, secret(account, "appid")):
                return opened
        raise BadSignature("the post does not open with the account's key and appid")

    # -- out --------------------------------------------------------------------------------------

    def token_call(self, account: Account, *, refresh: bool) -> VendorCall | None:
        """The stable token. Without `refresh` the vendor answers the valid one, whoever fetched it; with it the old one dies
        at once, at most 20 times a day and every 30 seconds: refresh only what was just refused."""
        body = {
            "grant_type": "client_credential",
            "appid": secret(account, "appid"),
            "secret": secret(account, "secret"),
            "force_refresh": refresh,
        }
        url = f"{account.base_url or API}/cgi-bin/stable_token"
        return VendorCall("POST", url, {"content-type": "application/json"}, json.dumps(body).encode())

    def read_token(self, answer: VendorAnswer) -> AccessToken:
        body = peek(answer.body) or {}
        token, expires_in = body.get("access_token"), body.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not token or not isinstance(expires_in, int | float):
            raise VendorUnavailable(f"WeChat gave no access token ({errors.reason(answer.status, body)})")
        return AccessToken(token, float(expires_in))

    def render(self, message: Outbound, account: Account, token: str) -> Sequence[VendorCall]:
        """One customer-service text a piece. The JSON is raw UTF-8: the vendor shows escapes as they stand."""
        said = text.clean(message.content.text)
        if message.content.kind is not ContentKind.TEXT or not said.strip():
            raise Malformed("only texts with words in them can be sent to WeChat")
        if not message.recipient:
            raise Malformed("the message has no recipient")
        url = f"{account.base_url or API}/cgi-bin/message/custom/send?{urlencode({'access_token': token})}"
        headers = {"content-type": "application/json; charset=utf-8"}
        calls = []
        for piece in text.split(said, self.limits.text_units, self.limits.text_unit):
            if not piece.strip():
                continue
            body = {"touser": text.clean(message.recipient), "msgtype": "text", "text": {"content": piece}}
            calls.append(VendorCall("POST", url, headers, json.dumps(body, ensure_ascii=False).encode()))
        return calls

    def read(self, answer: VendorAnswer) -> SendResult:
        """By `errcode`. The vendor names no message, so nothing can ever be linked to a sent one."""
        judged = errors.judge(answer.status, peek(answer.body) or {})
        if judged.outcome is Outcome.RETRY:
            return SendResult(Outcome.RETRY, reason=judged.reason, retry_after=pause(answer, judged.retry_after))
        return judged


def _check(request: Request, account: Account, name: str, *more: str) -> None:
    """Raises BadSignature unless the query's signature of that name is made with the account's token."""
    query = request.query
    timestamp, nonce, given = query.get("timestamp", ""), query.get("nonce", ""), query.get(name, "")
    valid = [same(given, sign(token, timestamp, nonce, *more)) for token in candidates(account, "token")]
    if not any(valid):
        raise BadSignature(f"the {name} is not of the account's token")


def _fields(xml: bytes) -> Fields:
    """The text of each child of the root. Document types, and with them entities, are refused. Raises Malformed."""
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        raise Malformed("the body is not XML, or has a document type") from None
    return {child.tag: child.text or "" for child in root}


def _vendor_id(fields: Fields) -> str:
    """`MsgId`; events have none and are told apart by sender, second, name and key."""
    if fields.get("MsgId"):
        return fields["MsgId"]
    what = ("Event", "EventKey") if "Event" in fields else ("MsgType",)
    return ":".join(filter(None, (fields.get(name, "") for name in ("FromUserName", "CreateTime", *what))))
