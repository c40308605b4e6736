"""Agents on DynamoDB: each stands in a shard of at most `SHARD_AGENTS`, beside colleagues of the same queues.

A shard is one partition, small enough that the agents with room in it are found by one consistent read, and far below what a partition
carries. `ROSTER` lists the shards; it changes only when agents come or change queues."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from pynamodb.exceptions import UpdateError

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.ledgers import Ledgers
from switchboard.adapters.dynamo.models import stamp
from switchboard.adapters.dynamo.tables import answered
from switchboard.adapters.dynamo.transaction import Plan, code_of, execute
from switchboard.adapters.vault import COMPANY
from switchboard.application.ports import Along, HandledSum
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Effects
from switchboard.domain.errors import AgentUnavailable, NotFound, StaleVersion, StorageUnavailable
from switchboard.domain.folds import fold_agent

SHARD_AGENTS = 200
ROSTER_KEPT = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class _Shard:
    agents: int
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Roster:
    version: int = 0
    shards: Mapping[str, _Shard] = field(default_factory=dict)

    def place_for(self, queues: Sequence[str]) -> str:
        """Where a new agent goes: beside the most colleagues of their queues, while there is room; a small company has one shard."""
        room = {name: s for name, s in self.shards.items() if s.agents < SHARD_AGENTS}
        if len(self.shards) == 1 and room:
            return next(iter(room))
        shared = {name: len({*s.queues} & {*queues}) for name, s in room.items()}
        best = max(sorted(shared), key=lambda name: shared[name], default="")
        return best if best and (shared[best] or not queues) else f"{len(self.shards):04d}"

    def with_agent(self, shard: str, queues: Sequence[str], more: int) -> _Roster | None:
        """The roster once an agent of these queues is in the shard; None: as it is."""
        known = self.shards.get(shard, _Shard(0, ()))
        served = tuple(sorted({*known.queues, *queues}))
        if not more and served == known.queues:
            return None
        return _Roster(self.version + 1, {**self.shards, shard: _Shard(known.agents + more, served)})


class Roster(Ledgers):
    """The agents' part of the store."""

    _homes: dict[str, str]
    _known: _Roster | None = None
    _known_at = 0.0

    def agents(self) -> list[Agent]:
        self._ensure_key(COMPANY)
        shards = sorted(self._roster(fresh=True).shards)
        with answered():
            items = [i for shard in shards for i in self._t.agent.query(p.shard_pk(shard), consistent_read=True)]
        return sorted((p.agent_of(self._vault, i) for i in items), key=lambda a: a.id)

    def agent(self, agent: str) -> Agent:
        shard = self._home(agent)
        [item] = self._with_key(COMPANY, [(self._t.agent, p.shard_pk(shard), agent)]) if shard else [None]
        if item is None:
            raise NotFound("there is no such agent; an administrator must add them")
        return p.agent_of(self._vault, item)

    def agents_of(self, ids: Sequence[str]) -> list[Agent]:
        self._ensure_key(COMPANY)
        places = [(self._t.agent, p.shard_pk(home), i) for i in ids if (home := self._home(i))]
        items = [i for start in range(0, len(places), 100) for i in self._t.read(places[start : start + 100])]
        return [p.agent_of(self._vault, i) for i in items if i is not None]

    def handled(self, shard: str) -> list[HandledSum]:
        with answered():
            return [p.handled_of(i) for i in self._t.handled.query(p.handled_pk(shard))]

    def all_shards(self) -> list[str]:
        return sorted(self._roster(fresh=True).shards)

    def queues(self) -> frozenset[str]:
        return frozenset(q for s in self._roster(fresh=True).shards.values() for q in s.queues)

    def shards(self, queues: Sequence[str], *, fresh: bool = False) -> list[str]:
        return sorted(name for name, s in self._roster(fresh=fresh).shards.items() if {*s.queues} & {*queues})

    def with_room(self, shard: str, least: float) -> list[Agent]:
        self._ensure_key(COMPANY)
        model = self._t.agent
        with answered():
            items = list(model.by_seats.query(p.shard_pk(shard), model.seats >= least, consistent_read=True))
        for i in items:
            self._homes[i.sk] = shard
        return [p.agent_of(self._vault, i) for i in items]

    def commit_agent(
        self, before: Agent, events: Sequence[ev.Event], actor: ev.Actor, at: datetime, along: Along | None = None
    ) -> Agent:
        self._ensure_key(COMPANY)
        model, plan = self._t.agent, Plan()
        self._plan_along(plan, along, actor, at)
        hashed = self._plan_commit(plan, before.ledger, before.version, before.last_event, before.head, events, actor, at)
        after = replace(fold_agent(before, events), head=hashed)
        new = before.version == 0
        if new:
            shard = self._roster(fresh=True).place_for(after.queues)
            pointer = self._t.pointer
            plan.put(pointer(p.agent_pk(after.id), p.ALONE, shard=shard), pointer.pk.does_not_exist(), StaleVersion)
            after = replace(after, shard=shard)
            plan.put(p.agent_item(self._t, self._vault, after, shard), model.pk.does_not_exist(), StaleVersion)
        else:
            shard = self._home(before.id)
            moved = round(p.seats(after) - p.seats(before), 2)  # whatever the load is meanwhile
            actions = [
                model.capacity.set(after.capacity), model.presence.set(after.presence.value), model.seats.add(moved),
                model.queues.set(list(after.queues)), model.languages.set(list(after.languages)),
                model.skills.set(dict(after.skills)), model.channels.set(list(after.channels)),
                model.regions.set(list(after.regions)), model.expert.set(after.expert),
                *([model.limits.set(asdict(after.limits))] if after.limits != before.limits else []),
                *([model.grants.set(list(after.grants))] if after.grants != before.grants else []),
                model.version.set(after.version), model.last_event.set(after.last_event), model.head.set(after.head),
                model.secret.set(p.agent_secret(self._vault, after)),
            ]  # fmt: skip
            plan.update(model(p.shard_pk(shard), before.id), actions, model.version == before.version, StaleVersion)
        if new or set(after.queues) - set(before.queues):
            self._plan_roster(plan, shard, after.queues, int(new))
        execute(self._t.connection, plan)
        return after

    def reconcile_load(self, agent: Agent, load: float, at: datetime) -> bool:
        model = self._t.agent
        as_read = (model.load == agent.load) & (model.version == agent.version)
        never = model.loaded_at.does_not_exist()
        as_read &= never if agent.loaded_at is None else model.loaded_at == stamp(agent.loaded_at)
        seats = model.seats.set(p.seats(replace(agent, load=load)))  # with the load this counter is made right too
        try:
            with answered():
                item = model(p.shard_pk(self._home(agent.id)), agent.id)
                item.update([model.load.set(load), seats, model.loaded_at.set(stamp(at))], as_read)
            return True
        except StorageUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, UpdateError) and code_of(cause) == "ConditionalCheckFailedException":
                return False
            raise

    def _plan_seats(self, plan: Plan, fx: Effects, at: datetime) -> None:
        """Loads follow owners. Whoever is away or lacks the room has too few seats: one condition for both."""
        model, now = self._t.agent, stamp(at)
        if fx.take is not None:
            home = self._home(fx.take.agent)
            if not home:
                raise AgentUnavailable("there is no such agent")
            weight = fx.take.weight
            actions = [model.load.add(weight), model.seats.add(-weight), model.loaded_at.set(now), model.assigned_at.set(now)]
            plan.update(model(p.shard_pk(home), fx.take.agent), actions, model.seats >= weight, AgentUnavailable)
        if fx.give_back is not None:
            weight, home = fx.give_back.weight, self._home(fx.give_back.agent)
            actions = [model.load.add(-weight), model.seats.add(weight), model.loaded_at.set(now)]
            plan.update(model(p.shard_pk(home), fx.give_back.agent), actions)
        if fx.handled is not None:
            item, home = self._t.handled, self._home(fx.handled.agent)
            sums = [item.number.add(1), item.seconds.add(fx.handled.seconds)]
            plan.update(item(p.handled_pk(home), p.handled_sk(fx.handled)), sums)

    # -- shards ------------------------------------------------------------------------------------

    def _home(self, agent: str) -> str:
        """The agent's shard, "" if there is no such agent. An agent never moves, so it is read once."""
        if agent not in self._homes:
            [item] = self._t.read([(self._t.pointer, p.agent_pk(agent), p.ALONE)])
            if item is None:
                return ""
            self._homes[agent] = item.shard
        return self._homes[agent]

    def _roster(self, *, fresh: bool = False) -> _Roster:
        if fresh or self._known is None or time.monotonic() - self._known_at > ROSTER_KEPT:
            [item] = self._t.read([(self._t.roster, p.ROSTER, p.ALONE)])
            shards = {name: _Shard(int(n), tuple(queues)) for name, (n, queues) in item.shards.items()} if item else {}
            self._known = _Roster(int(item.version), shards) if item else _Roster()
            self._known_at = time.monotonic()
        return self._known

    def _plan_roster(self, plan: Plan, shard: str, queues: Sequence[str], more: int) -> None:
        before = self._roster(fresh=not more)  # of a new agent it was read just now
        after = before.with_agent(shard, queues, more)
        if after is None:
            return
        model = self._t.roster
        stored = {name: [s.agents, list(s.queues)] for name, s in after.shards.items()}
        as_read = model.version == before.version if before.version else model.pk.does_not_exist()
        plan.put(model(p.ROSTER, p.ALONE, version=after.version, shards=stored), as_read, StaleVersion)
