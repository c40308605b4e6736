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


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `role`: agent, supervisor, administrator, auditor, privacy_officer, bot, integration, the name of a service, or "" for
    who has none. `teams`: the queues they serve or lead; none means none. `regions`, `brands`, `tiers`: what they are limited to; none
    means all. `assigned_only`: only what is assigned to them. `grants`: actions that a custom role or an API key's grants add."""

    kind: Kind
    id: str
    role: str = ""
    teams: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    assigned_only: bool = False
    grants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about. Of a contact, the conversation is the current or, where none is open, the last one. Unknown is "" and fails
    closed for who is limited. `kind`: conversation, contact, agent (a person of the desk), settings, parked, subject (a data subject's
    request), approval. `state`: bot, queued, offered, active, resolved, or "" where it has none."""

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
    asked_by: str = ""  # of an approval: who asked for it
    about: str = ""  # of an approval or an agent's record: the person it changes
    answered: bool = False  # of an approval: settled, withdrawn, or changed since it was read


@dataclass(frozen=True, slots=True)
class Question:
    """May `principal` do `action` to `resource`? `facts`: what else decides, by name (`reason`: one was given; `case`: an open request
    of the data subject is named; `into`: the contact merged into is in reach)."""

    principal: Principal
    action: str
    resource: Resource
    facts: Mapping[str, bool | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`policies`: ids of the policies that allowed or forbade it, sorted; none where nothing allowed it (deny is the default)."""

    allowed: bool
    policies: tuple[str, ...] = ()
