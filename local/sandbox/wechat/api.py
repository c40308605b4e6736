"""The WeChat calls an Official Account's server makes: tokens, customer-service messages, typing, media."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from typing import Any

from aiohttp import web

from .. import media as media_store
from ..config import Config, WeChatAccount
from ..faults import Fault, FaultBook
from ..memory import Memory, Message, now_ms
from ..wirelog import PROBLEMS, about, parse_json, problem
from . import quota, schema
from .tokens import Tokens

TYPING_MS = 15_000
TYPING_NEEDS_CONTACT_MS = 30_000
MEDIA_LIVES_MS = 3 * 24 * 3600 * 1000
_STALE_TOKEN = (
    "invalid credential, access_token is invalid or not latest, could get access_token by"
    " getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)
MESSAGES = {
    -1: "system error",
    40001: _STALE_TOKEN,
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43002: "require POST method",
    44003: "empty news data",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command",
    45080: "need sending message to user",
    45081: "typing is already sent",
    47001: "data format error",
    61452: "invalid kf_account",
}


class WeChatApi:
    def __init__(self, config: Config, memory: Memory, faults: FaultBook) -> None:
        self._accounts = {account.account: account for account in config.wechat}
        self._memory = memory
        self._faults = faults
        self._tokens = Tokens(config.tuning.wechat_token_seconds)

    def routes(self) -> list[web.RouteDef]:
        base = "/wechat/cgi-bin"
        return [
            web.get(f"{base}/token", self.token),
            web.post(f"{base}/stable_token", self.stable_token),
            web.post(f"{base}/message/custom/send", self.send),
            web.post(f"{base}/message/custom/typing", self.typing),
            web.post(f"{base}/media/upload", self.upload),
            web.get(f"{base}/media/get", self.media_bytes),
            web.get("/wechat/pic/{media_id}", self.picture),
        ]

    def reset(self) -> None:
        self._tokens.reset()

    async def token(self, request: web.Request) -> web.Response:
        return await self._hand_out(request, dict(request.query), lambda name: self._tokens.issue(name))

    async def stable_token(self, request: web.Request) -> web.Response:
        body = parse_json(await request.read())
        if body is None:
            return _error(request, 47001)
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            problem(request, "force_refresh must be true or false")
            return _error(request, 47001)
        return await self._hand_out(request, body, lambda name: self._tokens.stable(name, force))

    async def _hand_out(self, request: web.Request, given: dict[str, Any], issue: Any) -> web.Response:
        account = next((a for a in self._accounts.values() if a.app_id == given.get("appid")), None)
        if account:
            about(request, account=account.account)
        fault = await self._fault(account.account if account else None, "token")
        if refused := _ordered_refusal(fault):
            return _error(request, refused)
        if given.get("grant_type") != "client_credential":
            return _error(request, 40002)
        if account is None:
            return _error(request, 40013)
        secret = given.get("secret")
        if not isinstance(secret, str) or not hmac.compare_digest(secret.encode(), account.app_secret.encode()):
            return _error(request, 40125)
        value, seconds = issue(account.account)
        _drop_if_ordered(request, fault)
        return web.json_response({"access_token": value, "expires_in": seconds})

    async def send(self, request: web.Request) -> web.Response:
        account, fault, refused = await self._enter(request, "send")
        if refused or account is None:
            return _error(request, refused or 40001)
        body = await self._body(request)
        problems = schema.check(body)
        for _, text in problems:
            problem(request, text)
        if blocking := [code for code, _ in problems if code]:
            return _error(request, blocking[0])
        assert body is not None  # schema.check blocks it
        thread = self._memory.known("wechat", account.account, body["touser"])
        if thread is None:
            return _error(request, 40003)
        about(request, customer=thread.customer)
        kind = body["msgtype"]
        if kind in ("image", "voice"):
            known = self._memory.media.get(body[kind]["media_id"])
            if known is None or known["account"] != account.account or now_ms() - known["at"] > MEDIA_LIVES_MS:
                return _error(request, 40007)
        code = {"window": quota.OUT_OF_TIME, "quota": quota.OUT_OF_COUNT}.get(fault.kind if fault else "", 0)
        if code := code or quota.spend(thread):
            return _error(request, code)
        message = Message(f"wx-{secrets.token_hex(8)}", "out", kind, _shown(body), now_ms(), "delivered", raw=body)
        about(request, message_id=message.id)
        thread.last_business_at, thread.typing_until = message.at, 0
        self._memory.add(thread, message)
        _drop_if_ordered(request, fault)
        return _ok()

    async def typing(self, request: web.Request) -> web.Response:
        account, _, refused = await self._enter(request, "typing")
        if refused or account is None:
            return _error(request, refused or 40001)
        body = await self._body(request)
        if body is None:
            return _error(request, 47001)
        command, touser = body.get("command"), body.get("touser")
        thread = self._memory.known("wechat", account.account, touser) if isinstance(touser, str) else None
        if thread is None:
            return _error(request, 40003)
        about(request, customer=thread.customer)
        if command not in ("Typing", "CancelTyping"):
            return _error(request, 45072)
        last = max(thread.last_customer_at or 0, thread.last_business_at or 0)
        if now_ms() - last > TYPING_NEEDS_CONTACT_MS:
            return _error(request, 45080)
        if command == "Typing" and thread.typing_until > now_ms():
            return _error(request, 45081)
        thread.typing_until = now_ms() + TYPING_MS if command == "Typing" else 0
        self._memory.tell_thread("thread", thread)
        return _ok()

    async def upload(self, request: web.Request) -> web.Response:
        account, _, refused = await self._enter(request, "media")
        if refused or account is None:
            return _error(request, refused or 40001)
        kind = request.query.get("type")
        if kind not in ("image", "voice", "video", "thumb"):
            problem(request, "type must be image, voice, video or thumb")
            return _error(request, 40008)
        form = await request.post() if request.content_type == "multipart/form-data" else {}
        upload = form.get("media")
        if not isinstance(upload, web.FileField):
            problem(request, "multipart field `media` with a file name is missing")
            return _error(request, 40007)
        data = upload.file.read()
        found = media_store.store(self._memory, "wechat", account.account, upload.content_type, data, upload.filename)
        return web.json_response({"type": kind, "media_id": found["id"], "created_at": int(time.time())})

    async def media_bytes(self, request: web.Request) -> web.Response:
        account, _, refused = await self._enter(request, "media")
        if refused or account is None:
            return _error(request, refused or 40001)
        found = self._memory.media.get(request.query.get("media_id", ""))
        if found is None or found["account"] != account.account or now_ms() - found["at"] > MEDIA_LIVES_MS:
            return _error(request, 40007)
        name = found["filename"] or f"{found['id'][:12]}.{found['mime'].rpartition('/')[2]}"
        headers = {"Content-Type": found["mime"], "Content-disposition": f'attachment; filename="{name}"'}
        return web.Response(body=found["data"], headers=headers)

    async def picture(self, request: web.Request) -> web.Response:
        """PicUrl of an image message; open to anyone who has the address, as WeChat's is."""
        found = self._memory.media.get(request.match_info["media_id"])
        if found is None or found["channel"] != "wechat":
            raise web.HTTPNotFound
        return web.Response(body=found["data"], headers={"Content-Type": found["mime"]})

    async def _enter(self, request: web.Request, on: str) -> tuple[WeChatAccount | None, Fault | None, int]:
        """Find the account by its token: account, ordered fault, errcode (0 when the call may go on)."""
        token = request.query.get("access_token", "")
        name = self._tokens.owner(token)
        account = self._accounts.get(name) if name else None
        if account:
            about(request, account=account.account)
        if not token:
            return account, None, 41001
        if name is None:
            return account, None, 40001
        if refused := self._tokens.check(name, token):
            return account, None, refused
        # Only now, so that a fault is never spent on a call refused anyway.
        fault = await self._fault(name, on)
        if fault and fault.kind == "expire_token":
            self._tokens.expire(name)
            return account, fault, 42001
        return account, fault, _ordered_refusal(fault)

    async def _fault(self, account: str | None, on: str) -> Fault | None:
        fault = self._faults.take("wechat", account, on)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.ms / 1000)
        return fault

    async def _body(self, request: web.Request) -> dict[str, Any] | None:
        raw, escaped = schema.as_shown(await request.read())
        if escaped:
            problem(request, "the body has \\uXXXX escapes: WeChat shows them literally; send UTF-8 characters")
        return parse_json(raw)


