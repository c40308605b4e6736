"""What the judge needs of a bot: a desk that opens a conversation, and the conversation.

An implementation sets up a fresh shop for each journey, as `shop.yaml` has it on its `today`. Everything a message sets in motion
has to be settled before `say` returns: what is done or recorded later counts for the turn after, and not at all after the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tests.journeys.scripts import Journey

Owner = Literal["bot", "person", "nobody"]
OWNERS = ("bot", "person", "nobody")
Record = Mapping[str, object]


@dataclass(frozen=True)
class Heard:
    """What follows one message of the customer.

    - `messages`: what the customer reads, in order.
    - `asked`: the slot the bot waits for, named as in the README of `tests/data/dialogue`, "confirm" for the confirmation; any
      other name for what is not a slot (who they are, which of two things they meant); "" if it waits for none, also after
      "please say that again". A question that came in between leaves the slot asked: it is named again.
    - `owner`: "person" once the conversation is handed over, be it assigned or waiting in a queue; "nobody" once it is closed.
    - `finished`: the wish was dealt with, also by refusing it or because the customer withdrew it, and nothing is pending.
    """

    messages: tuple[str, ...]
    asked: str
    owner: Owner
    finished: bool

    def __post_init__(self) -> None:
        if self.owner not in OWNERS:
            raise ValueError(f"owner is {self.owner!r}, not one of {', '.join(OWNERS)}")
        if self.finished and self.asked:
            raise ValueError(f"finished, yet it waits for {self.asked!r}")


class Talk(Protocol):
    """One conversation. `effects`, `told` and `messages` are whole each time they are asked for, and only ever get longer."""

    def say(self, text: str) -> Heard:
        """The customer sends `text`; what came of it."""

    def effects(self) -> Sequence[Record]:
        """What changed in the shop, in order, keyed as `expect.effects` but with the whole value: `{do: address_change, order,
        address}`, `{do: order_change, order, change}`, `{do: exchange_request, order, wanted}`, `{do: account_changed, what,
        value}`, `{do: invoice_sent, order, email}`, `{do: membership_paused}`, `{do: membership_stopped}`, and `{do, order}` for
        order_cancel, refund_request, return_request and trace_opened. Further keys are not looked at."""

    def told(self) -> Sequence[Record]:
        """What the bot told by its own record, in order: `{do: told, about, order?, product?}`, `about` being order_status,
        refund_status, stock_availability, knowledge or another wish, `product` its sku or name; `{do: refused, about, order?}`
        where it said that it cannot be done. A record without `do` is one of telling."""

    def messages(self) -> Sequence[str]:
        """Every text of the bot so far, also one that followed no message of the customer."""


class Desk(Protocol):
    """The place customers write to."""

    def open(self, journey: Journey) -> Talk:
        """A fresh shop, and a conversation on `journey.channel` in which nothing was said yet. The contact carries the attribute
        `customer` (`journey.customer`) and is marked as VIP if `journey.vip`; a `journey.stranger` is known by nothing."""
