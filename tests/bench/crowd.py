"""A company under load on an emulator: real use cases on real adapters, KMS included, in four processes' worth of services that
share nothing but AWS, driven by sixteen threads."""

from __future__ import annotations

import itertools
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from local.emulators.aws import clients
from local.emulators.process import CREDENTIALS
from switchboard.application.intake import identity_key
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status, ledger_of
from switchboard.domain.errors import StorageUnavailable, SwitchboardError
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.understanding import Understanding
from switchboard.settings import Settings
from tests.contract.dynamo_tables import tables

A = TypeVar("A")
T = TypeVar("T")

THREADS = 16
PROCESSES = 4
QUEUE = "general"
WISH = Understanding("human_agent", 0.99, "en", model="scripted")
COMPLAINT = Understanding("complaint", 0.99, "en", model="scripted")  # a higher priority in the same queue


def environment(endpoint: str) -> dict[str, str]:
    """What the services' own clients need to find the emulator."""
    return {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}


@contextmanager
def company(endpoint: str) -> Iterator[Company]:
    """A fresh company. The process's environment must be `environment(endpoint)`."""
    aws = clients(endpoint)
    key = aws("kms").create_key(Description="switchboard test")["KeyMetadata"]["Arn"]
    with tables(aws("dynamodb")) as names:
        settings = Settings(
            ledger_table=names.ledger, state_table=names.state, deliveries_table=names.deliveries,
            connections_table=names.connections, keys_table=names.keys, kms_key_id=key,
        )  # fmt: skip
        yield Company(settings)
    aws("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


def customer_address() -> str:
    return f"+49{uuid.uuid4().int % 10**12:012d}"


def message(address: str, text: str = "I want to speak to a person") -> InboundMessage:
    return InboundMessage("whatsapp", "shop", Party(address, "Ada"), uuid.uuid4().hex, Content(text=text), datetime.now(UTC))


class Company:
    """`gave_up` counts uses that lost too many races in a row and were begun anew, as a queue would; `refused` counts by error what
    the chaos was told it may not do now."""

    def __init__(self, settings: Settings) -> None:
        self._processes = [Services(settings) for _ in range(PROCESSES)]
        self._processes[0].provision()
        for services in self._processes:  # a process is one thread's at first; ours are ready before the threads come
            _ = services.intake, services.desk, services.presence, services.tables
        self._turn = itertools.count()
        self.gave_up = 0
        self.refused: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def services(self) -> Services:
        """Some process: each call another."""
        return self._processes[next(self._turn) % PROCESSES]

    def in_threads(self, work: Iterable[Callable[[], T]]) -> list[T]:
        """Run all of it on sixteen threads; the first exception is raised when all are done."""
        with ThreadPoolExecutor(THREADS) as pool:
            return [f.result() for f in [pool.submit(one) for one in work]]

    def each(self, work: Callable[[A], T], arguments: Iterable[A]) -> list[T]:
        """The same work on each argument, on sixteen threads."""
        return self.in_threads([partial(work, argument) for argument in arguments])

    def again(self, use: Callable[[], T]) -> T:
        """Use a service as a queue's consumer does: what was not possible now comes again."""
        for _ in range(20):
            try:
                return use()
            except StorageUnavailable:
                with self._lock:
                    self.gave_up += 1
                time.sleep(0.05)
        raise AssertionError("a use failed twenty times")

    def agents(self, count: int, capacity: int, *, online: bool = True) -> list[str]:
        """Ids of new agents of the queue."""
        ids, presence = [f"agent-{n}" for n in range(count)], self.services.presence
        for agent in ids:
            presence.set_profile(ev.SYSTEM, agent, ev.AgentProfileSet(capacity, (QUEUE,), ("en",), f"Agent {agent}"))
            if online:
                presence.set_presence(ev.SYSTEM, agent, ev.Presence.ONLINE)
        return ids

    def receive(self, m: InboundMessage, u: Understanding = WISH) -> Conversation | None:
        return self.again(lambda: self.services.intake.receive(m, u))

    def current(self, ids: Iterable[str]) -> list[Conversation]:
        return [self.services.store.conversation(i) for i in ids]

    def ledgers(self, ids: Iterable[str]) -> dict[str, list[ev.Recorded]]:
        wanted = list(ids)
        read = self.each(lambda i: self.services.store.events(ledger_of(i)), wanted)
        return dict(zip(wanted, read, strict=True))


def acting(agent: str) -> ev.Actor:
    return ev.Actor(ev.ActorKind.AGENT, agent, "agent")


# -- what must hold of ledgers -----------------------------------------------------------------------


def gaps(recorded: Sequence[ev.Recorded]) -> int:
    """Event numbers that are missing, doubled or out of place."""
    return sum(r.no != expected for expected, r in enumerate(recorded, 1))


def wrong_owners(recorded: Sequence[ev.Recorded]) -> int:
    """Assignments to a second owner, and releases by somebody who was none."""
    owner, wrong = "", 0
    for r in recorded:
        match r.event:
            case ev.Assigned(agent=agent):
                wrong += bool(owner)
                owner = agent
            case ev.Released(agent=agent) | ev.Accepted(agent=agent):
                wrong += owner != agent
                owner = "" if isinstance(r.event, ev.Released) else owner
            case ev.Resolved():
                owner = ""
            case _:
                pass
    return wrong


# -- the scenarios -------------------------------------------------------------------------------------


def rush(c: Company, *, customers: int = 200, agents: int = 5, capacity: int = 4) -> dict[str, int]:
    """More customers at once than the agents can take; then the agents work the queue off."""
    staff = c.agents(agents, capacity)
    arriving = [(message(customer_address()), COMPLAINT if n % 4 == 0 else WISH) for n in range(customers)]
    opened = c.each(lambda a: c.receive(*a), arriving)
    ids = [o.id for o in opened if o is not None]
    states = Counter(x.status for x in c.current(ids))
    loads = [a.load for a in c.services.store.agents()]
    line = [w.conversation for w in c.services.store.waiting(QUEUE, customers + 1)]
    figures = {
        "assigned": states[Status.ASSIGNED],
        "queued": states[Status.QUEUED],
        "waiting": len(line),
        "load": sum(loads),
        "overfull_agents": sum(load > capacity for load in loads),
    }
    _work_off(c, staff, len(ids))
    ledgers = c.ledgers(ids)
    taken = {i: [r.at for r in recorded if isinstance(r.event, ev.Assigned)] for i, recorded in ledgers.items()}
    order = sorted(line, key=lambda i: taken[i][0] if taken[i] else datetime.max.replace(tzinfo=UTC))
    return figures | {
        "served": sum(len(t) == 1 for t in taken.values()),
        "resolved": sum(x.status is Status.RESOLVED for x in c.current(ids)),
        "served_out_of_order": sum(a != b for a, b in zip(line, order, strict=True)),
        "left_waiting": len(c.services.store.waiting(QUEUE, customers)),
        "load_left": sum(a.load for a in c.services.store.agents()),
        "wrong_owners": sum(map(wrong_owners, ledgers.values())),
        "gaps": sum(map(gaps, ledgers.values())),
    }


def _work_off(c: Company, staff: Sequence[str], total: int) -> None:
    """Agents resolve what they own until all is done; sixteen hands, no conversation in two of them."""
    claimed: set[str] = set()
    lock, deadline = threading.Lock(), time.monotonic() + 300

    def claim(agent: str) -> str:
        owned = c.services.store.owned_by(agent)
        with lock:
            mine = next((x.id for x in owned if x.id not in claimed), "")
            claimed.update({mine} - {""})
        return mine

    def hand(agent: str) -> None:
        while len(claimed) < total and time.monotonic() < deadline:
            if mine := claim(agent):
                c.again(lambda: c.services.desk.resolve(acting(agent), mine))
            else:
                time.sleep(0.1)

    c.each(hand, [staff[n % len(staff)] for n in range(THREADS)])


def repeated(c: Company, *, at_once: int = 50, later: int = 50) -> dict[str, int]:
    """A vendor that posts one message of a newcomer a hundred times."""
    m = message(customer_address())
    answers = c.in_threads([lambda: c.receive(m)] * at_once)
    answers += [c.receive(m) for _ in range(later)]
    opened = [a for a in answers if a is not None]
    recorded = c.services.store.events(opened[0].ledger)
    return {
        "repeated_taken_in": len(opened),
        "repeated_events": sum(isinstance(r.event, ev.MessageReceived) for r in recorded),
        "repeated_conversations": len({a.id for a in opened}),
    }


def torrent(c: Company, *, messages: int = 100, seed: int = 7) -> dict[str, int]:
    """One customer's messages in order, each coming again at random and a poisonous one among them, while colleagues write
    notes into the same ledger."""
    chance, address = random.Random(seed), customer_address()
    sent = [message(address, f"message {n}") for n in range(messages)]
    first = c.receive(sent[0])
    assert first is not None
    arrived, done = [sent[0]], threading.Event()

    def deliver() -> None:
        try:
            for n, m in enumerate(sent[1:]):
                if n == messages // 2:  # what cannot be read is parked, and the queue brings it twice
                    group = identity_key(c.services.index, m.channel, m.account, address)
                    for _ in range(2):
                        c.services.intake.park(group, "AAAA", "Unreadable", "poison")
                if chance.random() < 0.3:  # its first delivery is lost after the commit: it comes twice in a row
                    c.receive(m)
                c.receive(m)
                arrived.append(m)
        finally:
            done.set()

    def redeliver(dice: random.Random) -> None:
        while not done.wait(0.2):
            c.receive(dice.choice(arrived))

    def note(author: int) -> int:
        written = 0
        while not done.wait(1.0):
            key = f"{author}-{written}"
            who = acting(f"colleague-{author}")
            c.again(partial(c.services.desk.note, who, first.id, f"note {key}", key))
            written += 1
        return written

    jobs: list[Callable[[], Any]] = [deliver]
    jobs += [partial(redeliver, random.Random(seed + n)) for n in range(6)]
    jobs += [partial(note, n) for n in range(9)]
    notes = sum(n for n in c.in_threads(jobs) if n is not None)
    recorded = c.services.store.events(first.ledger)
    got = [r.event.content.text for r in recorded if isinstance(r.event, ev.MessageReceived)]
    return {
        "torrent_messages": len(got),
        "torrent_out_of_order": sum(a != b.content.text for a, b in zip(got, sent, strict=False)),
        "torrent_notes_lost": notes - sum(isinstance(r.event, ev.NoteAdded) for r in recorded),
        "torrent_parked": sum(isinstance(r.event, ev.MessageParked) for r in recorded),
        "torrent_gaps": gaps(recorded),
    }


def chaos(c: Company, *, customers: int = 24, agents: int = 6, capacity: int = 3, steps: int = 16, seed: int = 11) -> dict[str, int]:
    """Everybody does anything at any time; afterwards the books must balance."""
    staff = c.agents(agents, capacity)
    addresses = [customer_address() for _ in range(customers)]
    known: set[str] = set()

    def step(dice: random.Random) -> None:
        agent, services = dice.choice(staff), c.services
        owned = services.store.owned_by(agent)
        mine = dice.choice(owned).id if owned else ""
        what = dice.choice(["message"] * 5 + ["come"] * 4 + ["leave", "lost"] + ["accept", "decline", "expire", "resolve"] * 2
                           + ["transfer", "requeue", "take", "reply"])  # fmt: skip
        if what == "message":
            if (opened := services.intake.receive(message(dice.choice(addresses)), dice.choice([WISH, COMPLAINT]))) is not None:
                known.add(opened.id)
        elif what == "come":
            services.presence.set_presence(acting(agent), agent, ev.Presence.ONLINE)
        elif what == "leave":
            services.presence.set_presence(acting(agent), agent, dice.choice([ev.Presence.AWAY, ev.Presence.OFFLINE]))
        elif what == "lost":
            services.presence.connection_lost(agent)
        elif what == "take":
            if line := services.store.waiting(QUEUE, 5):
                services.desk.take(acting(agent), dice.choice(line).conversation)
        elif mine:
            _with_one(services, what, agent, mine, dice.choice(staff))

    def worker(number: int) -> None:
        dice = random.Random(seed * 1000 + number)
        for _ in range(steps):
            try:
                step(dice)
            except SwitchboardError as error:
                with lock:
                    c.refused[type(error).__name__] += 1

    lock = threading.Lock()
    c.each(worker, range(THREADS))
    c.gave_up += c.refused.pop("StorageUnavailable", 0)
    return _books(c, known, capacity)


def _with_one(services: Services, what: str, agent: str, mine: str, colleague: str) -> None:
    """Do something with a conversation of the agent's."""
    who, number = acting(agent), services.store.conversation(mine).assignments
    match what:
        case "accept":
            services.desk.accept(who, mine)
        case "decline":
            services.presence.decline(who, mine)
        case "expire":
            services.presence.offer_expired(mine, number)
        case "resolve":
            services.desk.resolve(who, mine)
        case "transfer":
            services.desk.transfer(who, mine, agent=colleague, note="please")
        case "requeue":
            services.desk.transfer(who, mine, queue=QUEUE)
        case "reply":
            services.desk.reply(who, mine, "one moment please", uuid.uuid4().hex)


def _books(c: Company, known: Iterable[str], capacity: int) -> dict[str, int]:
    """How far counters, indexes and ledgers are apart: zeros all."""
    found = {x.id: x for x in c.current(known)}
    ledgers = c.ledgers(found)
    owned = Counter(x.owner for x in found.values() if x.owner and x.open)
    agents = c.services.store.agents()
    line = [w.conversation for w in c.services.store.waiting(QUEUE, 1000)]
    waiting = {x.id for x in found.values() if x.status is Status.QUEUED}
    free = any(a.free and QUEUE in a.queues for a in agents)
    return {
        "load_minus_owned": sum(a.load for a in agents) - sum(owned.values()),
        "wrong_loads": sum(a.load != owned[a.id] for a in agents),
        "overfull": sum(not 0 <= a.load <= capacity for a in agents),
        "wrong_waits": len(set(line) ^ waiting) + len(line) - len(set(line)),
        "missed_wake_ups": len(line) if free else 0,
        "several_open": sum(n > 1 for n in Counter(x.contact for x in found.values() if x.open).values()),
        "chaos_wrong_owners": sum(map(wrong_owners, ledgers.values())),
        "chaos_gaps": sum(map(gaps, ledgers.values())),
        "projections_apart": sum(found[i].last_event != len(r) for i, r in ledgers.items()),
    }