def _ordered_refusal(fault: Fault | None) -> int:
    return {"down": -1, "unauthorised": 40001, "rate_limit": 45009}.get(fault.kind, 0) if fault else 0


def _drop_if_ordered(request: web.Request, fault: Fault | None) -> None:
    if fault and fault.kind == "drop_response":
        about(request, dropped=True)
        if request.transport:
            request.transport.abort()


def _ok() -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok"})


def _error(request: web.Request, code: int) -> web.Response:
    """WeChat answers errors with HTTP 200 and a request id inside errmsg."""
    text = MESSAGES[code]
    if f"{code} {text}" not in request[PROBLEMS]:
        request[PROBLEMS].append(f"{code} {text}")
    rid = "-".join((f"{int(time.time()):08x}", secrets.token_hex(4), secrets.token_hex(4)))
    return web.json_response({"errcode": code, "errmsg": f"{text} rid: {rid}"})


def _shown(body: dict[str, Any]) -> str:
    """What the customer reads."""
    kind = body["msgtype"]
    content = body[kind]
    if kind == "text":
        return str(content["content"])
    if kind == "msgmenu":
        lines = [content.get("head_content", ""), *(item["content"] for item in content["list"])]
        return "\n".join(line for line in [*lines, content.get("tail_content", "")] if line)
    return f"[{kind}]"
