"""Contact centres drawn at random, to judge routing on. Every assumption stands next to its number, with its reason; what no
document fixes was set once, on the development seeds, so that the waits of the seed's rule and of the pooled bound are of the size
the published comparison gives them (baselines.md has both side by side) and skilled people suffice for nearly all work at every
hour. No policy under judgement was looked at for it.

Time is seconds from the start of the warm-up. A day is DAY seconds of opening hours, and the days follow one another: nights are
cut out.

Held equal for every conversation, and so left out: bot time before the desk, transfers, reopened conversations, breaks and shifts
(everybody is there all day: a roster is staffing, not routing), languages (all "en", as in the published comparison) and the cost
of doing several conversations at once (the slots are the agreed number at which handling times were measured)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from switchboard.domain.simulation.centre import Arrival, Centre, SimulatedAgent, Work

DEVELOPMENT: tuple[int, ...] = tuple(range(101, 113))
"""Seeds to develop and tune on, as often as one likes."""

HELD_OUT: tuple[int, ...] = tuple(range(990_443, 990_467))
"""Seeds of the judgement alone. Whoever tunes on one of them has to replace them all, and so does whoever has judged with them and
goes on tuning. Used up by earlier judgements, never to be taken again, here or in DEVELOPMENT: 70001-70024 (2026-11-23),
471087-471110 (2026-11-23)."""

LOADS: tuple[float, ...] = (0.6, 0.7, 0.85)

DAY = 8 * 3600.0
"""One day of opening hours, seconds; the warm-up is one day, which gives a centre some 6,000 conversations to learn speeds from."""

INTENT_RIGHT = 0.90
COMPLEXITY_RIGHT = 0.85
"""Chances that a label is right, each by itself. A wrong kind is any other kind, all equally likely: real confusions cluster, which
a policy could learn, so this is the harder case. A wrong complexity is the other one, whatever the truth: with a quarter of the
work complex, only about 65% of what is labelled complex is."""

PATIENCE = 900.0
"""Mean patience in seconds, exponential: the published comparison's 15 minutes, and the patience of Erlang-A."""

UNSKILLED = 1.5
"""Work at a desk without the skill takes this many times what it takes a middling skilled colleague of the same general speed."""

FEASIBLE_AT = 0.85
SCARCEST = (0.95, 1.0)
"""Between these lies the scarcest skill's mean use at load FEASIBLE_AT (see `scarcity`). Above 1 it could not carry its share,
whoever routed to it. Below .95 no skill is short, the seed's rule hardly lets anybody wait at load .6 (0-1 s instead of the
published 17), and a change in per cent of it would judge nothing."""

_TRIES = 2_000


@dataclass(frozen=True, slots=True)
class People:
    """What stays the same at every load: who works here, and what the work is made of. `mix`: share of each work among all
    conversations over whole days. `hours`: each kind's own day, see `rate_profile`."""

    agents: tuple[SimulatedAgent, ...]
    mix: Mapping[Work, float]
    vip: float
    hours: Mapping[str, tuple[float, float]]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(work.kind for work in self.mix))

    @property
    def slots(self) -> int:
        return sum(agent.slots for agent in self.agents)


def draw(seed: int, load: float, days: int = 4) -> Centre:
    """A centre and `days` counted days after one of warm-up. The same (seed, load, days) is the same centre; the same seed at
    another load is the same people and mix with other arrivals. `load`: mean over the counted time of offered work over all slots,
    see `offered`. ValueError for a load outside (0, 2) or fewer than one day."""
    if not 0 < load < 2:
        raise ValueError(f"load must lie between 0 and 2, not {load}")
    if days < 1:
        raise ValueError(f"at least one counted day is needed, not {days}")
    people = people_of(seed)
    arrivals = _arrivals(people, load, days, Random(f"arrivals {seed} {load!r} {days}"))
    notes = {"seed": str(seed), "days": str(days), "agents": str(len(people.agents)), "kinds": str(len(people.kinds))}
    return Centre(f"centre-{seed}", people.agents, arrivals, warm_up=DAY, load=load, notes=notes)


