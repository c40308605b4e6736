"""The facts ledgers are made of. Events are never changed, only appended; a new fact needs a new event type or an optional field.

A field made by `personal()` holds personal data: it is sealed under the contact's key (conversations, contacts) or
the company's key
(agents, access) before it is stored, bound to its ledger, event number and field name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from switchboard.domain.approvals import APPROVAL_TYPES
from switchboard.domain.assist.events import ASSIST_TYPES
from switchboard.domain.assist.events import MacroApplied as MacroApplied
from switchboard.domain.assist.events import MacrosSet as MacrosSet
from switchboard.domain.automation_events import AUTOMATION_TYPES
from switchboard.domain.automation_events import PrioritySet as PrioritySet
from switchboard.domain.automation_events import RuleFired as RuleFired
from switchboard.domain.automation_events import Tagged as Tagged
from switchboard.domain.automation_events import Untagged as Untagged
from switchboard.domain.automation_events import WebhookRequested as WebhookRequested
from switchboard.domain.configuration_events import CONFIGURATION_TYPES
from switchboard.domain.configuration_events import BotPolicySet as BotPolicySet
from switchboard.domain.configuration_events import FlowSaved as FlowSaved
from switchboard.domain.configuration_events import FlowsPublished as FlowsPublished
from switchboard.domain.configuration_events import HoursSet as HoursSet
from switchboard.domain.configuration_events import PlanMade as PlanMade
from switchboard.domain.configuration_events import RoutingPolicyDrafted as RoutingPolicyDrafted
from switchboard.domain.configuration_events import RoutingPolicySet as RoutingPolicySet
from switchboard.domain.configuration_events import RulesSet as RulesSet
from switchboard.domain.contact_events import CONTACT_TYPES
from switchboard.domain.contact_events import ConsentGiven as ConsentGiven
from switchboard.domain.contact_events import ConsentWithdrawn as ConsentWithdrawn
from switchboard.domain.contact_events import ContactAbsorbed as ContactAbsorbed
from switchboard.domain.contact_events import ContactAttributesSet as ContactAttributesSet
from switchboard.domain.contact_events import ContactCreated as ContactCreated
from switchboard.domain.contact_events import ContactMerged as ContactMerged
from switchboard.domain.contact_events import ContactObjected as ContactObjected
from switchboard.domain.contact_events import ContactRectified as ContactRectified
from switchboard.domain.contact_events import ContactRestricted as ContactRestricted
from switchboard.domain.contact_events import ExportAsked as ExportAsked
from switchboard.domain.contact_events import ExportMade as ExportMade
from switchboard.domain.content import Content
from switchboard.domain.dialogue.events import DIALOGUE_TYPES
from switchboard.domain.dialogue.events import ActionDone as ActionDone
from switchboard.domain.dialogue.events import ActionRequested as ActionRequested
from switchboard.domain.dialogue.events import BotMissed as BotMissed
from switchboard.domain.dialogue.events import FlowEnded as FlowEnded
from switchboard.domain.dialogue.events import FlowStarted as FlowStarted
from switchboard.domain.dialogue.events import SlotAsked as SlotAsked
from switchboard.domain.dialogue.events import SlotFilled as SlotFilled
from switchboard.domain.dialogue.events import SlotRejected as SlotRejected
from switchboard.domain.drafting.events import DRAFTING_TYPES
from switchboard.domain.event import Event as Event
from switchboard.domain.event import personal as personal
from switchboard.domain.improvement.events import IMPROVEMENT_TYPES
from switchboard.domain.improvement.events import ImprovementAdvanced as ImprovementAdvanced
from switchboard.domain.improvement.events import ImprovementAsked as ImprovementAsked
from switchboard.domain.improvement.events import ImprovementFailed as ImprovementFailed
from switchboard.domain.improvement.events import ImprovementFound as ImprovementFound
from switchboard.domain.improvement.events import IntentCorrected as IntentCorrected
from switchboard.domain.knowledge.events import KNOWLEDGE_TYPES
from switchboard.domain.privacy.erasure import ERASURE_TYPES
from switchboard.domain.privacy.erasure import ContactErased as ContactErased
from switchboard.domain.privacy.erasure import ErasureBegun as ErasureBegun
from switchboard.domain.privacy.erasure import ErasureCertified as ErasureCertified
from switchboard.domain.privacy.erasure import ErasureKeysDestroyed as ErasureKeysDestroyed
from switchboard.domain.privacy.erasure import ErasureQueueKeysDestroyed as ErasureQueueKeysDestroyed
from switchboard.domain.privacy.erasure import ErasureQueueRotated as ErasureQueueRotated
from switchboard.domain.privacy.erasure import LegalHoldLifted as LegalHoldLifted
from switchboard.domain.privacy.erasure import LegalHoldSet as LegalHoldSet
from switchboard.domain.privacy.events import PRIVACY_TYPES
from switchboard.domain.privacy.events import PersonalDataRevealed as PersonalDataRevealed
from switchboard.domain.privacy.events import PrivacyPolicySet as PrivacyPolicySet
from switchboard.domain.privacy.exports import EXPORT_TYPES
from switchboard.domain.privacy.exports import ExportBegun as ExportBegun
from switchboard.domain.privacy.exports import ExportFailed as ExportFailed
from switchboard.domain.privacy.exports import ExportStored as ExportStored
from switchboard.domain.receipt import Receipt
from switchboard.domain.requirements import Requirements
from switchboard.domain.retention.events import RETENTION_TYPES
from switchboard.domain.retention.events import RetentionAdvanced as RetentionAdvanced
from switchboard.domain.retention.events import RetentionBegun as RetentionBegun
from switchboard.domain.retention.events import RetentionEnded as RetentionEnded
from switchboard.domain.retention.events import RetentionSet as RetentionSet
from switchboard.domain.translation.events import TRANSLATION_TYPES
from switchboard.domain.waiting_room.events import WAITING_ROOM_TYPES
from switchboard.domain.waiting_room.events import CallbackDeclined as CallbackDeclined
from switchboard.domain.waiting_room.events import CallbackOffered as CallbackOffered
from switchboard.domain.waiting_room.events import CallbackRequested as CallbackRequested
from switchboard.domain.waiting_room.events import OfflineFormAnswered as OfflineFormAnswered
from switchboard.domain.waiting_room.events import OfflineFormDeclined as OfflineFormDeclined
from switchboard.domain.waiting_room.events import OfflineFormOffered as OfflineFormOffered
from switchboard.domain.waiting_room.events import OfflineFormSent as OfflineFormSent
from switchboard.domain.waiting_room.events import WaitingRoomSet as WaitingRoomSet
from switchboard.domain.waiting_room.events import WaitTold as WaitTold
from switchboard.domain.whatif.events import WHAT_IF_TYPES
from switchboard.domain.whatif.events import WhatIfAnswered as WhatIfAnswered
from switchboard.domain.whatif.events import WhatIfAsked as WhatIfAsked
from switchboard.domain.whatif.events import WhatIfFailed as WhatIfFailed


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused a commit. `id` is an agent id, a contact id or a component's name. `source_ip` and `request_id` say from
    where, for the audit."""

    kind: ActorKind
    id: str
    role: str = ""
    source_ip: str = ""
    request_id: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, "switchboard")
