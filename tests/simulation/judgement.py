"""Verdicts on a routing policy from conversations played under it and under the baseline (the seed's rule, baselines.md), centre by
centre on the very same days. Pure functions: whoever plays the days hands over lists, and gets figures.

How the numbers are made, and why
- A wait is counted for everybody: for those who gave up it is the time until they did. Otherwise losing people would shorten it.
- A centre is measured by itself first (mean, P95, shares), then the mean over centres is taken, so a big centre weighs no more than
  a small one.
- A change is the ratio of those means minus one: (mean over centres under the policy) / (the same under the baseline) - 1. Not the
  mean of the centres' ratios: at load .6 some centres hardly wait at all, where one second more or less makes any ratio, or none.
  The published comparison, from whose averaged cells the targets come, is read the same way. The median of the centres' own ratios
  stands in `details` as a check.
- The interval is a bootstrap over centres (baseline and policy of a centre stay together), 95%, percentiles: centres are what was
  drawn independently, conversations within one are not. ok and short go by the point estimate, as the targets are stated; `details`
  says where the interval does not lie wholly on that side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean, median

from tests.simulation.centres import HELD_OUT, LOADS

CENTRES = 20
"""At least so many centres, all of HELD_OUT, make a judgement."""

MEAN_WAIT = {0.6: -0.65, 0.7: -0.45, 0.85: -0.30}
P95_WAIT = {0.6: -0.70, 0.7: -0.50, 0.85: -0.33}
COMPLEX_TO_EXPERTS = {0.6: 0.50, 0.7: 0.50}
EXPERT_TIME_ON_COMPLEX = 0.75
VIP_P95 = 1 / 3


@dataclass(frozen=True, slots=True)
class Played:
    """One counted conversation (written after the warm-up), played to its end. `wait`: seconds until an agent took it on, or until
    the customer gave up. `complex`, `kind`: the truth, not the label. `agent`: who took it, "" if nobody. `handling`: seconds it
    held a slot. ValueError if the fields contradict each other."""

    wait: float
    abandoned: bool
    vip: bool
    complex: bool
    kind: str
    agent: str
    handled_by_expert: bool
    handling: float

    def __post_init__(self) -> None:
        if not (0 <= self.wait < math.inf and 0 <= self.handling < math.inf):
            raise ValueError(f"wait and handling must be finite and not negative: {self}")
        if self.abandoned and (self.agent or self.handled_by_expert or self.handling):
            raise ValueError(f"who gave up was handled by nobody: {self}")
        if not self.abandoned and not self.agent:
            raise ValueError(f"neither handled nor abandoned, so lost: {self}")


@dataclass(frozen=True, slots=True)
class Measured:
    """One centre under one policy. Waits in seconds, the rest shares. `complex_to_experts`: of all complex conversations, given up
    ones among them, so that losing them does not raise it. `expert_time_on_complex`: of experts' slot-seconds on counted
    conversations, 0 if they had none."""

    conversations: int
    mean_wait: float
    p95_wait: float
    vip_p95: float
    abandonment: float
    complex_to_experts: float
    expert_time_on_complex: float


@dataclass(frozen=True, slots=True)
class Compared:
    seed: int
    load: float
    baseline: Measured
    policy: Measured


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value` against `target` (at least it, or at most if `at_most`); `low`, `high`: the 95% interval."""

    name: str
    value: float
    target: float
    at_most: bool
    low: float
    high: float

    @property
    def ok(self) -> bool:
        return self._meets(self.value)

    @property
    def sure(self) -> bool:
        """Does the whole interval say the same as the point?"""
        return self._meets(self.low) == self._meets(self.high) == self.ok

    def _meets(self, value: float) -> bool:
        return value <= self.target if self.at_most else value >= self.target


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank: a wait somebody really had). ValueError
    for no values."""
    if not values:
        raise ValueError("no values, no percentile")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def measure(played: Sequence[Played]) -> Measured:
    """ValueError if there is no VIP or no complex conversation: such a day cannot be judged."""
    waits = [each.wait for each in played]
    vips = [each.wait for each in played if each.vip]
    hard = [each.handled_by_expert for each in played if each.complex]
    if not vips or not hard:
        raise ValueError(f"{len(vips)} VIPs and {len(hard)} complex conversations among {len(played)}: nothing to measure")
    experts = sum(each.handling for each in played if each.handled_by_expert)
    on_complex = sum(each.handling for each in played if each.handled_by_expert and each.complex)
    return Measured(
        conversations=len(played),
        mean_wait=fmean(waits),
        p95_wait=percentile(waits, 0.95),
        vip_p95=percentile(vips, 0.95),
        abandonment=fmean(each.abandoned for each in played),
        complex_to_experts=fmean(hard),
        expert_time_on_complex=on_complex / experts if experts else 0.0,
    )


def compare(seed: int, load: float, baseline: Sequence[Played], policy: Sequence[Played]) -> Compared:
    """Both lists in order of arrival. ValueError unless they are the same customers: a policy that loses one is not compared."""
    if len(baseline) != len(policy):
        raise ValueError(f"centre {seed} at {load}: {len(baseline)} conversations under the baseline, {len(policy)} under the policy")
    for place, (one, other) in enumerate(zip(baseline, policy, strict=True)):
        if (one.kind, one.complex, one.vip) != (other.kind, other.complex, other.vip):
            raise ValueError(f"centre {seed} at {load}: conversation {place} is not the same customer under both")
    return Compared(seed, load, measure(baseline), measure(policy))


Statistic = Callable[[Sequence[Compared]], float]


def change(measure: str) -> Statistic:
    """Of that field of Measured: ratio of the means over centres, policy to baseline, minus one; infinite if the baseline's is 0 and
    the policy's is not."""

    def statistic(centres: Sequence[Compared]) -> float:
        before = fmean(getattr(each.baseline, measure) for each in centres)
        after = fmean(getattr(each.policy, measure) for each in centres)
        if before == 0:
            return 0.0 if after == 0 else math.inf
        return after / before - 1

    return statistic


