"""What agents do with conversations. The WebSocket and the REST API call the same methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from switchboard.application.admission import Admission
from switchboard.application.assignment import Assignment
from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Deliveries, Ids, Index, Store
from switchboard.application.races import decide_again
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.content import Content
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import AgentUnavailable, Duplicate, Forbidden, Malformed, NotAllowedNow, NotFound
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.privacy.policy import PrivacyPolicy, kept
from switchboard.domain.routing.policy import RoutingPolicy
from switchboard.domain.translation.own_words import OwnWords

TEXT_CHARACTERS = 20_000
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

TAKE, TRANSFER, CONSULT, END_CONSULT, RESOLVE = "Take", "Transfer", "Consult", "EndConsult", "Resolve"
BE_GIVEN, BE_CONSULTED = "BeTransferredTo", "BeConsulted"
Decision = Callable[[Conversation], Sequence[ev.Event]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Each method returns the conversation as it is afterwards and raises Forbidden, NotAllowedNow, NotFound or Malformed."""

    store: Store
    deliveries: Deliveries
    assignment: Assignment
    index: Index
    ids: Ids
    clock: Clock
    admission: Admission
    privacy: Callable[[], PrivacyPolicy] = PrivacyPolicy

    def accept(self, actor: ev.Actor, conversation: str) -> Conversation:
        return self._commit(actor, conversation, lambda c: cv.accept(c, actor.id))

    def take(self, actor: ev.Actor, conversation: str) -> Conversation:
        """Help oneself to what waits in one's queues, or overflows to them; it counts as accepted."""

        def decide(c: Conversation) -> Sequence[ev.Event]:
            events = cv.take(c, actor.id, self._weight(c, actor.id))
            self._still_may(actor, TAKE, c)
            return events

        try:
            return self._commit(actor, conversation, decide)
        except AgentUnavailable:
            raise NotAllowedNow("go online, or finish a conversation first: you have no room for another") from None

    def reply(
        self, actor: ev.Actor, conversation: str, text: str, client_id: str, own: OwnWords | None = None
    ) -> Conversation:
        """Answer the customer. The same `client_id` twice is one message. `own`: what the agent wrote, if `text` is a translation."""
        text = self._kept(text)
        own = replace(own, text=self._kept(own.text)) if own is not None else None
        message = self.ids.new("m")

        def decide(c: Conversation) -> Sequence[ev.Event]:
            self._may_write(c)
            return cv.reply(c, actor.id, message, Content(text=text), client_id, own=own)

        return self._commit(actor, conversation, decide, self._once(actor, conversation, client_id))

    def note(self, actor: ev.Actor, conversation: str, text: str, client_id: str) -> Conversation:
        text = self._kept(text)

        return self._commit(
            actor, conversation, lambda _: cv.note(actor.id, text, client_id), self._once(actor, conversation, client_id)
        )

    def resend(self, actor: ev.Actor, conversation: str, message: str) -> Conversation:
        """Send a message once more that was not delivered, as a new message that names the old."""
        sent = [r.event for r in self.store.events(cv.ledger_of(conversation)) if isinstance(r.event, ev.MessageSent)]
        original = next((e for e in sent if e.message == message), None)
        if original is None:
            raise NotFound("there is no such message in this conversation")
        known = next((d.status for d in self.deliveries.of(conversation) if d.message == message), None)
        if known not in (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN):
            raise NotAllowedNow("this message is not known to have failed")
        if any(e.resend_of == message for e in sent):
            raise NotAllowedNow("this message was sent again already")
        fresh = self.ids.new("m")
        own = OwnWords(original.original, original.original_language, original.translated_by) if original.original else None

        def decide(c: Conversation) -> Sequence[ev.Event]:
            self._may_write(c)
            return cv.reply(c, actor.id, fresh, original.content, "", resend_of=message, own=own)

        return self._commit(actor, conversation, decide, self.index.key("resend", message))

    def transfer(
        self, actor: ev.Actor, conversation: str, *, agent: str = "", queue: str = "", skill: str = "", level: int = 1, note: str = ""
    ) -> Conversation:
        """Hand the conversation to a colleague who is online and has room, or back to a queue, or to whoever has a skill; a note goes
        along. What waits is given to an agent in the same way."""
        if bool(agent) == bool(queue or skill):
            raise Malformed("say either which agent takes over, or which queue or skill")
        note = self._kept(note)
        if queue and queue not in self.store.queues():
            raise Malformed("nobody serves a queue of that name")
        if not 1 <= level <= 5:
            raise Malformed("a skill's level is a whole number from 1 to 5")
        if skill and not any(a.skills.get(skill, 0) >= level for a in self.store.agents()):
            raise Malformed("nobody has this skill at that level")
        owners: list[str] = []

        def decide(c: Conversation) -> Sequence[ev.Event]:
            owners[:] = [c.owner]
            said = cv.note(actor.id, note, "") if note.strip() else []
            now = self.clock.now()
            accept_by = now + self.assignment.accept_within
            weight = self._weight(c, agent) if agent else 1.0
            self._still_may(actor, TRANSFER, c)
            if agent and c.owner != agent and not self._may_be_given(BE_GIVEN, agent, c):
                raise Forbidden("that colleague may not be given this conversation; hand it to their team's queue")
            if agent and c.status is Status.QUEUED:
                return [*said, *cv.assign(c, agent, ev.AssignReason.PUSHED, accept_by, weight=weight)]
            cv.accept(c, c.owner or actor.id)  # nobody's is nobody's to hand on
            if agent == c.owner:
                raise Malformed("the conversation is theirs already")
            requires = replace(c.requires, kind=skill, level=level, prefers="") if skill else None
            released = cv.release(c, ev.ReleaseReason.TRANSFERRED, queue=queue, at=now, requires=requires)
            if not agent:
                return [*said, *released]
            freed = cv.fold(c, released, now)
            return [*said, *released, *cv.assign(freed, agent, ev.AssignReason.TRANSFERRED, accept_by, weight=weight)]

        try:
            after = self._commit(actor, conversation, decide)
        except AgentUnavailable:
            raise NotAllowedNow("that agent is offline or full; choose another, or a queue") from None
        if after.status is Status.QUEUED:
            self.assignment.wake_work(after)
        self._slot_freed(*owners)
        return after

    def consult(self, actor: ev.Actor, conversation: str, agent: str, question: str) -> Conversation:
        """Ask a colleague: they see the conversation and may leave notes until it is over; the owner stays."""
        question = self._kept(question)
        self.store.agent(agent)  # there must be such a colleague

        def decide(c: Conversation) -> Sequence[ev.Event]:
            self._still_may(actor, CONSULT, c)
            if not self._may_be_given(BE_CONSULTED, agent, c):
                raise Forbidden("that colleague may not be asked about this conversation")
            return cv.consult(c, c.owner or actor.id, agent, question)

        return self._commit(actor, conversation, decide)

    def end_consult(self, actor: ev.Actor, conversation: str, agent: str) -> Conversation:
        """The colleague is not needed any more, or does not want to be: either of the two may say so."""

        def decide(c: Conversation) -> Sequence[ev.Event]:
            if actor.id != agent or agent not in c.consulted:
                self._still_may(actor, END_CONSULT, c)
            return cv.end_consult(c, actor.id, c.owner or actor.id, agent)

        return self._commit(actor, conversation, decide)

    def resolve(self, actor: ev.Actor, conversation: str, proved_complex: bool | None = None) -> Conversation:
        """The matter is closed. `proved_complex`: what it was, if the agent says; routing learns from it."""
        owners: list[str] = []

        def decide(c: Conversation) -> Sequence[ev.Event]:
            owners[:] = [c.owner]
            self._still_may(actor, RESOLVE, c)
            return cv.resolve(c, ev.ActorKind.AGENT, c.owner or actor.id, proved_complex)

        after = self._commit(actor, conversation, decide)
        self._slot_freed(*owners)
        return after

    def _still_may(self, actor: ev.Actor, action: str, c: Conversation) -> None:
        """Whoever acts for an absent owner, or takes what waits: judged on what the change is made of. The owner may, by being it."""
        if c.owner != actor.id:
            self.admission.still(actor, action, c)

    def _may_be_given(self, action: str, agent: str, c: Conversation) -> bool:
        try:
            return self.admission.may_be_given(action, self.store.agent(agent), c)
        except NotFound:
            return True  # nobody: the change finds that they have no room

    def _may_write(self, c: Conversation) -> None:
        """Raises NotAllowedNow where the customer wants no messages on this channel and has not written since they said so."""
        if not standing(self.store, c.contact).rights.may_answer(c.channel, c.customer_at):
            raise NotAllowedNow(f"the customer withdrew their consent to messages on {c.channel} and has not written since")

    def _slot_freed(self, agent: str = "") -> None:
        """Whoever frees a slot looks for waiting work."""
        if agent:
            self.assignment.wake_agent(agent)

    def _weight(self, c: Conversation, agent: str) -> float:
        """What a conversation takes of an agent's capacity; of nobody's, whatever it is."""
        try:
            return self._policy.weight(c.channel, self.store.agent(agent).capacity)
        except NotFound:
            return 1.0

    @property
    def _policy(self) -> RoutingPolicy:
        return self.assignment.policy

    def _once(self, actor: ev.Actor, conversation: str, client_id: str) -> str:
        """A command's mark. The id counts within its conversation."""
        if client_id and not CLIENT_ID.fullmatch(client_id):
            raise Malformed("client_id must be 1 to 64 letters, digits, - or _")
        return self.index.key("command", actor.id, conversation, client_id) if client_id else ""

    def _kept(self, text: str) -> str:
        """As it may be stored, and sent: a card's number goes to nobody by chat."""
        return kept(_sound(text), self.privacy())

    def _commit(self, actor: ev.Actor, conversation: str, decide: Decision, once: str = "") -> Conversation:
        targeted: list[AgentUnavailable] = []

        def attempt() -> Conversation:
            c = self.store.conversation(conversation)
            events = tuple(decide(c))
            if not events:
                return c
            try:
                return self.store.commit(Change(c, events, actor, self.clock.now(), once))
            except AgentUnavailable as full:  # no use deciding again: the agent was named, not chosen
                targeted.append(full)
                return c
            except Duplicate:
                return self.store.conversation(conversation)

        after = decide_again(attempt)
        if targeted:
            raise targeted[0]
        return after


def _sound(text: str) -> str:
    """The text, if it is no longer than we keep. Halves of characters, which JSON can carry and UTF-8 cannot, are replaced."""
    if len(text) > TEXT_CHARACTERS:
        raise Malformed(f"a text holds at most {TEXT_CHARACTERS} characters; this has {len(text)}")
    return text.encode("utf-8", "replace").decode()
