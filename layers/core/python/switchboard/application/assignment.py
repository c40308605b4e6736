"""Waiting work meets agents with room. The only place where conversations get an owner from the queue.

Whoever queues work and whoever frees a slot calls `wake_work` or `wake_agent` after their commit. Both look at strongly consistent
data, so of any two that cross, the later one sees the other's commit: no wake-up is lost. The sweeper calls `serve` for those who
crashed in between, and for what callers left whose time was up.

Bringing the two together is done in turns, one caller at a shard of agents at a time: who comes meanwhile leaves a word and goes, and
the one whose turn it is sees to it. So they do not race for the same work, and a line is kept.

Work looks for an agent, and an agent is given the best work they may take, whoever of the two came last: so order in a queue does not
depend on who was looking. Agents are looked at in shards: a conversation's home shard first, then some others, so that a decision
costs the same in a company of ten agents and of a hundred thousand."""

from __future__ import annotations

import hashlib
import logging
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from traceback import extract_tb

from switchboard.application.ports import Clock, Store, Turn
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotAllowedNow, NotFound, SwitchboardError, Unreadable
from switchboard.domain.events import Presence
from switchboard.domain.receipt import Receipt
from switchboard.domain.routing.engine import Decision, Engine
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.routing.waiting import Waiting, waiting_of

log = logging.getLogger(__name__)

PROBES = 4  # shards a decision looks at
WINDOW = 25  # places at the head of a queue that are weighed against each other
DEEPEST = 200  # places looked at where none of the first suits
OTHERS = 10  # better work that one look assigns before its own
PAIRS = 16  # assignments in one transaction; each takes four of the hundred items DynamoDB allows
FRUITLESS = 25  # lost races before the rest is left to whoever is winning (or to the sweeper)
LIGHTEST = 0.05  # weight
NEXT_LOOK = timedelta(seconds=3)  # after which waiting work looks at other shards
AGENT = "agent#"  # before what is no conversation in a list of both
MOST_OF_A_TURN = timedelta(seconds=5)  # for others, in any `LATELY`, before the rest is left to whoever comes next
LATELY = timedelta(seconds=10)
PASSES = 3  # over work that is seen to together, before it is looked at one by one
SWEEP = timedelta(seconds=20)  # for serving everybody


_Pairs = dict[str, tuple[Engine, Agent, Receipt]]  # by conversation: who is to have it, and why


class _Outcome(Enum):
    ASSIGNED = 1
    NOBODY = 2  # can take it now
    LOST = 3  # a race: look again
    OTHERS_FIRST = 4  # something better was assigned, or is out of the way: look again
    ELSEWHERE = 5  # the best agent is in a shard whose turn is somebody else's: they see to it


