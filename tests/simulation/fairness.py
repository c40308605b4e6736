"""`python -m tests.simulation.fairness`: what it costs to spread the work evenly.

The index strategy plays the development centres at load .7 with several settings of `Weights.fairness`. Printed is the trade-off:
waits against the spread (standard deviation over a centre's agents) of the share of their slots that was used. Writes
docs/images/fairness.svg. Exits 1 if the spread does not fall with the setting, or the widest setting does little."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean, pstdev

from switchboard.adapters.planning.prices import solve
from switchboard.domain.simulation.planned import planned
from switchboard.domain.strategies.index import Weights
from tests.simulation.centres import DEVELOPMENT, draw
from tests.simulation.judgement import measure
from tests.simulation.policies import played
from tests.simulation.simulate import PROCESSES

LOAD, DAYS = 0.7, 2
SETTINGS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
FALL = 0.2
"""From setting 0 to 1 the spread has to fall by this part of itself at least: less would be a setting that does nothing."""

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "fairness.svg"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 60, 20, 24, 52


@dataclass(frozen=True, slots=True)
class Point:
    """Means over the centres. Waits in seconds; `spread`: standard deviation of agents' shares of used slots."""

    fairness: float
    mean_wait: float
    p95_wait: float
    expert_time_on_complex: float
    spread: float


def play(seed: int) -> list[Point]:
    """One centre under every setting."""
    centre, points = draw(seed, LOAD, DAYS), []
    for fairness in SETTINGS:
        outcome = planned(centre, solve, replace(Weights(), fairness=fairness)).run()
        measured = measure(played(outcome))
        spread = pstdev(outcome.busy.values())
        points.append(Point(fairness, measured.mean_wait, measured.p95_wait, measured.expert_time_on_complex, spread))
    return points


def means(centres: Sequence[Sequence[Point]]) -> list[Point]:
    return [
        Point(
            fairness,
            fmean(p.mean_wait for p in points),
            fmean(p.p95_wait for p in points),
            fmean(p.expert_time_on_complex for p in points),
            fmean(p.spread for p in points),
        )
        for fairness, points in zip(SETTINGS, zip(*centres, strict=True), strict=True)
    ]


def table(points: Sequence[Point]) -> list[str]:
    """As Markdown."""
    return [
        "| fairness | spread of use | mean wait s | P95 s | expert time on complex |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {p.fairness:g} | {p.spread:.1%} | {p.mean_wait:.1f} | {p.p95_wait:.0f} | {p.expert_time_on_complex:.1%} |"
            for p in points
        ),
    ]


def figures(points: Sequence[Point]) -> list[str]:
    """The spread falls from each setting to the next, and in all by FALL of itself."""
    falls = sum(after.spread < before.spread for before, after in pairwise(points))
    steps = len(points) - 1
    change = points[-1].spread / points[0].spread - 1
    return [
        f"figure fairness_steps_at_which_the_spread_falls {falls} ={steps} {'ok' if falls == steps else 'short'}",
        f"figure fairness_spread_change {change:.1%} <={-FALL:.1%} {'ok' if change <= -FALL else 'short'}",
    ]


def picture(points: Sequence[Point]) -> str:
    """Mean wait and P95 over the spread, each point with its setting, as SVG that is legible on light and dark pages."""
    across = _axis([p.spread * 100 for p in points])
    up = _axis([0.0, *(p.p95_wait for p in points)])

    def x(spread: float) -> float:
        return LEFT + (spread - across[0]) / (across[-1] - across[0]) * (WIDTH - LEFT - RIGHT)

    def y(wait: float) -> float:
        return HEIGHT - BOTTOM - (wait - up[0]) / (up[-1] - up[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>']
    for each in up:
        parts.append(f'<line x1="{LEFT}" y1="{y(each):.1f}" x2="{WIDTH - RIGHT}" y2="{y(each):.1f}" stroke="#e2e5ea"/>')
        parts.append(_text(LEFT - 8, y(each) + 4, f"{each:g}", "end"))
    for each in across:
        parts.append(_text(x(each), HEIGHT - BOTTOM + 18, f"{each:g}", "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "spread of agents' use of their slots, percentage points", "middle"))
    parts.append(_text(12, 16, "wait, seconds", "start"))
    for name, colour, waits in (("P95", "#b4460f", [p.p95_wait for p in points]), ("mean", "#1f5fbf", [p.mean_wait for p in points])):
        places = [(x(p.spread * 100), y(wait)) for p, wait in zip(points, waits, strict=True)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for p, (a, b) in zip(points, places, strict=True):
            parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>')
            parts.append(_text(a, b - 9, f"{p.fairness:g}", "middle"))
        parts.append(_text(places[0][0] - 10, places[0][1] + 18, name, "end", colour))
    label = "Trade-off of the fairness setting: the smaller the spread of agents' use, the longer the waits"
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">'
    return "\n".join([head, *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#3c4350") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" fill="{colour}" text-anchor="{anchor}">{words}</text>'


def _axis(values: Sequence[float]) -> list[float]:
    """Round marks around all values, four to eight of them."""
    low, high = min(values), max(values)
    step = next(step for step in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0) if (high - low) / step <= 7)
    first, last = int(low // step), int(-(-high // step))
    return [mark * step for mark in range(first, max(last, first + 1) + 1)]


def main() -> int:
    with get_context("spawn").Pool(PROCESSES) as pool:
        points = means(pool.map(play, DEVELOPMENT, chunksize=1))
    PICTURE.write_text(picture(points))
    lines = figures(points)
    print("\n".join([*lines, "", *table(points)]))
    return 1 if any(line.endswith(" short") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
