"""How long a position in a queue will wait: a range, from what was measured and what is known of the agents.

Slots come free like a Poisson process (every slot is taken while somebody waits). Its rate is uncertain; two sources are pooled as
one gamma distribution: departures counted while somebody waited, and recent handling times spread over the slots. Agents who also
serve other queues are in the counted departures by themselves; handling times alone would flatter, so they weigh little."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from switchboard.domain.waiting_room.flow import Flow
from switchboard.domain.waiting_room.quantiles import quantile

LOW, LIKELY, HIGH = 0.15, 0.5, 0.9
"""Shares of customers who are served earlier. Waiting longer than told is worse than shorter: more room is left above."""

LEAST_EVIDENCE = 3.0
"""Departures and finished conversations below which nothing is said: two of anything are no rate."""

HANDLING_COUNTS = 6.0
"""Finished conversations that handling times weigh at most, in departures."""

MOST_EVIDENCE = 60.0
"""Departures that all evidence weighs at most: a desk is never so steady that more of its past would tell more of its next hour."""

COUNTED = 200
"""Conversations ahead that are counted. A place further back is not told: nobody plans by it, and counting on would cost more."""

RECENT = 50  # handling times that are looked at, the newest
LONGEST_HANDLING = 4 * 3600.0  # seconds; longer ones were left open overnight


@dataclass(frozen=True, slots=True)
class Evidence:
    """`ahead`: conversations that will be served first. `slots`: conversations at a time that the agents online for this queue can
    hold in all, taken or free. `handling`: seconds that recently finished conversations of the queue took, oldest first."""

    ahead: int
    slots: int
    handling: tuple[float, ...] = ()
    flow: Flow = field(default_factory=Flow)

    def __post_init__(self) -> None:
        if self.ahead < 0 or self.slots < 0:
            raise ValueError("a queue has no negative counts")


@dataclass(frozen=True, slots=True)
class Estimate:
    """`position`: 1 is next. `low`, `likely` and `high`: seconds from now within which LOW, LIKELY and HIGH of such customers are
    served; None: not known, all three."""

    position: int
    low: float | None = None
    likely: float | None = None
    high: float | None = None


def estimate(evidence: Evidence) -> Estimate:
    """The wait of the customer with `ahead` conversations before theirs. Unknown where nobody is online or too little was seen."""
    position = evidence.ahead + 1
    recent = [s for s in evidence.handling if isfinite(s) and 0 < s <= LONGEST_HANDLING][-RECENT:]
    counted = min(float(len(recent)), HANDLING_COUNTS)
    seen = counted + evidence.flow.left
    if evidence.slots == 0 or seen < LEAST_EVIDENCE:
        return Estimate(position)
    slot_seconds = (sum(recent) / len(recent) * counted if recent else 0.0) + evidence.flow.slot_seconds
    if slot_seconds <= 0:
        return Estimate(position)
    shape = min(seen, MOST_EVIDENCE)
    scale = slot_seconds / seen * shape / evidence.slots
    return Estimate(position, *(quantile(share, position, shape, scale) for share in (LOW, LIKELY, HIGH)))
