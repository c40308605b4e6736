"""A conversation: the fold of its ledger, and the decisions that append to it. Decisions return events; they never act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.domain import events as ev
from switchboard.domain.content import Content
from switchboard.domain.dialogue import state
from switchboard.domain.dialogue.state import EMPTY as NO_DIALOGUE
from switchboard.domain.dialogue.state import Dialogue
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow
from switchboard.domain.feeling import rolling
from switchboard.domain.receipt import Receipt
from switchboard.domain.requirements import NOTHING, Requirements
from switchboard.domain.translation.own_words import OwnWords
from switchboard.domain.understanding import IN_PASSING, matter
from switchboard.domain.waiting_room.record import EMPTY, Callback, Record, folded


class Status(StrEnum):
    """Who has the conversation: the bot, a queue, an agent who was offered it, an agent at work, nobody any more."""

    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    ACTIVE = "active"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The projection of one conversation's ledger. `version` is the number of its last commit, `last_event` of its last event,
    `head` the hash of the last commit's stored bytes. `since` is when it began to wait. Personal: `reply_address`, `name`,
    `preview`."""

    id: str
    contact: str
    channel: str = ""
    account: str = ""
    status: Status = Status.BOT
    owner: str = ""
    queue: str = ""
    priority: int = 5
    tags: tuple[str, ...] = ()  # in the order they were given
    language: str = "und"
    intent: str = ""  # what it is about, not merely the last message's
    opened_at: datetime | None = None
    since: datetime | None = None
    last_at: datetime | None = None
    customer_at: datetime | None = None  # of the customer's last message: the vendors' windows count from it
    answered_at: datetime | None = None  # of the first answer by an agent
    assignments: int = 0
    accept_by: datetime | None = None
    response_due_recorded: bool = False
    misses: int = 0  # messages the bot did not understand
    feeling: float = 0.0  # how the customer feels: -1 to 1 (`domain.feeling`)
    angry_at: datetime | None = None  # when a supervisor was last fetched
    bot_until: datetime | None = None  # while it is the bot's: how long it waits
    taken_at: datetime | None = None  # when its owner was given it
    weight: float = 1.0  # how much of its owner's capacity it takes
    requires: Requirements = NOTHING  # of whoever takes it
    consulted: tuple[str, ...] = ()  # colleagues the owner asked, until it is over
    handed_back_by: str = ""  # who gave it back to the queue last, until somebody owns it
    finished_by: str = ""  # who owned it when it was resolved
    auto_replied_at: datetime | None = None  # of the last reply that a rule gave
    waiting_room: Record = EMPTY
    dialogue: Dialogue = NO_DIALOGUE
    archived: bool = False  # a newer conversation of this contact has taken the current place
    version: int = 0
    last_event: int = 0
    head: str = ""
    reply_address: str = ""
    name: str = ""
    preview: str = ""

    @property
    def ledger(self) -> str:
        return ledger_of(self.id)

    @property
    def open(self) -> bool:
        return self.version > 0 and self.status is not Status.RESOLVED

    @property
    def callback(self) -> bool:
        """Whether the customer asked to be called back."""
        return self.waiting_room.callback is Callback.REQUESTED


PREVIEW_CHARACTERS = 120
ORDINAL_DIGITS = 6


def ledger_of(conversation: str) -> str:
    """The ledger id of a conversation."""
    return f"cnv#{conversation}"


def conversation_id(contact: str, ordinal: int) -> str:
    """Conversations are numbered within their contact, so both ids can be read off one."""
    return f"{contact}-{ordinal:0{ORDINAL_DIGITS}d}"


def contact_of(conversation: str) -> str:
    """The contact in a conversation's id; raises Malformed for anything else."""
    contact, dash, ordinal = conversation.rpartition("-")
    numbered = len(ordinal) == ORDINAL_DIGITS and ordinal.isascii() and ordinal.isdigit()
    if not dash or not contact.startswith("c") or not numbered:
        raise Malformed(f"{conversation[:64]!r} is not a conversation id")
    return contact


def ordinal_of(conversation: str) -> int:
    """The number of a conversation within its contact."""
    contact_of(conversation)
    return int(conversation.rpartition("-")[2])


def _preview(content: Content) -> str:
    text = " ".join(content.text.split()) or f"[{content.kind.value}]"
    return text if len(text) <= PREVIEW_CHARACTERS else text[: PREVIEW_CHARACTERS - 1] + "…"


