"""The items as they lie in the tables. Times are ISO 8601 UTC strings of fixed width, so that they sort."""

from __future__ import annotations

from datetime import UTC, datetime

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection, LocalSecondaryIndex
from pynamodb.models import Model


def stamp(at: datetime) -> str:
    """The one spelling of a time in storage: UTC, microseconds, sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stamp_or_none(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def unstamp(text: str) -> datetime:
    return datetime.fromisoformat(text)


def unstamp_or_none(text: str | None) -> datetime | None:
    return None if text is None else unstamp(text)


class CommitItem(Model):
    """One commit. `body` is the stored JSON the hash covers; `hash` = SHA-256 over `prev`, place and body."""

    ledger = UnicodeAttribute(hash_key=True)
    no = NumberAttribute(range_key=True)
    first = NumberAttribute()
    events = NumberAttribute()
    at = UnicodeAttribute()
    body = BinaryAttribute(legacy_encoding=False)
    prev = UnicodeAttribute()
    hash = UnicodeAttribute()
    owner = UnicodeAttribute(null=True)  # agent who owns the conversation after this commit: whom to push to
    was_owner = UnicodeAttribute(null=True)


class StateItem(Model):
    """The key of every item in the state table."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires = NumberAttribute(null=True)


class Listing(GlobalSecondaryIndex["ConversationItem"]):
    """Open conversations by their owner; those the bot waits in, by shards of `projections.bot_key`."""

    class Meta:
        index_name = "listing"
        projection = AllProjection()

    list_key = UnicodeAttribute(hash_key=True)
    list_sort = UnicodeAttribute(range_key=True)


class ConversationItem(StateItem):
    """The projection of a conversation; the contact's current one stands at a fixed place."""

    id = UnicodeAttribute()
    contact = UnicodeAttribute()
    channel = UnicodeAttribute()
    account = UnicodeAttribute()
    status = UnicodeAttribute()
    owner = UnicodeAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    priority = NumberAttribute()
    tags = JSONAttribute(null=True)
    language = UnicodeAttribute()
    intent = UnicodeAttribute(null=True)
    opened_at = UnicodeAttribute(null=True)
    since = UnicodeAttribute(null=True)
    last_at = UnicodeAttribute(null=True)
    customer_at = UnicodeAttribute(null=True)
    answered_at = UnicodeAttribute(null=True)
    assignments = NumberAttribute()
    accept_by = UnicodeAttribute(null=True)
    response_due_recorded = BooleanAttribute()
    misses = NumberAttribute()
    feeling = NumberAttribute(null=True)
    angry_at = UnicodeAttribute(null=True)
    bot_until = UnicodeAttribute(null=True)
    weight = NumberAttribute(null=True)
    requires = JSONAttribute(null=True)
    consulted = JSONAttribute(null=True)
    taken_at = UnicodeAttribute(null=True)
    handed_back_by = UnicodeAttribute(null=True)
    finished_by = UnicodeAttribute(null=True)
    auto_replied_at = UnicodeAttribute(null=True)
    waiting_room = JSONAttribute(null=True)
    archived = BooleanAttribute()
    version = NumberAttribute()
    last_event = NumberAttribute()
    head = UnicodeAttribute()
    secret = BinaryAttribute(legacy_encoding=False)
    list_key = UnicodeAttribute(null=True)
    list_sort = UnicodeAttribute(null=True)
    listing = Listing()


class ProfileItem(StateItem):
    """A contact's profile; all that is personal is in `secret`."""

    merged_into = UnicodeAttribute(null=True)
    erased_at = UnicodeAttribute(null=True)  # then `secret` is empty
    version = NumberAttribute()
    last_event = NumberAttribute()
    head = UnicodeAttribute()
    secret = BinaryAttribute(legacy_encoding=False)


class PointerItem(StateItem):
    """An identity's contact, an agent's shard, a bare mark (dedupe records), or until when an identity's messages are turned away."""

    contact = UnicodeAttribute(null=True)
    shard = UnicodeAttribute(null=True)
    before = UnicodeAttribute(null=True)


class HeadItem(StateItem):
    """Where a ledger without a projection stands."""

    version = NumberAttribute()
    last_event = NumberAttribute()
    head = UnicodeAttribute()


class Seats(LocalSecondaryIndex["AgentItem"]):
    """Agents of a shard by their free seats. Local, so that it can be read consistently."""

    class Meta:
        index_name = "seats"
        projection = AllProjection()

    pk = UnicodeAttribute(hash_key=True)
    seats = NumberAttribute(range_key=True)


class AgentItem(StateItem):
    """`seats`: capacity less load while online, `projections.ABSENT` less otherwise. It is moved by additions alone, so neither
    commits of the agent's ledger nor transactions of conversations need to know what the other does."""

    capacity = NumberAttribute()
    load = NumberAttribute()
    seats = NumberAttribute()
    loaded_at = UnicodeAttribute(null=True)
    assigned_at = UnicodeAttribute(null=True)
    presence = UnicodeAttribute()
    queues = JSONAttribute()
    languages = JSONAttribute()
    skills = JSONAttribute()
    channels = JSONAttribute()
    regions = JSONAttribute()
    expert = BooleanAttribute()
    limits = JSONAttribute(null=True)
    grants = JSONAttribute(null=True)
    version = NumberAttribute()
    last_event = NumberAttribute()
    head = UnicodeAttribute()
    secret = BinaryAttribute(legacy_encoding=False)
    by_seats = Seats()


