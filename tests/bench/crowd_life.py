"""Two thousand customers and two hundred agents who live: they write, accept, decline, ignore, hand over, vanish and come back.

Agents learn of their work from the commits that were written, as the stream's push tells their screens. Nobody looks into queues on
a clock, and the sweeper does not run: what the use cases leave undone stays undone, and shows."""

from __future__ import annotations

import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from local.emulators.aws import clients
from switchboard.adapters.dynamo import TableNames
from switchboard.application.flow_book import OFF
from switchboard.domain import events as ev
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.inbound import InboundMessage, Party
from switchboard.domain.understanding import Understanding
from switchboard.settings import Settings
from tests.bench.crowd import Company, acting
from tests.bench.crowd_agenda import Agenda
from tests.bench.transactions import Commit, Transactions
from tests.contract.dynamo_tables import tables

QUEUES = ("general", "billing", "technical")
LANGUAGES = ("en", "de")
CHANNELS = ("whatsapp", "webchat", "email", "voice")
CHANNEL_SHARES = (55, 15, 25, 5)
INTENTS = ("human_agent", "complaint", "refund_request", "charge_dispute", "technical_issue")  # three queues, priorities 5 to 7
SKILL = "returns"
SUPERVISOR = ev.Actor(ev.ActorKind.AGENT, "supervisor", "supervisor")
PROGRESS = 30.0  # seconds
MOST_MOVES = 2  # of one conversation: then it is resolved


@dataclass(frozen=True, slots=True)
class Size:
    conversations: int = 2000  # customers; who writes again after the end opens one more
    agents: int = 200
    threads: int = 16
    disturbances: int = 400  # agents who go or vanish for no reason of work
    accept_seconds: int = 10
    writes_again: float = 20  # seconds at most after the first message
    share: float = 0.75  # of arrivals among what hands do while both wait
    longest: float = 1800  # seconds until it counts as hanging
    silence: float = 60  # seconds without a commit until it counts as hanging
    seed: int = 23


class Hang(AssertionError):
    """It does not come to an end."""


