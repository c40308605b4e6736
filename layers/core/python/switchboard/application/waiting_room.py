"""The waiting room at work: customers who wait are told their place and how long it may take, and offered something better.

Every commit that queues a conversation sets a timer that carries the commit's number (`chain`). The timer looks, does what is due and
sets the next look, with the same number: so there is one chain of looks a wait. A timer that comes twice finds that what it was for
is done. The next look is set before what is due is put on record: a process that dies in between leaves a timer too many, never
too few; and of two chains the one that comes later to a telling ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.assignment import Assignment
from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Flows, Ids, Outbox, Store, Timer
from switchboard.application.presence import EARLY
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import NotFound, Unreadable
from switchboard.domain.hours.absence import whereabouts
from switchboard.domain.hours.settings import HoursSettings
from switchboard.domain.privacy.rights import Purpose
from switchboard.domain.waiting_room.decisions import (
    LOOK,
    SOON,
    Decision,
    MoveTo,
    Nothing,
    OfferCallback,
    OfferForm,
    State,
    Tell,
    next_step,
)
from switchboard.domain.waiting_room.estimate import COUNTED, Estimate, Evidence, estimate
from switchboard.domain.waiting_room.record import OVERFLOW, Callback, FormStage
from switchboard.domain.waiting_room.replies import Known, heard
from switchboard.domain.waiting_room.settings import Settings
from switchboard.domain.waiting_room.texts import Texts

KIND = "waiting"
AUTHOR = "waiting_room"
ACTOR = ev.Actor(ev.ActorKind.SYSTEM, AUTHOR)
LOST = timedelta(seconds=LOOK + 5)  # what is due for so long was not overlooked between two looks
CHAINED, DONE, MOVED_ON = "chained", "done", "moved_on"


@dataclass(frozen=True, slots=True)
class WaitingRoom:
    """`settings` and `hours` are those in force."""

    store: Store
    flows: Flows
    outbox: Outbox
    assignment: Assignment
    ids: Ids
    clock: Clock
    settings: Callable[[], Settings]
    texts: Texts
    hours: Callable[[], HoursSettings]

    def fire(self, timer: Timer) -> str:
        """Act on a timer of ours. Returns "done" (the customer was told or offered something, or moved), "chained" (a later look is
        set) or "moved_on"."""
        now = self.clock.now()
        if timer.due - now > EARLY:
            self.outbox.timer(timer, now)
            return CHAINED
        return self._look(timer.subject, lambda c: c.waiting_room.chain == timer.number and not _overtaken(c, timer.due))

    def repair(self, conversations: Sequence[str]) -> int:
        """Do what is due for those whose timers were lost, and set their looks going again. Returns for how many."""
        settings, late = self.settings(), self.clock.now() - LOST
        try:
            found = self.store.conversations(conversations)
        except Unreadable:  # one of them was erased
            found = [c for one in conversations if (c := self._find(one)) is not None]
        return sum(self._look(c.id, lambda c: _late(settings, c, late)) == DONE for c in found if _late(settings, c, late))

    def _look(self, conversation: str, applies: Callable[[Conversation], bool]) -> str:
        def attempt() -> tuple[str, Conversation | None]:
            c = self._find(conversation)
            if c is None or c.status is not Status.QUEUED or c.since is None or not applies(c):
                return MOVED_ON, None
            now = self.clock.now()
            decision = self._decide(c, now)
            if decision.again is not None and not isinstance(decision.step, MoveTo):  # which starts a chain of its own
                due = now + timedelta(seconds=decision.again)
                self.outbox.timer(Timer(KIND, c.id, c.waiting_room.chain, due), now)
            if isinstance(decision.step, Nothing):
                return MOVED_ON if decision.again is None else CHAINED, None
            after = self.store.commit(Change(c, self._events(c, decision), ACTOR, now))
            return DONE, after if isinstance(decision.step, MoveTo) else None

        outcome, moved = decide_again(attempt)
        if moved is not None:
            self.assignment.wake_work(moved)
        return outcome

    def _find(self, conversation: str) -> Conversation | None:
        try:
            return self.store.conversation(conversation)
        except (NotFound, Unreadable):  # erased: nobody waits any more
            return None

    # -- what is due -------------------------------------------------------------------------------

    def _decide(self, c: Conversation, now: datetime) -> Decision:
        slots = self.flows.slots(c.queue)
        staffed = slots > 0 or self._is_open(c, now)
        found = next_step(self.settings(), _state(c, staffed), self._estimate(c, slots), now)
        if isinstance(found.step, MoveTo | Nothing) or self._may_be_told(c):
            return found
        return Decision(Nothing(), LOOK)  # it may be asked for again

    def _may_be_told(self, c: Conversation) -> bool:
        """Whether the customer may be written to unasked where they wait."""
        return standing(self.store, c.contact).rights.allow(Purpose.MESSAGES, c.channel)

    def _is_open(self, c: Conversation, now: datetime) -> bool:
        hours = self.hours()
        there = whereabouts(hours, c.language, self.store.contact(c.contact).contact.phone, now)
        return hours.attendance(c.queue, there.region, c.language, there.zone, now).served

    def _estimate(self, c: Conversation, slots: int) -> Estimate:
        """Of a place too far back to be counted nothing is known but that."""
        entries = self.store.waiting(c.queue, COUNTED + 1)
        ahead = next((n for n, w in enumerate(entries) if w.conversation == c.id), len(entries))
        if ahead >= COUNTED:
            return Estimate(COUNTED + 1)
        measured = self.flows.of(c.queue)
        return estimate(Evidence(ahead, slots, measured.handling, measured.flow))

    def _events(self, c: Conversation, decision: Decision) -> tuple[ev.Event, ...]:
        step, language = decision.step, c.language
        match step:
            case Tell(position, e, apology):
                said = ev.WaitTold(position, e.low, e.likely, e.high, apology)
                return said, message(self.ids, c, self.texts.tell(step, language))
            case OfferCallback(position, e, apology):
                offered = ev.CallbackOffered(position, e.low, e.likely, e.high, apology)
                callable_ = known_of(c, self.store.contact(c.contact).contact).callable
                return offered, message(self.ids, c, self.texts.tell(step, language, number_known=bool(callable_)))
            case OfferForm(reason):
                return ev.OfflineFormOffered(reason.value), message(self.ids, c, self.texts.offer_form(step, language))
            case MoveTo(queue):
                assert c.since is not None, "it waits"
                return (ev.Queued(queue, c.priority, OVERFLOW, c.since),)
            case Nothing():
                return ()


@dataclass(frozen=True, slots=True)
class Replies:
    """What customers answer to what they were offered. The message itself is on record like any other."""

    ids: Ids
    texts: Texts

    def to(self, before: Conversation, c: Conversation, content: Content, contact: Contact | None) -> list[ev.Event]:
        """The events that a message adds. `before` is the conversation without it, `c` with it."""
        if c.status not in (Status.QUEUED, Status.ASSIGNED) or contact is None:
            return []
        answer = heard(before.waiting_room, content.text, before.language, known_of(c, contact), self.texts)
        return [*answer.events, *([message(self.ids, c, answer.say)] if answer.say else [])]


def known_of(c: Conversation, contact: Contact) -> Known:
    return Known(c.channel, c.name or contact.name, contact.phone, contact.email)


def message(ids: Ids, c: Conversation, text: str) -> ev.MessageSent:
    """What the waiting room says to the customer."""
    return ev.MessageSent(
        message=ids.new("m"), author=ev.ActorKind.BOT, author_id=AUTHOR, channel=c.channel, account=c.account,
        content=Content(text=text), recipient=c.reply_address,
    )  # fmt: skip


def _state(c: Conversation, staffed: bool) -> State:
    r = c.waiting_room
    assert c.since is not None, "it waits"
    return State(
        since=c.since, channel=c.channel, queue=c.queue, waiting=c.status is Status.QUEUED, staffed=staffed, messages=r.messages,
        told=r.told, told_at=r.told_at, callback_offered=r.callback is not Callback.NONE, callback_agreed=c.callback,
        form_offered=r.form is not FormStage.NONE, form_declined=r.form is FormStage.DECLINED, moved=r.moved,
    )  # fmt: skip


def _overtaken(c: Conversation, due: datetime) -> bool:
    """Whether the customer was told something since the timer was set: looks that follow a telling are due later than it."""
    told_at = c.waiting_room.told_at
    return told_at is not None and due < told_at + timedelta(seconds=SOON)


def _late(settings: Settings, c: Conversation, late: datetime) -> bool:
    """Whether something has been due since then that needs no news to be so: a look would have done it."""
    if c.status is not Status.QUEUED or c.since is None:
        return False
    state = _state(c, staffed=True)
    return not isinstance(next_step(settings, state, state.told or Estimate(1), late).step, Nothing)
