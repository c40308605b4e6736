"""What WeChat posts to an account's server: messages and events as XML, encrypted in safe mode.

Field names after Tencent's pages on receiving ordinary messages and on event pushes.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from ..config import Tuning, WeChatAccount
from ..memory import Thread
from ..postman import Envelope
from . import crypto
from .crypto import cdata

OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MEDIA_TYPES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4"}
EVENTS = {
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "click": "CLICK",
    "view": "VIEW",
    "scan": "SCAN",
}


class BadMessage(ValueError):
    """The tester asked for a message that WeChat could not have sent."""


def new_openid() -> str:
    return "o" + secrets.token_urlsafe(21)[:27]


def new_message_id() -> str:
    """A MsgId: a 64-bit number, larger than JSON readers with 53-bit numbers can hold."""
    return str(23_000_000_000_000_000 + secrets.randbelow(10**15))


def build_push(fields: dict[str, Any], thread: Thread, account: WeChatAccount, message_id: str | None) -> tuple[str, str]:
    """The plain XML of one push, and what makes it unique: MsgId, or sender, time and event.

    Raises BadMessage.
    """
    kind = fields.get("type", "text")
    created = fields.get("timestamp", int(time.time()))
    event = EVENTS.get(kind)
    parts = [
        ("ToUserName", cdata(account.original_id)),
        ("FromUserName", cdata(thread.customer)),
        ("CreateTime", str(created)),
        ("MsgType", cdata("event" if event else _wire_type(kind))),
    ]
    if event:
        parts += [("Event", cdata(event)), *_event(kind, fields)]
        key = f"{thread.customer}:{created}:{event}"
    else:
        key = message_id or new_message_id()
        if not key.isdigit():
            raise BadMessage("message_id must be digits (MsgId is a 64-bit number)")
        parts += [*_content(kind, fields), ("MsgId", key)]
    return "<xml>" + "".join(f"<{tag}>{value}</{tag}>" for tag, value in parts) + "</xml>", key


def _wire_type(kind: str) -> str:
    return "text" if kind == "menu_reply" else kind


def _event(kind: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    if kind in ("click", "view"):
        return [("EventKey", cdata(_need(fields, "key")))]
    if kind == "scan":
        return [
            ("EventKey", cdata(_need(fields, "key"))),
            ("Ticket", cdata(fields.get("ticket", "sandbox-ticket"))),
        ]
    return [("EventKey", cdata(fields.get("key", "")))]


def _content(kind: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    if kind == "text":
        return [("Content", cdata(_need(fields, "text")))]
    if kind == "menu_reply":
        return [("Content", cdata(_need(fields, "text"))), ("bizmsgmenuid", cdata(_need(fields, "id")))]
    if kind == "image":
        return [("PicUrl", cdata(fields["media_url"])), ("MediaId", cdata(fields["media_id"]))]
    if kind == "voice":
        heard = [("Recognition", cdata(fields["recognition"]))] if fields.get("recognition") else []
        return [("MediaId", cdata(fields["media_id"])), ("Format", cdata("amr")), *heard]
    if kind == "video":
        return [("MediaId", cdata(fields["media_id"])), ("ThumbMediaId", cdata(fields["media_id"]))]
    if kind == "location":
        return _location(fields)
    if kind == "link":
        return [(tag, cdata(_need(fields, tag.lower()))) for tag in ("Title", "Description", "Url")]
    raise BadMessage(f"unknown WeChat message type {kind!r}")


def _location(fields: dict[str, Any]) -> list[tuple[str, str]]:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise BadMessage("latitude and longitude must be numbers")
    return [
        ("Location_X", f"{latitude:.6f}"),
        ("Location_Y", f"{longitude:.6f}"),
        ("Scale", "16"),
        ("Label", cdata(str(fields.get("place", "")))),
    ]


def _need(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise BadMessage(f"{key} must be a non-empty string")
    if _CONTROL.search(value):
        raise BadMessage(f"{key} holds a character that XML cannot carry")
    return value


def envelope(
    key: str, account: WeChatAccount, plain_xml: str, openid: str, tuning: Tuning, tamper: str | None = None
) -> Envelope:
    """Encrypt and seal one push."""
    sealed = crypto.seal(account, plain_xml, openid, tamper)
    url = account.url + ("&" if "?" in account.url else "?") + sealed.query
    headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache"}
    return Envelope(
        key,
        "wechat",
        account.account,
        url,
        headers,
        sealed.body,
        plain_xml,
        tuning.wechat_timeout_ms,
        tuning.wechat_retry_gaps_ms,
        lambda status, answer: judge(account, status, answer),
    )


def judge(account: WeChatAccount, status: int, answer: bytes) -> str | None:
    """WeChat takes exactly `success`, an empty body, or an encrypted passive reply."""
    if status != 200:
        return f"status {status}"
    if answer in (b"", b"success"):
        return None
    try:
        crypto.open_reply(account, answer)
    except crypto.BadReply as error:
        looks_like_xml = answer.lstrip().startswith(b"<")
        return str(error) if looks_like_xml else "the answer must be exactly 'success', empty, or a passive reply"
    return None