def people_of(seed: int) -> People:
    """The first feasible centre in the seed's stream of draws. RuntimeError if there is none in many."""
    rng = Random(f"people {seed}")
    for _ in range(_TRIES):
        people = _people(rng)
        if people is not None and SCARCEST[0] <= scarcity(people) <= SCARCEST[1]:
            return people
    raise RuntimeError(f"seed {seed} gave no feasible centre in {_TRIES} draws")


def offered(people: People) -> dict[Work, float]:
    """Slot-seconds one average conversation brings of each work: its share of the mix times its mean handling time over the slots
    of the agents who have the skill, each slot weighing the same (the time it takes where any skilled slot is as likely as
    another). Work lengthened by a wrong label is not in it: that is the router's to bear. load = conversations a second x the sum
    of this / all slots."""
    result = {}
    for work, share in people.mix.items():
        able = [agent for agent in people.agents if work.kind in agent.skills]
        slots = sum(agent.slots for agent in able)
        result[work] = share * sum(agent.slots * agent.handling[work] for agent in able) / slots
    return result


def scarcity(people: People) -> float:
    """Mean use of the scarcest skills at load FEASIBLE_AT: over all sets of kinds but the whole, the greatest of the work they bring
    over the slots that know at least one of them. By max-flow = min-cut the mean work can be laid upon skilled slots exactly if
    this is at most 1, and with at most a dozen kinds all sets can be looked at. Times are the class means of `offered`: clever
    matching by speed needs less."""
    kinds = people.kinds
    work = offered(people)
    scale = FEASIBLE_AT * people.slots / sum(work.values())
    demand = [scale * sum(seconds for each, seconds in work.items() if each.kind == kind) for kind in kinds]
    every = (1 << len(kinds)) - 1
    within = [0] * (every + 1)  # slots of those who know nothing beyond the set: first exactly it, then its subsets added in
    for agent in people.agents:
        within[sum(1 << place for place, kind in enumerate(kinds) if kind in agent.skills)] += agent.slots
    for place in range(len(kinds)):
        for chosen in range(every + 1):
            if chosen >> place & 1:
                within[chosen] += within[chosen ^ (1 << place)]
    needed = [0.0] * (every + 1)
    for chosen in range(1, every + 1):
        lowest = chosen & -chosen
        needed[chosen] = needed[chosen ^ lowest] + demand[lowest.bit_length() - 1]
    return max(needed[chosen] / (within[every] - within[every ^ chosen]) for chosen in range(1, every))


def pooled(centre: Centre) -> Centre:
    """The same day if everybody had every skill, at their own speed: what no routing under the true skills is expected to reach.
    A missing skill is given at the middling level, so its time loses the penalty of UNSKILLED; an expert is as much faster on
    complex work of a new kind as on the known ones."""
    return replace(centre, name=f"{centre.name}-pooled", agents=tuple(_pooled(agent) for agent in centre.agents))


def _pooled(agent: SimulatedAgent) -> SimulatedAgent:
    known = next(iter(agent.skills))
    ratio = agent.handling[Work(known, True)] / agent.handling[Work(known)]
    handling = dict(agent.handling)
    for kind in [work.kind for work in handling if not work.complex and work.kind not in agent.skills]:
        handling[Work(kind)] = agent.handling[Work(kind)] / UNSKILLED
        handling[Work(kind, True)] = handling[Work(kind)] * ratio
    skills = {work.kind: agent.skills.get(work.kind, 3) for work in handling}
    return replace(agent, skills=skills, handling=handling)


def expert_time_ceiling(centre: Centre, share: float = 0.5) -> float:
    """About the greatest share of their time experts can spend on truly complex work while they take `share` of all of it, for a
    policy that sees labels only and knows in hindsight how far each of them is to be believed: labels (kind and complexity) are
    given to experts in order of how much of the time they bring is complex. Queueing is left out."""
    counted = [arrival for arrival in centre.arrivals if arrival.at >= centre.warm_up]
    experts = [agent for agent in centre.agents if agent.expert]
    brought: dict[Work, tuple[int, float, float]] = {}
    for arrival in counted:
        able = [agent for agent in experts if arrival.label.kind in agent.skills]
        if not able:
            continue
        seconds = sum(agent.handling[arrival.true] for agent in able) / len(able)
        count, hard, easy = brought.get(arrival.label, (0, 0.0, 0.0))
        if arrival.true.complex:
            brought[arrival.label] = (count + 1, hard + seconds, easy)
        else:
            brought[arrival.label] = (count, hard, easy + seconds)
    wanted = share * sum(arrival.true.complex for arrival in counted)
    hard = easy = 0.0
    for count, more_hard, more_easy in sorted(brought.values(), key=lambda each: -each[1] / (each[1] + each[2])):
        part = min(1.0, wanted / count) if count else 0.0
        hard, easy, wanted = hard + part * more_hard, easy + part * more_easy, wanted - part * count
        if wanted <= 0:
            break
    return hard / (hard + easy) if wanted <= 1e-9 else 0.0