AUTOMATION = Actor(ActorKind.SYSTEM, "rules")  # what the company's rules do


class AssignReason(StrEnum):
    ROUTED = "routed"  # the router chose
    PULLED = "pulled"  # a freed slot took the best waiting work
    TRANSFERRED = "transferred"
    PUSHED = "pushed"  # a supervisor chose
    TAKEN = "taken"  # the agent helped themselves
    RULE = "rule"  # a rule of the company names the agent


class ReleaseReason(StrEnum):
    NOT_ACCEPTED = "not_accepted"  # the offer's time ran out
    DECLINED = "declined"
    CONNECTION_LOST = "connection_lost"
    RULE = "rule"  # it was an offer still, and a rule had something else in mind
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True)
class ConversationOpened(Event):
    type: ClassVar[str] = "conversation_opened"
    contact: str
    channel: str
    account: str
    language: str = "und"  # the customer's, where it is known from before


@dataclass(frozen=True, slots=True)
class MessageReceived(Event):
    """A customer's message. `message` is our id of it; `vendor_key` the keyed hash of the vendor's id."""

    type: ClassVar[str] = "message_received"
    message: str
    channel: str
    account: str
    vendor_key: str
    sent_at: datetime
    received_at: datetime
    content: Content = personal()
    sender_name: str = personal(default="")
    reply_address: str = personal(default="")
    client_id: str = ""
    redriven_from: int | None = None  # event number of the parked message this repairs


