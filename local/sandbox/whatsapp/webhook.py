"""What Meta posts to a business's webhook: message and status notifications, signed over the raw bytes.

Payloads follow Meta's webhook reference (messages, statuses, business-scoped user ids); the header name and
the verification of the signature come from pywa.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from pywa.utils import HUB_SIG, webhook_updates_validator

from ..config import Tuning, WhatsAppAccount
from ..memory import Thread
from ..postman import Envelope
from . import people

MEDIA_TYPES = {
    "image": "image/jpeg",
    "document": "application/pdf",
    "audio": "audio/ogg; codecs=opus",
    "video": "video/mp4",
    "sticker": "image/webp",
}
_INTERACTIVE = {"button_reply": ("id", "title"), "list_reply": ("id", "title", "description")}


class BadMessage(ValueError):
    """The tester asked for a message that WhatsApp could not have sent."""


def new_wamid(phone: str) -> str:
    """A message id of the form Meta issues."""
    number = phone.encode()
    body = b"\x1c\x18" + bytes([len(number)]) + number + b"\x15\x02\x00\x12\x18\x14"
    return "wamid." + base64.b64encode(body + secrets.token_hex(10).upper().encode() + b"\x00").decode()


def build_message(fields: dict[str, Any], thread: Thread, waba_id: str, message_id: str) -> dict[str, Any]:
    """One entry of value.messages from the tester's fields. Raises BadMessage."""
    kind = fields.get("type", "text")
    phone = people.phone_of(thread.customer)
    message: dict[str, Any] = {"from": phone} if phone else {}
    message |= {
        "from_user_id": people.bsuid_of(waba_id, thread.customer),
        "id": message_id,
        "timestamp": str(fields.get("timestamp", int(time.time()))),
        "type": kind,
    }
    if context := fields.get("context"):
        message["context"] = (
            {"id": context}
            if fields.get("context_from") is None
            else {
                "from": fields["context_from"],
                "id": context,
            }
        )
    if kind == "text":
        message["text"] = {"body": _need_text(fields, "text")}
    elif kind in MEDIA_TYPES:
        message[kind] = _media(kind, fields)
    elif kind == "location":
        message["location"] = _location(fields)
    elif kind in _INTERACTIVE:
        reply = {key: fields[key] for key in _INTERACTIVE[kind] if key in fields}
        _need_text(fields, "id"), _need_text(fields, "title")
        message |= {"type": "interactive", "interactive": {"type": kind, kind: reply}}
    elif kind == "button":
        message["button"] = {"payload": _need_text(fields, "payload"), "text": _need_text(fields, "text")}
    elif kind == "reaction":
        reaction = {"message_id": _need_text(fields, "target")}
        message["reaction"] = reaction | ({"emoji": fields["emoji"]} if fields.get("emoji") else {})
    elif kind == "unsupported":
        message["errors"] = [
            {
                "code": 131051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }
        ]
        message["unsupported"] = {"type": fields.get("unsupported_type", "poll_creation")}
    elif kind == "raw":
        raw = fields.get("raw")
        if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
            raise BadMessage("raw must be a message object with a type")
        message |= raw
    else:
        raise BadMessage(f"unknown WhatsApp message type {kind!r}")
    return message


def _need_text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise BadMessage(f"{key} must be a non-empty string")
    return value


