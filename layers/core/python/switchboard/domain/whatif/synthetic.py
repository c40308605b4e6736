"""A made-up centre and its traffic, for trying policies where there is no past yet. Each assumption stands with its number; the same
seed makes the same traffic. It has opening hours, early and late shifts, quiet weekends, and labels that are wrong at times, so that
what it shows is of the kind a real month shows. It is no forecast: the past of one's own ledger is."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi

from switchboard.domain.errors import Malformed, TooLarge
from switchboard.domain.simulation.centre import Arrival, SimulatedAgent, Work
from switchboard.domain.whatif.chance import Chance, Wheel
from switchboard.domain.whatif.traffic import DAY, Traffic

MOST_DAYS, MOST_CONVERSATIONS = 366, 2_000_000
KINDS = ("orders", "delivery", "billing", "refund", "account", "technical", "appointment", "complaint")
SHARES = (0.22, 0.19, 0.15, 0.12, 0.11, 0.09, 0.07, 0.05)
MINUTES = (5.0, 4.5, 6.5, 8.0, 5.5, 10.0, 4.0, 9.0)  # mean handling of a simple matter
HARD = (0.12, 0.10, 0.25, 0.35, 0.20, 0.45, 0.08, 0.50)  # share of complex matters
HARDER = 2.8  # times as long for somebody who is no expert
UNSKILLED = 1.5
OPEN, SHUT = 8 * 3600.0, 20 * 3600.0
SHIFTS = ((7.9 * 3600, 16.2 * 3600), (11.5 * 3600, 20.0 * 3600 + 1800))  # early and late
WEEK = (1.15, 1.05, 1.0, 1.0, 1.05, 0.9, 0.85)  # traffic by day of the week
DAYS_OFF = 2  # of seven, turn by turn
SLOTS = (3, 4, 5)
EXPERTS = 0.25
INTENT_RIGHT, COMPLEXITY_RIGHT = 0.9, 0.85
PATIENCE = 900.0  # seconds, exponential
VIP = 0.08
EFFORT_SPREAD = 0.8  # lognormal: L. Brown et al. 2005, Statistical analysis of a telephone call center
LOAD = 0.7


@dataclass(frozen=True, slots=True)
class MadeUp:
    """So many days with so many conversations together, at `load`: offered slot-seconds over those there are. Raises Malformed or
    TooLarge."""

    days: int
    conversations: int
    seed: int = 1
    load: float = LOAD

    def __post_init__(self) -> None:
        if self.days < 1 or self.conversations < 1:
            raise Malformed("at least one day and one conversation are needed")
        if not 0.05 <= self.load <= 1.5:
            raise Malformed(f"the load must lie between 0.05 and 1.5, not {self.load:g}")
        if self.days > MOST_DAYS or self.conversations > MOST_CONVERSATIONS:
            raise TooLarge(f"at most {MOST_DAYS} days and {MOST_CONVERSATIONS:,} conversations are played at once")


def made_up(wanted: MadeUp) -> Traffic:
    """The traffic, and one day more before it to learn from."""
    chance = Chance(f"made up {wanted.seed} {wanted.days} {wanted.conversations} {wanted.load!r}")
    agents = _agents(chance, wanted)
    counted = _arrivals(chance, 0, wanted.days, wanted.conversations)
    before = _arrivals(chance, -1, 0, ceil(wanted.conversations / wanted.days))
    return Traffic(agents, tuple(sorted([*before, *counted], key=lambda a: a.at)), wanted.days)


def _agents(chance: Chance, wanted: MadeUp) -> tuple[SimulatedAgent, ...]:
    """As many as the load asks for, half of them early, half late; each kind has a few, one expert among them."""
    mean = sum(s * 60 * m * (1 + h * (HARDER - 1)) for s, m, h in zip(SHARES, MINUTES, HARD, strict=True))
    at_work = (SHIFTS[0][1] - SHIFTS[0][0]) * (7 - DAYS_OFF) / 7 * sum(SLOTS) / len(SLOTS)
    count = max(4, round(wanted.conversations / wanted.days * mean / wanted.load / at_work))
    experts = max(2, round(EXPERTS * count))
    agents = []
    for number in range(count):
        expert = number < experts
        own = KINDS[number % len(KINDS)]
        others = [k for k in KINDS if k != own]
        weights = [SHARES[KINDS.index(k)] for k in others]
        known = [own, *chance.some_of(others, weights, chance.whole(2, 4) if expert else chance.whole(1, 3))]
        skills = {kind: chance.whole(4, 5) if expert else chance.whole(2, 4) for kind in known}
        pace, faster = chance.lognormal(0.2), chance.between(1.5, 2.5)
        handling = {}
        for kind, minutes in zip(KINDS, MINUTES, strict=True):
            seconds = 60 * minutes * pace * chance.lognormal(0.25) * (1.0 if kind in skills else UNSKILLED)
            handling[Work(kind)] = seconds
            handling[Work(kind, True)] = seconds * HARDER / (faster if expert and kind in skills else 1.0)
        # Early and late alternate within experts and within the others, and the days off go round.
        start, end = SHIFTS[number // 2 % 2 if expert else number % 2]
        shifts = tuple(
            (day * DAY + start, day * DAY + end) for day in range(-1, wanted.days + 1) if (day + 3 * number) % 7 >= DAYS_OFF
        )  # fmt: skip
        agents.append(SimulatedAgent(f"agent-{number + 1:03}", chance.one_of(SLOTS), skills, handling, expert, shifts=shifts))
    return tuple(agents)


def _arrivals(chance: Chance, first: int, last: int, count: int) -> list[Arrival]:
    """Exactly `count`, each at its own time: given how many come, the times of a Poisson process are drawn one by one."""
    days = list(range(first, last))
    day, matter = Wheel(days, [WEEK[d % 7] for d in days]), Wheel(KINDS, SHARES)
    others = {kind: [k for k in KINDS if k != kind] for kind in KINDS}
    works = {(kind, hard): Work(kind, hard) for kind in KINDS for hard in (False, True)}
    made = []
    for _ in range(count):
        kind = matter.turn(chance)
        place = KINDS.index(kind)
        true = works[kind, chance.share() < HARD[place]]
        said = kind if chance.share() < INTENT_RIGHT else chance.one_of(others[kind])
        hard = true.complex if chance.share() < COMPLEXITY_RIGHT else not true.complex
        at = day.turn(chance) * DAY + _hour(chance, 0.2 + 0.6 * place / (len(KINDS) - 1))
        made.append(
            Arrival(at, true, works[said, hard], chance.exponential(PATIENCE), chance.lognormal(EFFORT_SPREAD), "en",
                    chance.share() < VIP)
        )  # fmt: skip
    return made


def _hour(chance: Chance, peak: float) -> float:
    """Within the opening hours, most about the kind's peak (a share of them): half as many again at it, half as few away from it."""
    while True:
        place = chance.share()
        if chance.share() * 1.5 < 1 + 0.5 * cos(2 * pi * (place - peak)):
            return OPEN + place * (SHUT - OPEN)
