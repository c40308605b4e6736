"""A customer of the sandbox's WhatsApp account, and the calls its business makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pywa.client import WhatsApp

from local.sandbox.testing import Receiver, Rig, running

CUSTOMER = "491511234567"
NUMBER = "106540352242922"
SEND = f"/graph/v23.0/{NUMBER}/messages"
BEARER = {"Authorization": "Bearer EAAG-access-token"}
CLIENT = WhatsApp(phone_id=NUMBER, token="unused")


def run(scenario: Callable[[Rig], Awaitable[None]], receiver: Receiver | None = None, **tuning: Any) -> None:
    """Play the scenario on a sandbox of its own."""

    async def main() -> None:
        async with running(receiver, **tuning) as rig:
            await scenario(rig)

    asyncio.run(main())


async def say(rig: Rig, **fields: Any) -> dict[str, Any]:
    """The customer says something."""
    return await rig.api("say", channel="whatsapp", account="wa-main", customer=CUSTOMER, name="Ada", **fields)


async def thread(rig: Rig, customer: str = CUSTOMER) -> list[dict[str, Any]]:
    """What a customer's telephone shows."""
    found = await rig.look("thread", channel="whatsapp", account="wa-main", customer=customer)
    return list(found["messages"])
