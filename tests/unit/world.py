"""A small company on the ports' fakes: the real use cases as the composition root makes them, a clock that stands still, and
somebody who may interfere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from local.shop.books import Books
from local.shop.rules import Shop
from switchboard.adapters.cedar.authority import shipped
from switchboard.application.actions import Actions
from switchboard.application.admission import CONTACT, CONVERSATION, About
from switchboard.application.approvals import Approvals
from switchboard.application.connectors import Connector
from switchboard.application.delivery import Dispatch, TryLater
from switchboard.application.intake import identity_key
from switchboard.application.ports import Principal
from switchboard.application.presence import agent_principal
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.authority.limits import Limits
from switchboard.domain.bot import BotPolicy
from switchboard.domain.contacts import Contact
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.settings import Settings
from tests.fakes.connections import MemoryConnections
from tests.fakes.connectors import MemoryActionQueue, MemoryConnector
from tests.fakes.courier import ScriptedCourier
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.flows import MemoryFlows
from tests.fakes.knowledge import WordsOnly
from tests.fakes.outside import MemoryGateway
from tests.fakes.queues import MemoryFacts, MemoryInbound, MemoryOutbox
from tests.fakes.requests import MemoryRequests
from tests.fakes.store import MemoryStore
from tests.fakes.system import CountedIds, ManualClock, PlainIndex

POLICY = BotPolicy(
    answers={"greeting": {"en": "Hello!", "zh": "您好！"}},
    queues={"refund_request": "billing"},
    priorities={"refund_request": 7},
    handover={"en": "A colleague comes."},
)
GREETING = Understanding("greeting", 0.9, "en", model="test")
REFUND = Understanding("refund_request", 0.9, "en", model="test")
UNCLEAR = Understanding(OUT_OF_SCOPE, 1.0, "en", model="test")
ACCEPT_WITHIN = timedelta(seconds=30)


class Interfered:
    """A store between whose calls somebody else may act: once, before the call of the given number (from 0)."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._intruder: Callable[[], object] | None = None
        self._at = 0
        self._only = ""
        self.calls = 0

    def before_call(self, number: int, intruder: Callable[[], object], only: str = "") -> None:
        """`only`: count calls of this method alone."""
        self.calls, self._at, self._intruder, self._only = 0, number, intruder, only

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if not self._only or name == self._only:
                self.calls += 1
                if self._intruder is not None and self.calls > self._at:
                    intruder, self._intruder = self._intruder, None
                    intruder()
            return method(*args, **kwargs)

        return call