class HandledItem(StateItem):
    """What an agent finished of one class: sums over all time."""

    number = NumberAttribute()
    seconds = NumberAttribute()


class RosterItem(StateItem):
    """Which shards there are: how many agents are in each, and the queues somebody there serves or has served."""

    version = NumberAttribute()
    shards = JSONAttribute()


class WaitItem(StateItem):
    """A place in the wait index; `sk` sorts by virtual age."""

    conversation = UnicodeAttribute()
    queue = UnicodeAttribute()
    priority = NumberAttribute()
    since = UnicodeAttribute()
    language = UnicodeAttribute()
    not_to = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    requires = JSONAttribute(null=True)


class ParkedItem(StateItem):
    """Where a parked message is, for the operators' list; the message itself is in the ledger."""

    ledger = UnicodeAttribute()
    no = NumberAttribute()
    commit = NumberAttribute()


class ArticleItem(StateItem):
    """An article in the list of all. Without `published` none of its versions is in force; `draft` is a newer one."""

    title = UnicodeAttribute()
    locale = UnicodeAttribute()
    regions = JSONAttribute()
    audience = UnicodeAttribute()
    topic = UnicodeAttribute()
    published = NumberAttribute(null=True)
    draft = NumberAttribute(null=True)
    retired = BooleanAttribute(null=True)
    at = UnicodeAttribute()


class RequestItem(StateItem):
    """A request that needs two people, on the list of those open or over; `sk` is its id."""

    ledger = UnicodeAttribute()


class CorrectedItem(StateItem):
    """A message whose intent was corrected; `sk` is its id."""

    conversation = UnicodeAttribute()


class UsageItem(StateItem):
    """How often agents used, edited and rejected an article's suggestions."""

    used = NumberAttribute(null=True)
    edited = NumberAttribute(null=True)
    rejected = NumberAttribute(null=True)


class AttemptItem(StateItem):
    """Attempts at one work that began and have not ended."""

    begun = NumberSetAttribute()


class FlowItem(StateItem):
    """How fast a queue moves, measured; beside the ledgers, and made anew by them if it is lost."""

    version = NumberAttribute()
    left = NumberAttribute()
    slot_seconds = NumberAttribute()
    at = UnicodeAttribute(null=True)
    waiting = NumberAttribute()
    slots = NumberAttribute()
    handling = JSONAttribute()


class SpendingItem(StateItem):
    """What the large model cost on a day, in millionths of the company's currency; kept in step by conversations' transactions."""

    spent = NumberAttribute()
    expires = NumberAttribute()


class CursorItem(StateItem):
    commit = NumberAttribute()


class AnchorItem(StateItem):
    """Where a ledger's chain stood at the audit's last root."""

    commits = NumberAttribute()
    hash = UnicodeAttribute()


class GapItem(StateItem):
    """Commits of a ledger that are to be archived from it. `next`: the first that is not yet."""

    ledger = UnicodeAttribute()
    first = NumberAttribute()
    next = NumberAttribute()
    last = NumberAttribute()


class ByConversation(GlobalSecondaryIndex["DeliveryItem"]):
    class Meta:
        index_name = "by_conversation"
        projection = AllProjection()

    conversation = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Pending(GlobalSecondaryIndex["DeliveryItem"]):
    class Meta:
        index_name = "pending"
        projection = KeysOnlyProjection()

    pending = UnicodeAttribute(hash_key=True)
    since = UnicodeAttribute(range_key=True)


class DeliveryItem(Model):
    """Either our message (`id` is the message's) or the vendor's word (`id` = `v#` and the hashed vendor id)."""

    id = UnicodeAttribute(hash_key=True)
    message = UnicodeAttribute(null=True)
    conversation = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    commit = NumberAttribute(null=True)
    status = UnicodeAttribute()
    rank = NumberAttribute()
    reason = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    part = BooleanAttribute(null=True)  # the vendor's word on one part of several: only its failure speaks for the message
    pending = UnicodeAttribute(null=True)
    since = UnicodeAttribute(null=True)
    expires = NumberAttribute(null=True)
    by_conversation = ByConversation()
    pending_index = Pending()


class ConnectionItem(StateItem):
    """A connection, a ticket, or a principal's lease on a connection."""

    principal = UnicodeAttribute()
    claims = JSONAttribute(null=True)
    lease = UnicodeAttribute(null=True)


class KeyItem(StateItem):
    """A contact's wrapped data key."""

    owner = UnicodeAttribute()
    generation = NumberAttribute()
    wrapped = BinaryAttribute(legacy_encoding=False)