def _media(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Media as a webhook names it. The caller has stored the bytes and given media_id and sha256."""
    media = {
        "mime_type": fields["mime"],
        "sha256": fields["sha256"],
        "id": fields["media_id"],
        "url": fields["media_url"],
    }
    if fields.get("caption") and kind in ("image", "video", "document"):
        media["caption"] = _need_text(fields, "caption")
    if kind == "document":
        media["filename"] = fields.get("filename", "document.pdf")
    if kind == "audio":
        media["voice"] = bool(fields.get("voice", True))
    if kind == "sticker":
        media["animated"] = False
    return media


def _location(fields: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise BadMessage("latitude and longitude must be numbers")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise BadMessage("latitude or longitude out of range")
    extra = {name: fields[key] for key, name in (("place", "name"), ("address", "address")) if fields.get(key)}
    return {"latitude": latitude, "longitude": longitude, **extra}


def contact(thread: Thread, waba_id: str, with_username: bool = True) -> dict[str, Any]:
    profile = {"name": thread.name or "WhatsApp User"}
    if thread.username and with_username:
        profile["username"] = thread.username
    phone = people.phone_of(thread.customer)
    found: dict[str, Any] = {"profile": profile, "user_id": people.bsuid_of(waba_id, thread.customer)}
    return {"wa_id": phone, **found} if phone else found


def messages_value(account: WhatsAppAccount, threads: list[Thread], messages: list[dict[str, Any]]) -> dict[str, Any]:
    unique = {thread.customer: thread for thread in threads}.values()
    contacts = [contact(thread, account.waba_id) for thread in unique]
    return {**_value(account), "contacts": contacts, "messages": messages}


def status_value(
    account: WhatsAppAccount,
    thread: Thread,
    message_id: str,
    status: str,
    error: dict[str, Any] | None,
    tracker: str,
) -> dict[str, Any]:
    """A status notification. The username is left out of sent and failed ones."""
    phone = people.phone_of(thread.customer)
    entry: dict[str, Any] = {"id": message_id, "status": status, "timestamp": str(int(time.time()))}
    if phone:
        entry["recipient_id"] = phone
    entry["recipient_user_id"] = people.bsuid_of(account.waba_id, thread.customer)
    if tracker:
        entry["biz_opaque_callback_data"] = tracker
    if error:
        entry["errors"] = [error]
    else:
        entry["pricing"] = {
            "billable": False,
            "pricing_model": "PMP",
            "category": "service",
            "type": "free_customer_service",
        }
    contacts = [contact(thread, account.waba_id, with_username=status in ("delivered", "read"))]
    return {**_value(account), "contacts": contacts, "statuses": [entry]}


def _value(account: WhatsAppAccount) -> dict[str, Any]:
    metadata = {"display_phone_number": account.display_phone, "phone_number_id": account.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def envelope(
    key: str,
    account: WhatsAppAccount,
    values: list[dict[str, Any]],
    tuning: Tuning,
    tamper: str | None = None,
) -> Envelope:
    """Sign and seal one POST. `tamper` breaks it after signing (`body`) or falsifies the `signature`."""
    changes = [{"value": value, "field": "messages"} for value in values]
    payload = {"object": "whatsapp_business_account", "entry": [{"id": account.waba_id, "changes": changes}]}
    # Meta sends ASCII with lower-case \u escapes and escaped slashes, and signs exactly that.
    body = json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode("ascii")
    signature = hmac.new(account.app_secret.encode(), body, hashlib.sha256).hexdigest()
    if not webhook_updates_validator(account.app_secret, body, f"sha256={signature}"):
        raise AssertionError("our own signature does not verify")
    sha1 = hmac.new(account.app_secret.encode(), body, hashlib.sha1).hexdigest()
    if tamper == "signature":
        signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    elif tamper == "body":
        body = body[:-1] + b" }"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "Accept": "*/*",
        "X-Hub-Signature": f"sha1={sha1}",
        HUB_SIG: f"sha256={signature}",
    }
    readable = json.dumps(payload, ensure_ascii=False, indent=2)
    return Envelope(
        key,
        "whatsapp",
        account.account,
        account.url,
        headers,
        body,
        readable,
        tuning.whatsapp_timeout_ms,
        tuning.whatsapp_retry_gaps_ms,
        judge,
    )


def judge(status: int, _: bytes) -> str | None:
    """Meta takes any 2xx; the body does not matter."""
    return None if 200 <= status < 300 else f"status {status}"