class World:
    """`store` is the data; the use cases reach it through `interfered`. `elsewhere` is another process on the same data."""

    def __init__(self, data: World | None = None) -> None:
        self.clock: ManualClock = data.clock if data else ManualClock()
        self.ids: CountedIds = data.ids if data else CountedIds()
        self.index: PlainIndex = data.index if data else PlainIndex()
        self.store: MemoryStore = data.store if data else MemoryStore(MemoryDeliveries())
        self.deliveries = self.store.deliveries
        self.connections: MemoryConnections = data.connections if data else MemoryConnections()
        self.outbox: MemoryOutbox = data.outbox if data else MemoryOutbox()
        self.inbound: MemoryInbound = data.inbound if data else MemoryInbound()
        self.facts: MemoryFacts = data.facts if data else MemoryFacts()
        self.gateway: MemoryGateway = data.gateway if data else MemoryGateway()
        self.courier: ScriptedCourier = data.courier if data else ScriptedCourier()
        self.flows: MemoryFlows = data.flows if data else MemoryFlows(self.store)
        self.knowledge: WordsOnly = data.knowledge if data else WordsOnly([])
        self.interfered = Interfered(self.store)
        made = self._made = Services(Settings(accept_seconds=30, grace_seconds=20))
        vars(made).update(  # a cached property is not asked once its value stands in the instance
            clock=self.clock, ids=self.ids, index=self.index, store=self.interfered, flows=self.flows, deliveries=self.deliveries,
            connections=self.connections, outbox=self.outbox, inbound=self.inbound, facts=self.facts, gateway=self.gateway,
            knowledge=self.knowledge, authority=shipped(),
        )  # fmt: skip
        vars(made).update(approvals=Approvals(made.store, MemoryRequests(self.store), self.ids, self.clock))
        self.conversing = made.conversing
        self.flow_versions: dict[str, int] = data.flow_versions if data else {}  # none: the bot leads nobody through flows
        self.connector: Connector = data.connector if data else MemoryConnector(Shop(Books(date(2026, 3, 10))))
        self.actions_queue = data.actions_queue if data else MemoryActionQueue()
        vars(self.conversing).update(
            policy=lambda: self.policy, versions=lambda: self.flow_versions, connector=self.connector, queue=self.actions_queue
        )
        self.actions: Actions = made.conversing.actions
        self.assignment, self.intake, self.desk = made.assignment, made.intake, made.desk
        self.presence, self.access, self.contacts = made.presence, made.access, made.contacts
        self.admission = made.admission
        self.receipts = made.receipts
        self.parking, self.timers, self.sweep = made.parking, made.timers, made.sweep
        self.outbox_reader, self.screens = made.outbox_reader, made.screens
        self.waiting = made.waiting
        self.receipts, self.service_levels = made.receipts, made.service_levels
        self.dispatch = Dispatch(made.store, self.deliveries, self.courier, self.intake, self.index, self.clock)
        self._vendor_ids = 0
        self.policy = data.policy if data else POLICY

    def elsewhere(self) -> World:
        """The same company, worked on by another process."""
        return World(self)

    def route_by(self, **document: Any) -> None:
        """Put a routing policy in force here and now; other processes see it within their minute."""
        self._made.routing_policies.set(who("boss", "administrator"), document)
        self._made.routing_engines.forget()

    def waiting_room_by(self, **document: Any) -> None:
        """Put waiting room settings in force here and now."""
        self._made.waiting.settings.set(who("boss", "administrator"), document)
        self._made.waiting._policy = None

    def lead(self, connector: Connector, policy: BotPolicy = POLICY) -> None:
        """Have the bot lead customers through the shipped flows, with a company's system behind them."""
        self.policy, self.connector = policy, connector
        vars(self.conversing).update(connector=connector)
        self.flow_versions = dict(self.conversing.flow_book.in_force())
        self.actions = Actions(self.interfered, self.conversing.turns, connector, self.assignment, self.index, self.clock)

    def replan(self) -> None:
        """See the newest staffing plan now; other processes do within their minute."""
        self._made.routing_engines.forget()

    def open_by(self, **document: Any) -> None:
        """Put hours, rosters and promises in force here and now; other processes see them within their minute."""
        self._made.configuration.set_hours(who("boss", "administrator"), document)
        self._made._hours = None

    # -- people ------------------------------------------------------------------------------------

    def hire(self, agent: str, *, capacity: int = 3, queues: tuple[str, ...] = ("general",), online: bool = True,
             languages: tuple[str, ...] = ("en",), **more: Any) -> ev.Actor:  # fmt: skip
        """An agent in the roster, at work and connected unless told otherwise."""
        boss = who("boss", "administrator")
        self.presence.set_profile(boss, agent, ev.AgentProfileSet(capacity, queues, languages, agent.title(), **more))
        if online:
            self.connect(agent)
            self.presence.set_presence(who(agent), agent, ev.Presence.ONLINE)
        return who(agent)

    def lead_team(self, supervisor: str, *queues: str) -> ev.Actor:
        """A supervisor of these queues, who takes no work."""
        self.hire(supervisor, capacity=0, queues=queues, online=False)
        return who(supervisor, "supervisor")

    def limit(self, agent: str, *, assigned_only: bool = False, **kinds: tuple[str, ...]) -> None:
        """What a person is limited to from now on, by two administrators."""
        changes = self._made.changes
        limits = Limits(**kinds, assigned_only=assigned_only)
        asked = changes.ask_limits(who("boss", "administrator"), agent, limits, "they serve others now")
        changes.approve(who("chief", "administrator"), asked.id, asked.digest)

    def reads(self, actor: ev.Actor, conversation: str, action: str = "GetConversation") -> Conversation:
        """A conversation, if the gate lets them."""
        self.admission.admit(actor, action, About(CONVERSATION, conversation))
        return self.store.conversation(conversation)

    def sees_contact(self, actor: ev.Actor, contact: str, action: str = "GetContact") -> Contact:
        """The same of a contact."""
        self.admission.admit(actor, action, About(CONTACT, contact))
        return self.store.contact(contact).contact

    def connect(self, agent: str, connection: str = "") -> str:
        """One more live connection of an agent."""
        opened = connection or f"socket-of-{agent}"
        ticket = self.connections.issue(Principal(agent_principal(agent), {"id": agent, "role": "agent"}), self.clock.now())
        self.connections.redeem(ticket, opened, self.clock.now())
        return opened

    def disconnect(self, connection: str) -> None:
        self.connections.drop(connection, self.clock.now())

    def agent(self, agent: str) -> Agent:
        return self.store.agent(agent)

    # -- customers ---------------------------------------------------------------------------------

    def message(self, address: str, text: str = "Help!", *, channel: str = "whatsapp", vendor_id: str = "") -> InboundMessage:
        """A message of a customer; each has a vendor id of its own unless one is given."""
        self._vendor_ids += 1
        return InboundMessage(
            channel, "main", Party(address, f"name of {address}"), vendor_id or f"wamid-{id(self)}-{self._vendor_ids}",
            Content(text=text), self.clock.now(),
        )  # fmt: skip

    def write(self, address: str, u: Understanding = UNCLEAR, **how: Any) -> Conversation:
        """A customer writes, and what became of it is read afresh."""
        after = self.intake.receive(self.message(address, **how), u)
        assert after is not None
        return self.store.conversation(after.id)

    def identity(self, address: str, channel: str = "whatsapp") -> str:
        return identity_key(self.index, channel, "main", address)

    def now_of(self, c: Conversation) -> Conversation:
        return self.store.conversation(c.id)

    def dispatch_all(self, c: Conversation, *, quietly: bool = False) -> None:
        """Hand every message of a conversation that waits to its vendor."""
        for r in self.store.events(c.ledger):
            if isinstance(r.event, ev.MessageSent):
                try:
                    self.dispatch.deliver(c.id, r.commit, r.event.message, 1, last=False)
                except TryLater:
                    assert quietly

    # -- what is on record -------------------------------------------------------------------------

    def types(self, c: Conversation) -> list[str]:
        return [r.event.type for r in self.store.events(c.ledger)]

    def last(self, c: Conversation, kind: type[ev.Event]) -> Any:
        return [r.event for r in self.store.events(c.ledger) if isinstance(r.event, kind)][-1]


def who(agent: str, role: str = "agent") -> ev.Actor:
    return ev.Actor(ev.ActorKind.AGENT, agent, role, "192.0.2.7", "request-1")


def idle_and_waiting(world: World) -> list[tuple[str, str]]:
    """(agent, conversation) pairs that should have met: empty in a company that loses no wake-up."""
    return [
        (a.id, w.conversation) for a in world.store.agents() if a.free for q in a.queues for w in world.store.waiting(q, 99)
    ]
