"""What policies did to the same traffic, in figures with intervals, and how far one differs from another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Any

from switchboard.domain.whatif.blocks import Blocks
from switchboard.domain.whatif.intervals import LEVEL, Estimate, jackknife

RECORDED = "as it was"


@dataclass(frozen=True, slots=True)
class Measure:
    """`unit`: "s", "%" (the figure is a share), "money". `better`: -1 less is better, 1 more, 0 neither by itself."""

    key: str
    title: str
    unit: str
    better: int


MEASURES: tuple[Measure, ...] = (
    Measure("mean_wait", "mean wait", "s", -1),
    Measure("p95_wait", "P95 wait", "s", -1),
    Measure("sla", "within SLA", "%", 1),
    Measure("abandonment", "gave up", "%", -1),
    Measure("complex_to_experts", "complex to experts", "%", 1),
    Measure("experts_share", "experts' share", "%", 0),
    Measure("utilisation_spread", "spread of use", "%", -1),
    Measure("cost", "cost each", "money", -1),
)
"""mean_wait, p95_wait: of everybody who came, those who gave up with the wait at which they did. sla: answered in time, of everybody
who came. abandonment: gave up, of everybody who came. complex_to_experts: of the answered conversations labelled complex.
experts_share: of the handling seconds. utilisation_spread: fairness, the standard deviation over people of used by offered
slot-seconds. cost: of an answered conversation, agent-seconds (slot-seconds over the agent's slots) at the wage."""

MEANINGS = {m.key: m for m in MEASURES}
CURVE = tuple(10 ** (n / 20) for n in range(81))  # seconds, 1 to 10,000


@dataclass(frozen=True, slots=True)
class Result:
    """A policy's figures by measure; None: there was nothing to measure. `curve`: share that waited longer than each of CURVE."""

    label: str
    came: int
    figures: Mapping[str, Estimate | None]
    curve: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`policy` minus `against` by measure, in the measure's unit, and `relative`: as a share of the latter."""

    policy: str
    against: str
    figures: Mapping[str, Estimate | None]
    relative: Mapping[str, Estimate | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`blocks` and `block_seconds`: what the intervals are made of. `notes`: counts about the data. `period`: in words."""

    period: str
    days: int
    sla: float
    wage: float
    blocks: int
    block_seconds: float
    results: tuple[Result, ...]
    differences: tuple[Difference, ...]
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """In a sentence, for whoever reads the figures."""
        unit = "day" if self.block_seconds > 3600 else "hour"
        paired = "differences are of the same days under both policies (paired)"
        return f"{LEVEL:.0%} intervals: jackknife over {self.blocks} {unit} blocks, Student's t; {paired}"

    def as_dict(self) -> dict[str, Any]:
        """In JSON's types."""
        return {
            "period": self.period, "days": self.days, "sla_seconds": self.sla, "wage_an_hour": self.wage, "method": self.method,
            "measures": [{"key": m.key, "title": m.title, "unit": m.unit, "better": m.better} for m in MEASURES],
            "policies": [
                {"label": r.label, "conversations": r.came, "figures": _plain(r.figures),
                 "waiting_longer_than": [{"seconds": round(s, 3), **_one(e)} for s, e in zip(CURVE, r.curve, strict=True)]}
                for r in self.results
            ],
            "differences": [
                {"policy": d.policy, "against": d.against, "figures": _plain(d.figures), "relative": _plain(d.relative)}
                for d in self.differences
            ],
            "notes": dict(self.notes),
        }  # fmt: skip


def compared(
    named: Mapping[str, Blocks], against: str, *, period: str, days: int, block_seconds: float, sla: float, wage: float,
    notes: Mapping[str, int],
) -> Comparison:  # fmt: skip
    """All policies by themselves, and every one but `against` minus it. What was recorded is shown beside them, and never subtracted:
    its difference to a replay is the model's error as much as the policy's."""
    made = {label: _Leaving(blocks, wage) for label, blocks in named.items()}
    results = tuple(made[label].result(label) for label in named)
    differences = tuple(
        made[label].minus(made[against], label, against) for label in named if label not in (against, RECORDED)
    )  # fmt: skip
    n = len(next(iter(named.values())).blocks)
    return Comparison(period, days, sla, wage, n, block_seconds, results, differences, notes)


class _Leaving:
    """The figures of one policy over all blocks, and over all but each."""

    def __init__(self, blocks: Blocks, wage: float) -> None:
        self._b = blocks
        self._wage = wage
        count = len(blocks.blocks)
        p95 = _p95(blocks)
        self.whole = self._figures(-1) | {"p95_wait": p95[0]}
        self.without = [self._figures(n) | {"p95_wait": p95[n + 1]} for n in range(count)] if count > 1 else []

    def _figures(self, leave: int) -> dict[str, float | None]:
        blocks = [b for n, b in enumerate(self._b.blocks) if n != leave]
        came, left = sum(len(b.waits) for b in blocks), sum(b.left for b in blocks)
        hard, seconds = sum(b.hard for b in blocks), sum(b.seconds for b in blocks)
        answered = sum(b.answered for b in blocks)
        return {
            "mean_wait": _share(sum(sum(b.waits) for b in blocks), came),
            "sla": _share(sum(b.in_time for b in blocks), came),
            "abandonment": _share(left, came),
            "complex_to_experts": _share(sum(b.hard_by_experts for b in blocks), hard),
            "experts_share": _share(sum(b.expert_seconds for b in blocks), seconds),
            "utilisation_spread": self._spread(leave),
            "cost": _share(sum(b.worked for b in blocks) * self._wage / 3600, answered),
        }

    def _spread(self, leave: int) -> float | None:
        busy: dict[str, float] = {}
        there: dict[str, float] = {}
        for n, (block, present) in enumerate(zip(self._b.blocks, self._b.there, strict=True)):
            if n == leave:
                continue
            for total, part in ((busy, block.busy), (there, present)):
                for person, seconds in part.items():
                    total[person] = total.get(person, 0.0) + seconds
        used = [busy.get(person, 0.0) / seconds for person, seconds in there.items() if seconds > 0]
        if len(used) < 2:
            return None
        mean = sum(used) / len(used)
        return sqrt(sum((u - mean) ** 2 for u in used) / (len(used) - 1))

    def result(self, label: str) -> Result:
        figures = {m.key: _bounded(jackknife(self.whole[m.key], [w[m.key] for w in self.without]), m) for m in MEASURES}
        return Result(label, sum(len(b.waits) for b in self._b.blocks), figures, self._curve())

    def minus(self, other: _Leaving, label: str, against: str) -> Difference:
        figures, relative = {}, {}
        for m in MEASURES:
            pairs = [(w[m.key], o[m.key]) for w, o in zip(self.without, other.without, strict=True)]
            whole, base = self.whole[m.key], other.whole[m.key]
            figures[m.key] = jackknife(_minus(whole, base), [_minus(a, b) for a, b in pairs])
            relative[m.key] = jackknife(_relative(whole, base), [_relative(a, b) for a, b in pairs])
        return Difference(label, against, figures, relative)

    def _curve(self) -> tuple[Estimate, ...]:
        blocks = self._b.blocks
        came = sum(len(b.waits) for b in blocks)
        curve = []
        for seconds in CURVE:
            longer = [len(b.waits) - bisect_right(b.waits, seconds) for b in blocks]
            total = sum(longer)
            without = [_share(total - x, came - len(b.waits)) for x, b in zip(longer, blocks, strict=True)]
            estimate = jackknife(_share(total, came), without if len(blocks) > 1 else [])
            curve.append(_bounded(estimate, MEANINGS["sla"]) or Estimate(0.0))
        return tuple(curve)


def _p95(blocks: Blocks) -> list[float | None]:
    """Over all blocks, then over all but each: the smallest wait that 95 % do not exceed."""
    pooled = sorted(((w, n) for n, b in enumerate(blocks.blocks) for w in b.waits), reverse=True)
    found: list[float | None] = []
    for leave in range(-1, len(blocks.blocks)):
        count = len(pooled) - (len(blocks.blocks[leave].waits) if leave >= 0 else 0)
        above = count - ceil(0.95 * count)
        kept = (w for w, n in pooled if n != leave)
        for _ in range(above):
            next(kept)
        found.append(next(kept, None))
    return found


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _relative(a: float | None, b: float | None) -> float | None:
    return None if a is None or not b else a / b - 1.0


def _bounded(e: Estimate | None, m: Measure) -> Estimate | None:
    """No interval reaches below nothing, nor a share above everything."""
    if e is None or e.low is None or e.high is None:
        return e
    return Estimate(e.value, max(0.0, e.low), min(1.0, e.high) if m.unit == "%" else e.high)


def _one(e: Estimate) -> dict[str, float | None]:
    return {name: None if x is None else round(x, 6) for name, x in (("value", e.value), ("low", e.low), ("high", e.high))}


def _plain(figures: Mapping[str, Estimate | None]) -> dict[str, dict[str, float | None] | None]:
    return {key: None if e is None else _one(e) for key, e in figures.items()}


def is_better(e: Estimate | None, measure: Measure) -> bool | None:
    """Of a difference: whether it is an improvement beyond chance; None: it cannot be told, or is neither."""
    if e is None or e.low is None or e.high is None or not measure.better or e.low <= 0 <= e.high:
        return None
    return (e.value > 0) == (measure.better > 0)

