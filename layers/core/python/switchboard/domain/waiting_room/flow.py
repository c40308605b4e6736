"""How fast a queue moves, measured: conversations that left it for a slot-second in which somebody waited.

Only time with somebody waiting counts. In an empty queue conversations leave as slowly as they come, which says nothing of how
fast they could."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import log

HALF_LIFE = 900.0
"""Seconds after which what was seen weighs half: long enough to count a few departures, short enough to follow the day."""

LONGEST_GAP = 3600.0
"""Seconds. A longer silence with somebody waiting is more likely a lost update than an hour without one departure; it is let go."""


@dataclass(frozen=True, slots=True)
class Flow:
    """`left`: conversations that left the queue; `slot_seconds`: of agents online while somebody waited; both fade with HALF_LIFE.
    `at`: when it was last brought up to date; None: never. The five figures are stored as they are."""

    left: float = 0.0
    slot_seconds: float = 0.0
    at: datetime | None = None
    waiting: int = 0  # conversations waiting since `at`
    slots: int = 0  # of agents online since `at`


def moved(flow: Flow, at: datetime, *, waiting: int, slots: int, left: int = 0) -> Flow:
    """The measurement after something changed at `at`: `waiting` conversations wait from now on and agents online have `slots`
    (conversations at a time, taken or free) from now on; `left` have just left the queue, to an agent or because the customer gave
    up. Changes may be reported late and twice over; time never runs backwards."""
    if min(waiting, slots, left) < 0:
        raise ValueError("a queue has no negative counts")
    passed = 0.0 if flow.at is None else max(0.0, (at - flow.at).total_seconds())
    fade = 0.5 ** (passed / HALF_LIFE)
    # What leaves a queue that was empty was never waiting: it is no sign of the queue's speed.
    counted = left if flow.waiting > 0 else 0
    # What passed fades while it passes: the integral of the weights over the gap.
    lasted = (1 - fade) * HALF_LIFE / log(2) if flow.waiting > 0 and passed <= LONGEST_GAP else 0.0
    return replace(
        flow,
        left=flow.left * fade + counted,
        slot_seconds=flow.slot_seconds * fade + lasted * flow.slots,
        at=at if flow.at is None else max(flow.at, at),
        waiting=waiting,
        slots=slots,
    )


def per_minute(flow: Flow) -> float | None:
    """Conversations that leave the queue a minute at the present slots; None where nothing was measured. For people to read: the
    estimate uses the counts, which also say how sure it is."""
    return flow.left / flow.slot_seconds * flow.slots * 60 if flow.slot_seconds > 0 else None
