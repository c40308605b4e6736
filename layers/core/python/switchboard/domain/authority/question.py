"""A question of authority and its answer. Pure values: whoever asks has read everything that decides beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What sort of caller asks."""

    PERSON = "person"  # signed in at the desk, with one predefined role
    BOT = "bot"
    INTEGRATION = "integration"  # an API key of the company's own systems
    SERVICE = "service"  # a function that runs by schedule, queue or stream; `role` is the function's name
    VISITOR = "visitor"  # a customer in the widget
    ANONYMOUS = "anonymous"  # nobody we know: public doors, webhooks


OPEN = ("bot", "queued", "offered", "active")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `role`: agent, supervisor, administrator, auditor, privacy_officer, bot, integration, the name of a service, or "" for
    who has none, or has left. `teams`: the queues they serve or lead; none means none. `regions`, `brands`, `tiers`: what they are
    limited to; none means all. `assigned_only`: only what is assigned to them. `grants`: actions that a custom role or an API key's
    grants add. `person`: the human being behind, the same for all their accounts and the keys they hold; "" where that is `id`."""

    kind: Kind
    id: str
    role: str = ""
    teams: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    assigned_only: bool = False
    grants: frozenset[str] = frozenset()
    person: str = ""

    @property
    def who(self) -> str:
        return self.person or self.id


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about. Of a contact, the conversation is the current or, where none is open, the last one. Unknown is "" and fails
    closed for who is limited. `state`: bot, queued, offered, active, resolved, or "" where it has none.

    `kind`: conversation, contact, agent (a person of the desk), settings, parked, subject (a data subject, or a request of theirs:
    its approval too), approval (of a rotation or of somebody's roles), key (an API key whose grants are to change), records (of the
    audit or a breach pack; a region if one is asked for), desk (nothing but the product itself: oneself, tickets, sockets, public
    doors), work (what runs without a person)."""

    kind: str
    id: str = ""
    state: str = ""
    queue: str = ""
    owner: str = ""
    region: str = ""
    brand: str = ""
    tier: str = ""
    finished_by: str = ""
    consulted: frozenset[str] = frozenset()
    served_by: str = ""  # who owns the customer's current conversation now, whichever conversation is asked about
    asked_by: str = ""  # of an approval or an export: `Principal.who` of who asked for it
    about: str = ""  # the person it changes: of an approval, an agent's record, a consult that is to end
    answered: bool = False  # of an approval: settled, withdrawn, or changed since it was read
    teams: frozenset[str] = frozenset()  # of an agent's record: the queues they serve

    @property
    def open(self) -> bool:
        """A conversation that is not over."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Question:
    """May `principal` do `action` to `resource`? `facts` is what else decides, by name; what is not told is not so. True or not:

    reason (one was given; its text will do), case (an open request, breach case or hold of the data subject is named), into (the
    contact merged into is in reach, too), compatible (the roles asked for hold no pair that excludes each other), within_ceiling (the
    grants asked for are within what a key may have), approved, delay_over, due, no_hold (of an erasure or an export), ticket (their
    own, unused, not expired), session (a visitor's own and sound, or none yet), origin (on the allow-list), signed (by the channel).
    And a word: audience (of a search: customer or agent)."""

    principal: Principal
    action: str
    resource: Resource
    facts: Mapping[str, bool | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`policies`: ids of the policies that allowed or forbade it, sorted; none where nothing allowed it (deny is the default)."""

    allowed: bool
    policies: tuple[str, ...] = ()