# -- the people ------------------------------------------------------------------------------------------------------------------


def _people(rng: Random) -> People | None:
    """One draw; None if a kind has too few people to be a team (fewer than three, or no expert among them): nobody would open it."""
    count = rng.randint(25, 55)  # mean 40 as published; those whose skills are scarce enough average 36
    kinds = tuple(f"kind-{number:02}" for number in range(1, rng.randint(6, 12) + 1))
    shares = _unequal(rng, len(kinds))
    # Complex work: 20-30% of all, more of it in some kinds than in others (a refund in dispute, opening hours), about 10-45%.
    overall = rng.uniform(0.20, 0.30)
    raw = [rng.betavariate(2.5, 7.5) for _ in kinds]
    mean = sum(share * each for share, each in zip(shares, raw, strict=True))
    hard = [min(0.6, overall * each / mean) for each in raw]
    # How many times longer a complex matter takes somebody who is no expert: about a quarter of an hour against five minutes. Were
    # it twice or less, an expert's complex work would be as quick as simple work and, a third of what is labelled complex being
    # simple, no router could give most of an expert's time to complex work (see `expert_time_ceiling`).
    harder = rng.uniform(2.5, 3.5)
    means = [rng.uniform(240.0, 720.0) for _ in kinds]  # chats of 4 to 12 minutes, simple and complex together
    simple = {kind: mean / (1 - part + part * harder) for kind, mean, part in zip(kinds, means, hard, strict=True)}
    experts = max(3, round(count * rng.uniform(0.22, 0.28)))
    # Who was once trained for what follows history, not today's work: weights of their own, as far as SCARCEST lets them stand.
    weight = [0.1 + rng.gammavariate(2.0, 1.0) for _ in kinds]
    agents = tuple(_agent(rng, number, number <= experts, kinds, weight, simple, harder) for number in range(1, count + 1))
    for kind in kinds:
        team = [agent for agent in agents if kind in agent.skills]
        if len(team) < 3 or not any(agent.expert for agent in team):
            return None
    mix = {}
    for kind, share, part in zip(kinds, shares, hard, strict=True):
        mix[Work(kind)] = share * (1 - part)
        mix[Work(kind, True)] = share * part
    hours = {kind: (rng.uniform(0.75, 1.0), rng.uniform(0.15, 0.85)) for kind in kinds}
    return People(agents, mix, vip=rng.uniform(0.05, 0.10), hours=hours)


def _agent(
    rng: Random, number: int, expert: bool, kinds: Sequence[str], weight: Sequence[float], simple: Mapping[str, float], harder: float
) -> SimulatedAgent:
    """Ordinary: 2-4 kinds, the first their own (level 3-5), the others learnt beside it (1-4); a level is worth 15% of the time, so
    the best take a little over half as long as beginners. Experts: 3-5 kinds at levels 4-5, complex work 1.5-2.5 times faster than
    an ordinary colleague of level 3, simple work at anybody's pace: their level says what they can solve, not how fast they type.
    Speeds besides: lognormal with mean 1, spread 0.2 between people and 0.3 between one person's kinds. Colleagues' handling times
    differ that much in the field, and with experience (Gans, Liu, Mandelbaum, Shen and Ye 2010, Service times in call centers:
    agent heterogeneity and learning with some operational consequences)."""
    known = _choose(rng, kinds, weight, rng.choice((3, 4, 5) if expert else (2, 3, 4)))
    pace = _spread(rng, 0.2)
    faster = rng.uniform(1.5, 2.5)
    skills: dict[str, int] = {}
    handling: dict[Work, float] = {}
    for place, kind in enumerate(known):
        skills[kind] = rng.choice((4, 5)) if expert else rng.randint(3, 5) if place == 0 else rng.randint(1, 4)
    for kind in kinds:
        own = simple[kind] * pace * _spread(rng, 0.3)
        if kind not in skills:
            handling[Work(kind)] = own * UNSKILLED
            handling[Work(kind, True)] = own * UNSKILLED * harder
        elif expert:
            handling[Work(kind)] = own
            handling[Work(kind, True)] = own * harder / faster
        else:
            own *= 1.15 ** (3 - skills[kind])
            handling[Work(kind)] = own
            handling[Work(kind, True)] = own * harder
    return SimulatedAgent(f"agent-{number:02}", rng.randint(3, 5), skills, handling, expert)


