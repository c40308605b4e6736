"""Puts the sandbox together as one aiohttp application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from aiohttp import web

from .background import Background
from .config import Config, WeChatAccount, WhatsAppAccount
from .control import Control
from .faults import FaultBook
from .media import MAX_BYTES
from .memory import Memory
from .postman import Postman
from .speak import Speaker
from .wechat.api import WeChatApi
from .whatsapp.graph import Graph
from .whatsapp.statuses import StatusDesk
from .wirelog import recorder

PAGE = Path(__file__).parent / "page"


def build(config: Config, public_base: str) -> web.Application:
    """The application. Must be called inside a running event loop; `public_base` is its own address."""
    memory = Memory()
    app = web.Application(middlewares=[recorder(memory)], client_max_size=2 * MAX_BYTES)
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
    postman = Postman(session, memory)
    background = Background()
    faults = FaultBook()
    statuses = StatusDesk(memory, postman, config.tuning, background)
    graph = Graph(config, memory, faults, statuses)
    wechat = WeChatApi(config, memory, faults)
    speaker = Speaker(config, memory, postman, public_base)
    accounts: list[WhatsAppAccount | WeChatAccount] = [*config.whatsapp, *config.wechat]
    control = Control(memory, faults, speaker, statuses, graph, wechat, session, accounts)

    async def resources(_: web.Application) -> AsyncIterator[None]:
        yield
        await background.stop()
        await session.close()

    app.cleanup_ctx.append(resources)
    app.add_routes([*graph.routes(), *wechat.routes(), *control.routes()])
    app.add_routes([web.get("/", _page), web.static("/page", PAGE)])
    return app


async def _page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})