def apply(c: Conversation, event: ev.Event, at: datetime) -> Conversation:
    """The state after one more event. Unknown to a conversation: unchanged."""
    if (record := folded(c.waiting_room, event, at, c.version + 1)) != c.waiting_room:
        c = replace(c, waiting_room=record)
    if (dialogue := state.folded(c.dialogue, event, at)) is not c.dialogue:
        c = replace(c, dialogue=dialogue)
    match event:
        case ev.ConversationOpened():
            known = event.language if event.language != "und" else c.language
            return replace(c, channel=event.channel, account=event.account, opened_at=at, status=Status.BOT, language=known)
        case ev.MessageReceived():
            return replace(
                c, channel=event.channel, account=event.account, last_at=at, customer_at=event.received_at,
                reply_address=event.reply_address or c.reply_address, name=event.sender_name or c.name,
                preview=_preview(event.content),
            )  # fmt: skip
        case ev.IntentDetected():
            language = event.language if event.language != "und" else c.language  # of records before it was settled at the door
            felt = rolling(c.feeling, event.sentiment)
            return replace(c, intent=matter(c.intent, event.intent, event.confidence), language=language, feeling=felt)
        case ev.IntentCorrected() if c.intent == event.was and event.intent not in IN_PASSING:
            return replace(c, intent=event.intent)
        case ev.AngerHeard():
            return replace(c, angry_at=at)
        case ev.BotWaits():
            return replace(c, bot_until=event.until)
        case ev.NotUnderstood():
            return replace(c, misses=c.misses + 1)
        case ev.MessageSent():
            answered = c.answered_at or (at if event.author is ev.ActorKind.AGENT else None)
            by_bot = event.author is ev.ActorKind.BOT  # the list shows people's words
            preview = c.preview if by_bot else _preview(event.content)
            by_rule = by_bot and event.author_id == ev.AUTOMATION.id
            replied = at if by_rule else c.auto_replied_at
            return replace(c, last_at=at, answered_at=answered, preview=preview, auto_replied_at=replied)
        case ev.Queued():
            return replace(
                c, status=Status.QUEUED, queue=event.queue, priority=event.priority, since=event.since,
                requires=event.requires or c.requires, bot_until=None,
            )  # fmt: skip
        case ev.Assigned():
            return replace(
                c, status=Status.ASSIGNED, owner=event.agent, assignments=event.number, accept_by=event.accept_by,
                weight=event.weight, taken_at=at, handed_back_by="",
                consulted=tuple(a for a in c.consulted if a != event.agent), bot_until=None,
            )  # fmt: skip
        case ev.Accepted():
            return replace(c, status=Status.ACTIVE, accept_by=None, since=None)  # a later wait is a new one
        case ev.Released():
            handed_back = event.reason is ev.ReleaseReason.TRANSFERRED  # the other reasons set the agent away
            return replace(
                c, status=Status.BOT, owner="", accept_by=None, handed_back_by=event.agent if handed_back else ""
            )  # fmt: skip
        case ev.PrioritySet():
            return replace(c, priority=event.priority)
        case ev.Tagged():
            return replace(c, tags=(*c.tags, *(t for t in event.tags if t not in c.tags)))
        case ev.Untagged():
            return replace(c, tags=tuple(t for t in c.tags if t not in event.tags))
        case ev.ConsultStarted():
            return replace(c, consulted=(*(a for a in c.consulted if a != event.agent), event.agent))
        case ev.ConsultEnded():
            return replace(c, consulted=tuple(a for a in c.consulted if a != event.agent))
        case ev.FirstResponseDue():
            return replace(c, response_due_recorded=True)
        case ev.SlaBreached(clock="first_response"):
            return replace(c, response_due_recorded=True)
        case ev.Resolved():
            return replace(
                c, status=Status.RESOLVED, owner="", finished_by=c.owner, accept_by=None, since=None, consulted=(), bot_until=None
            )
        case _:
            return c


def fold(c: Conversation, events: tuple[ev.Event, ...] | list[ev.Event], at: datetime) -> Conversation:
    """The state after a commit's events; `version` and `last_event` move with it, `head` is the store's."""
    for event in events:
        c = apply(c, event, at)
    return replace(c, version=c.version + 1, last_event=c.last_event + len(events))


# -- what people may do --------------------------------------------------------------------------


