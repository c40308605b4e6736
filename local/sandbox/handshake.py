"""The check a vendor makes when a webhook address is entered in its console."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
from pywa.utils import HUB_CH, HUB_VT
from yarl import URL

from .config import WeChatAccount, WhatsAppAccount
from .wechat import crypto

TIMEOUT_SECONDS = 10


async def check(
    session: aiohttp.ClientSession, account: WhatsAppAccount | WeChatAccount, wrong_secret: bool = False
) -> dict[str, Any]:
    """GET the webhook as the vendor would.

    `wrong_secret` uses a false token: a good receiver must refuse it.
    """
    challenge = str(secrets.randbelow(10**9) + 10**9)
    if isinstance(account, WhatsAppAccount):
        token = "wrong" if wrong_secret else account.verify_token
        query = {"hub.mode": "subscribe", HUB_CH: challenge, HUB_VT: token}
    else:
        stamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        signature = crypto.sign("wrong" if wrong_secret else account.token, stamp, nonce)
        query = {"signature": signature, "echostr": challenge, "timestamp": stamp, "nonce": nonce}
    url = account.url + ("&" if "?" in account.url else "?") + urlencode(query)
    try:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with session.get(URL(url, encoded=True), timeout=timeout, allow_redirects=False) as response:
            status, answer = response.status, await response.text(errors="replace")
    except (aiohttp.ClientError, TimeoutError) as error:
        return {"ok": False, "http_status": None, "answer": type(error).__name__}
    echoed = status == 200 and answer == challenge
    return {"ok": echoed, "http_status": status, "answer": answer[:500]}
