"""The test API under /api: speak as a customer, order faults, read threads and the wire, follow events."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

from . import handshake
from .config import WeChatAccount, WhatsAppAccount
from .faults import FaultBook
from .memory import Memory, now_ms
from .speak import Speaker
from .wechat.api import WeChatApi
from .wechat.webhook import new_openid
from .whatsapp.graph import Graph
from .whatsapp.statuses import KNOWN, StatusDesk

Handle = Callable[[dict[str, Any]], Awaitable[Any]]
KEEP_ALIVE_SECONDS = 15


class Control:
    def __init__(
        self,
        memory: Memory,
        faults: FaultBook,
        speaker: Speaker,
        statuses: StatusDesk,
        graph: Graph,
        wechat: WeChatApi,
        session: aiohttp.ClientSession,
        accounts: list[WhatsAppAccount | WeChatAccount],
    ) -> None:
        self._memory = memory
        self._faults = faults
        self._speaker = speaker
        self._statuses = statuses
        self._graph = graph
        self._wechat = wechat
        self._session = session
        self._accounts = accounts

    def routes(self) -> list[web.RouteDef]:
        posts: dict[str, Handle] = {
            "say": self.say,
            "burst": self.burst,
            "replay": self.replay,
            "faults": self.order_fault,
            "handshake": self.handshake,
            "behaviour": self.behaviour,
            "status": self.status,
            "age": self.age,
            "customers": self.new_customer,
            "reset": self.reset,
        }
        return [
            *(web.post(f"/api/{name}", _json_in_out(handle)) for name, handle in posts.items()),
            web.get("/api/thread", self.read_thread),
            web.get("/api/threads", self.read_threads),
            web.get("/api/accounts", self.read_accounts),
            web.get("/api/log", self.read_log),
            web.get("/api/faults", self.read_faults),
            web.delete("/api/faults", self.clear_faults),
            web.get("/api/media/{id}", self.read_media),
            web.get("/api/events", self.events),
            web.get("/api/health", self.health),
        ]

    async def say(self, document: dict[str, Any]) -> Any:
        return await self._speaker.say(document)

    async def burst(self, document: dict[str, Any]) -> Any:
        return {"outcomes": await self._speaker.burst(document)}

    async def replay(self, document: dict[str, Any]) -> Any:
        return {"outcomes": await self._speaker.replay(document)}

    async def order_fault(self, document: dict[str, Any]) -> Any:
        if document.get("account") is not None:
            self._speaker.account(document.get("channel"), document["account"])
        fault = self._faults.add(document)
        self._memory.tell("faults", {"pending": self._faults.pending()})
        return fault.public()

    async def handshake(self, document: dict[str, Any]) -> Any:
        account = self._speaker.account(document.get("channel"), document.get("account"))
        return await handshake.check(self._session, account, bool(document.get("wrong_secret")))

    async def behaviour(self, document: dict[str, Any]) -> Any:
        account = self._speaker.account("whatsapp", document.get("account"))
        return self._statuses.choose(account.account, document).public()

    async def status(self, document: dict[str, Any]) -> Any:
        """Post statuses of one sent message by hand, in any order."""
        found = self._memory.find("whatsapp", str(document.get("message_id", "")))
        if found is None or found[1].direction != "out":
            raise ValueError("message_id is not a WhatsApp message the system sent")
        statuses = document.get("statuses")
        if not isinstance(statuses, list) or not statuses or not all(status in KNOWN for status in statuses):
            raise ValueError(f"statuses must be a list of {', '.join(KNOWN)}")
        account = self._speaker.account("whatsapp", found[0].account)
        assert isinstance(account, WhatsAppAccount)
        outcome = await self._statuses.post(account, *found, statuses)
        return {"message_id": found[1].id, **outcome.public()}

    async def age(self, document: dict[str, Any]) -> Any:
        """Pretend the customer's last action was `seconds` longer ago, to test reply windows."""
        account = self._speaker.account(document.get("channel"), document.get("account"))
        thread = self._speaker.thread(account, document.get("customer"))
        seconds = document.get("seconds")
        if not isinstance(seconds, int) or seconds < 0:
            raise ValueError("seconds must be a whole number, zero or more")
        if thread.last_customer_at is not None:
            thread.last_customer_at -= seconds * 1000
        for allowance in thread.allowances:
            allowance["until"] -= seconds * 1000
        self._memory.tell_thread("thread", thread)
        return thread.summary()

    async def new_customer(self, document: dict[str, Any]) -> Any:
        """A customer with the identity that is given, or a fresh one of the channel's form."""
        account = self._speaker.account(document.get("channel"), document.get("account"))
        if document.get("customer"):
            customer = document["customer"]
        elif isinstance(account, WeChatAccount):
            customer = new_openid()
        elif document.get("username"):
            customer = "DE." + "".join(secrets.choice("123456789") for _ in range(17))
        else:
            customer = "4915" + "".join(secrets.choice("0123456789") for _ in range(9))
        thread = self._speaker.thread(account, customer, document.get("name"))
        if isinstance(document.get("username"), str):
            thread.username = document["username"]
        self._memory.tell_thread("thread", thread)
        return thread.summary()

    async def reset(self, _: dict[str, Any]) -> Any:
        """Forget threads, logs, media, tokens, faults and behaviours. Accounts stay."""
        self._faults.clear()
        self._statuses.reset()
        self._graph.reset()
        self._wechat.reset()
        self._memory.reset()
        return {"ok": True}

    async def read_thread(self, request: web.Request) -> web.Response:
        query = request.query
        found = self._memory.known(query.get("channel", ""), query.get("account", ""), query.get("customer", ""))
        if found is None:
            return web.json_response({"messages": [], "known": False})
        messages = [message.public() for message in found.messages]
        return web.json_response({"known": True, **found.summary(), "messages": messages})

    async def read_threads(self, _: web.Request) -> web.Response:
        threads = [thread.summary() for thread in self._memory.threads.values()]
        return web.json_response({"threads": threads})

    async def read_accounts(self, _: web.Request) -> web.Response:
        return web.json_response({"accounts": [_public_account(account) for account in self._accounts]})

    async def read_log(self, request: web.Request) -> web.Response:
        """Calls of the system and posts to it, oldest first.

        Filters: channel, account, customer, invalid=1, since (epoch ms).
        """
        if not (since_text := request.query.get("since", "0")).isdecimal():
            return web.json_response({"error": "since must be milliseconds since 1970"}, status=400)
        since = int(since_text)
        wanted = {key: request.query[key] for key in ("channel", "account", "customer") if key in request.query}
        fits = [
            [e for e in entries if e["at"] >= since and all(e.get(k) == v for k, v in wanted.items())]
            for entries in (self._memory.requests, self._memory.webhooks)
        ]
        if request.query.get("invalid") in ("1", "true"):
            fits[0] = [entry for entry in fits[0] if entry["problems"]]
        return web.json_response({"requests": fits[0], "webhooks": fits[1]})

    async def read_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"pending": self._faults.pending()})

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        self._memory.tell("faults", {"pending": []})
        return web.json_response({"pending": []})

    async def read_media(self, request: web.Request) -> web.Response:
        """Media bytes for the page, without the vendor's token."""
        found = self._memory.media.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        # Only pictures are shown inline: a document must never run as a page of this origin.
        kind = found["mime"] if found["mime"].startswith("image/") else "application/octet-stream"
        headers = {"Content-Type": kind, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=found["data"], headers=headers)

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "at": now_ms()})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: message, status, thread, request, webhook, faults, reset."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        queue = self._memory.listen()
        try:
            await response.write(b": connected\n\n")
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                data = json.dumps(event["data"], ensure_ascii=False)
                await response.write(f"event: {event['kind']}\ndata: {data}\n\n".encode())
        except (ConnectionResetError, aiohttp.ClientConnectionResetError):
            pass
        finally:
            self._memory.unlisten(queue)
        return response


def _public_account(account: WhatsAppAccount | WeChatAccount) -> dict[str, Any]:
    common = {"account": account.account, "url": re.sub(r"(://)[^/@]*@", r"\1", account.url)}
    if isinstance(account, WhatsAppAccount):
        ids = {"phone_number_id": account.phone_number_id, "display_phone": account.display_phone}
        return {"channel": "whatsapp", **common, **ids}
    return {"channel": "wechat", **common, "app_id": account.app_id, "original_id": account.original_id}


def _json_in_out(handle: Handle) -> Callable[[web.Request], Awaitable[web.Response]]:
    """JSON object in, JSON out; what is wrong with the request becomes a 400 that says so."""

    async def handler(request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            document = json.loads(raw) if raw else {}
        except ValueError:
            return web.json_response({"error": "the body is not JSON"}, status=400)
        if not isinstance(document, dict):
            return web.json_response({"error": "the body must be a JSON object"}, status=400)
        try:
            return web.json_response(await handle(document))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return handler
