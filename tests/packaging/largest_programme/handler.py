"""In the planner's place (`test_planner`): solves one staffing programme of a given size with what the planner's layers hold."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy
import scipy

from switchboard.adapters.planning.prices import solve
from switchboard.domain.strategies.learning import Hands

BUSY = 0.85  # share of all slots that the demand fills


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`infeasible` counts pairs whose class is worth more than it costs this agent to serve it: at the optimum there are none."""
    random = Random(event["seed"])
    classes = [(f"kind{n // 2}", bool(n % 2)) for n in range(event["classes"])]
    hands = [
        Hands(f"agent{n}", random.choice((2, 3, 4)), {c: random.uniform(120, 900) for c in random.sample(classes, event["known"])})
        for n in range(event["agents"])
    ]
    flow = BUSY * sum(h.slots for h in hands) / len(classes) / 400
    prices = solve(hands, {c: flow * random.uniform(0.5, 1.5) for c in classes})
    costs = [(prices.agents[h.agent] * seconds, prices.values[c]) for h in hands for c, seconds in h.seconds.items()]
    return {
        "agents": len(prices.agents),
        "classes": len(prices.values),
        "infeasible": sum(value > cost + 1e-6 * cost for cost, value in costs),
        "dearest": max(prices.agents.values()),
        "packages": [scipy.__file__, numpy.__file__],
    }
