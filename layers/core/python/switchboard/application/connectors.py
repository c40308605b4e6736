"""Business actions: what the bot has the company's own system look up or do for a customer.

A call is on the ledger before anybody is asked (`ActionRequested`). A queue carries the ids of the conversation and of the call alone;
who takes them from it reads the rest from the ledger, asks, and puts the answer on record. The company may be asked twice: it knows a
call by its id, and does nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

OK, FAILED = "ok", "failed"  # the outcomes that we know; the others are between the company and its flows
UNKNOWN = "unknown"  # no answer came: it may have been done
LONGEST_PAUSE = 4.0  # seconds


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One call. `call` is its own id, `purpose` the constant that the flow passes along (or empty); `customer` says what is known of
    whom it is for: `id`, `name`, `email`, `phone`, `channel`, without what is not known."""

    call: str
    conversation: str
    action: str
    purpose: str
    language: str
    customer: Mapping[str, str] = field(repr=False)
    arguments: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """What the company says. `reason`, for operators, says why a call failed, and nothing of the customer."""

    outcome: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reason: str = ""


class Connector(Protocol):
    """The company's own system."""

    def perform(self, call: ActionCall) -> ActionAnswer:
        """Have it done. The same call again gives the same answer. What can never work is answered with FAILED; raises TryLater for
        what may pass: it may have been done all the same."""
        ...


class ActionQueue(Protocol):
    """Where calls leave for the function that makes them."""

    def action(self, conversation: str, call: str) -> None:
        """Queue a call that is on the conversation's ledger. One handed over twice may be made twice. Raises StorageUnavailable."""
        ...


def pause(tries: int) -> float:
    """Seconds before a call that was made `tries` times is made again: 1, 2, 4, 4 ..., for a customer waits."""
    return min(LONGEST_PAUSE, 2.0 ** (tries - 1))
