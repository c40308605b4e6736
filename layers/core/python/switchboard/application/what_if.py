"""What if: past or made-up traffic under several policies, compared. Run by people before a policy is switched on, never in a
decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Protocol

from switchboard.application.fanout import StoredCommit
from switchboard.domain.errors import Malformed, TooLarge
from switchboard.domain.simulation.centre import Centre
from switchboard.domain.strategies.learning import Solve
from switchboard.domain.whatif.blocks import Block, Blocks, added, block_seconds, blocks_of, presence_of, seen, without_empty
from switchboard.domain.whatif.comparison import RECORDED, Comparison, compared
from switchboard.domain.whatif.policies import PLAN_EVERY, Policy, strategy_for
from switchboard.domain.whatif.replay import PastReading
from switchboard.domain.whatif.synthetic import MOST_DAYS, MadeUp, made_up
from switchboard.domain.whatif.traffic import DAY, WARM_UP, Seen, Traffic

STRETCH = 16  # days played in one go, at most: each stretch has to play the day before it again, and stretches share the cores
MOST_POLICIES = 6
AFTER = timedelta(days=1)  # read beyond the period: what began in it ends there
COUNTED = ("waits", "left unanswered")


class Past(Protocol):
    """What the ledgers hold."""

    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:
        """Of conversations those from `since` up to and without `until`, of agents all before `until`; in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days under one policy, to be played by themselves: `end` in seconds of the traffic. What a process is sent."""

    centre: Centre
    end: float
    policy: Policy
    plan_every: float
    solve: Solve


Run = Callable[[Callable[[Stretch], list[Seen]], Sequence[Stretch]], Iterable[list[Seen]]]
"""Does a piece of work for each, in order: one after another (`in_turn`), or on several cores."""


def in_turn(play: Callable[[Stretch], list[Seen]], stretches: Sequence[Stretch]) -> Iterable[list[Seen]]:
    """In this process."""
    return map(play, stretches)


def play(stretch: Stretch) -> list[Seen]:
    """What becomes of everybody who comes in the stretch."""
    policy = stretch.policy
    how = strategy_for(policy.strategy, policy.weights, stretch.solve, stretch.plan_every)
    return seen(how(stretch.centre).run(), stretch.end)


@dataclass(frozen=True, slots=True)
class Question:
    """`policies`: all that are played, the last of them is what the others are compared with. `sla`: seconds within which an answer
    is in time. `wage`: of an agent's hour, in any money. `plan_every`: seconds between plans, for policies that plan; in
    production 300. `most`:
    conversations, if more than that are too many for whoever asks. Raises Malformed."""

    policies: tuple[Policy, ...]
    sla: float = 30.0
    wage: float = 25.0
    seed: int = 1
    plan_every: float = PLAN_EVERY
    most: int = 0

    def __post_init__(self) -> None:
        names = [p.label for p in self.policies]
        if not 1 <= len(names) <= MOST_POLICIES:
            raise Malformed(f"1 to {MOST_POLICIES} policies are compared at once, not {len(names)}")
        if len(set(names)) < len(names) or RECORDED in names:
            raise Malformed(f"each policy needs a label of its own, and none is called {RECORDED!r}")
        for name, value, low, high in (
            ("sla", self.sla, 0, DAY), ("wage", self.wage, 0, 1e6), ("plan_every", self.plan_every, 10, DAY),
        ):  # fmt: skip
            if not low <= value <= high:
                raise Malformed(f"{name} must lie between {low:g} and {high:g}, not {value:g}")


@dataclass(frozen=True, slots=True)
class WhatIf:
    past: Past
    solve: Solve
    run: Run = in_turn

    def made_up(self, wanted: MadeUp, question: Question) -> Comparison:
        """On traffic that never was. Raises TooLarge."""
        _bearable(wanted.conversations, question)
        period = f"{_days(wanted.days)} made up with seed {wanted.seed}, load {wanted.load:g}"
        return self._compare(made_up(wanted), question, period)

    def replayed(self, start: datetime, days: int, question: Question) -> Comparison:
        """On the traffic of so many days from `start`, the beginning of a day wherever the company counts its days from. Raises
        Malformed where there was none, TooLarge where there is more than the asker can bear."""
        if start.tzinfo is None:
            raise Malformed("the period needs a time zone")
        if not 1 <= days <= MOST_DAYS:
            raise Malformed(f"a period is 1 to {MOST_DAYS} days, not {days}")
        reading = PastReading()
        until = start + timedelta(days=days) + AFTER
        came: set[str] = set()
        for commit in self.past.commits(start - timedelta(seconds=WARM_UP), until):
            reading.add(commit)
            if question.most and any(e.type == "queued" for e in commit.events):
                came.add(commit.ledger)
                _bearable(len(came), question)
        traffic = reading.traffic(start, days, until, question.seed)
        period = f"{_days(days)} of the ledger from {start.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return self._compare(traffic, question, period)

    def _compare(self, traffic: Traffic, question: Question, period: str) -> Comparison:
        count = ceil(traffic.days / STRETCH)
        edges = [round(traffic.days * n / count) for n in range(count + 1)]
        centres = [(traffic.centre(first, last), last * DAY) for first, last in pairwise(edges)]
        stretches = [
            Stretch(centre, end, policy, question.plan_every, self.solve)
            for policy in question.policies for centre, end in centres
        ]  # fmt: skip
        parts: dict[str, list[list[Block]]] = {}
        if traffic.recorded:
            parts[RECORDED] = [blocks_of(traffic, traffic.recorded, question.sla)]
        for stretch, became in zip(stretches, self.run(play, stretches), strict=True):
            parts.setdefault(stretch.policy.label, []).append(blocks_of(traffic, became, question.sla))
        named: dict[str, Blocks] = without_empty({label: added(each) for label, each in parts.items()}, presence_of(traffic))
        return compared(
            named, question.policies[-1].label, period=period, days=traffic.days, block_seconds=block_seconds(traffic.days),
            sla=question.sla, wage=question.wage, notes={k: v for k, v in traffic.notes.items() if k not in COUNTED},
        )  # fmt: skip


def _bearable(conversations: int, question: Question) -> None:
    if question.most and conversations > question.most:
        raise TooLarge(f"more than {question.most:,} conversations; take a shorter period, or the command python -m tools.what_if")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
