"""What comes in from channels: messages, receipts, and what cannot be processed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.application.assignment import Assignment
from switchboard.application.bot_turns import BotTurns, Customer
from switchboard.application.consents import ConsentDesk
from switchboard.application.ports import Arrival, Clock, Deliveries, Ids, Index, Parked, Store
from switchboard.application.races import decide_again
from switchboard.application.waiting_room import Replies
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain import feeling
from switchboard.domain.change import Change
from switchboard.domain.contacts import Contact, Identity
from switchboard.domain.content import WORDLESS, Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.dialogue.state import EMPTY as NO_DIALOGUE
from switchboard.domain.errors import AgentUnavailable, Duplicate, Erased, NotFound, Unreadable
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus, InboundMessage
from switchboard.domain.privacy.policy import PrivacyPolicy, kept, kept_content
from switchboard.domain.privacy.rights import command
from switchboard.domain.understanding import Understanding, spoken

OPERATIONS_LEDGER = "ops#parked"


def identity_key(index: Index, channel: str, account: str, address: str) -> str:
    """The keyed hash of a customer on a channel account: identity look-ups, message groups and visitors' sockets use it."""
    return index.key("identity", channel, account, address)


def vendor_key(index: Index, channel: str, account: str, vendor_id: str) -> str:
    """The keyed hash of a vendor's message id."""
    return index.key("vendor", channel, account, vendor_id)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message goes: the conversation (version 0: it opens now), the resolved one it follows, its contact as stored, and the
    contact to be made if there was none."""

    before: Conversation
    previous: Conversation | None = None
    contact: Contact | None = None
    newcomer: Contact | None = None

    @property
    def customer(self) -> Customer:
        return Customer(self.contact or self.newcomer, self.previous)


def _heard(c: Conversation, message: str, u: Understanding, at: datetime, urgent: int) -> list[ev.Event]:
    """What the intent layer made of a message; an angry one fetches a supervisor, and makes what waits or is owned urgent."""
    detected = ev.IntentDetected(
        message, u.intent, round(u.confidence, 4), u.language, u.model, u.sentiment, round(u.anger, 4)
    )  # fmt: skip
    if not feeling.alarms(u, c.angry_at, at):
        return [detected]
    raised = c.status is not Status.BOT and c.priority < urgent
    return [detected, ev.AngerHeard(message, round(u.anger, 4)), *([ev.PrioritySet(urgent, "anger")] if raised else [])]


def _wants_no_more(c: Conversation, message: InboundMessage) -> bool:
    """A word by which the customer stops messages, where it does not stop what the bot leads them through."""
    return c.dialogue == NO_DIALOGUE and command(message.channel, message.content.text) is False


def _of_somebody_erased(arrival: Arrival, sent_at: datetime) -> bool:
    """A message that was on its way when its sender was erased belongs to what is gone."""
    return arrival.erased_before is not None and sent_at <= arrival.erased_before


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes messages in, once and in order, and decides who answers."""

    store: Store
    deliveries: Deliveries
    assignment: Assignment
    index: Index
    ids: Ids
    clock: Clock
    turns: BotTurns
    replies: Replies
    privacy: Callable[[], PrivacyPolicy] = PrivacyPolicy

    def receive(self, message: InboundMessage, u: Understanding, parked: str = "") -> Conversation | None:
        """Put a customer's message on record and let the bot answer or people be found. None if it is on record already.

        `parked` names the parked message this is the redrive of."""
        once = vendor_key(self.index, message.channel, message.account, message.vendor_id)
        message, u = self._kept(message, u)
        try:
            after = decide_again(lambda: self._receive(message, u, once, parked))
        except Duplicate:
            after = None
        self._obey(message)
        if after is None and parked:
            self.settle_parked(parked, "received", ev.SYSTEM)
        if after is not None and after.status is Status.QUEUED:
            self.assignment.wake_work(after)
        return after

    def _obey(self, message: InboundMessage) -> None:
        """A word by which the customer wants no more messages, or wants them again, holds from now on: also where the message came a
        second time because the first try died before this."""
        identity = identity_key(self.index, message.channel, message.account, message.sender.address)
        ConsentDesk(self.store, self.clock).heard(identity, message.channel, message.content.text, message.sent_at)

    def _kept(self, message: InboundMessage, u: Understanding) -> tuple[InboundMessage, Understanding]:
        """As they may be stored: what the policy masks, nobody hears from here on, the bot no more than people."""
        policy = self.privacy()
        content = kept_content(message.content, policy, u.language)
        sender = replace(message.sender, name=kept(message.sender.name, policy, u.language))
        message = replace(message, sender=sender)
        if content == message.content:
            return message, u
        parts = tuple(replace(part, text=kept(part.text, policy, u.language)) for part in u.parts)
        return replace(message, content=content), replace(u, parts=parts)

    def _receive(self, message: InboundMessage, u: Understanding, once: str, parked: str) -> Conversation | None:
        now = self.clock.now()
        sender = message.sender
        identity = Identity(
            identity_key(self.index, message.channel, message.account, sender.address),
            message.channel, message.account, sender.address,
        )  # fmt: skip
        arrival = self.store.arrival(identity.key, once)
        if arrival.duplicate or _of_somebody_erased(arrival, message.sent_at):
            return None
        place = self._place(message, identity, arrival.contact)
        before = place.before
        received = ev.MessageReceived(
            message=self.ids.new("m"), channel=message.channel, account=message.account, vendor_key=once,
            sent_at=message.sent_at, received_at=now, content=message.content, sender_name=sender.name,
            reply_address=sender.reply_address or sender.address, client_id=message.client_id,
        )  # fmt: skip
        happened: list[ev.Event] = []
        if before.version == 0:
            happened.append(ev.ConversationOpened(before.contact, message.channel, message.account, before.language))
        happened.append(received)
        restricted = place.contact is not None and place.contact.rights.restricted
        if message.content.text.strip() and not restricted:
            u = replace(u, language=spoken(before.language, u.language, message.content.text))
            happened += _heard(before, received.message, u, now, self.turns.policy().anger_priority)
        if parked:
            happened.append(ev.Redriven(parked, "received"))
        so_far = cv.fold(before, happened, now)
        if so_far.status is Status.BOT and restricted:  # no machine reads or answers it: people do
            queue = before.queue or self.turns.policy().default_queue
            happened.append(ev.Queued(queue, before.priority, "restricted", now, self.turns.needs(before, place.customer)))
        elif so_far.status is Status.BOT and _wants_no_more(so_far, message):
            happened.append(self.turns.idle())  # no answer, either
        elif so_far.status is Status.BOT and message.content.kind not in WORDLESS:
            happened += self.turns.hear(so_far, received.message, message.content.text, u, place.customer, message.sent_at)
        elif so_far.status is Status.BOT and so_far.bot_until is None:  # a reaction: nothing to answer, and no reason to stay open
            happened.append(self.turns.idle())
        elif message.content.kind not in WORDLESS:
            happened += self.replies.to(before, so_far, message.content, place.contact)
        actor = ev.Actor(ev.ActorKind.CUSTOMER, before.contact)
        change = Change(before, tuple(happened), actor, now, once, place.newcomer, place.previous)
        if any(isinstance(e, ev.Queued) for e in happened):
            with suppress(AgentUnavailable):  # gone meanwhile: it waits, and looks again after the commit
                return self.store.commit(replace(change, events=(*happened, *self.assignment.at_once(change.after))))
        return self.store.commit(change)

    def _place(self, message: InboundMessage, identity: Identity, contact: str) -> _Place:
        if contact:
            return self._open_place(contact)
        sender = message.sender
        newcomer = Contact(self.ids.new("c"), sender.name, sender.phone, sender.email, (identity,))
        return _Place(Conversation(cv.conversation_id(newcomer.id, 1), newcomer.id), newcomer=newcomer)

    def _open_place(self, contact: str) -> _Place:
        """The contact's open conversation; or the one to open now, and the resolved one it follows."""
        state = self.store.contact(contact)
        if state.contact.merged_into:
            return self._open_place(state.contact.merged_into)
        current = state.conversation
        if current is not None and current.open:
            return _Place(current, contact=state.contact)
        ordinal = cv.ordinal_of(current.id) + 1 if current is not None else 1
        language = current.language if current is not None else "und"
        return _Place(Conversation(cv.conversation_id(contact, ordinal), contact, language=language), current, state.contact)

    def receive_repaired(self, p: Parked, text: str, actor: ev.Actor) -> None:
        """Take in a parked message as an operator repaired it, as its customer's, where they are talking now."""
        origin = self.store.conversation(p.ledger.partition("#")[2])
        repaired = kept_content(Content(text=text), self.privacy())

        def attempt() -> Conversation:
            now = self.clock.now()
            place = self._open_place(origin.contact)
            before = place.before
            received = ev.MessageReceived(
                message=self.ids.new("m"), channel=origin.channel, account=origin.account, vendor_key="", sent_at=p.at,
                received_at=now, content=repaired, sender_name=origin.name, reply_address=origin.reply_address,
                redriven_from=p.no,
            )  # fmt: skip
            opening = ev.ConversationOpened(before.contact, origin.channel, origin.account, before.language)
            opened = [opening] if before.version == 0 else []
            happened: list[ev.Event] = [*opened, received, ev.Redriven(p.id, "received")]
            if before.status is Status.BOT:  # people repaired it, so people answer it
                queue = before.queue or self.turns.policy().default_queue
                happened.append(ev.Queued(queue, before.priority, "redriven", now, self.turns.needs(before, place.customer)))
            return self.store.commit(Change(before, tuple(happened), actor, now, previous=place.previous))

        try:
            after = decide_again(attempt)
        except Duplicate:
            return  # somebody else settled it
        if after.status is Status.QUEUED:
            self.assignment.wake_work(after)

    def settle_parked(self, parked: str, outcome: str, actor: ev.Actor) -> None:
        """Take a parked message off the operators' list; it stays on record. Twice is the same as once."""

        def attempt() -> None:
            p = self.store.parked_message(parked)
            settled, now = ev.Redriven(parked, outcome), self.clock.now()
            if p.ledger == OPERATIONS_LEDGER:
                self.store.append(p.ledger, [settled], actor, now)
            else:
                self.store.commit(Change(self.store.conversation(p.ledger.partition("#")[2]), (settled,), actor, now))

        try:
            decide_again(attempt)
        except (Duplicate, NotFound):
            return

    def receipt(self, receipt: DeliveryReceipt) -> None:
        """Record the vendor's word on a message of ours; a failure also goes on the conversation's record."""
        key = vendor_key(self.index, receipt.channel, receipt.account, receipt.vendor_id)
        delivery = self.deliveries.receipt(key, receipt)
        if delivery is not None and receipt.status is DeliveryStatus.FAILED:
            self.fail(delivery.conversation, delivery.message, receipt.reason)

    def fail(self, conversation: str, message: str, reason: str) -> None:
        """Put on the conversation's record that a message did not reach the customer."""

        def attempt() -> None:
            c = self.store.conversation(conversation)
            actor = ev.Actor(ev.ActorKind.VENDOR, c.channel)
            once = self.index.key("failed", message)
            self.store.commit(Change(c, (ev.DeliveryFailed(message, reason),), actor, self.clock.now(), once))

        try:
            decide_again(attempt)
        except (Duplicate, Erased):  # nobody is left to whom it matters
            return

    def park(self, group: str, ciphertext: str, reason: str, cause: str) -> None:
        """Put aside what cannot be processed: in its customer's conversation if there is one, else among the operators' matters.

        `group` is the identity's keyed hash, `cause` the queue's deduplication id: parking twice is the same as once."""

        def attempt() -> None:
            now = self.clock.now()
            event = ev.MessageParked(self.ids.new("p"), reason, ciphertext, group)
            once = self.index.key("parked", group, cause)
            arrival = self.store.arrival(group, once)
            if arrival.duplicate:
                return
            try:
                state = self.store.contact(arrival.contact) if arrival.contact else None
            except (NotFound, Unreadable):  # erased, or worse: still not a reason to lose it
                state = None
            if state is None or state.conversation is None:
                self.store.append(OPERATIONS_LEDGER, [event], ev.SYSTEM, now, once)
            else:
                self.store.commit(Change(state.conversation, (event,), ev.SYSTEM, now, once))

        try:
            decide_again(attempt)
        except Duplicate:
            return
