"""The made-up accounts that sign the sample events, and the way from an API Gateway event to a channel's request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from switchboard.channels._wechat_crypto import seal, sign
from switchboard.channels.base import Account, Request

# Texts as JSON can carry them, lone surrogates included (an alphabet of characters alone hardly ever yields those).
WILD_TEXT = st.lists(st.text(max_size=4) | st.sampled_from(["\ud800", "\udfff", "\x00"]), max_size=4).map("".join)

EVENTS = Path(__file__).parents[2] / "events"

WHATSAPP = Account(
    "whatsapp",
    "support-eu",
    {
        "app_secret": "example-app-secret",
        "verify_token": "example-verify-token",
        "access_token": "example-access-token",
        "phone_number_id": "100200300400500",
    },
    {"app_secret": "example-former-app-secret", "verify_token": "example-former-verify-token"},
)
WECHAT = Account(
    "wechat",
    "shop-cn",
    {
        "token": "exampletoken",
        "encoding_aes_key": "exampleexampleexampleexampleexampleexample1",
        "appid": "wx0123456789abcdef",
        "secret": "example-secret",
    },
    {"token": "exampleformertoken", "encoding_aes_key": "formerformerformerformerformerformerformer1"},
)
WECHAT_PLAIN = Account("wechat", "shop-cn", {name: WECHAT.secrets[name] for name in ("token", "appid", "secret")}, {})
WEBCHAT = Account(
    "webchat", "site", {"session_secret": "example-session-secret"}, {"session_secret": "example-former-session-secret"}
)


def names(channel: str) -> list[str]:
    """The sample posts of a channel."""
    found = sorted(path.stem for path in (EVENTS / f"webhook_{channel}").glob("*.json"))
    return [name for name in found if not name.startswith("handshake")]


def request_of(channel: str, name: str) -> Request:
    """A sample event as the webhook function hands it to the channel."""
    event = json.loads((EVENTS / f"webhook_{channel}" / f"{name}.json").read_text())
    body = event["body"] or ""
    return Request(
        event["httpMethod"],
        {header.lower(): value for header, value in event["headers"].items()},
        event["queryStringParameters"] or {},
        base64.b64decode(body) if event["isBase64Encoded"] else body.encode(),
    )


def whatsapp_post(body: bytes | dict[str, Any], secret: str = "") -> Request:
    """A post signed as Meta signs it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    key = (secret or WHATSAPP.secrets["app_secret"]).encode()
    return Request("POST", {"x-hub-signature-256": "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()}, {}, raw)


def whatsapp_value(value: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    """A post with one change for the sample account."""
    metadata = {"display_phone_number": "4570000001", "phone_number_id": WHATSAPP.secrets["phone_number_id"]}
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "900800700600500", "changes": [change]}]}


def wechat_post(xml: bytes, account: Account = WECHAT, secrets: dict[str, str] | None = None) -> Request:
    """A post as WeChat sends it: encrypted if the account has an encoding_aes_key."""
    s = {**account.secrets, **(secrets or {})}
    query = {"timestamp": "1795305600", "nonce": "1320562132", "openid": "oMadeUpOpenId_0000000000001"}
    query["signature"] = sign(s["token"], query["timestamp"], query["nonce"])
    if "encoding_aes_key" not in s:
        return Request("POST", {"content-type": "text/xml"}, query, xml)
    sealed = seal(xml, s["encoding_aes_key"], s["appid"])
    query |= {"encrypt_type": "aes", "msg_signature": sign(s["token"], query["timestamp"], query["nonce"], sealed)}
    body = f"<xml><ToUserName><![CDATA[gh_example]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return Request("POST", {"content-type": "text/xml"}, query, body.encode())