def _owned(c: Conversation, agent: str) -> None:
    if not c.open:
        raise NotAllowedNow("this conversation is resolved")
    if c.owner != agent:
        raise Forbidden("this conversation is not yours; take it or ask its owner to transfer it")


def accept(c: Conversation, agent: str) -> list[ev.Event]:
    """The agent takes the offered work up. Accepting twice is the same as once."""
    _owned(c, agent)
    return [] if c.status is Status.ACTIVE else [ev.Accepted(agent, c.assignments)]


def reply(
    c: Conversation, agent: str, message: str, content: Content, client_id: str, resend_of: str = "", own: OwnWords | None = None
) -> list[ev.Event]:
    """The agent answers; answering an offer accepts it. `own`: what they wrote, where the content is a translation."""
    _owned(c, agent)
    if not content.text.strip() and not content.attachments:
        raise Malformed("an empty message cannot be sent")
    return [
        *accept(c, agent),
        ev.MessageSent(
            message=message, author=ev.ActorKind.AGENT, author_id=agent, channel=c.channel, account=c.account,
            content=content, recipient=c.reply_address, client_id=client_id, resend_of=resend_of,
            original=own.text if own else "", original_language=own.language if own else "",
            translated_by=own.translated_by if own else "",
        ),
    ]  # fmt: skip


def note(agent: str, text: str, client_id: str) -> list[ev.Event]:
    """A note for colleagues; the customer never sees it. Any agent who may read the conversation may leave one."""
    if not text.strip():
        raise Malformed("an empty note says nothing")
    return [ev.NoteAdded(agent=agent, text=text, client_id=client_id)]


def consult(c: Conversation, owner: str, agent: str, question: str) -> list[ev.Event]:
    """The owner asks a colleague."""
    _owned(c, owner)
    if agent == owner:
        raise Malformed("ask somebody else than yourself")
    if not question.strip():
        raise Malformed("say what you want to know")
    return [ev.ConsultStarted(agent=agent, by=owner, question=question)]


def end_consult(c: Conversation, who: str, owner: str, agent: str) -> list[ev.Event]:
    """The owner or the colleague ends it. What is over already stays so, for the owner; anybody else has no business here."""
    if who != agent or agent not in c.consulted:
        _owned(c, owner)
    return [ev.ConsultEnded(agent=agent, by=who)] if agent in c.consulted else []


def release(
    c: Conversation, reason: ev.ReleaseReason, *, queue: str = "", at: datetime, requires: Requirements | None = None
) -> list[ev.Event]:
    """The owner lets go and the conversation waits again, with the age it had and asking for the same unless `requires` says else."""
    if not c.owner:
        raise NotAllowedNow("nobody owns this conversation")
    return [
        ev.Released(c.owner, c.assignments, reason),
        ev.Queued(
            queue=queue or c.queue or "general", priority=c.priority, reason=reason.value, since=c.since or at, requires=requires
        ),
    ]


def assign(
    c: Conversation, agent: str, reason: ev.AssignReason, accept_by: datetime | None, *, weight: float = 1.0,
    receipt: Receipt | None = None,
) -> list[ev.Event]:  # fmt: skip
    """An agent becomes the owner; only of an open conversation that has none."""
    if not c.open or c.owner:
        raise NotAllowedNow("this conversation is not waiting for an agent")
    return [ev.Assigned(agent, c.assignments + 1, reason, accept_by, weight=weight, receipt=receipt)]


def take(c: Conversation, agent: str, weight: float = 1.0) -> list[ev.Event]:
    """The agent helps themselves to waiting work; it counts as accepted. Whether they may is not asked here."""
    if c.owner == agent:
        return accept(c, agent)
    if c.status is not Status.QUEUED:
        raise NotAllowedNow("this conversation is not waiting for an agent")
    return [*assign(c, agent, ev.AssignReason.TAKEN, None, weight=weight), ev.Accepted(agent, c.assignments + 1)]


def resolve(c: Conversation, by: ev.ActorKind, by_id: str, proved_complex: bool | None = None) -> list[ev.Event]:
    """The matter is closed. The customer's next message opens a new conversation."""
    if not c.open:
        raise NotAllowedNow("this conversation is resolved already")
    if by is ev.ActorKind.AGENT:
        _owned(c, by_id)
    return [ev.Resolved(by, by_id, proved_complex=proved_complex)]
