"""A rule set as data: what a rule waits for, what must hold, what follows."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain import events as ev
from switchboard.domain.rules import limits
from switchboard.domain.rules.automaton import Automaton

FORMAT = 1  # of the document; a later format must still read this one

# What rules may wait for.
TRIGGERS: frozenset[str] = frozenset(
    event.type
    for event in (
        ev.ConversationOpened, ev.MessageReceived, ev.IntentDetected, ev.NotUnderstood, ev.MessageSent, ev.Queued, ev.Assigned,
        ev.Accepted, ev.Released, ev.NoteAdded, ev.DeliveryFailed, ev.FirstResponseDue, ev.Resolved, ev.SlaWarned, ev.SlaBreached,
        ev.Tagged, ev.Untagged, ev.PrioritySet,
    )
)  # fmt: skip


# -- conditions ----------------------------------------------------------------------------------


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    CONTAINS = "contains"
    MATCHES = "matches"
    GREATER = "greater"
    LESS = "less"
    EXISTS = "exists"


Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Check:
    """A leaf: one field of the facts against one value (a tuple for `in`, a bool for `exists`, the pattern's text for `matches`)."""

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]
    automaton: Automaton | None = dataclasses.field(default=None, compare=False, repr=False)  # of `matches`: made from `value`


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Check | All | Any | Not


# -- actions -------------------------------------------------------------------------------------


class Target(StrEnum):
    QUEUE = "queue"
    AGENT = "agent"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Tag:
    tag: str


@dataclass(frozen=True, slots=True)
class Untag:
    tag: str


@dataclass(frozen=True, slots=True)
class SetPriority:
    priority: int  # 0 (low) to 9 (urgent)


@dataclass(frozen=True, slots=True)
class Assign:
    target: Target
    id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`texts`: (language, template) by language; `fallback` is the language for customers whose own is not among them."""

    texts: tuple[tuple[str, str], ...]
    fallback: str


@dataclass(frozen=True, slots=True)
class Note:
    """Read by colleagues only; taken as it stands, without placeholders."""

    text: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """`endpoint` names a configured endpoint. A rule never holds an address: who may write rules may not choose where data goes."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Resolve:
    pass


Action = Tag | Untag | SetPriority | Assign | Reply | Note | Webhook | Resolve


def subject(action: Action) -> tuple[str, str]:
    """What an action decides. Two actions of one subject cannot both have their way: tagging and untagging the same tag, two
    priorities, two replies, two calls of one endpoint, and assigning against resolving (both say where the conversation goes)."""
    match action:
        case Tag(tag) | Untag(tag):
            return ("tag", tag)
        case SetPriority():
            return ("priority", "")
        case Assign() | Resolve():
            return ("destination", "")
        case Reply():
            return ("reply", "")
        case Note(text):
            return ("note", text)
        case Webhook(endpoint):
            return ("webhook", endpoint)


# -- rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """`stop`: once this rule has fired on an event, the rules after it are not asked."""

    id: str
    name: str
    on: str
    when: Condition
    then: tuple[Action, ...]
    enabled: bool = True
    stop: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in the order in which they are asked; the earlier prevails. `version` is the number of the commit that set them
    (0: never stored), so that a decision can name the rules it was made by. `reply_minutes`: a conversation gets no second automatic
    reply by any rule before these have passed."""

    rules: tuple[Rule, ...] = ()
    version: int = 0
    reply_minutes: int = limits.REPLY_MINUTES


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The names a rule set relies on: who stores it checks that they exist."""

    queues: frozenset[str]
    agents: frozenset[str]
    teams: frozenset[str]
    endpoints: frozenset[str]


def mentioned(ruleset: RuleSet) -> Mentioned:
    """What the actions of all rules (disabled ones too: they may be enabled any time) refer to by name."""
    actions = [action for rule in ruleset.rules for action in rule.then]

    def targets(kind: Target) -> frozenset[str]:
        return frozenset(a.id for a in actions if isinstance(a, Assign) and a.target is kind)

    endpoints = frozenset(a.endpoint for a in actions if isinstance(a, Webhook))
    return Mentioned(targets(Target.QUEUE), targets(Target.AGENT), targets(Target.TEAM), endpoints)
