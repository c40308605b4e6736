"""Webhooks: telling the company's own systems what happened, at addresses that only its configuration knows.

A call is on the ledger before anybody is told (`WebhookRequested`), goes through a queue, and is made until the receiver took it or
will never take it. It may arrive twice; its id tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from switchboard.application.delivery import TryLater, backoff
from switchboard.application.ports import Sent


@dataclass(frozen=True, slots=True)
class HookCall:
    """One telling: `id` is its own, `endpoint` a configured name, `body` the JSON as it is sent."""

    id: str
    endpoint: str
    body: str


class HookOutbox(Protocol):
    """Where calls leave for the queue."""

    def hook(self, call: HookCall) -> None:
        """Queue a call. One that is handed over twice may be made twice. Raises StorageUnavailable."""
        ...


class Hooks(Protocol):
    def send(self, name: str, body: str, call: str) -> Sent:
        """Tell an endpoint. "accepted"; "retry": try again; "refused": it will never work (no such endpoint, or it says so).
        Never raises for what a receiver does; raises StorageUnavailable or Misconfigured."""
        ...


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """Takes calls from the queue."""

    hooks: Hooks

    def deliver(self, call: HookCall, tries: int = 1) -> Sent:
        """Make the call for the `tries`th time. Raises TryLater where the queue should bring it again; a refusal is returned, to be
        counted."""
        answer = self.hooks.send(call.endpoint, call.body, call.id)
        if answer.outcome not in ("accepted", "refused"):
            reason = answer.reason or "the endpoint did not take the call; try again"
            raise TryLater(reason, answer.retry_after or backoff(tries))
        return answer
