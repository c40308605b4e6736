"""Does the simulator agree with what is known without it: Erlang's and Palm's closed forms, and another simulator?

Closed forms are compared with independent replications, whose spread gives the sampling error. The other simulator, `ciw`, is given
the very same customers, times and patience, so that the comparison has no sampling error: every single wait has to be the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import fmean, stdev
from typing import Any

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent, Work
from switchboard.domain.simulation.erlang import erlang_a, erlang_c
from switchboard.domain.simulation.play import Play
from switchboard.domain.strategies import simple

AGREES = 0.03  # of the known value
SAMPLING = 0.01  # standard error of the mean over replications, of the known value

HANDLING = 300.0
AGENTS, SLOTS = 2, 2
WORK = Work("any")


@dataclass(frozen=True, slots=True)
class Pool:
    """AGENTS agents of SLOTS slots with exponential handling times of mean HANDLING. `use`: offered work over slots; `patience`: mean
    seconds, exponential; infinite: nobody gives up."""

    name: str
    use: float
    patience: float = math.inf

    @property
    def rate(self) -> float:
        return self.use * AGENTS * SLOTS / HANDLING

    @property
    def known(self) -> dict[str, float]:
        if self.patience == math.inf:
            pool = erlang_c(self.rate, HANDLING, AGENTS * SLOTS)
            return {"waiting": pool.waits, "mean_wait": pool.mean_wait}
        pool = erlang_a(self.rate, HANDLING, AGENTS * SLOTS, self.patience)
        return {"waiting": pool.waits, "mean_wait": pool.mean_wait, "abandonment": pool.abandons}


POOLS = (Pool("erlang_c", 0.6), Pool("erlang_a", 1.0, patience=300.0))


def replication(pool: Pool, number: int, customers: int) -> dict[str, float]:
    """One run of the simulator on the pool; the first tenth is the warm-up."""
    rng = Random(f"{pool.name} {number}")
    agents = tuple(SimulatedAgent(f"agent-{n}", SLOTS, {WORK.kind: 3}, {WORK: HANDLING}) for n in range(AGENTS))
    at, arrivals = 0.0, []
    for _ in range(customers):
        at += rng.expovariate(pool.rate)
        patience = math.inf if pool.patience == math.inf else rng.expovariate(1 / pool.patience)
        arrivals.append(Arrival(at, WORK, WORK, patience, rng.expovariate(1.0)))
    centre = Centre(pool.name, agents, tuple(arrivals), warm_up=arrivals[customers // 10].at, load=pool.use)
    tasks = Play(centre, simple.least_load()).run().tasks
    return {
        "waiting": fmean(task.waited > 0 for task in tasks),
        "mean_wait": fmean(task.waited for task in tasks),
        "abandonment": fmean(task.left for task in tasks),
    }


def pool_figures(pool: Pool, found: Sequence[dict[str, float]]) -> list[str]:
    """How far the replications' mean is from the closed form, and how large the sampling error of that mean is."""
    lines = []
    for measure, known in pool.known.items():
        values = [each[measure] for each in found]
        gap = abs(fmean(values) / known - 1)
        error = stdev(values) / math.sqrt(len(values)) / known
        for name, value, target in (("gap", gap, AGREES), ("sampling_error", error, SAMPLING)):
            lines.append(f"figure simulator_{pool.name}_{measure}_{name} {value:.2%} <={target:.0%} {_verdict(value <= target)}")
    return lines


# -- against ciw -----------------------------------------------------------------------------------------------------------------

TEAMS = ({"a": 3}, {"a": 3, "b": 3}, {"b": 3, "c": 3}, {"c": 3, "a": 3})
KINDS = (Work("a"), Work("b"), Work("c"))