def _choose(rng: Random, kinds: Sequence[str], weight: Sequence[float], count: int) -> list[str]:
    """`count` different kinds, each draw in proportion to the weights of those left."""
    left = dict(zip(kinds, weight, strict=True))
    chosen = []
    for _ in range(count):
        kind = rng.choices(list(left), list(left.values()))[0]
        del left[kind]
        chosen.append(kind)
    return chosen


def _unequal(rng: Random, count: int) -> list[float]:
    """Shares that add up to 1, the largest commonly five times the smallest (gamma of shape 3, none below a third of an even
    share: a smaller kind would not be routed by itself)."""
    raw = [rng.gammavariate(3.0, 1.0) for _ in range(count)]
    floor = sum(raw) / count / 3
    raw = [max(each, floor) for each in raw]
    return [each / sum(raw) for each in raw]


def _spread(rng: Random, sigma: float) -> float:
    return rng.lognormvariate(-sigma * sigma / 2, sigma)


# -- the traffic -----------------------------------------------------------------------------------------------------------------


def rate_profile(at: float, swing: float, peak: float) -> float:
    """A kind's rate at second `at` over its mean: one hump a day, of height 1 + `swing`, at `peak` as a share of the day; its mean
    over every whole day is 1. Kinds have hours of their own (orders in the morning, deliveries after noon), swings of .75-1 and
    peaks in the middle 70% of the day; together the centre's busiest time has 1.2-1.7 times its mean. So at a mean load of .85 the
    centre is above its capacity at the busiest time, and single teams are at lower loads: no roster follows the hours exactly, and
    that is where queues come from."""
    return 1 + swing * math.cos(2 * math.pi * (at / DAY - peak))


def _arrivals(people: People, load: float, days: int, rng: Random) -> tuple[Arrival, ...]:
    """Poisson by thinning. Effort is lognormal with mean 1 and spread 0.8 (coefficient of variation .95): handling times are
    lognormal in the field (Brown et al. 2005, Statistical analysis of a telephone call center)."""
    rate = load * people.slots / sum(offered(people).values())
    works = list(people.mix)
    highest = [share * (1 + people.hours[work.kind][0]) for work, share in people.mix.items()]
    cumulated = list(accumulate(highest))
    top = rate * cumulated[-1]
    others = {kind: [other for other in people.kinds if other != kind] for kind in people.kinds}
    labels = {(kind, hard): Work(kind, hard) for kind in people.kinds for hard in (False, True)}
    arrivals = []
    at, end = rng.expovariate(top), (days + 1) * DAY
    while at < end:
        true = rng.choices(works, cum_weights=cumulated)[0]
        swing, peak = people.hours[true.kind]
        if rng.random() * (1 + swing) < rate_profile(at, swing, peak):
            kind = true.kind if rng.random() < INTENT_RIGHT else rng.choice(others[true.kind])
            hard = true.complex if rng.random() < COMPLEXITY_RIGHT else not true.complex
            arrivals.append(
                Arrival(
                    at=at,
                    true=true,
                    label=labels[kind, hard],
                    patience=rng.expovariate(1 / PATIENCE),
                    effort=_spread(rng, 0.8),
                    vip=rng.random() < people.vip,
                )
            )
        at += rng.expovariate(top)
    return tuple(arrivals)
