"""The routing policy in force and the staffing plans, as one process puts them to use."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.application.planning import StaffingPlans
    from switchboard.domain.events import PlanMade
    from switchboard.domain.routing.engine import Engine
    from switchboard.domain.routing.policy import RoutingPolicy

KEPT = 60.0  # seconds


class RoutingEngines:
    """An engine for each set of shards asked for, of their part of the plan alone: above a thousand agents each shard has a programme
    of its own, and prices of one are not to be weighed against another's values."""

    def __init__(self, policy: Callable[[RoutingPolicy | None], RoutingPolicy], plans: StaffingPlans) -> None:
        """`policy` reads the policy in force; it is told the last one known."""
        self._read_policy, self._plans = policy, plans
        self._policy: RoutingPolicy | None = None
        self._read_at = 0.0
        self._parts: dict[str, tuple[int, PlanMade] | None] = {}
        self._engines: dict[tuple[str, ...], Engine] = {}

    def of(self, shards: Sequence[str] = ()) -> Engine:
        """What is in force is read once a minute."""
        from switchboard.domain.routing.engine import Engine
        from switchboard.domain.routing.plans import Plans

        if self._policy is None or time.monotonic() - self._read_at > KEPT:
            self._policy, self._read_at = self._read_policy(self._policy), time.monotonic()
            self._parts.clear()
            self._engines.clear()
        wanted = tuple(sorted(shards))
        if wanted not in self._engines:
            for shard in wanted:
                if shard not in self._parts:
                    self._parts[shard] = self._plans.part(shard)
            parts = {shard: part for shard in wanted if (part := self._parts[shard]) is not None}
            self._engines[wanted] = Engine(self._policy, Plans(parts))
        return self._engines[wanted]

    def forget(self) -> None:
        """Something else is in force now."""
        self._policy = None