@dataclass(frozen=True, slots=True)
class IntentDetected(Event):
    type: ClassVar[str] = "intent_detected"
    message: str
    intent: str
    confidence: float
    language: str
    model: str
    sentiment: str = "neutral"
    anger: float = 0.0


@dataclass(frozen=True, slots=True)
class AngerHeard(Event):
    """A message a supervisor should see now."""

    type: ClassVar[str] = "anger_heard"
    message: str
    anger: float


@dataclass(frozen=True, slots=True)
class BotWaits(Event):
    """The bot waits for the customer, or for a company's system, until then: what it does if nothing comes is due at that time."""

    type: ClassVar[str] = "bot_waits"
    until: datetime


@dataclass(frozen=True, slots=True)
class BotAnswered(Event):
    """The bot gave the answer it has for an intent."""

    type: ClassVar[str] = "bot_answered"
    message: str
    intent: str


@dataclass(frozen=True, slots=True)
class BotSuggested(Event):
    """What the bot would have answered, for the agent who does: the bot's share of such conversations is to suggest."""

    type: ClassVar[str] = "bot_suggested"
    message: str
    intent: str
    text: str = personal()


@dataclass(frozen=True, slots=True)
class NotUnderstood(Event):
    """The bot did not know what a message wants, and asked."""

    type: ClassVar[str] = "not_understood"
    message: str


@dataclass(frozen=True, slots=True)
class MessageSent(Event):
    """A message to the customer, by an agent or the bot. The outbox sends it, once, in the order of the ledger.
    `resend_of` is the message this one repeats at an agent's wish. `original`: what the agent wrote in their own language, where what
    was sent is a translation of it by `translated_by` ("agent": by their own hand)."""

    type: ClassVar[str] = "message_sent"
    message: str
    author: ActorKind
    author_id: str
    channel: str
    account: str
    content: Content = personal()
    recipient: str = personal(default="")
    client_id: str = ""
    resend_of: str = ""
    original: str = personal(default="")
    original_language: str = ""
    translated_by: str = ""


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """The conversation waits for an agent of a queue. `priority` 0 (low) to 9 (urgent). `share`: what the roll-out would have had the
    bot do with it ("answers", "suggests", "people"); "" where it was not asked."""

    type: ClassVar[str] = "queued"
    queue: str
    priority: int
    reason: str  # why a person is needed: "policy", "wish", "low_confidence"; "after_hours": and none is there; or a release's reason
    since: datetime  # keeps its first value when unanswered work returns to the queue
    requires: Requirements | None = None  # None: as before
    cause: str = ""  # why, where `reason` says that nobody is there
    share: str = ""


@dataclass(frozen=True, slots=True)
class Assigned(Event):
    """An agent owns the conversation now and should accept by `accept_by`. `number` counts the conversation's assignments."""

    type: ClassVar[str] = "assigned"
    agent: str
    number: int
    reason: AssignReason
    accept_by: datetime | None
    candidates: tuple[tuple[str, float], ...] = ()  # of records before there were receipts
    weight: float = 1.0  # how much of the agent's capacity it takes
    receipt: Receipt | None = None  # why the router chose so


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    type: ClassVar[str] = "accepted"
    agent: str
    number: int


@dataclass(frozen=True, slots=True)
class Released(Event):
    """The agent no longer owns the conversation."""

    type: ClassVar[str] = "released"
    agent: str
    number: int
    reason: ReleaseReason


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    type: ClassVar[str] = "note_added"
    agent: str
    text: str = personal()
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class ConsultStarted(Event):
    """The owner asked a colleague, who may read along and leave notes from now on."""

    type: ClassVar[str] = "consult_started"
    agent: str
    by: str
    question: str = personal()


@dataclass(frozen=True, slots=True)
class ConsultEnded(Event):
    type: ClassVar[str] = "consult_ended"
    agent: str
    by: str


@dataclass(frozen=True, slots=True)
class DeliveryFailed(Event):
    """A message did not reach the customer and will not be tried again by itself."""

    type: ClassVar[str] = "delivery_failed"
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageParked(Event):
    """Something that could not be processed, kept as it came (`ciphertext` is the queue's sealed body, base64)."""

    type: ClassVar[str] = "message_parked"
    parked: str  # our id of it
    reason: str
    ciphertext: str
    group: str


