"""Webhooks in memory."""

from __future__ import annotations

from switchboard.application.hooks import HookCall
from switchboard.application.ports import Sent


class MemoryHookOutbox:
    """Implements `application.hooks.HookOutbox`. `calls` holds every hand-over."""

    def __init__(self) -> None:
        self.calls: list[HookCall] = []

    def hook(self, call: HookCall) -> None:
        self.calls.append(call)


class MemoryHooks:
    """Implements `application.hooks.Hooks`: gives the scripted answers in turn, then accepts. `told` holds (name, body, call)."""

    def __init__(self, *answers: Sent) -> None:
        self.told: list[tuple[str, str, str]] = []
        self._answers = list(answers)

    def send(self, name: str, body: str, call: str) -> Sent:
        self.told.append((name, body, call))
        return self._answers.pop(0) if self._answers else Sent("accepted", (call,))
