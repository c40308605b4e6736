"""A company in which anything may happen in any order: nobody is overfilled, nobody idles beside work, nobody is overtaken by their
equals, and every decision can be made again from its receipt."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow
from switchboard.domain.folds import fold_agent
from switchboard.domain.receipt import Candidate, Direction, Receipt, Rejection
from switchboard.domain.routing.engine import KEPT, Engine
from switchboard.domain.routing.waiting import Waiting, waiting_of
from switchboard.domain.understanding import Understanding
from tests.fakes.store import MemoryStore
from tests.fakes.system import ManualClock
from tests.unit.world import World, who

AGENTS = ("ada", "bob", "cara", "dan")
QUEUES = ("general", "billing")
CUSTOMERS = tuple(f"customer {n}" for n in range(12))
BOSS, SUE = who("boss", "administrator"), who("sue", "supervisor")
CHANNELS = {"email": {"weight": 0.5}, "sms": {"weight": 0.35}, "voice": {"exclusive": True, "ahead": 30}}
KINDS = {"refund_request": {"kind": "refund", "level": 3}, "complaint": {"kind": "complaint", "level": 1, "complex": True}}
POLICIES: tuple[dict[str, Any], ...] = (
    {"kinds": KINDS, "ladder": {"level": 5, "skill": 10, "language": 0}},
    {"kinds": KINDS, "ladder": {"language": 20, "skill": None}, "overflow": {"billing": [{"to": "general", "after": 60}]},
     "spread": 1},
    {"strategy": "least_load", "kinds": KINDS, "overflow": {"general": [{"to": "billing", "after": 0}]}, "sticky": {"hold": 20}},
    {"strategy": "round_robin", "regions": {"email/main": "eu"}, "sticky": {"last_agent_days": 0}, "weights": {"release": 60}},
    {"strategy": "longest_idle", "ladder": {"language": None}, "priority_worth": 0, "sticky": {"hold": 600}},
)
HANDS: list[dict[str, Any]] = [*({"agent": a} for a in AGENTS), *({"queue": q} for q in QUEUES), {"skill": "refund", "level": 2}]
REFUSED = (Forbidden, Malformed, NotAllowedNow)

subsets = st.sets(st.sampled_from(QUEUES), min_size=1).map(lambda q: tuple(sorted(q)))
profiles = st.builds(
    ev.AgentProfileSet, capacity=st.sampled_from([1, 1, 2, 3, 0]), queues=subsets, name=st.just(""),
    languages=st.sampled_from([("en",), ("en", "zh"), ()]), skills=st.sampled_from([{}, {"refund": 1}, {"refund": 4, "complaint": 2}]),
    channels=st.sampled_from([(), (), ("email", "sms"), ("voice",)]),
    regions=st.sampled_from([(), ("eu",), ("us",)]), expert=st.booleans(),
)  # fmt: skip
matters = st.builds(
    Understanding, st.sampled_from(["refund_request"] * 3 + ["complaint", "other"]), st.just(0.9),
    st.sampled_from(["en"] * 4 + ["zh", "und"]),
)  # fmt: skip


class Ticking(ManualClock):
    """No two looks at it show the same time, so ledgers say what was before what."""

    def now(self) -> datetime:
        return self.advance(microseconds=1)


class Company(RuleBasedStateMachine):
    """Four agents, some customers, people and clocks."""

    def __init__(self) -> None:
        super().__init__()
        first = World()
        first.clock = Ticking()
        self.world = first.elsewhere()
        self.store: MemoryStore = self.world.store
        self.contacts: set[str] = set()
        self.loads: dict[str, float] = {}
        self.waited: dict[str, Waiting] = {}
        self.seen: dict[str, int] = {}

    # -- what there is -----------------------------------------------------------------------------

    @property
    def engine(self) -> Engine:
        return self.world.assignment.engine(())

    def all(self, *statuses: Status) -> list[Conversation]:
        found = [self.store.contact(c).conversation for c in sorted(self.contacts)]
        return [c for c in found if c is not None and c.status in statuses]

    def waiting(self) -> list[Waiting]:
        return [w for q in QUEUES for w in self.store.waiting(q, 99)]

    def assignments(self, c: Conversation) -> list[tuple[ev.Recorded, ev.Assigned]]:
        return [(r, r.event) for r in self.store.events(c.ledger) if isinstance(r.event, ev.Assigned)]

    def sweep(self) -> None:
        self.world.assignment.serve({q for a in self.store.agents() for q in a.queues})

    def pick(self, data: st.DataObject, *statuses: Status) -> Conversation:
        return data.draw(st.sampled_from(self.all(*statuses)))

    # -- what happens ------------------------------------------------------------------------------

    @initialize(first=st.lists(profiles, min_size=2, max_size=4), policy=st.sampled_from(POLICIES))
    def opening(self, first: list[ev.AgentProfileSet], policy: dict[str, Any]) -> None:
        self.world.route_by(**{"channels": CHANNELS, **policy})
        for agent, profile in zip(AGENTS, first, strict=False):
            self.world.presence.set_profile(BOSS, agent, replace(profile, capacity=max(1, profile.capacity)))
            self.world.presence.set_presence(who(agent), agent, ev.Presence.ONLINE)

    @rule(agent=st.sampled_from(AGENTS), profile=profiles)
    def somebody_is_hired_or_changes(self, agent: str, profile: ev.AgentProfileSet) -> None:
        owned = self.store.owned_by(agent)
        if any(c.channel == "voice" for c in owned):  # what more capacity does then is a test of its own
            profile = replace(profile, capacity=self.store.agent(agent).capacity)
        self.world.presence.set_profile(BOSS, agent, profile)

    @rule(data=st.data(), presence=st.sampled_from([ev.Presence.ONLINE, ev.Presence.ONLINE, ev.Presence.AWAY, ev.Presence.OFFLINE]))
    def somebody_comes_or_goes(self, data: st.DataObject, presence: ev.Presence) -> None:
        agent = data.draw(st.sampled_from([a.id for a in self.store.agents()]))
        self.world.presence.set_presence(who(agent), agent, presence)
        if presence is not ev.Presence.ONLINE and self.engine.policy.sticky.hold:
            self.sweep()  # what was kept for them is found by a look or the sweeper

    @rule(addresses=st.lists(st.sampled_from(CUSTOMERS), min_size=1, max_size=4),
          channel=st.sampled_from(["whatsapp"] * 5 + [*CHANNELS]), matter=matters)  # fmt: skip
    def customers_write(self, addresses: list[str], channel: str, matter: Understanding) -> None:
        for address in addresses:
            self.contacts.add(self.world.write(address, matter, channel=channel).contact)

    @precondition(lambda self: self.all(Status.ASSIGNED))
    @rule(data=st.data(), how=st.sampled_from(["accept", "accept", "decline", "expire"]))
    def an_offer_ends(self, data: st.DataObject, how: str) -> None:
        c = self.pick(data, Status.ASSIGNED)
        if how == "accept":
            self.world.desk.accept(who(c.owner), c.id)
        elif how == "decline":
            self.world.presence.decline(who(c.owner), c.id)
        else:
            self.world.presence.offer_expired(c.id, c.assignments)
        if how != "accept" and self.engine.policy.sticky.hold:
            self.sweep()  # the agent is away now

    @precondition(lambda self: self.all(Status.ASSIGNED, Status.ACTIVE))
    @rule(data=st.data())
    def a_matter_is_closed(self, data: st.DataObject) -> None:
        c = self.pick(data, Status.ASSIGNED, Status.ACTIVE)
        self.world.desk.resolve(who(c.owner), c.id)

    @precondition(lambda self: self.all(Status.ASSIGNED, Status.ACTIVE))
    @rule(data=st.data(), to=st.sampled_from(HANDS))
    def it_is_handed_on(self, data: st.DataObject, to: dict[str, Any]) -> None:
        c = self.pick(data, Status.ASSIGNED, Status.ACTIVE)
        with suppress(*REFUSED):
            self.world.desk.transfer(who(c.owner), c.id, **to)

    @precondition(lambda self: self.all(Status.QUEUED))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS), pushed=st.booleans())
    def somebody_helps_themselves_or_is_told_to(self, data: st.DataObject, agent: str, pushed: bool) -> None:
        c = self.pick(data, Status.QUEUED)
        if agent in {a.id for a in self.store.agents()}:
            with suppress(*REFUSED):
                if pushed:
                    self.world.desk.transfer(SUE, c.id, agent=agent)
                else:
                    self.world.desk.take(who(agent), c.id)

    @precondition(lambda self: self.all(Status.ACTIVE))
    @rule(data=st.data(), ends=st.booleans())
    def a_colleague_is_asked(self, data: st.DataObject, ends: bool) -> None:
        c = self.pick(data, Status.ACTIVE)
        agent = data.draw(st.sampled_from([a.id for a in self.store.agents()]))
        with suppress(*REFUSED):
            if ends:
                self.world.desk.end_consult(who(c.owner), c.id, agent)
            else:
                self.world.desk.consult(who(c.owner), c.id, agent, "?")

    @rule(policy=st.sampled_from(POLICIES), email=st.sampled_from([0.25, 0.5, 1]))
    def the_policy_changes(self, policy: dict[str, Any], email: float) -> None:
        self.world.route_by(**{"channels": {**CHANNELS, "email": {"weight": email}}, **policy})
        self.sweep()

    @rule(data=st.data(), seconds=st.sampled_from([1, 5, 20, 60, 900]), looks=st.booleans())
    def time_passes(self, data: st.DataObject, seconds: int, looks: bool) -> None:
        """The timers of those who wait fire in any order; or were lost, and the sweeper comes."""
        self.world.clock.advance(seconds=seconds)
        for w in data.draw(st.permutations(self.waiting())) if looks else ():
            self.world.assignment.wake_work(self.store.conversation(w.conversation))
        if not looks:
            self.sweep()

    # -- what must be ------------------------------------------------------------------------------

    @invariant()
    def loads_are_the_weights_of_what_is_owned(self) -> None:
        owners = [(c.owner, c.weight) for c in self.all(Status.ASSIGNED, Status.ACTIVE)]
        for a in self.store.agents():
            mine = sorted(c.id for c in self.store.owned_by(a.id))
            assert len(mine) == sum(owner == a.id for owner, _ in owners)
            assert a.load == round(sum(weight for owner, weight in owners if owner == a.id), 2)
            assert a.load <= max(a.capacity, self.loads.get(a.id, 0))  # capacity may fall below, load never rise above
        self.loads = {a.id: a.load for a in self.store.agents()}

    @invariant()
    def who_is_on_a_call_does_nothing_else(self) -> None:
        for a in self.store.agents():
            owned = self.store.owned_by(a.id)
            assert len(owned) == 1 or not any(c.channel == "voice" for c in owned)

    @invariant()
    def who_is_queued_waits_and_nobody_else(self) -> None:
        queued = [waiting_of(c) for c in self.all(Status.QUEUED)]
        assert sorted(self.waiting(), key=lambda w: w.conversation) == sorted(queued, key=lambda w: w.conversation)
        for c in self.all(*Status):
            assert bool(c.owner) == (c.status in (Status.ASSIGNED, Status.ACTIVE))
            assert c.owner not in c.consulted or not c.owner

    @invariant()
    def nobody_has_room_for_work_that_they_may_take_now(self) -> None:
        works = [(w, 0) for w in self.waiting()]
        online = frozenset(a.id for a in self.store.agents() if a.presence is ev.Presence.ONLINE)
        for a in self.store.agents():
            left = self.engine.pull(a, works, self.world.clock.now(), online).order
            assert not left, f"{a} beside {left}"

    @invariant()
    def nobody_is_overtaken_by_their_equals(self) -> None:
        now = {w.conversation: w for w in self.waiting()}
        patient = [w for name, w in self.waited.items() if now.get(name) == w]
        for c in self.all(*Status):
            for r, assigned in self.assignments(c)[self.seen.get(c.id, 0) :]:
                if assigned.receipt is not None:
                    mine = waiting_of(past(self.store, c.id, r.no))
                    assert not [w for w in patient if w.since < mine.since and alike(w) == alike(mine)]
            self.seen[c.id] = len(self.assignments(c))
        self.waited = now

    def teardown(self) -> None:
        for contact in sorted(self.contacts):
            current = self.store.contact(contact).conversation
            assert current is not None
            for c in (current, *self.store.previous_conversations(contact)):
                for r, assigned in self.assignments(c):
                    self.is_explained(c, r, assigned)

    def is_explained(self, c: Conversation, r: ev.Recorded, assigned: ev.Assigned) -> None:
        receipt = assigned.receipt
        assert (receipt is not None) == (assigned.reason in (ev.AssignReason.ROUTED, ev.AssignReason.PULLED))
        if receipt is None:
            return
        chosen = assigned.agent if receipt.direction is Direction.OFFER else c.id
        assert receipt.ranked[receipt.chosen].id == chosen
        if receipt.considered <= KEPT:
            again = self.decided_again(c, r, assigned, receipt)
            assert (again.inputs, again.ranked, again.rejected) == (receipt.inputs, receipt.ranked, receipt.rejected)
        assert [x.differences for x in self.world._made.receipts.of(c.id) if x.number == assigned.number] == [()]

    def decided_again(self, c: Conversation, r: ev.Recorded, assigned: ev.Assigned, receipt: Receipt) -> Receipt:
        """By hand, from the ledgers and the receipt alone."""
        engine = Engine(self.world._made.routing_policies.policy(receipt.policy))
        seen: list[Candidate | Rejection] = [*receipt.ranked, *receipt.rejected]
        if receipt.direction is Direction.OFFER:
            before = past(self.store, c.id, r.no)
            agents = [self.as_then(s) for s in seen]
            return engine.offer(
                waiting_of(before), receipt.subject, agents, receipt.at, preferred_is_in=bool(receipt.present),
                turn=before.assignments, last=receipt.last,
            ).receipt  # fmt: skip
        works = [(waiting_of(at(self.store, s.id, receipt.at)), s.version) for s in seen]
        puller = Candidate(assigned.agent, receipt.subject, load=receipt.load, assigned_at=receipt.assigned_at)
        return engine.pull(self.as_then(puller), works, receipt.at, receipt.present).receipt

    def as_then(self, seen: Candidate | Rejection) -> Agent:
        agent = Agent(seen.id)
        for commit, recorded in groupby(self.store.events(agent.ledger), key=lambda r: r.commit):
            if commit <= seen.version:
                agent = fold_agent(agent, [r.event for r in recorded])
        assert agent.version == seen.version
        return replace(agent, load=seen.load, assigned_at=seen.assigned_at)


def past(store: MemoryStore, conversation: str, no: int) -> Conversation:
    """As it was before the event of that number."""
    return folded(conversation, [r for r in store.events(cv.ledger_of(conversation)) if r.no < no])


def at(store: MemoryStore, conversation: str, moment: datetime) -> Conversation:
    return folded(conversation, [r for r in store.events(cv.ledger_of(conversation)) if r.at <= moment])


def folded(conversation: str, recorded: list[ev.Recorded]) -> Conversation:
    c = Conversation(conversation, cv.contact_of(conversation))
    for _, commit in groupby(recorded, key=lambda r: r.commit):
        happened = list(commit)
        c = cv.fold(c, [r.event for r in happened], happened[0].at)
    return c


def alike(w: Waiting) -> tuple[object, ...]:
    """Those of whom the one who came first is served first."""
    return (w.queue, w.priority, w.language, w.not_to, w.channel, w.requires)


TestCompany = Company.TestCase
TestCompany.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
