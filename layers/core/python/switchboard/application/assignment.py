"""Waiting work meets agents with room. The only place where conversations get an owner from the queue.

Whoever queues work and whoever frees a slot calls `wake_work` or `wake_agent` after their commit. Both look at strongly consistent
data, so of any two that cross, the later one sees the other's commit: no wake-up is lost. The sweeper calls `serve` for those that
crashed in between.

Work looks for an agent, and an agent is given the best work they may take, whoever of the two came last: so order in a queue does not
depend on who was looking. Agents are looked at in shards: a conversation's home shard first, then some others, so that a decision
costs the same in a company of ten agents and of a hundred thousand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from switchboard.application.ports import Clock, Store
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import AgentUnavailable, NotAllowedNow, NotFound, StaleVersion, SwitchboardError, Unreadable
from switchboard.domain.events import Presence
from switchboard.domain.receipt import Receipt
from switchboard.domain.routing.engine import Decision, Engine
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting, waiting_of

PROBES = 4  # shards a decision looks at
WINDOW = 25  # places at the head of a queue that are weighed against each other
DEEPEST = 200  # places looked at where none of the first suits
OTHERS = 10  # better work that one look assigns before its own
FRUITLESS = 25  # lost races before the rest is left to whoever is winning (or to the sweeper)
LIGHTEST = 0.05  # weight
TRIED = 10  # agents, of those who may take it
LOOKED_AFTER = timedelta(seconds=3)  # within which whoever queued work or made room is taken to be at it still


class _Outcome(Enum):
    ASSIGNED = 1
    NOBODY = 2  # can take it now
    LOST = 3  # a race: look again
    OTHERS_FIRST = 4  # something better was assigned, or is out of the way: look again


@dataclass(frozen=True, slots=True)
class Assignment:
    """`accept_within`: how long an agent has to accept before the work returns to its queue. `engine` answers with the policy in
    force and the staffing plan of these shards, `off_shift` with the agents whom rosters keep from work of a queue at an instant."""

    store: Store
    clock: Clock
    accept_within: timedelta
    engine: Callable[[Sequence[str]], Engine]
    off_shift: Callable[[str, datetime], frozenset[str]] = lambda _queue, _at: frozenset()

    @property
    def policy(self) -> RoutingPolicy:
        return self.engine(()).policy

    # -- after a commit of one's own, which stands whatever happens here ---------------------------

    def wake_work(self, c: Conversation) -> None:
        """Find somebody for a conversation that was queued."""
        with suppress(SwitchboardError):
            self.serve_work(c)

    def wake_agent(self, agent: str) -> None:
        """Find work for an agent who has more room than before."""
        with suppress(SwitchboardError):
            self.serve_agent(agent)

    def at_once(self, c: Conversation) -> list[ev.Event]:
        """The assignment of a conversation that is about to be queued (`c`: as it will be then), to go into the same commit: nobody
        else can come for it meanwhile. Empty where it has to wait for somebody, or behind somebody, or nobody can be looked for."""
        with suppress(SwitchboardError):
            return self._at_once(c)
        return []

    def _at_once(self, c: Conversation) -> list[ev.Event]:
        found = self._choice(c)
        if found is None:
            return []
        engine, decision, agents = found
        agent, work = agents[decision.order[0]], waiting_of(c)
        heads = self.store.waiting(work.queue, WINDOW)
        now = self.clock.now()
        if engine.first(agent, (*heads, work), now, self._present(engine, heads)) != c.id:
            return []
        return self._assigned(engine, c, agent, decision.receipt, ev.AssignReason.ROUTED)

    # -- the two directions --------------------------------------------------------------------------

    def serve_work(self, c: Conversation) -> bool:
        """Whether the conversation got an owner. What is better for the agents it could have is assigned to them first."""
        passed_over: set[str] = set()
        lost = others = 0
        while lost < FRUITLESS and others < OTHERS and c.status is Status.QUEUED:
            outcome = self._offer(c, passed_over)
            if outcome in (_Outcome.ASSIGNED, _Outcome.NOBODY):
                return outcome is _Outcome.ASSIGNED
            lost += outcome is _Outcome.LOST
            others += outcome is _Outcome.OTHERS_FIRST
            c = self.store.conversation(c.id)
        return False

    def serve_agent(self, agent: str) -> int:
        """Give an agent the best waiting work until they are full or nothing suits. Returns how much was assigned."""
        passed_over: set[str] = set()
        assigned = lost = 0
        while lost < FRUITLESS:
            a = self.store.agent(agent)
            engine = self.engine((a.shard,))
            found = self._best_for(engine, a, passed_over) if a.free > 0 else None
            if found is None:
                break
            won = self._assign_waiting(engine, found[0], a, found[1])
            if won:
                assigned += 1
            else:
                lost += 1
                passed_over |= {found[0]} if won is None else set()
        return assigned

    def serve(self, queues: Iterable[str]) -> int:
        """Give everybody with room in these queues what waits for them or overflowed to them. Returns how much was assigned."""
        wanted = sorted(self.policy.queues_open_to(tuple(queues)))
        if not any(self.store.waiting(q, 1) for q in wanted):
            return 0
        helping = sorted({to for q in wanted for to in self.policy.queues_serving(q)})
        agents = [a.id for shard in self.store.shards(helping, fresh=True) for a in self.store.with_room(shard, LIGHTEST)]
        return sum(self.serve_agent(a) for a in agents)

    # -- steps -----------------------------------------------------------------------------------------

    def _offer(self, c: Conversation, passed_over: set[str]) -> _Outcome:
        found = self._choice(c)
        if found is None:
            return _Outcome.NOBODY
        engine, decision, agents = found
        work, now = waiting_of(c), self.clock.now()
        heads = [w for w in self.store.waiting(work.queue, WINDOW) if w.conversation not in passed_over | {c.id}]
        works, present = (*heads, work), self._present(engine, heads)  # all of one queue, for which they are on shift
        for chosen in decision.order[:TRIED]:
            agent = agents[chosen]
            better = engine.first(agent, works, now, present)
            if better not in ("", c.id):
                [ahead] = [w for w in heads if w.conversation == better]
                if self._looked_after(ahead, agent, now):
                    continue
                won = self._assign_waiting(engine, better, agent, engine.pull(agent, [(w, 0) for w in works], now, present).receipt)
                passed_over |= {better} if won is None else set()
                return _Outcome.LOST if won is False else _Outcome.OTHERS_FIRST
            try:
                self._assign(engine, c, agent, decision.receipt_for(chosen), ev.AssignReason.ROUTED)
            except (AgentUnavailable, StaleVersion, NotAllowedNow):
                return _Outcome.LOST
            if heads or self.store.waiting(work.queue, 1):  # who left this agent to us may be left beside them
                self.serve_agent(agent.id)
            return _Outcome.ASSIGNED
        return _Outcome.NOBODY

    def _looked_after(self, work: Waiting, agent: Agent, now: datetime) -> bool:
        """Whether somebody is bringing these two together at this moment: whoever just made the agent's room, or whoever just queued
        the work and looks in this agent's shard. To try the same would be a race for nothing."""
        freed = agent.loaded_at is not None and agent.loaded_at != agent.assigned_at and now - agent.loaded_at < LOOKED_AFTER
        if freed:
            return True
        queues = self.policy.queues_serving(work.queue)
        return now - work.since < LOOKED_AFTER and agent.shard in _probed(self.store.shards(queues), work.conversation)

    def _choice(self, c: Conversation) -> tuple[Engine, Decision, dict[str, Agent]] | None:
        """Who may take it, with the agents asked; None: nobody now."""
        work, now = waiting_of(c), self.clock.now()
        off = self.off_shift(work.queue, now)
        preferred = self._preferred(work, off)
        for agents in self._candidates(work, preferred):
            engine = self.engine(sorted({a.shard for a in agents}))
            decision = engine.offer(
                work, c.version, agents, now, preferred_is_in=preferred is not None, turn=c.assignments, off_shift=off
            )  # fmt: skip
            if decision.order:
                return engine, decision, {a.id: a for a in agents}
        return None

    def _candidates(self, work: Waiting, preferred: Agent | None) -> Iterator[list[Agent]]:
        """Agents with room who may be asked, shard by shard: those of the home shard first, with the one the work prefers. Shards that
        are new since the roster was read are looked for last."""
        queues = self.policy.queues_serving(work.queue)
        first = [preferred] if preferred is not None and preferred.free > 0 else []
        looked: set[str] = set()
        for fresh in (False, True):
            for shard in _probed(self.store.shards(queues, fresh=fresh), work.conversation, self._look(work)):
                if shard not in looked:
                    looked.add(shard)
                    agents = {a.id: a for a in (*first, *self.store.with_room(shard, LIGHTEST))}
                    first = []
                    yield list(agents.values())

    def _look(self, work: Waiting) -> int:
        """Which look for an agent this is, more or less: later ones try other shards."""
        return int((self.clock.now() - work.since) / LOOKED_AFTER)

    def _preferred(self, work: Waiting, off: frozenset[str]) -> Agent | None:
        """The agent whom the work prefers, if they are at work."""
        if not work.requires.prefers or work.requires.prefers in off:
            return None
        with suppress(NotFound):
            agent = self.store.agent(work.requires.prefers)
            return agent if agent.presence is Presence.ONLINE else None
        return None

    def _best_for(self, engine: Engine, agent: Agent, passed_over: set[str]) -> tuple[str, Receipt] | None:
        """The conversation an agent should take now. Looks deeper where nothing at the head of their queues suits."""
        queues = engine.policy.queues_open_to(agent.queues)
        window = WINDOW
        while True:
            places = [self.store.waiting(q, window) for q in queues]
            works = [w for found in places for w in found if w.conversation not in passed_over]
            now = self.clock.now()
            off = {q for q in {w.queue for w in works} if agent.id in self.off_shift(q, now)}
            decision = engine.pull(agent, [(w, 0) for w in works], now, self._present(engine, works), off)
            if decision.order:
                return decision.order[0], decision.receipt
            if window >= DEEPEST or all(len(found) < window for found in places):
                return None
            window = min(DEEPEST, window * 4)

    def _present(self, engine: Engine, works: Sequence[Waiting]) -> frozenset[str]:
        """Those at work for whom waiting work is kept. Nobody is asked where nothing is kept."""
        if not engine.policy.sticky.hold:
            return frozenset()
        present = set()
        now = self.clock.now()
        for name in {w.requires.prefers for w in works if w.requires.prefers not in self.off_shift(w.queue, now)} - {""}:
            with suppress(NotFound):
                present |= {name} if self.store.agent(name).presence is Presence.ONLINE else set()
        return frozenset(present)

    def _assign_waiting(self, engine: Engine, conversation: str, agent: Agent, receipt: Receipt) -> bool | None:
        """True: assigned. False: somebody was faster. None: it cannot be read (its customer was erased) and holds nobody up."""
        try:
            c = self.store.conversation(conversation)
            self._assign(engine, c, agent, receipt, ev.AssignReason.PULLED)
            return True
        except (Unreadable, NotFound):
            return None
        except (AgentUnavailable, StaleVersion, NotAllowedNow):
            return False

    def _assign(self, engine: Engine, c: Conversation, agent: Agent, receipt: Receipt, reason: ev.AssignReason) -> None:
        decided = self._assigned(engine, c, agent, receipt, reason)
        self.store.commit(Change(c, tuple(decided), ev.SYSTEM, self.clock.now()))

    def _assigned(
        self, engine: Engine, c: Conversation, agent: Agent, receipt: Receipt, reason: ev.AssignReason
    ) -> list[ev.Event]:  # fmt: skip
        weight, accept_by = engine.policy.weight(c.channel, agent.capacity), self.clock.now() + self.accept_within
        return cv.assign(c, agent.id, reason, accept_by, weight=weight, receipt=receipt)


def _probed(shards: Sequence[str], conversation: str, look: int = 0) -> list[str]:
    """The shards a conversation looks at: its home first, then others, at each look others (rendezvous hashing: each conversation has
    its own order, and all shards have their share)."""

    def order(look: int) -> list[str]:
        return sorted(shards, key=lambda shard: hashlib.sha256(f"{conversation}|{look}|{shard}".encode()).digest())

    home = order(0)[:1]
    return [*home, *(shard for shard in order(look) if shard not in home)][:PROBES]
