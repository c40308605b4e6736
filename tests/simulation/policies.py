"""The policies that are played, by name, as baselines.md defines them, and the form in which the judgement wants a played day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from switchboard.adapters.planning.prices import solve
from switchboard.domain.simulation.centre import Centre
from switchboard.domain.simulation.jobs import InboxJobs
from switchboard.domain.simulation.planned import planned
from switchboard.domain.simulation.play import Outcome, Play
from switchboard.domain.strategies import simple
from switchboard.domain.strategies.relaxing import Relaxing, Steps
from tests.simulation.centres import pooled
from tests.simulation.judgement import Played

BASELINE = "seed's rule"
POLICY = "index"
RETRY = 5.0
STEPS = ("steps that relax", "steps, never without the skill")  # the better of the two is the peer

POLICIES: Mapping[str, Callable[[Centre], Play]] = {
    BASELINE: lambda centre: Play(centre, simple.least_load(), retry=RETRY),
    POLICY: lambda centre: planned(centre, solve),
    "round robin": lambda centre: Play(centre, simple.RoundRobin()),
    "longest idle": lambda centre: Play(centre, simple.longest_idle()),
    STEPS[0]: lambda centre: Play(centre, Relaxing()),
    STEPS[1]: lambda centre: Play(centre, Relaxing(Steps(anybody=inf))),
    "balanced capacity": lambda centre: InboxJobs(centre, simple.most_room()),
    "pooled bound": lambda centre: Play(pooled(centre), simple.least_load()),
}


def played(outcome: Outcome) -> list[Played]:
    """In order of arrival, with the truth about each."""
    return [
        Played(
            wait=task.waited,
            abandoned=task.left,
            vip=task.vip,
            complex=task.arrival.true.complex,
            kind=task.arrival.true.kind,
            agent=task.desk.id if task.desk else "",
            handled_by_expert=task.desk is not None and task.desk.expert,
            handling=task.handled,
        )
        for task in outcome.tasks
    ]