@dataclass(frozen=True, slots=True)
class Redriven(Event):
    """A parked message was repaired and taken in (or discarded by an operator)."""

    type: ClassVar[str] = "redriven"
    parked: str
    outcome: str  # "received" | "discarded"


@dataclass(frozen=True, slots=True)
class FirstResponseDue(Event):
    """The SLA clock of the first answer ran out."""

    type: ClassVar[str] = "first_response_due"
    due: datetime


@dataclass(frozen=True, slots=True)
class SlaWarned(Event):
    """What was promised is in danger: most of a clock's time has run. `clock` is one of `domain.hours.sla_policy.ClockKind`, `due`
    when it runs out as things stand, `since` when it started, which tells it from others of its kind."""

    type: ClassVar[str] = "sla_warned"
    clock: str
    due: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class SlaBreached(Event):
    """What was promised was not kept: the clock ran out at `due`. The fields are those of SlaWarned."""

    type: ClassVar[str] = "sla_breached"
    clock: str
    due: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Resolved(Event):
    type: ClassVar[str] = "resolved"
    by: ActorKind
    by_id: str
    continued_in: str = ""  # set when contacts were merged and another conversation goes on
    proved_complex: bool | None = None  # what the agent says it was, if they say


# -- agents --------------------------------------------------------------------------------------


class Presence(StrEnum):
    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class AgentProfileSet(Event):
    type: ClassVar[str] = "agent_profile_set"
    capacity: int
    queues: tuple[str, ...]
    languages: tuple[str, ...]
    name: str = personal()
    skills: Mapping[str, int] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    expert: bool = False


@dataclass(frozen=True, slots=True)
class AgentLimitsSet(Event):
    """What a person is limited to from now on (`domain.authority.limits`)."""

    type: ClassVar[str] = "agent_limits_set"
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    assigned_only: bool = False


@dataclass(frozen=True, slots=True)
class AgentGrantsSet(Event):
    """Actions that a person's role, or an API key, has added from now on: all of them, sorted."""

    type: ClassVar[str] = "agent_grants_set"
    grants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceChanged(Event):
    type: ClassVar[str] = "presence_changed"
    presence: Presence
    reason: str  # "agent", "connection_lost", "not_accepted"


# -- access and operations -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccessRecorded(Event):
    """Somebody read, was refused, or was allowed what only few may. In CloudTrail's words: `name` is eventName, `error` errorCode.
    `policies`: ids of those that decided; none where nothing allowed it."""

    type: ClassVar[str] = "access_recorded"
    name: str
    resource: str
    error: str = ""
    policies: tuple[str, ...] = ()


EVENT_TYPES: tuple[type[Event], ...] = (
    ConversationOpened, MessageReceived, IntentDetected, AngerHeard, BotWaits, BotAnswered, BotSuggested, NotUnderstood,
    MessageSent, Queued, Assigned, Accepted, Released, NoteAdded,
    ConsultStarted, ConsultEnded,
    DeliveryFailed, MessageParked, Redriven, FirstResponseDue, Resolved,
    SlaWarned, SlaBreached,
    AgentProfileSet, AgentLimitsSet, AgentGrantsSet, PresenceChanged, AccessRecorded,
    *APPROVAL_TYPES, *ASSIST_TYPES,
    *AUTOMATION_TYPES, *CONTACT_TYPES, *CONFIGURATION_TYPES, *DIALOGUE_TYPES, *DRAFTING_TYPES, *ERASURE_TYPES, *EXPORT_TYPES,
    *IMPROVEMENT_TYPES, *KNOWLEDGE_TYPES, *PRIVACY_TYPES, *RETENTION_TYPES, *TRANSLATION_TYPES,
    *WAITING_ROOM_TYPES, *WHAT_IF_TYPES,
)  # fmt: skip


def personal_fields(event_type: type[Event]) -> frozenset[str]:
    """The names of the fields of an event type that hold personal data."""
    return frozenset(f.name for f in fields(event_type) if f.metadata.get("personal"))


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event at its place: `no` counts the ledger's events from 1 without gaps, `commit` its commits."""

    ledger: str
    no: int
    commit: int
    at: datetime
    actor: Actor
    event: Event
