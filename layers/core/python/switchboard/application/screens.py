"""Readings of the ledger for screens: who should see what now, over WebSockets.

Frames are hints that carry their numbers. One that is lost or late costs nothing but time: the screen sees the gap
and fetches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from switchboard.application import views
from switchboard.application.admission import Admission
from switchboard.application.fanout import PUSHED_DIRECTLY, StoredCommit
from switchboard.application.intake import identity_key
from switchboard.application.ports import Clock, Connections, Deliveries, Delivery, Gateway, Index, Outbox, Store
from switchboard.application.presence import AGENT, LEADERS, agent_principal, visitor_principal
from switchboard.application.timers import grace_timer
from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.authority.question import Principal as Asking
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Erased, NotFound, StorageUnavailable, Unauthenticated
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.privacy.policy import PrivacyPolicy, hidden_from

JUST_OPENED = timedelta(seconds=5)  # registered while it opens, a connection may be called gone before it is there
QUEUE_EVENTS = frozenset({"queued", "assigned", "released", "resolved", "priority_set", "callback_requested"})
PROMISES = frozenset({"sla_warned", "sla_breached"})
ANGER = frozenset({"anger_heard", "message_received", "intent_detected"})  # what a supervisor sees of it


@dataclass(frozen=True, slots=True)
class ReadCommit:
    """A stored commit and its events with their personal fields opened."""

    stored: StoredCommit
    events: tuple[ev.Recorded, ...]


@dataclass(frozen=True, slots=True)
class Screens:
    store: Store
    deliveries: Deliveries
    connections: Connections
    gateway: Gateway
    outbox: Outbox
    index: Index
    clock: Clock
    admission: Admission
    grace: timedelta
    privacy: Callable[[], PrivacyPolicy] = PrivacyPolicy

    def show(self, commits: Sequence[ReadCommit]) -> None:
        """Push commits of any ledgers to those who look at them."""
        ids = [c.stored.ledger.partition("#")[2] for c in commits if c.stored.ledger.startswith("cnv#")]
        current = {c.id: c for c in self.store.conversations(list(dict.fromkeys(ids)))}
        people = self._people({who for c in commits if c.stored.ledger.startswith("cnv#") for who in self._concerned(c, current)})
        touched: set[str] = set()
        queues: dict[str, Conversation] = {}
        for commit in commits:
            kind, _, subject = commit.stored.ledger.partition("#")
            if kind == "agt":
                touched.add(subject)
            elif kind == "cnv" and subject in current:
                c = current[subject]
                self._conversation(c, commit, people)
                if commit.stored.owner != commit.stored.was_owner:
                    touched |= {commit.stored.owner, commit.stored.was_owner} - {""}
                if any(e.type in QUEUE_EVENTS for e in commit.stored.events) and c.queue:
                    queues[c.id] = c
        if touched or queues:
            agents = self.store.agents()
            self._agents(agents, touched)
            self._queues(agents, queues)

    @staticmethod
    def _concerned(commit: ReadCommit, current: Mapping[str, Conversation]) -> set[str]:
        c = current.get(commit.stored.ledger.partition("#")[2])
        now = {c.owner, *c.consulted} if c is not None else set()
        return {commit.stored.owner, commit.stored.was_owner, *now} - {""}

    def _people(self, ids: Collection[str]) -> dict[str, Asking]:
        """Those people as they are judged by. Who has no place in the roster has no queue and no limit."""
        known = {a.id: a for a in self.store.agents_of(sorted(ids))} if ids else {}
        return {id_: self.admission.person(known.get(id_, Agent(id_))) for id_ in ids}

    def _conversation(self, c: Conversation, commit: ReadCommit, people: Mapping[str, Asking]) -> None:
        frame = {"type": "events", "conversation": views.summary(c), "events": [views.event(r) for r in commit.events]}
        then = {commit.stored.owner, commit.stored.was_owner} - {c.owner, ""}
        for id_ in self._concerned(commit, {c.id: c}):
            if id_ in then:  # what happened to it while it was theirs, and that it is not any more
                held = replace(c, owner=id_, status=Status.ACTIVE)
                if self.admission.sees(people[id_], "PushEvents", held):
                    self._post(agent_principal(id_), {**frame, "conversation": {**views.summary(c), "preview": ""}})
            elif self.admission.sees(people[id_], "PushEvents" if id_ == c.owner else "GetConversationEvents", c):
                self._post(agent_principal(id_), frame)
        if promises := [views.event(r) for r in commit.events if r.event.type in PROMISES]:
            self._alarm(c, "PushSla", {"type": "sla", "conversation": views.summary(c), "events": promises})
        if any(r.event.type == ev.AngerHeard.type for r in commit.events):
            angry = [views.event(r) for r in commit.events if r.event.type in ANGER]
            self._alarm(c, "PushAnger", {"type": "anger", "conversation": views.summary(c), "events": angry})
        for principal in self._visitors(c, commit.events):
            self._visitor(principal, c, commit.events)

    def _alarm(self, c: Conversation, action: str, frame: Mapping[str, object]) -> None:
        """To those who hear of alarms and may of this one."""
        lines: dict[str, str] = {}
        for connection in self.connections.live(LEADERS, self.clock.now()):
            with suppress(Unauthenticated):  # gone meanwhile
                lines[connection] = self.connections.principal(connection).claims.get("id", "")
        known = {a.id: a for a in self.store.agents_of(sorted({*lines.values()}))} if lines else {}
        told = {
            id_ for id_ in {*lines.values()}
            if self.admission.sees(self.admission.person(known.get(id_, Agent(id_)), "supervisor"), action, c)
        }  # fmt: skip
        self._send([line for line, id_ in lines.items() if id_ in told], LEADERS, frame)

    def _visitors(self, c: Conversation, events: Sequence[ev.Recorded]) -> set[str]:
        """Whom our own sockets carry this to: by the channel of each message, not by where the customer writes now."""
        found = {self._visitor_of(c)} if c.channel in PUSHED_DIRECTLY else set()
        for r in events:
            e = r.event
            if isinstance(e, ev.MessageReceived | ev.MessageSent) and e.channel in PUSHED_DIRECTLY:
                address = e.recipient if isinstance(e, ev.MessageSent) else e.reply_address
                found.add(visitor_principal(identity_key(self.index, e.channel, e.account, address)))
        return found

    def _visitor(self, principal: str, c: Conversation, events: Sequence[ev.Recorded]) -> None:
        frame = {
            "type": "events", "conversation": {"id": c.id, "status": c.status.value}, "events": views.visitor_events(events),
        }  # fmt: skip
        reached = self._post(principal, frame)
        if reached:
            for r in events:
                if isinstance(r.event, ev.MessageSent):
                    self.deliveries.raise_to(r.event.message, DeliveryStatus.SENT, self.clock.now())

    def _visitor_of(self, c: Conversation) -> str:
        return visitor_principal(identity_key(self.index, c.channel, c.account, c.reply_address))

    def _agents(self, agents: Sequence[Agent], touched: set[str]) -> None:
        for a in agents:
            if a.id in touched:
                self._post(agent_principal(a.id), {"type": "agent", "agent": views.agent(a)})

    def _queues(self, agents: Sequence[Agent], queues: Mapping[str, Conversation]) -> None:
        for c in queues.values():
            frame = {"type": "queue", "conversation": views.summary(c)}
            waited = replace(c, status=Status.QUEUED, owner="")
            for a in agents:
                if c.queue not in a.queues or a.presence is ev.Presence.OFFLINE or a.id == c.owner:  # who sees it as their own
                    continue
                person = self.admission.person(a)
                if self.admission.sees(person, "PushQueue", c):
                    self._post(agent_principal(a.id), frame)
                elif self.admission.sees(person, "PushQueue", waited):  # who saw it wait is told that it does no more, and only that
                    self._post(agent_principal(a.id), {"type": "gone", "conversation": c.id})

    def delivery(self, d: Delivery) -> None:
        """Push how far a message has come, to the owner and to a visitor."""
        try:
            c = self.store.conversation(d.conversation)
        except (NotFound, Erased):
            return
        frame = {
            "type": "delivery", "conversation": d.conversation, "message": d.message, "status": d.status.value,
            "reason": d.reason,
        }  # fmt: skip
        if self._owner_sees(c, "PushDelivery"):
            self._post(agent_principal(c.owner), frame)
        if c.channel in PUSHED_DIRECTLY:
            self._post(self._visitor_of(c), {k: v for k, v in frame.items() if k != "reason"})

    def typing(self, c: Conversation, who: str) -> None:
        """Tell the other side that somebody is typing; nothing of it is kept."""
        frame = {"type": "typing", "conversation": c.id, "who": who}
        if who == "customer" and self._owner_sees(c, "PushTyping"):
            self._post(agent_principal(c.owner), frame)
        elif who == "agent" and c.channel in PUSHED_DIRECTLY:
            self._post(self._visitor_of(c), frame)

    def _owner_sees(self, c: Conversation, action: str) -> bool:
        return bool(c.owner) and self.admission.sees(self._people({c.owner})[c.owner], action, c)

    def _post(self, principal: str, frame: Mapping[str, object]) -> bool:
        """True if at least one connection took the frame; dead ones are forgotten, and an agent's grace begins: nobody else may
        hear of it, for `$disconnect` is best effort."""
        return self._send(self.connections.live(principal, self.clock.now()), principal, frame)

    def _send(self, lines: Sequence[str], principal: str, frame: Mapping[str, object]) -> bool:
        reached = False
        if (role := _role(principal)) and (hidden := hidden_from(self.privacy(), role)):
            frame = views.hide(frame, hidden)
        for connection in lines:
            if self.gateway.post(connection, frame):
                reached = True
                continue
            dropped = self.connections.drop(connection, self.clock.now(), JUST_OPENED)
            if dropped is not None and dropped.key.startswith(AGENT):
                now = self.clock.now()
                with suppress(StorageUnavailable):  # frames matter more, and the sweeper comes within a minute
                    self.outbox.timer(grace_timer(dropped.key.removeprefix(AGENT), now, self.grace), now)
        return reached


def _role(principal: str) -> str:
    """Whose eyes a frame is for. Of an agent's principal it is not known whether they lead: they fetch what they may see besides."""
    if principal == LEADERS:
        return "supervisor"
    return "agent" if principal.startswith(AGENT) else ""
