"""What follows from events: load, wait index, outbound records. Whatever legal things people do, the books stay right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchboard.domain import bot
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.change import Change, OutboundMessage, Seat, effects
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.routing.waiting import Waiting, waiting_of
from switchboard.domain.understanding import Understanding

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENTS = ("ada", "bob", "eve")
CAPACITY = 2
POLICY = bot.BotPolicy(answers={"greeting": {"en": "Hello!"}}, queues={"refund": "billing"}, handover={"en": "Wait."})

Place = tuple[str, int, datetime, str]


def place(w: Waiting) -> Place:
    """The key of a place in the wait index, as every store has it."""
    return (w.queue, *w.order)


def a_queued_conversation() -> Conversation:
    return cv.fold(
        Conversation("c1-000001", "c1", version=1),
        [ev.ConversationOpened("c1", "whatsapp", "main"), ev.Queued("general", 5, "wish", NOW)],
        NOW,
    )


def change(c: Conversation, *events: ev.Event) -> Change:
    return Change(c, events, ev.SYSTEM, NOW)


def test_queued_work_enters_the_index_and_assigned_work_leaves_it() -> None:
    fresh = Conversation("c1-000001", "c1")
    queued = change(fresh, ev.ConversationOpened("c1", "whatsapp", "main"), ev.Queued("general", 5, "wish", NOW))
    assert effects(queued).wait == waiting_of(queued.after)
    assigned = change(queued.after, *cv.assign(queued.after, "ada", ev.AssignReason.ROUTED, NOW))
    fx = effects(assigned)
    assert (fx.take, fx.give_back, fx.wait, fx.stop_waiting) == (Seat("ada", 1.0), None, None, waiting_of(queued.after))


def test_a_transfer_between_agents_moves_one_load_and_touches_no_queue() -> None:
    c = change(a_queued_conversation(), ev.Assigned("ada", 1, ev.AssignReason.ROUTED, NOW)).after
    released = cv.release(c, ev.ReleaseReason.TRANSFERRED, at=NOW)
    assigned = cv.assign(cv.fold(c, released, NOW), "bob", ev.AssignReason.TRANSFERRED, NOW)
    fx = effects(change(c, *released, *assigned))
    assert (fx.take, fx.give_back, fx.wait, fx.stop_waiting) == (Seat("bob", 1.0), Seat("ada", 1.0), None, None)


def test_an_offer_back_to_the_same_agent_counts_once() -> None:
    c = change(a_queued_conversation(), ev.Assigned("ada", 1, ev.AssignReason.ROUTED, NOW)).after
    released = cv.release(c, ev.ReleaseReason.NOT_ACCEPTED, at=NOW)
    again = cv.assign(cv.fold(c, released, NOW), "ada", ev.AssignReason.ROUTED, NOW)
    fx = effects(change(c, *released, *again))
    assert (fx.take, fx.give_back) == (None, None)


def test_a_queued_conversation_that_is_resolved_stops_waiting() -> None:
    c = a_queued_conversation()
    assert effects(change(c, *cv.resolve(c, ev.ActorKind.SYSTEM, "x"))).stop_waiting == waiting_of(c)


def test_a_note_on_waiting_work_leaves_its_place_alone() -> None:
    fx = effects(change(a_queued_conversation(), ev.NoteAdded("ada", "hm")))
    assert (fx.wait, fx.stop_waiting) == (None, None)


def test_every_message_to_the_customer_gets_a_delivery_record_in_order() -> None:
    c = a_queued_conversation()
    sent = [ev.MessageSent(f"m{n}", ev.ActorKind.BOT, "bot", "whatsapp", "main", Content(text="x")) for n in range(3)]
    assert effects(change(c, *sent)).outbound == tuple(OutboundMessage(f"m{n}", "whatsapp", "main") for n in range(3))


def test_a_change_says_what_the_conversation_will_be() -> None:
    c = a_queued_conversation()
    after = change(c, ev.NoteAdded("ada", "hm"), ev.NoteAdded("ada", "hm")).after
    assert (after.version, after.last_event, after.status) == (c.version + 1, c.last_event + 2, Status.QUEUED)


def test_a_waiting_customer_who_changes_the_language_keeps_the_place_and_it_is_written_once() -> None:
    """DynamoDB refuses a transaction with two operations on one item; the message would never get in."""
    c = a_queued_conversation()
    fx = effects(change(c, ev.IntentDetected("m2", "refund", 0.9, "zh", "x")))
    assert fx.wait is not None
    assert (place(fx.wait), fx.wait.language) == (place(waiting_of(c)), "zh")
    touched = [place(w) for w in (fx.stop_waiting, fx.wait) if w is not None]
    assert len(touched) == len(set(touched))


class Company(RuleBasedStateMachine):
    """Three agents, some customers, and anything the decisions allow, in any order. Effects are applied as a store would."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.now: dict[str, Conversation] = {}  # contact -> current conversation
        self.ledgers: dict[str, list[tuple[tuple[ev.Event, ...], datetime]]] = {}
        self.load = dict.fromkeys(AGENTS, 0.0)
        self.index: dict[Place, Waiting] = {}
        self.outbound: list[str] = []
        self.said = 0

    def commit(self, before: Conversation, events: list[ev.Event]) -> bool:
        """Write as one transaction; False if the agent has no room."""
        self.at += timedelta(seconds=1)
        made = Change(before, tuple(events), ev.SYSTEM, self.at)
        fx = effects(made)
        if fx.take and self.load[fx.take.agent] + fx.take.weight > CAPACITY:
            return False
        if fx.take:
            self.load[fx.take.agent] += fx.take.weight
        if fx.give_back:
            self.load[fx.give_back.agent] -= fx.give_back.weight
        if fx.stop_waiting is not None:
            del self.index[place(fx.stop_waiting)]
        if fx.wait is not None:
            assert fx.stop_waiting is None or place(fx.stop_waiting) != place(fx.wait)
            self.index[place(fx.wait)] = fx.wait
        self.outbound += [o.message for o in fx.outbound]
        self.now[before.contact] = made.after
        self.ledgers.setdefault(before.id, []).append((made.events, self.at))
        return True

    def pick(self, data: st.DataObject, *statuses: Status) -> Conversation:
        return data.draw(st.sampled_from([c for c in self.now.values() if c.status in statuses]))

    def any_in(self, *statuses: Status) -> bool:
        return any(c.status in statuses for c in self.now.values())

    @rule(contact=st.sampled_from(["c1", "c2", "c3", "c4"]), intent=st.sampled_from(["greeting", "refund", "other"]),
          language=st.sampled_from(["en", "zh", "und"]))  # fmt: skip
    def customer_writes(self, contact: str, intent: str, language: str) -> None:
        known = self.now.get(contact)
        if known is not None and known.open:
            before = known
        else:
            number = cv.ordinal_of(known.id) + 1 if known is not None else 1
            before = Conversation(cv.conversation_id(contact, number), contact)
        self.said += 1
        events: list[ev.Event] = [] if before.version else [ev.ConversationOpened(contact, "whatsapp", "main")]
        events.append(ev.MessageReceived(f"m{self.said}", "whatsapp", "main", "v", self.at, self.at, Content(text="hi")))
        events.append(ev.IntentDetected(f"m{self.said}", intent, 0.9, language, "x"))
        if cv.fold(before, events, self.at).status is Status.BOT:
            decision = bot.decide(POLICY, Understanding(intent, 0.9, language))
            self.said += 1
            say = Content(text=decision.text)
            events.append(ev.MessageSent(f"m{self.said}", ev.ActorKind.BOT, "bot", "whatsapp", "main", say))
            if isinstance(decision, bot.HandOver):
                events.append(ev.Queued(decision.queue, decision.priority, decision.reason, self.at))
        assert self.commit(before, events)

    @precondition(lambda self: self.any_in(Status.QUEUED, Status.BOT))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS), taken=st.booleans())
    def somebody_gets_it(self, data: st.DataObject, agent: str, taken: bool) -> None:
        c = self.pick(data, Status.QUEUED, Status.BOT)
        events = cv.assign(c, agent, ev.AssignReason.TAKEN if taken else ev.AssignReason.ROUTED, None if taken else self.at)
        if taken:
            events.append(ev.Accepted(agent, c.assignments + 1))
        free = self.load[agent] < CAPACITY
        assert self.commit(c, events) == free

    @precondition(lambda self: self.any_in(Status.ASSIGNED, Status.ACTIVE))
    @rule(data=st.data())
    def the_owner_answers(self, data: st.DataObject) -> None:
        c = self.pick(data, Status.ASSIGNED, Status.ACTIVE)
        self.said += 1
        assert self.commit(c, cv.reply(c, c.owner, f"m{self.said}", Content(text="yes"), ""))

    @precondition(lambda self: self.any_in(Status.ASSIGNED, Status.ACTIVE))
    @rule(data=st.data(), reason=st.sampled_from(ev.ReleaseReason), queue=st.sampled_from(["", "billing", "technical"]))
    def it_returns_to_a_queue(self, data: st.DataObject, reason: ev.ReleaseReason, queue: str) -> None:
        c = self.pick(data, Status.ASSIGNED, Status.ACTIVE)
        assert self.commit(c, cv.release(c, reason, queue=queue, at=self.at))

    @precondition(lambda self: self.any_in(Status.ASSIGNED, Status.ACTIVE))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS))
    def it_is_transferred(self, data: st.DataObject, agent: str) -> None:
        c = self.pick(data, Status.ASSIGNED, Status.ACTIVE)
        released = cv.release(c, ev.ReleaseReason.TRANSFERRED, at=self.at)
        assigned = cv.assign(cv.fold(c, released, self.at), agent, ev.AssignReason.TRANSFERRED, self.at)
        self.commit(c, [*released, *assigned])

    @precondition(lambda self: self.any_in(*set(Status) - {Status.RESOLVED}))
    @rule(data=st.data())
    def it_is_resolved(self, data: st.DataObject) -> None:
        c = self.pick(data, *set(Status) - {Status.RESOLVED})
        assert self.commit(c, cv.resolve(c, ev.ActorKind.SYSTEM, "switchboard"))

    @precondition(lambda self: bool(self.now))
    @rule(data=st.data(), event=st.sampled_from([
        ev.NoteAdded("ada", "hm"), ev.DeliveryFailed("m1", "blocked"), ev.FirstResponseDue(NOW),
        ev.MessageParked("p1", "Malformed", "x", "g"), ev.Redriven("p1", "discarded"),
    ]))  # fmt: skip
    def something_is_noted(self, data: st.DataObject, event: ev.Event) -> None:
        assert self.commit(self.pick(data, *Status), [event])

    @invariant()
    def load_is_what_is_owned(self) -> None:
        owners = [c.owner for c in self.now.values()]
        assert self.load == {a: owners.count(a) for a in AGENTS}
        assert max(self.load.values()) <= CAPACITY

    @invariant()
    def it_waits_if_and_only_if_it_is_queued(self) -> None:
        queued = [waiting_of(c) for c in self.now.values() if c.status is Status.QUEUED]
        assert sorted(self.index.values(), key=place) == sorted(queued, key=place)

    @invariant()
    def it_has_an_owner_if_and_only_if_somebody_has_it(self) -> None:
        for c in self.now.values():
            assert bool(c.owner) == (c.status in (Status.ASSIGNED, Status.ACTIVE))
            assert c.accept_by is None or c.status is Status.ASSIGNED

    @invariant()
    def the_ledger_alone_says_it_all(self) -> None:
        for c in self.now.values():
            again = Conversation(c.id, c.contact)
            for events, at in self.ledgers[c.id]:
                again = cv.fold(again, events, at)
            assert again == c
            assert (c.version, c.last_event) == (
                len(self.ledgers[c.id]), sum(len(events) for events, _ in self.ledgers[c.id])
            )  # fmt: skip

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        happened = [e for commits in self.ledgers.values() for events, _ in commits for e in events]
        sent = [e.message for e in happened if isinstance(e, ev.MessageSent)]
        assert sorted(self.outbound) == sorted(sent) == sorted(set(sent))


TestCompany = Company.TestCase
TestCompany.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
