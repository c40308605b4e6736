"""The staffing plan: made every few minutes of what agents finished, published shard by shard, read by the router.

What is learnt of a class counts as at most `REMEMBERED` conversations of each agent, so that the plan follows changes. Demand is taken
from what was finished since the last plan: in a desk that keeps up, as much is finished as comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.application.ports import Clock, HandledSum, Store
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.errors import NotFound, SwitchboardError
from switchboard.domain.events import Presence
from switchboard.domain.routing import plans as rp
from switchboard.domain.routing.engine import Desk
from switchboard.domain.strategies.base import Class, Ended
from switchboard.domain.strategies.learning import MEMORY, SMOOTHING, Learning, Solve, shares_of

REMEMBERED = 50
TOGETHER = 1000  # agents planned in one programme; in larger companies each shard has its own
SHORTEST = 60.0  # seconds: what was finished in less says nothing about demand


def ledger(shard: str) -> str:
    return f"cfg#plan#{shard}"


@dataclass(frozen=True, slots=True)
class StaffingPlans:
    """Each shard's part of the plan is a ledger of its own."""

    store: Store

    def part(self, shard: str) -> tuple[int, ev.PlanMade] | None:
        """The newest, with its version; None before the first."""
        last = self.store.last_event(ledger(shard))
        return (last.commit, last.event) if last is not None and isinstance(last.event, ev.PlanMade) else None

    def past(self, versions: Mapping[str, int]) -> rp.Plans:
        """The parts of these versions. Raises NotFound."""
        parts = {}
        for shard, version in versions.items():
            [recorded] = self.store.commit_events(ledger(shard), version)
            if not isinstance(recorded.event, ev.PlanMade):
                raise NotFound(f"commit {version} of {ledger(shard)} is no plan")
            parts[shard] = (version, recorded.event)
        return rp.Plans(parts)


@dataclass(frozen=True, slots=True)
class Planner:
    store: Store
    clock: Clock
    plans: StaffingPlans
    solve: Solve

    def run(self) -> dict[str, int]:
        """Make and publish a plan over those at work. Returns how many agents and shards it is for. A group of shards that cannot be
        planned (the solver fails, a part is larger than a record holds) keeps the plan it has, and does not keep the others from
        theirs; what went wrong is raised at the end."""
        now = self.clock.now()
        everybody = {a.id: a for a in self.store.agents()}
        present: dict[str, list[Agent]] = defaultdict(list)
        for agent in everybody.values():
            if agent.presence is Presence.ONLINE:
                present[agent.shard].append(agent)
        people = sum(map(len, present.values()))
        groups = [list(present)] if people <= TOGETHER else [[shard] for shard in present]
        failed: Exception | None = None
        for group in filter(None, groups):
            try:
                self._plan({shard: present[shard] for shard in group}, everybody, now)
            except (SwitchboardError, ValueError) as error:
                failed = error
        if failed is not None:
            raise failed
        return {"agents": people, "shards": len(present)}

    def _plan(self, present: Mapping[str, Sequence[Agent]], everybody: Mapping[str, Agent], now: datetime) -> None:
        """One programme over these shards' agents."""
        learning = Learning(self.solve)
        states = {shard: self._state(shard, agents, now) for shard, agents in present.items()}
        sums = [s for state in states.values() for s in state.sums if s.agent in everybody]
        skills = _skills(everybody, sums)
        for s in sums:
            for e in _ended(s, everybody[s.agent].expert, s.kind in skills[s.agent]):
                learning.ended(e)
        demand: dict[Class, float] = defaultdict(float)
        for state in states.values():
            for each, rate in state.demand.items():
                demand[each] += rate
        learning.expect(demand)
        plan = learning.plan([_desk(a, skills[a.id]) for agents in present.values() for a in agents])
        plan = replace(plan, use=shares_of({a: w[1:] for state in states.values() for a, w in state.worked.items()}))
        for shard, agents in present.items():
            state = states[shard]
            made = rp.made(plan, [a.id for a in agents], state.demand, state.finished, state.worked)
            self.store.append(ledger(shard), [made], ev.SYSTEM, now)

    def _state(self, shard: str, agents: Sequence[Agent], now: datetime) -> _State:
        """What a shard has finished, and at which rate lately."""
        sums, last = self.store.handled(shard), self.store.last_event(ledger(shard))
        before = last.event if last is not None and isinstance(last.event, ev.PlanMade) else None
        span = (now - last.at).total_seconds() if last is not None else 0.0
        finished: dict[Class, int] = defaultdict(int)
        total: dict[str, float] = defaultdict(float)
        for s in sums:
            finished[s.kind, s.complex] += s.count
            total[s.agent] += s.seconds
        known = rp.demand_of(before) if before is not None else {}
        demand = {}
        for each in finished.keys() | known.keys():
            rate, number = known.get(each, (0.0, 0))
            lately = (finished[each] - number) / span if span >= SHORTEST else rate
            demand[each] = rate + (SMOOTHING if known else 1.0) * (lately - rate)
        worked = {}
        for a in agents:
            had, used, there = before.worked.get(a.id, (total[a.id], 0.0, 0.0)) if before else (total[a.id], 0.0, 0.0)
            worked[a.id] = (
                round(total[a.id], 3), round(used * MEMORY + total[a.id] - had, 3), round(there * MEMORY + a.capacity * span, 3)
            )  # fmt: skip
        return _State(sums, finished, demand, worked)


@dataclass(frozen=True, slots=True)
class _State:
    sums: Sequence[HandledSum]
    finished: Mapping[Class, int]
    demand: Mapping[Class, float]
    worked: Mapping[str, tuple[float, float, float]]


def _skills(everybody: Mapping[str, Agent], sums: Iterable[HandledSum]) -> dict[str, dict[str, int]]:
    """What each is planned for: their skills; and of kinds that are nobody's skill, those they have done."""
    named = {kind for a in everybody.values() for kind in a.skills}
    found = {a.id: dict(a.skills) for a in everybody.values()}
    for s in sums:
        if s.kind not in named:
            found[s.agent][s.kind] = 1
    return found


def _ended(s: HandledSum, expert: bool, skilled: bool) -> Iterable[Ended]:
    """As many mean conversations as are remembered."""
    mean = s.seconds / s.count
    return [Ended(s.agent, expert, skilled, s.kind, s.complex, s.proved_complex, mean)] * min(s.count, REMEMBERED)


def _desk(a: Agent, skills: Mapping[str, int]) -> Desk:
    return Desk(a.id, max(a.capacity, 1), a.load, skills, a.expert, 0.0)
