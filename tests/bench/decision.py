"""What one routing decision costs: `python -m tests.bench.decision`.

Agents are kept in shards of at most 200 with room, as production reads them; a decision looks at a home shard and three others, so at
800 agents at most, all of whom have room here, which is the worst case. Timed, in CPU of this thread, is all that a decision makes of
what was read: building each candidate from its row, and the strategy's choice among them. A plan is followed anew every 300 decisions
(one a second, a plan every five minutes), so what the strategy may keep of a plan is often not there yet. Of three rounds the one with
the lowest p99 counts: other work on the machine takes caches and clock rate away, which CPU time does not leave out. Exits 1 if a
figure is short."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from local.figures import Figures
from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.index import Index, Plan, Weights

SHARD, SHARDS = 200, 4  # agents in a shard; shards a decision looks at
KINDS = tuple(f"kind-{n:02}" for n in range(12))
ROUNDS, DECISIONS, WARM_UP, PLAN_LASTS = 3, 3_000, 300, 300
LIMITS = {1_000: 1.0, 100_000: 2.0}  # agents -> milliseconds
FAIRNESS = 0.25  # not free of charge, so not left out

Row = tuple[str, int, int, Mapping[str, int], bool, float]


@dataclass(slots=True)
class Candidate:
    """See `strategies.base.Desk`."""

    id: str
    slots: int
    load: float
    skills: Mapping[str, int]
    expert: bool
    assigned_at: float


@dataclass(slots=True)
class Waiting:
    """See `strategies.base.Task`."""

    kind: str
    complex: bool
    vip: bool
    since: float


def shards_of(agents: int, dice: Random) -> list[list[Row]]:
    rows: list[Row] = []
    for number in range(agents):
        slots = dice.randint(3, 5)
        skills = {kind: dice.randint(1, 5) for kind in dice.sample(KINDS, dice.randint(2, 5))}
        rows.append((f"agent-{number:06}", slots, dice.randrange(slots), skills, dice.random() < 0.25, dice.uniform(0, 3600)))
    return [rows[start : start + SHARD] for start in range(0, agents, SHARD)]


def plan_for(shards: list[list[Row]], dice: Random) -> Plan:
    people = [row for shard in shards for row in shard]
    classes: list[Class] = [(kind, hard) for kind in KINDS for hard in (True, False)]
    return Plan(
        price={row[0]: dice.uniform(1, 14) for row in people},
        value={each: dice.uniform(300, 6000) for each in classes},
        seconds={(row[0], kind, hard): dice.uniform(120, 1500) for row in people for kind in row[3] for hard in (True, False)},
        doubtful=frozenset(KINDS[:3]),
        use={row[0]: dice.uniform(0.5, 1.5) for row in people},
    )


def measured(shards: list[list[Row]], plan: Plan, dice: Random) -> tuple[list[float], float]:
    """CPU milliseconds of each decision, ascending, and the mean number of candidates."""
    index = Index(plan, Weights(fairness=FAIRNESS))
    spent, looked_at = [], 0
    for number in range(WARM_UP + DECISIONS):
        if number % PLAN_LASTS == 0:
            index.follow(plan)
        read = dice.sample(shards, min(SHARDS, len(shards)))
        now = 10_000.0
        task = Waiting(dice.choice(KINDS), dice.random() < 0.35, dice.random() < 0.08, now - dice.choice((0.0, 0.0, 0.0, 5.0, 30.0)))
        begun = time.thread_time_ns()
        candidates = [Candidate(*row) for shard in read for row in shard]
        index.agent_for(task, candidates, now)
        if number >= WARM_UP:
            spent.append((time.thread_time_ns() - begun) / 1e6)
            looked_at += len(candidates)
    return sorted(spent), looked_at / DECISIONS


def p99(spent: list[float]) -> float:
    return spent[len(spent) * 99 // 100]


def main() -> int:
    figures = Figures("decision")
    for agents, limit in LIMITS.items():
        dice = Random(f"decision {agents}")
        shards = shards_of(agents, dice)
        plan = plan_for(shards, dice)
        gc.collect()
        gc.freeze()
        spent, candidates = min((measured(shards, plan, dice) for _ in range(ROUNDS)), key=lambda each: p99(each[0]))
        print(
            f"{agents} agents, {candidates:.0f} candidates a decision:"
            f" median {spent[len(spent) // 2]:.2f} ms, p99 {p99(spent):.2f} ms, most {spent[-1]:.2f} ms"
        )
        figures.at_most(f"decision_cpu_p99_{agents}_agents", round(p99(spent), 2), limit, "ms")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