def level(measure: str) -> Statistic:
    """Of that field of Measured: the mean over centres under the policy."""
    return lambda centres: fmean(getattr(each.policy, measure) for each in centres)


def interval(centres: Sequence[Compared], statistic: Statistic, rounds: int = 2000) -> tuple[float, float]:
    """95% bootstrap interval of `statistic` over centres; the same centres always give the same interval."""
    rng = Random(f"bootstrap {len(centres)}")
    values = sorted(statistic(rng.choices(centres, k=len(centres))) for _ in range(rounds))
    return values[round(0.025 * (rounds - 1))], values[round(0.975 * (rounds - 1))]


def targets(load: float) -> list[tuple[str, Statistic, float, bool]]:
    """(name, statistic, target, is it a most) at this load. The targets that name no load hold at every one. The VIPs' P95 is
    compared with the baseline's P95 of the same VIPs."""
    result = [
        ("mean_wait_change", change("mean_wait"), MEAN_WAIT.get(load), True),
        ("p95_wait_change", change("p95_wait"), P95_WAIT.get(load), True),
        ("complex_to_experts", level("complex_to_experts"), COMPLEX_TO_EXPERTS.get(load), False),
        ("expert_time_on_complex", level("expert_time_on_complex"), EXPERT_TIME_ON_COMPLEX, False),
        ("vip_p95_change", change("vip_p95"), VIP_P95 - 1, True),
    ]
    return [(name, statistic, target, most) for name, statistic, target, most in result if target is not None]


def judge(compared: Sequence[Compared]) -> list[Verdict]:
    """Every target at every load there are results for, loads in rising order. ValueError if a centre comes twice at a load."""
    verdicts = []
    for load in sorted({each.load for each in compared}):
        centres = [each for each in compared if each.load == load]
        if len({each.seed for each in centres}) != len(centres):
            raise ValueError(f"a centre comes twice at load {load}")
        for name, statistic, target, most in targets(load):
            low, high = interval(centres, statistic)
            verdicts.append(Verdict(f"routing_{name}_at_{load:g}", statistic(centres), target, most, low, high))
    return verdicts


def figures(compared: Sequence[Compared]) -> list[str]:
    """Lines `figure NAME VALUE TARGET ok|short`, first how many unseen centres there are at each load of LOADS. Changes and shares
    in per cent."""
    lines = []
    for load in LOADS:
        unseen = len({each.seed for each in compared if each.load == load and each.seed in HELD_OUT})
        lines.append(f"figure routing_unseen_centres_at_{load:g} {unseen} >={CENTRES} {'ok' if unseen >= CENTRES else 'short'}")
    for each in judge(compared):
        target = f"{'<=' if each.at_most else '>='}{each.target:.1%}"
        lines.append(f"figure {each.name} {each.value:.1%} {target} {'ok' if each.ok else 'short'}")
    return lines


def details(compared: Sequence[Compared]) -> list[str]:
    """What stands behind the figures, for a reader: intervals, and what both policies did in seconds and shares."""
    lines = [f"interval {v.name} {v.low:.1%} {v.high:.1%}{'' if v.sure else ' unsure'}" for v in judge(compared)]
    for load in sorted({each.load for each in compared}):
        centres = [each for each in compared if each.load == load]
        for name, measures in (("baseline", [each.baseline for each in centres]), ("policy", [each.policy for each in centres])):
            lines.append(
                f"load {load:g} {name}: mean wait {fmean(m.mean_wait for m in measures):.1f} s,"
                f" P95 {fmean(m.p95_wait for m in measures):.0f} s, VIP P95 {fmean(m.vip_p95 for m in measures):.0f} s,"
                f" abandonment {fmean(m.abandonment for m in measures):.1%},"
                f" complex to experts {fmean(m.complex_to_experts for m in measures):.1%},"
                f" expert time on complex {fmean(m.expert_time_on_complex for m in measures):.1%}"
            )
        ratios = [each.policy.mean_wait / each.baseline.mean_wait - 1 for each in centres if each.baseline.mean_wait]
        if ratios:
            lines.append(f"load {load:g}: centres' own changes of the mean wait: median {median(ratios):.1%}, worst {max(ratios):.1%}")
    return lines