@contextmanager
def big_company(endpoint: str, accept_seconds: int) -> Iterator[tuple[Company, TableNames]]:
    """A fresh company. The process's environment must be `crowd.environment(endpoint)`."""
    aws = clients(endpoint)
    key = aws("kms").create_key(Description="switchboard test")["KeyMetadata"]["Arn"]
    with tables(aws("dynamodb")) as names:
        settings = Settings(
            ledger_table=names.ledger, state_table=names.state, deliveries_table=names.deliveries, kms_key_id=key,
            connections_table=names.connections, keys_table=names.keys, accept_seconds=accept_seconds, grace_seconds=0,
        )  # fmt: skip
        company = Company(settings)
        book = company.services.conversing.flow_book
        for intent in {*INTENTS} & {*book.in_force()}:  # what is judged here is people's work
            book.publish(SUPERVISOR, intent, OFF)
        yield company, names
    aws("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


class Life:
    """`sent`: the vendor's ids of all messages, with their customers. `refused`: what people were told they may not do now."""

    def __init__(self, company: Company, seen: Transactions, size: Size) -> None:
        self.company, self.seen, self.size = company, seen, size
        self.staff = [f"agent-{n:03d}" for n in range(size.agents)]
        self.sent: dict[tuple[str, str], int] = {}  # (channel, vendor's id) -> customer
        self.refused: Counter[str] = Counter()
        self.rescued = self.reminded = 0
        self.errors: list[BaseException] = []
        self._open: set[str] = set()
        self._closed = 0
        self._moves: Counter[str] = Counter()
        self._settled: dict[str, int] = {}  # conversation -> its last assignment that was accepted or taken back
        self._dice = random.Random(size.seed)
        self._lock = threading.Lock()
        self._last_commit = time.monotonic()
        arrivals = [partial(self._arrive, n) for n in range(size.conversations)]
        self.agenda = Agenda(arrivals, size.share, size.seed)
        self._planned = sum(map(self._messages_of, range(size.conversations)))
        seen.told = self._told

    # -- the company ---------------------------------------------------------------------------------

    def open_shop(self) -> None:
        """All agents with their profiles, online. Every third can take anything."""

        def hire(n: int) -> None:
            dice, agent = random.Random(self.size.seed * 10_000 + n), self.staff[n]
            generalist = n % 3 == 0
            profile = ev.AgentProfileSet(
                capacity=dice.randint(1, 4), name=f"Agent {n}",
                queues=QUEUES if generalist else tuple(dice.sample(QUEUES, dice.randint(1, 2))),
                languages=LANGUAGES if generalist else (LANGUAGES[n % 2],),
                skills={SKILL: dice.randint(2, 5)} if generalist or n % 4 == 0 else {},
                channels=() if generalist or dice.random() < 0.7 else tuple(dice.sample(CHANNELS, 2)),
            )  # fmt: skip
            self.company.again(lambda: self.company.services.presence.set_profile(ev.SYSTEM, agent, profile))

        def online(agent: str) -> None:
            self.company.again(lambda: self.company.services.presence.set_presence(ev.SYSTEM, agent, ev.Presence.ONLINE))

        for n in range(self.size.agents):  # as an administrator makes them; the roster is one item, which many at once would fight for
            hire(n)
        self.company.each(online, self.staff)

    def run(self, at_half: Callable[[], None]) -> None:
        """Until every conversation is closed. Half-way everybody stops for a moment, and `at_half` looks. Raises Hang."""
        for _ in range(self.size.disturbances):
            self.agenda.work(self._any(0, 240 * self.size.conversations / 2000), self._disturb)
        hands = [threading.Thread(target=self._hand, daemon=True) for _ in range(self.size.threads)]
        for hand in hands:
            hand.start()
        start, looked, said = time.monotonic(), False, 0.0
        try:
            while not self._finished() and not self.errors:
                time.sleep(0.2)
                if not looked and self._closed > self.size.conversations / 2:
                    self._stand_still(at_half)
                    looked = True
                if time.monotonic() - start - said > PROGRESS:
                    said = time.monotonic() - start
                    print(f"after {said:.0f} s: {self.state()}", file=sys.stderr, flush=True)
                if time.monotonic() - start > self.size.longest:
                    raise Hang(f"not over after {self.size.longest:.0f} s: {self.state()}")
                if time.monotonic() - self._last_commit > self.size.silence:
                    raise Hang(f"no commit for {self.size.silence:.0f} s: {self.state()}")
                if self._idle():
                    self._help()
        finally:
            self.agenda.stop()
        if self.errors:
            raise self.errors[0]
        for hand in hands:
            hand.join(30)
            if hand.is_alive():
                raise Hang("a use case did not return within 30 s of the end")

    def state(self) -> str:
        with self._lock:
            some = sorted(self._open)[:5]
            return f"{self._closed} closed, {len(self._open)} open (such as {some}), {self.agenda}"

    def _stand_still(self, look: Callable[[], None]) -> None:
        if not self.agenda.stand_still(60):
            raise Hang(f"what had begun did not end within 60 s: {self.state()}")
        look()
        self._last_commit = time.monotonic()
        self.agenda.go_on()

    def _finished(self) -> bool:
        return len(self.sent) == self._planned and not self._open

    def _idle(self) -> bool:
        """Conversations are open, and nobody does anything about them; only clocks of offers may run."""
        return self.agenda.quiet and bool(self._open)

    def _help(self) -> None:
        """First remind agents of what they own (the play forgot them); what waits then, was forgotten by the company: do what its
        sweeper does every minute, and count it."""
        services = self.company.services
        with self._lock:
            ids = list(self._open)
        for c in [services.store.conversation(i) for i in ids]:
            if c.owner:
                self.reminded += 1
                self.agenda.work(0, partial(self._work, c.owner, c.id))
        if self.agenda.quiet:
            with self.seen.task("sweep"):
                self.rescued += services.assignment.serve(services.store.queues())
            time.sleep(1)

    def _hand(self) -> None:
        while (action := self.agenda.next()) is not None:
            try:
                action()
            except Exception as error:
                self.errors.append(error)
            finally:
                self.agenda.done()

    def _use(self, name: str, use: Callable[[], object]) -> bool:
        """Whether it was allowed. What storage was too busy for comes again."""
        try:
            with self.seen.task(name):
                self.company.again(use)
        except SwitchboardError as error:
            with self._lock:
                self.refused[f"{name}: {type(error).__name__}"] += 1
            return False
        return True

    def _any(self, least: float, most: float) -> float:
        with self._lock:
            return self._dice.uniform(least, most)

    def _told(self, commit: Commit) -> None:
        """The push: whoever was given work reacts, and the clock of the offer runs."""
        self._last_commit = time.monotonic()
        kind, _, conversation = commit.ledger.partition("#")
        if kind != "cnv":
            return
        for e in commit.events:
            what, data = e["type"], e["data"]
            with self._lock:
                if what == "conversation_opened":
                    self._open.add(conversation)
                elif what == "resolved":
                    self._open.discard(conversation)
                    self._closed += 1
                elif what in ("accepted", "released"):
                    self._settled[conversation] = data["number"]
            if what == "assigned" and data["accept_by"]:
                self.agenda.react(self._any(0, 0.4), partial(self._offered, data["agent"], conversation))
                self.agenda.react(self.size.accept_seconds, partial(self._expire, data["agent"], conversation, data["number"]))
            elif what == "assigned":
                self.agenda.work(self._any(0, 1), partial(self._work, data["agent"], conversation))

    # -- customers -----------------------------------------------------------------------------------

    def _script(self, customer: int) -> random.Random:
        return random.Random(self.size.seed * 1_000_003 + customer)

    def _messages_of(self, customer: int) -> int:
        return 1 + sum(random.Random(self.size.seed * 7_919 + customer * 2 + n).random() < 0.15 for n in range(2))

    def _arrive(self, customer: int) -> None:
        self._write(customer, 0)
        for n in range(1, self._messages_of(customer)):
            self.agenda.work(self._any(0.2, self.size.writes_again), partial(self._write, customer, n))

    def _write(self, customer: int, n: int) -> None:
        script = self._script(customer)
        channel = script.choices(CHANNELS, CHANNEL_SHARES)[0]
        u = Understanding(script.choice(INTENTS), 0.99, script.choices(LANGUAGES, (3, 1))[0], model="scripted")
        party, vendor_id = Party(f"+49{customer:012d}", "Ada"), uuid.uuid4().hex
        m = InboundMessage(channel, "shop", party, vendor_id, Content(text=f"message {n}"), datetime.now(UTC))
        self._use("message", lambda: self.company.services.intake.receive(m, u))
        with self._lock:
            self.sent[channel, vendor_id] = customer

    # -- agents --------------------------------------------------------------------------------------

    def _offered(self, agent: str, conversation: str) -> None:
        chance, services = self._any(0, 1), self.company.services
        if chance < 0.85:
            accept = partial(self._accept, agent, conversation, chance < 0.06)
            if chance > 0.80:  # two windows of one agent
                self.agenda.react(0, accept)
            accept()
        elif chance < 0.90:
            self._use("decline", lambda: services.presence.decline(acting(agent), conversation))
            self._return(agent)
        elif chance < 0.94:
            pass  # they look away, and the clock runs out
        elif chance < 0.97:
            self._vanish(agent)
        else:
            self._leave(agent)

    def _accept(self, agent: str, conversation: str, by_reply: bool) -> None:
        desk = self.company.services.desk
        use = partial(desk.reply, acting(agent), conversation, "hello", uuid.uuid4().hex) if by_reply else partial(
            desk.accept, acting(agent), conversation)  # fmt: skip
        if self._use("reply" if by_reply else "accept", use):
            self.agenda.work(self._any(0, 2), partial(self._work, agent, conversation))

    def _expire(self, agent: str, conversation: str, number: int) -> None:
        """The clock of an offer. It would do nothing where the offer was settled, so it need not look."""
        if self._settled.get(conversation, 0) >= number:
            return
        with self._lock:
            gone = conversation not in self._open
        if not gone:
            self._use("expire", lambda: self.company.services.presence.offer_expired(conversation, number))
            self._return(agent)

    def _vanish(self, agent: str) -> None:
        self._use("lost", lambda: self.company.services.presence.connection_lost(agent))
        self._return(agent)

    def _leave(self, agent: str) -> None:
        where = ev.Presence.AWAY if self._any(0, 1) < 0.5 else ev.Presence.OFFLINE
        self._use("leave", lambda: self.company.services.presence.set_presence(acting(agent), agent, where))
        self._return(agent)

    def _return(self, agent: str) -> None:
        self.agenda.react(self._any(0.3, 3), partial(self._come, agent))

    def _come(self, agent: str) -> None:
        presence = self.company.services.presence
        if self._use("come", lambda: presence.set_presence(acting(agent), agent, ev.Presence.ONLINE)) and self._any(0, 1) < 0.05:
            self._pick(agent)

    def _pick(self, agent: str) -> None:
        """Somebody chooses from the line: the agent, or a supervisor for them."""
        services = self.company.services
        queue = QUEUES[int(self._any(0, len(QUEUES)))]
        line = services.store.waiting(queue, 10)
        if not line:
            return
        wanted = line[int(self._any(0, len(line)))].conversation
        if self._any(0, 1) < 0.5:
            self._use("take", lambda: services.desk.take(acting(agent), wanted))
        else:
            self._use("push", lambda: services.desk.transfer(SUPERVISOR, wanted, agent=agent))

    def _disturb(self) -> None:
        agent, chance = self.staff[int(self._any(0, len(self.staff)))], self._any(0, 1)
        (self._vanish if chance < 0.5 else self._leave)(agent)

    def _work(self, agent: str, conversation: str) -> None:
        chance, services, who = self._any(0, 1), self.company.services, acting(agent)
        with self._lock:
            moves = self._moves[conversation]
        if chance < 0.15 and moves < MOST_MOVES:
            with self._lock:
                self._moves[conversation] += 1
            if not self._use("transfer", partial(self._hand_over, services.desk.transfer, who, conversation, chance)):
                self.agenda.work(self._any(0, 1), partial(self._resolve, agent, conversation))
            return
        if chance < 0.40:
            self._use("reply", lambda: services.desk.reply(who, conversation, "done", uuid.uuid4().hex))
        self._resolve(agent, conversation)

    def _hand_over(self, transfer: Callable[..., Conversation], who: ev.Actor, conversation: str, chance: float) -> None:
        if chance < 0.08:
            transfer(who, conversation, queue=QUEUES[int(self._any(0, len(QUEUES)))])
        elif chance < 0.13:
            transfer(who, conversation, agent=self.staff[int(self._any(0, len(self.staff)))], note="please")
        else:
            transfer(who, conversation, skill=SKILL, level=3)

    def _resolve(self, agent: str, conversation: str) -> None:
        again = self._any(0, 1) < 0.03  # pressed twice, in two windows
        use = partial(self.company.services.desk.resolve, acting(agent), conversation)
        if again:
            self.agenda.react(0, partial(self._press, use))
        self._use("resolve", use)

    def _press(self, resolve: Callable[[], object]) -> None:
        self._use("resolve", resolve)