@dataclass(slots=True)
class _Round:
    """One caller's turns by shard, what is to be seen to in them, and what came of it."""

    turns: dict[str, Turn] = field(default_factory=dict)
    wanted: dict[str, bool] = field(default_factory=dict)  # agents and conversations, in order; True: to be seen alone
    done: set[str] = field(default_factory=set)  # wishes, with their marks
    elsewhere: set[tuple[str, str]] = field(default_factory=set)  # what was left at a shard whose turn is somebody else's
    assigned: list[str] = field(default_factory=list)

    def has(self, turn: Turn) -> bool:
        """It is this caller's turn: what was asked for and is not done has to be done. Whether there is anything."""
        self.turns[turn.shard] = turn
        fresh = turn.wants - self.done
        self.done |= fresh
        self.wanted |= dict.fromkeys(sorted(wish.rpartition(" ")[0] for wish in fresh), False)
        return bool(fresh)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`accept_within`: how long an agent has to accept before the work returns to its queue. `engine` answers with the policy in
    force and the staffing plan of these shards, `off_shift` with the agents whom rosters keep from work of a queue at an instant."""

    store: Store
    clock: Clock
    accept_within: timedelta
    engine: Callable[[Sequence[str]], Engine]
    off_shift: Callable[[str, datetime], frozenset[str]] = lambda _queue, _at: frozenset()
    spent: deque[tuple[datetime, timedelta]] = field(default_factory=deque)  # in turns, lately

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
        found = self._choice(c) if c.status is Status.QUEUED else None
        if found is None:
            return False
        _, decision, agents = found
        return c.id in self._in_turn(agents[decision.order[0]].shard, [c.id])

    def serve_agent(self, agent: str) -> int:
        """Give an agent the best waiting work until they are full or nothing suits. Returns how much was assigned."""
        a = self.store.agent(agent)
        if a.free <= 0 or not any(self.store.waiting(q, 1) for q in self.policy.queues_open_to(a.queues)):
            return 0
        return len(self._in_turn(a.shard, [AGENT + agent]))

    def serve(self, queues: Iterable[str]) -> int:
        """Give everybody with room in these queues what waits for them or overflowed to them. Returns how much was assigned."""
        wanted = sorted(self.policy.queues_open_to(tuple(queues)))
        if not any(self.store.waiting(q, 1) for q in wanted):
            return 0
        helping = sorted({to for q in wanted for to in self.policy.queues_serving(q)})
        shards, begun, assigned = self.store.shards(helping, fresh=True), self.clock.now(), 0
        first = int(begun.timestamp() // 60) % max(1, len(shards))  # each minute another, should time not do for all
        failed: SwitchboardError | None = None
        for shard in (*shards[first:], *shards[:first]):
            if self.clock.now() - begun > SWEEP:
                break
            try:
                agents = [AGENT + a.id for a in self.store.with_room(shard, LIGHTEST)]
                assigned += len(self._in_turn(shard, agents)) if agents else 0
            except SwitchboardError as error:  # which keeps no other shard from being served
                failed = error
        if failed is not None:
            raise failed
        return assigned

    # -- turns -----------------------------------------------------------------------------------------

    def _in_turn(self, shard: str, wanted: Collection[str]) -> list[str]:
        """See to these agents and conversations, and while there is time to what others left or leave meanwhile; or leave it to
        whoever is at it. Returns the conversations that were assigned. What fails for others is theirs to try again."""
        r, begun = _Round(), self.clock.now()
        if not self._begin(r, shard, wanted):
            return []
        until = begun + MOST_OF_A_TURN - self._spent_lately(begun)
        failed: Exception | None = None
        try:
            while some := _some(r.wanted):
                for one in some:
                    del r.wanted[one]
                try:
                    self._see_to(r, some)
                except Exception as error:  # whoever it is about may not keep the others from theirs, nor the turn
                    _report(error)
                    if len(some) > 1:
                        r.wanted |= dict.fromkeys(some, True)
                    elif some[0] in wanted:
                        failed = error
                except BaseException:
                    r.wanted |= dict.fromkeys(some, False)
                    raise
                if not r.wanted:
                    self._end(r)
                if self.clock.now() > until and r.wanted.keys().isdisjoint(wanted):
                    break
        finally:
            self._leave(r)
            self.spent.append((begun, self.clock.now() - begun))
        if failed is not None:
            raise failed
        return r.assigned

    def _spent_lately(self, now: datetime) -> timedelta:
        while self.spent and self.spent[0][0] < now - LATELY:
            self.spent.popleft()
        return sum((took for _, took in self.spent), timedelta())

    def _begin(self, r: _Round, shard: str, wanted: Collection[str]) -> bool:
        if not r.elsewhere.isdisjoint((shard, one) for one in wanted):
            return False
        turn = self.store.begin_turn(shard, wanted, self.clock.now())
        if turn is None:
            r.elsewhere |= {(shard, one) for one in wanted}
            return False
        r.wanted |= dict.fromkeys(wanted, False)  # before what others left
        r.has(turn)
        return True

    def _end(self, r: _Round) -> None:
        for turn in list(r.turns.values()):
            longer: Turn | None = turn
            while longer is not None and (longer := self.store.end_turn(longer, self.clock.now())) is not None:
                if r.has(longer):
                    break
            else:
                del r.turns[turn.shard]

    def _leave(self, r: _Round) -> None:
        """Give back what was not ended, with what is still wanted. A turn that cannot be given back ends by itself."""
        undone = r.wanted.keys()
        for turn in r.turns.values():
            with suppress(SwitchboardError):
                self.store.leave_turn(turn, {wish for wish in turn.wants if wish.rpartition(" ")[0] not in undone})

    def _see_to(self, r: _Round, wanted: Sequence[str]) -> None:
        """Of these, all of one sort, each."""
        if wanted[0].startswith(AGENT):
            self._fill(r, [one.removeprefix(AGENT) for one in wanted])
            return
        works = self._readable(wanted)
        if len(works) == 1:
            self._place(r, works[0])
        elif works:
            r.wanted = dict.fromkeys(self._left_of(r, works), True) | r.wanted

    def _left_of(self, r: _Round, works: Sequence[Conversation]) -> list[str]:
        """Let the agents who could have some of this work take the best that waits, each a piece. Returns what has to be looked at one
        by one."""
        for _ in range(PASSES):
            works = [c for c in works if c.status is Status.QUEUED and c.id not in r.assigned]
            rooms: dict[str, list[Agent]] = {}
            helpers: dict[str, None] = {}
            for c in works:
                found = self._choice(c, rooms)
                if found is not None:
                    _, decision, agents = found
                    best = agents[next((a for a in decision.order if a not in helpers), decision.order[0])]
                    if best.shard in r.turns or self._begin(r, best.shard, [c.id]):
                        helpers[best.id] = None
            before = len(r.assigned)
            self._fill(r, list(helpers), most=1)
            if len(r.assigned) == before:
                return [c.id for c in works] if helpers else []
        return [c.id for c in works if c.id not in r.assigned]

    def _place(self, r: _Round, c: Conversation) -> None:
        """Find an agent for waiting work."""
        lost = others = 0
        while lost < FRUITLESS and others < OTHERS and c.status is Status.QUEUED:
            outcome = self._offer(r, c)
            if outcome in (_Outcome.ASSIGNED, _Outcome.NOBODY, _Outcome.ELSEWHERE):
                return
            lost += outcome is _Outcome.LOST
            others += outcome is _Outcome.OTHERS_FIRST
            c = self.store.conversation(c.id)

    def _fill(self, r: _Round, agents: Sequence[str], most: int = sys.maxsize) -> None:
        """Find work for agents until they are full, have got `most` pieces, or nothing suits: for each in turn the best, for all in
        one transaction."""
        gone: set[str] = set()
        lost = 0
        while agents and lost < FRUITLESS:
            pairs, left = self._pairs(agents, gone, most)
            after = {c.id for c in self._assign_all(pairs, gone)}
            r.assigned.extend(after)
            late = {a.id: None for work, (_, a, _) in pairs.items() if work not in after}
            lost += bool(late)
            agents = [*late, *(a for a in left if a not in late)]

    def _pairs(self, agents: Sequence[str], gone: set[str], most: int) -> tuple[_Pairs, list[str]]:
        """The best work for each of these agents, of what those before leave, then the next best for each, and so on; and the agents
        for whom there was no place."""
        lines: dict[tuple[str, int], list[Waiting]] = {}
        pairs: _Pairs = {}
        asking = [a for a in self.store.agents_of(agents) if a.free > 0]
        for _ in range(most):
            still: list[Agent] = []
            for n, a in enumerate(asking):
                engine = self.engine((a.shard,))
                found = self._best_for(engine, a, gone | pairs.keys(), lines)
                if found is None:
                    continue
                if len(pairs) == PAIRS:
                    return pairs, [each.id for each in (*asking[n:], *still)]
                work, receipt = found
                pairs[work.conversation] = engine, a, receipt
                load = round(a.load + engine.policy.weight(work.channel, a.capacity), 2)
                still.append(replace(a, load=load, assigned_at=receipt.at))
            asking = [a for a in still if a.free > 0]
            if not asking:
                break
        return pairs, []

    def _assign_all(self, pairs: _Pairs, gone: set[str]) -> list[Conversation]:
        """What was assigned. What waits no more, or cannot be read because its customer was erased, is `gone` and holds nobody up."""
        now, changes = self.clock.now(), []
        for c in self._readable(list(pairs)):
            engine, agent, receipt = pairs[c.id]
            with suppress(NotAllowedNow):
                changes.append(Change(c, tuple(self._assigned(engine, c, agent, receipt, ev.AssignReason.PULLED)), ev.SYSTEM, now))
        gone |= pairs.keys() - {change.before.id for change in changes}
        return self.store.commit_each(changes) if changes else []

    def _readable(self, conversations: Sequence[str]) -> list[Conversation]:
        try:
            return self.store.conversations(conversations)
        except Unreadable:
            if len(conversations) == 1:
                return []
            return [c for one in conversations for c in self._readable([one])]

    # -- steps -----------------------------------------------------------------------------------------

    def _offer(self, r: _Round, c: Conversation) -> _Outcome:
        found = self._choice(c)
        if found is None:
            return _Outcome.NOBODY
        engine, decision, agents = found
        agent = agents[decision.order[0]]
        if agent.shard not in r.turns:
            if not self._begin(r, agent.shard, [c.id]):
                return _Outcome.ELSEWHERE
            agent = self.store.agent(agent.id)
        work, now = waiting_of(c), self.clock.now()
        heads = [w for w in self.store.waiting(work.queue, WINDOW) if w.conversation != c.id]
        present = self._present(engine, heads)  # all of one queue, for which they are on shift
        if engine.first(agent, (*heads, work), now, present) not in ("", c.id):
            self._fill(r, [agent.id])
            return _Outcome.OTHERS_FIRST
        with suppress(NotAllowedNow):
            decided = self._assigned(engine, c, agent, decision.receipt, ev.AssignReason.ROUTED)
            if self.store.commit_each([Change(c, tuple(decided), ev.SYSTEM, now)]):
                r.assigned.append(c.id)
                return _Outcome.ASSIGNED
        return _Outcome.LOST

    def _choice(
        self, c: Conversation, rooms: dict[str, list[Agent]] | None = None
    ) -> tuple[Engine, Decision, dict[str, Agent]] | None:  # fmt: skip
        """Who may take it, with the agents asked; None: nobody now. `rooms`: the agents with room that were read, by shard."""
        work, now = waiting_of(c), self.clock.now()
        off = self.off_shift(work.queue, now)
        preferred = self._preferred(work, off)
        for agents in self._candidates(work, preferred, {} if rooms is None else rooms):
            engine = self.engine(sorted({a.shard for a in agents}))
            decision = engine.offer(
                work, c.version, agents, now, preferred_is_in=preferred is not None, turn=c.assignments, off_shift=off
            )  # fmt: skip
            if decision.order:
                return engine, decision, {a.id: a for a in agents}
        return None

    def _candidates(self, work: Waiting, preferred: Agent | None, rooms: dict[str, list[Agent]]) -> Iterator[list[Agent]]:
        """Agents with room who may be asked, shard by shard: those of the home shard first, with the one the work prefers. Shards that
        are new since the roster was read are looked for last."""
        queues = self.policy.queues_serving(work.queue)
        first = [preferred] if preferred is not None and preferred.free > 0 else []
        looked: set[str] = set()
        for fresh in (False, True):
            for shard in _probed(self.store.shards(queues, fresh=fresh), work.conversation, self._look(work)):
                if shard not in looked:
                    looked.add(shard)
                    if shard not in rooms:
                        rooms[shard] = self.store.with_room(shard, LIGHTEST)
                    agents = {a.id: a for a in (*first, *rooms[shard])}
                    first = []
                    yield list(agents.values())

    def _look(self, work: Waiting) -> int:
        """Which look for an agent this is, more or less: later ones try other shards."""
        return int((self.clock.now() - work.since) / NEXT_LOOK)

    def _preferred(self, work: Waiting, off: frozenset[str]) -> Agent | None:
        """The agent whom the work prefers, if they are at work."""
        if not work.requires.prefers or work.requires.prefers in off:
            return None
        with suppress(NotFound):
            agent = self.store.agent(work.requires.prefers)
            return agent if agent.presence is Presence.ONLINE else None
        return None

    def _best_for(
        self, engine: Engine, agent: Agent, taken: Collection[str], lines: dict[tuple[str, int], list[Waiting]]
    ) -> tuple[Waiting, Receipt] | None:  # fmt: skip
        """The work an agent should take now. Looks deeper where nothing at the head of their queues suits. `lines`: the heads
        of queues that were read, by queue and depth."""
        queues = engine.policy.queues_open_to(agent.queues)
        window = WINDOW
        while True:
            for q in queues:
                if (q, window) not in lines:
                    lines[q, window] = self.store.waiting(q, window)
            places = [lines[q, window] for q in queues]
            works = [w for found in places for w in found if w.conversation not in taken]
            now = self.clock.now()
            off = {q for q in {w.queue for w in works} if agent.id in self.off_shift(q, now)}
            decision = engine.pull(agent, [(w, 0) for w in works], now, self._present(engine, works), off)
            if decision.order:
                return next(w for w in works if w.conversation == decision.order[0]), decision.receipt
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

    def _assigned(
        self, engine: Engine, c: Conversation, agent: Agent, receipt: Receipt, reason: ev.AssignReason
    ) -> list[ev.Event]:  # fmt: skip
        weight, accept_by = engine.policy.weight(c.channel, agent.capacity), self.clock.now() + self.accept_within
        return cv.assign(c, agent.id, reason, accept_by, weight=weight, receipt=receipt)


def _report(error: Exception) -> None:
    """What kind of error and where, for operators; its text may be personal."""
    where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-3:]]
    log.warning("a turn's wish failed: %s at %s", type(error).__name__, " < ".join(reversed(where)))


def _some(wanted: Mapping[str, bool]) -> list[str]:
    """Who is seen to next: the first, and if they need not be seen alone, others of their sort."""
    if not wanted:
        return []
    first = next(iter(wanted))
    if wanted[first]:
        return [first]
    agents = first.startswith(AGENT)
    alike = [one for one, alone in wanted.items() if not alone and one.startswith(AGENT) == agents]
    return alike[: PAIRS if agents else WINDOW]


def _probed(shards: Sequence[str], conversation: str, look: int = 0) -> list[str]:
    """The shards a conversation looks at: its home first, then others, at each look others (rendezvous hashing: each conversation has
    its own order, and all shards have their share)."""

    def order(look: int) -> list[str]:
        return sorted(shards, key=lambda shard: hashlib.sha256(f"{conversation}|{look}|{shard}".encode()).digest())

    home = order(0)[:1]
    return [*home, *(shard for shard in order(look) if shard not in home)][:PROBES]
