"""The company's own system in memory, and the queue that leads to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from local.shop.rules import Asked, BadCall, Shop, UnknownAction
from switchboard.application.connectors import FAILED, ActionAnswer, ActionCall
from switchboard.application.delivery import TryLater


class MemoryConnector:
    """Implements `application.connectors.Connector` on the demo's shop, without the wire. `asked` holds each time it was asked.

    `troubles` are what the next calls get instead of their answer: True, nothing is done; False, it is done and the answer is lost."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.asked: list[ActionCall] = []
        self.troubles: deque[bool] = deque()
        self.refuses = False  # every call, as where the secret is gone
        self.meanwhile: Callable[[], object] | None = None  # once, while the company is at it

    def perform(self, call: ActionCall) -> ActionAnswer:
        self.asked.append(call)
        trouble = self.troubles.popleft() if self.troubles else None
        if self.refuses:
            return ActionAnswer(FAILED, reason="there is no such connector")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if trouble:
            raise TryLater("the shop is out of order", 1.0)
        try:
            answer = self.shop.perform(Asked(call.call, call.action, call.purpose, dict(call.customer), dict(call.arguments)))
        except (UnknownAction, BadCall) as error:
            return ActionAnswer(FAILED, reason=str(error))
        if trouble is False:
            raise TryLater("the shop's answer was lost", 1.0)
        return ActionAnswer(answer.outcome, dict(answer.data))


class MemoryActionQueue:
    """Implements `application.connectors.ActionQueue`. `calls` holds every hand-over as (conversation, call)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def action(self, conversation: str, call: str) -> None:
        self.calls.append((conversation, call))
