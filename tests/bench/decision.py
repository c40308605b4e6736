"""What one routing decision costs: `python -m tests.bench.decision`.

Agents are kept in shards of at most 200 with room, as production reads them. A decision (`domain.routing.engine`) asks who of a home
shard takes a conversation, with its receipt, and what that agent would rather take of 25 that wait, as `application.assignment` does.
Everybody has room here, which is the worst case. One decision in ten finds nobody in its home shard who may take it, and looks at a
second. Timed is CPU of this thread, with the policy as shipped and a plan of all agents. Of three rounds the one with the lowest p99
counts: other work on the machine takes caches and clock rate away, which CPU time does not leave out. Exits 1 if a figure is short."""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from local.figures import Figures
from switchboard.domain.agents import Agent
from switchboard.domain.events import PlanMade, Presence
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing import plans as rp
from switchboard.domain.routing.engine import Engine
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting
from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.index import Plan

SHARD, HEADS = 200, 25
SECOND_SHARD = 0.1  # of the decisions
KINDS = tuple(f"kind-{n:02}" for n in range(12))
LANGUAGES = ("en", "de", "fr", "zh")
ROUNDS, DECISIONS, WARM_UP = 3, 1_500, 200
LIMITS = {1_000: 1.0, 100_000: 2.0}  # agents -> milliseconds
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def shards_of(agents: int, dice: Random) -> list[list[Agent]]:
    people = []
    for number in range(agents):
        capacity = dice.randint(3, 5)
        people.append(Agent(
            f"agent-{number:06}", "", capacity, dice.randrange(capacity), Presence.ONLINE,
            ("general", "billing")[: dice.randint(1, 2)], tuple(dice.sample(LANGUAGES, 2)),
            {kind: dice.randint(1, 5) for kind in dice.sample(KINDS, dice.randint(2, 5))},
            expert=dice.random() < 0.25, shard=f"{number // SHARD:04}", version=3,
            assigned_at=NOW - timedelta(seconds=dice.uniform(0, 3600)),
        ))  # fmt: skip
    return [people[start : start + SHARD] for start in range(0, agents, SHARD)]


def part_for(shard: list[Agent], dice: Random) -> PlanMade:
    classes: list[Class] = [(kind, hard) for kind in KINDS for hard in (True, False)]
    plan = Plan(
        price={a.id: dice.uniform(1, 14) for a in shard},
        value={each: dice.uniform(300, 6000) for each in classes},
        seconds={(a.id, kind, hard): dice.uniform(120, 1500) for a in shard for kind in a.skills for hard in (True, False)},
        doubtful=frozenset(KINDS[:3]),
        use={a.id: dice.uniform(0.5, 1.5) for a in shard},
    )
    return rp.made(plan, [a.id for a in shard], {}, {}, {})


def work(number: int, dice: Random) -> Waiting:
    requires = Requirements(dice.choice(KINDS), dice.randint(0, 3), dice.random() < 0.35, dice.random() < 0.08)
    waited = dice.choice((0.0, 0.0, 0.0, 5.0, 30.0))
    return Waiting(f"c{number}-000001", "general", 5, NOW - timedelta(seconds=waited), dice.choice(LANGUAGES), "", "webchat", requires)


def measured(shards: list[list[Agent]], engines: list[Engine], dice: Random) -> tuple[list[float], float]:
    """CPU milliseconds of each decision, ascending, and the mean number of candidates."""
    spent, looked_at = [], 0
    for number in range(WARM_UP + DECISIONS):
        task, heads = work(number, dice), [work(10_000 + n, dice) for n in range(HEADS)]
        home, other = dice.randrange(len(shards)), dice.randrange(len(shards))
        unable = dice.random() < SECOND_SHARD
        begun = time.thread_time_ns()
        if unable:
            elsewhere = replace(task, queue="returns")
            assert not engines[home].offer(elsewhere, 3, shards[home], NOW).order
            looked_at += len(shards[home])
            home = other
        agents = shards[home]
        decision = engines[home].offer(task, 3, agents, NOW)
        if decision.order:
            chosen = next(a for a in agents if a.id == decision.order[0])
            engines[home].first(chosen, [*heads, task], NOW)
            decision.receipt_for(chosen.id)
        if number >= WARM_UP:
            spent.append((time.thread_time_ns() - begun) / 1e6)
            looked_at += len(agents)
    return sorted(spent), looked_at / DECISIONS


def p99(spent: list[float]) -> float:
    return spent[len(spent) * 99 // 100]


def main() -> int:
    figures = Figures("decision")
    for agents, limit in LIMITS.items():
        dice = Random(f"decision {agents}")
        shards = shards_of(agents, dice)
        engines = [Engine(RoutingPolicy(), rp.Plans({s[0].shard: (1, part_for(s, dice))})) for s in shards]
        gc.collect()
        gc.freeze()
        spent, candidates = min((measured(shards, engines, dice) for _ in range(ROUNDS)), key=lambda each: p99(each[0]))
        print(
            f"{agents} agents, {candidates:.0f} candidates a decision:"
            f" median {spent[len(spent) // 2]:.2f} ms, p99 {p99(spent):.2f} ms, most {spent[-1]:.2f} ms"
        )
        figures.at_most(f"decision_cpu_p99_{agents}_agents", round(p99(spent), 2), limit, "ms")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