def many_skills(customers: int) -> Centre:
    """Three kinds, four overlapping teams of two agents with two slots, each of a speed of their own for each kind, and customers who
    give up: as busy as it can be."""
    rng = Random("many skills")
    agents = tuple(
        SimulatedAgent(f"agent-{n}", 2, TEAMS[n // 2], {work: rng.uniform(150, 450) for work in KINDS}) for n in range(2 * len(TEAMS))
    )
    at, arrivals = 0.0, []
    for _ in range(customers):
        at += rng.expovariate(16 / HANDLING)
        work = rng.choice(KINDS)
        arrivals.append(Arrival(at, work, work, rng.expovariate(1 / 300), rng.expovariate(1.0)))
    return Centre("many skills", agents, tuple(arrivals), warm_up=0.0, load=1.0)


def ciw_waits(centre: Centre) -> list[tuple[float, bool]]:
    """Wait and whether they gave up, in order of arrival, as `ciw` plays the centre: one node of ciw's whose servers are the slots.
    Its events, queue, reneging and records are ciw's own; who may serve whom is said where a node of ciw's says so."""
    import ciw  # type: ignore[import-untyped]  # it has no types; here, as nothing else needs it

    arrivals, agents = centre.arrivals, centre.agents
    slots = [agent for agent in agents for _ in range(agent.slots)]

    def agent_of(server: Any) -> SimulatedAgent:
        number: int = server.id_number
        return slots[number - 1]

    def arrival_of(individual: Any) -> Arrival:
        number: int = individual.id_number
        return arrivals[number - 1]  # ciw numbers them in order of arrival

    class Gaps(ciw.dists.Distribution):  # type: ignore[misc]  # no types
        def __init__(self) -> None:
            self.left = iter([arrivals[0].at, *(after.at - before.at for before, after in pairwise(arrivals))])

        def sample(self, t: float | None = None, ind: Any = None) -> float:
            return next(self.left, math.inf)

    class Handling(ciw.dists.Distribution):  # type: ignore[misc]  # no types
        def sample(self, t: float | None = None, ind: Any = None) -> float:
            return agent_of(ind.server).handling[arrival_of(ind).true] * arrival_of(ind).effort

    class Patience(ciw.dists.Distribution):  # type: ignore[misc]  # no types
        def sample(self, t: float | None = None, ind: Any = None) -> float:
            return arrival_of(ind).patience

    class Skilled(ciw.Node):  # type: ignore[misc]  # no types
        def find_free_server(self, ind: Any) -> Any:
            """The free slot of the skilled agent with the least load."""
            kind = arrival_of(ind).label.kind
            used = dict.fromkeys((agent.id for agent in agents), 0)
            for server in self.servers:
                used[agent_of(server).id] += bool(server.busy)
            able = [s for s in self.servers if not s.busy and kind in agent_of(s).skills]
            return min(able, key=lambda s: (used[agent_of(s).id] / agent_of(s).slots, agent_of(s).id), default=None)

        def choose_next_customer(self) -> Any:
            """The longest waiting for whom there is a slot."""
            waiting = (ind for ind in self.individuals[0] if not ind.server)
            return next((ind for ind in waiting if self.find_free_server(ind) is not None), None)

    network = ciw.create_network(
        arrival_distributions=[Gaps()],
        service_distributions=[Handling()],
        number_of_servers=[len(slots)],
        reneging_time_distributions=[Patience()],
        routing=[[0.0]],
    )
    simulation = ciw.Simulation(network, node_class=Skilled)
    simulation.simulate_until_max_time(arrivals[-1].at + 1e6)
    records = sorted(simulation.get_all_records(), key=lambda record: record.id_number)
    return [(record.waiting_time, record.record_type == "renege") for record in records]


def ciw_figures(customers: int) -> list[str]:
    """Mean wait and abandonment beside ciw's, and the largest difference between any customer's two waits."""
    centre = many_skills(customers)
    ours = [(task.waited, task.left) for task in Play(centre, simple.least_load()).run().tasks]
    theirs = ciw_waits(centre)
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} customers here, {len(theirs)} in ciw")
    lines = []
    for place, measure in enumerate(("mean_wait", "abandonment")):
        gap = abs(fmean(each[place] for each in ours) / fmean(each[place] for each in theirs) - 1)
        lines.append(f"figure simulator_ciw_{measure}_gap {gap:.2%} <={AGREES:.0%} {_verdict(gap <= AGREES)}")
    apart = max(abs(one[0] - other[0]) for one, other in zip(ours, theirs, strict=True))
    lines.append(f"figure simulator_ciw_largest_difference_of_a_wait {apart:.1e}s <=1e-3s {_verdict(apart <= 1e-3)}")
    return lines


def _verdict(ok: bool) -> str:
    return "ok" if ok else "short"
