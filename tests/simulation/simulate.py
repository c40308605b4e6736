"""`python -m tests.simulation.simulate` (make simulate): is the simulator right, and how good is the routing?

Every policy of `policies.py` plays the same days of every centre, two processes at a time. Printed are the judgement's figures of the
index strategy against the seed's rule, what stands behind them, all policies side by side, and how far the simulator agrees with
closed forms and with another simulator. Exits 1 if a figure is short. Progress goes to stderr."""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean

from tests.simulation import theory
from tests.simulation.centres import DEVELOPMENT, HELD_OUT, LOADS, draw
from tests.simulation.judgement import Compared, Measured, Played, compare, details, figures, measure
from tests.simulation.policies import BASELINE, POLICIES, POLICY, STEPS, played

PROCESSES = 2
DAYS, QUICK_DAYS, QUICK_CENTRES = 4, 1, 4
REPLICATIONS, CUSTOMERS, QUICK_REPLICATIONS, QUICK_CUSTOMERS = 16, 150_000, 2, 20_000
CIW_CUSTOMERS, QUICK_CIW_CUSTOMERS = 20_000, 2_000


@dataclass(frozen=True, slots=True)
class Job:
    """Anything one process does by itself: a centre at a load, a replication, or ciw's comparison."""

    do: Callable[..., object]
    given: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CentrePlayed:
    compared: Compared
    measured: dict[str, Measured]


def play_centre(seed: int, load: float, days: int) -> CentrePlayed:
    """All policies on the same days."""
    centre = draw(seed, load, days)
    days_played: dict[str, list[Played]] = {name: played(policy(centre).run()) for name, policy in POLICIES.items()}
    return CentrePlayed(
        compare(seed, load, days_played[BASELINE], days_played[POLICY]),
        {name: measure(each) for name, each in days_played.items()},
    )


def table(results: Sequence[CentrePlayed]) -> list[str]:
    """Means over centres, as Markdown."""
    lines = [
        "| load | policy | mean wait s | P95 s | VIP P95 s | abandonment | complex to experts | expert time on complex |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for load in sorted({each.compared.load for each in results}):
        rows: dict[str, list[Measured]] = defaultdict(list)
        for each in results:
            if each.compared.load == load:
                for name, measured in each.measured.items():
                    rows[name].append(measured)
        worse = max(STEPS, key=lambda name: fmean(m.mean_wait for m in rows[name]))
        for name, measures in rows.items():
            if name == worse:
                continue
            lines.append(
                f"| {load:g} | {name} | {fmean(m.mean_wait for m in measures):.1f} | {fmean(m.p95_wait for m in measures):.0f}"
                f" | {fmean(m.vip_p95 for m in measures):.0f} | {fmean(m.abandonment for m in measures):.1%}"
                f" | {fmean(m.complex_to_experts for m in measures):.1%} | {fmean(m.expert_time_on_complex for m in measures):.1%} |"
            )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    seeds = HELD_OUT if options.seeds == "held-out" else DEVELOPMENT
    seeds = seeds[:QUICK_CENTRES] if options.quick else seeds
    days = QUICK_DAYS if options.quick else DAYS
    replications, customers = (QUICK_REPLICATIONS, QUICK_CUSTOMERS) if options.quick else (REPLICATIONS, CUSTOMERS)
    jobs = [Job(play_centre, (seed, load, days)) for load in sorted(LOADS, reverse=True) for seed in seeds]
    jobs += [Job(theory.replication, (pool, number, customers)) for pool in theory.POOLS for number in range(replications)]
    jobs.append(Job(theory.ciw_figures, (QUICK_CIW_CUSTOMERS if options.quick else CIW_CUSTOMERS,)))
    print(f"{options.seeds} seeds: {' '.join(map(str, seeds))}; loads {LOADS}; {days} counted days")
    centres, replicated, lines = _sorted_out(jobs, _all(jobs))

    lines = [*figures([each.compared for each in centres]), *_pool_figures(replicated), *lines]
    print("\n".join([*lines, "", *details([each.compared for each in centres]), "", *table(centres)]))
    return 1 if any(line.endswith(" short") for line in lines) else 0


def _sorted_out(
    jobs: Sequence[Job], results: Sequence[object]
) -> tuple[list[CentrePlayed], list[tuple[theory.Pool, dict[str, float]]], list[str]]:
    centres, replicated, lines = [], [], []
    for job, result in zip(jobs, results, strict=True):
        if isinstance(result, CentrePlayed):
            centres.append(result)
        elif isinstance(result, dict):
            pool = job.given[0]
            assert isinstance(pool, theory.Pool)
            replicated.append((pool, result))
        elif isinstance(result, list):
            lines += result
    return sorted(centres, key=lambda each: (each.compared.load, each.compared.seed)), replicated, lines


def _pool_figures(replicated: Sequence[tuple[theory.Pool, dict[str, float]]]) -> list[str]:
    return [
        line for pool in theory.POOLS
        for line in theory.pool_figures(pool, [found for of, found in replicated if of == pool])
    ]  # fmt: skip


def _all(jobs: Sequence[Job]) -> list[object]:
    """Results in the order of the jobs."""
    began = time.monotonic()
    results: list[object] = []
    with get_context("spawn").Pool(PROCESSES) as pool:
        for result in pool.imap(_do, jobs):
            results.append(result)
            print(f"\r{len(results)} of {len(jobs)} done, {time.monotonic() - began:.0f} s ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _do(job: Job) -> object:
    return job.do(*job.given)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.simulate", description=__doc__)
    parser.add_argument("--seeds", choices=("held-out", "development"), default="held-out", help="development: for tuning")
    quick = "one day, four centres, few customers: does it run? (figures of this size are short)"
    parser.add_argument("--quick", action="store_true", help=quick)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
