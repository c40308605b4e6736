"""A running sandbox with a recording webhook receiver, for tests that need no whole system behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from .app import build
from .config import Config, parse

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
QUICK: dict[str, Any] = {
    "whatsapp_retry_gaps_ms": [5, 10, 15],
    "wechat_retry_gaps_ms": [5, 5, 5],
    "status_gap_ms": 5,
}

Answer = tuple[int, bytes]


@dataclass(frozen=True)
class Received:
    """One request that reached the receiver."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Stands where the system's webhooks would. `script` answers the first requests, `usual` the others."""

    usual: Answer = (200, b"")
    script: list[Answer] = field(default_factory=list)
    delay_seconds: float = 0.0
    received: list[Received] = field(default_factory=list)
    on_post: Callable[[Received], Awaitable[None]] | None = None
    on_get: Callable[[Received], str] | None = None
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: web.Request) -> web.Response:
        got = Received(request.method, request.path, dict(request.query), dict(request.headers), await request.read())
        if request.method == "GET":
            return web.Response(text=self.on_get(got) if self.on_get else "")
        async with self._arrived:
            self.received.append(got)
            self._arrived.notify_all()
        if self.on_post:
            await self.on_post(got)
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        status, body = self.script.pop(0) if self.script else self.usual
        return web.Response(status=status, body=body)

    async def wait_for(self, count: int, seconds: float = 5.0) -> list[Received]:
        """Wait until `count` posts have arrived. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
        return self.received


@dataclass
class Rig:
    base: str
    config: Config
    receiver: Receiver
    session: aiohttp.ClientSession

    async def api(self, path: str, **document: Any) -> dict[str, Any]:
        """POST to the test API; the answer's JSON, with its HTTP status under `_status`."""
        async with self.session.post(f"{self.base}/api/{path}", json=document) as response:
            return {**await response.json(), "_status": response.status}

    async def look(self, path: str, **query: str) -> dict[str, Any]:
        """GET from the test API."""
        async with self.session.get(f"{self.base}/api/{path}", params=query) as response:
            found: dict[str, Any] = await response.json()
            return found

    async def vendor(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Call a vendor API as the system would."""
        async with self.session.request(method, self.base + path, **options) as response:
            return response.status, await response.json()


def config_document(receiver_base: str, **tuning: Any) -> dict[str, Any]:
    """One WhatsApp and one WeChat account that post to `receiver_base`."""
    return {
        "webhook_base": receiver_base,
        "whatsapp": [
            {
                "account": "wa-main",
                "url": "/hooks/whatsapp/wa-main",
                "app_secret": "app-secret-for-tests",
                "verify_token": "verify-me",
                "access_token": "EAAG-access-token",
                "phone_number_id": "106540352242922",
                "waba_id": "102290129340398",
                "display_phone": "15550783881",
                "templates": [{"name": "order_ready", "language": "en_US", "variables": 2}],
            }
        ],
        "wechat": [
            {
                "account": "oa-main",
                "url": "/hooks/wechat/oa-main",
                "token": "oa-token",
                "encoding_aes_key": AES_KEY,
                "app_id": "wx0123456789abcdef",
                "app_secret": "oa-secret-for-tests",
                "original_id": "gh_0123456789ab",
            }
        ],
        "tuning": {**QUICK, **tuning},
    }


@asynccontextmanager
async def running(receiver: Receiver | None = None, **tuning: Any) -> AsyncIterator[Rig]:
    """A sandbox and its receiver on free loopback ports, both stopped at the end."""
    receiver = receiver or Receiver()
    receiving = web.Application()
    receiving.router.add_route("*", "/{rest:.*}", receiver.handle)
    receiver_runner, receiver_base = await _start(receiving)
    config = parse(config_document(receiver_base, **tuning))
    port = _free_port()
    sandbox_base = f"http://127.0.0.1:{port}"
    sandbox_runner = web.AppRunner(build(config, sandbox_base), access_log=None, shutdown_timeout=0.1)
    await sandbox_runner.setup()
    await web.TCPSite(sandbox_runner, "127.0.0.1", port).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Rig(sandbox_base, config, receiver, session)
    finally:
        await sandbox_runner.cleanup()
        await receiver_runner.cleanup()


async def _start(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
