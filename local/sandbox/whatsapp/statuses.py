"""What follows after Meta took a message: statuses come to the webhook, in the order a tester chose."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from ..background import Background
from ..config import Tuning, WhatsAppAccount
from ..memory import Memory, Message, Thread
from ..postman import Outcome, Postman
from . import webhook
from .errors import GraphError

KNOWN = ("sent", "delivered", "read", "failed", "played")
_RANK = {"accepted": 0, "dropped": 0, "sent": 1, "delivered": 2, "played": 3, "read": 3, "failed": 3}


@dataclass(frozen=True)
class Behaviour:
    """How statuses follow a send. `before_response` posts them before the send call is answered."""

    statuses: tuple[str, ...] = ("sent", "delivered", "read")
    gap_ms: int = 60
    before_response: bool = False
    one_post: bool = False
    """All statuses in one webhook post, in the given order."""

    def public(self) -> dict[str, Any]:
        return vars(self).copy()


class StatusDesk:
    def __init__(self, memory: Memory, postman: Postman, tuning: Tuning, background: Background) -> None:
        self._memory = memory
        self._postman = postman
        self._tuning = tuning
        self._background = background
        self._chosen: dict[str, Behaviour] = {}

    def behaviour(self, account: str) -> Behaviour:
        return self._chosen.get(account, Behaviour(gap_ms=self._tuning.status_gap_ms))

    def choose(self, account: str, document: dict[str, Any]) -> Behaviour:
        """Change how statuses follow a send. Raises ValueError."""
        strangers = sorted(set(document) - {"channel", "account", "statuses", "gap_ms", "before_response", "one_post"})
        if strangers:
            raise ValueError(f"unknown field {strangers[0]!r}")
        chosen = self.behaviour(account)
        if (statuses := document.get("statuses")) is not None:
            if not isinstance(statuses, list) or not all(status in KNOWN for status in statuses):
                raise ValueError(f"statuses must be a list of {', '.join(KNOWN)}")
            chosen = replace(chosen, statuses=tuple(statuses))
        if (gap := document.get("gap_ms")) is not None:
            if not isinstance(gap, int) or not 0 <= gap <= 60_000:
                raise ValueError("gap_ms must be 0 to 60000")
            chosen = replace(chosen, gap_ms=gap)
        before = document.get("before_response", chosen.before_response)
        one_post = document.get("one_post", chosen.one_post)
        if {type(before), type(one_post)} != {bool}:
            raise ValueError("before_response and one_post must be true or false")
        chosen = replace(chosen, before_response=before, one_post=one_post)
        self._chosen[account] = chosen
        return chosen

    def reset(self) -> None:
        self._chosen.clear()

    async def follow(
        self,
        account: WhatsAppAccount,
        thread: Thread,
        message: Message,
        tracker: str,
        error: GraphError | None,
    ) -> None:
        """Start the statuses of an accepted send; returns at once unless they come before the response."""
        behaviour = self.behaviour(account.account)
        statuses = ("failed",) if error else behaviour.statuses
        run = self._run(account, thread, message, tracker, error, replace(behaviour, statuses=statuses))
        if behaviour.before_response:
            await run
        else:
            self._background.start(run)

    async def _run(
        self,
        account: WhatsAppAccount,
        thread: Thread,
        message: Message,
        tracker: str,
        error: GraphError | None,
        behaviour: Behaviour,
    ) -> None:
        if not behaviour.before_response:
            await asyncio.sleep(behaviour.gap_ms / 1000)
        if behaviour.one_post:
            await self.post(account, thread, message, list(behaviour.statuses), tracker, error)
            return
        for i, status in enumerate(behaviour.statuses):
            if i:
                await asyncio.sleep(behaviour.gap_ms / 1000)
            await self.post(account, thread, message, [status], tracker, error)

    async def post(
        self,
        account: WhatsAppAccount,
        thread: Thread,
        message: Message,
        statuses: list[str],
        tracker: str = "",
        error: GraphError | None = None,
    ) -> Outcome:
        """Post one or more statuses of one message in one webhook call."""
        values = []
        for status in statuses:
            detail = error.in_status() if error and status == "failed" else None
            if status == "failed" and detail is None:
                detail = GraphError(400, 131026, "Message undeliverable", "Message Undeliverable.").in_status()
            values.append(webhook.status_value(account, thread, message.id, status, detail, tracker))
            if _RANK[status] > _RANK.get(message.status, 0):
                self._memory.mark(thread, message, status, f"{detail['code']} {detail['title']}" if detail else None)
        key = f"{message.id}:{'+'.join(statuses)}"
        envelope = webhook.envelope(key, account, values, self._tuning)
        self._memory.keep_delivery(key, envelope)
        return await self._postman.deliver(envelope)
