"""Closed forms of one pool of equal agents: what the simulator must agree with, and a first answer to "how many agents?".

`rate`: arrivals a second; `handling`: mean handling seconds (exponential); `servers`: conversations at a time; `patience`: mean
seconds until a waiting customer gives up (exponential)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """`waits`: share of customers who wait at all; `mean_wait`: seconds, over everybody; `abandons`: share who give up."""

    waits: float
    mean_wait: float
    abandons: float = 0.0


def erlang_c(rate: float, handling: float, servers: int) -> Pool:
    """M/M/n, nobody gives up (A. K. Erlang, 1917; the recursion over n of Erlang's B formula). Raises ValueError where the queue
    would grow without end."""
    offered = rate * handling
    if offered >= servers:
        raise ValueError(f"{servers} servers cannot carry {offered:.2f} erlangs")
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    waits = blocked / (1 - offered / servers * (1 - blocked))
    return Pool(waits, waits * handling / (servers - offered))


def erlang_a(rate: float, handling: float, servers: int, patience: float) -> Pool:
    """M/M/n+M (C. Palm, 1946): the birth-death chain of customers in the system, cut where its tail is below 1e-15."""
    leaves = 1.0 / patience
    served = 1.0 / handling
    weight, total, queue, busy_or_more = 1.0, 0.0, 0.0, 0.0
    state = 0
    while state <= servers or weight > total * 1e-15:
        total += weight
        if state >= servers:
            busy_or_more += weight
            queue += weight * (state - servers)
        state += 1
        weight *= rate / (min(state, servers) * served + max(0, state - servers) * leaves)
        if weight > 1e250:  # the chain's weights matter only relative to each other
            weight, total, queue, busy_or_more = (x / 1e250 for x in (weight, total, queue, busy_or_more))
    mean_queue = queue / total
    return Pool(busy_or_more / total, mean_queue / rate, mean_queue * leaves / rate)
