"""What a condition may ask about, and nothing else. The caller gathers it; it lives in memory for one decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from switchboard.domain.rules.model import Operator

ATTRIBUTE = "contact.attributes."  # followed by the attribute's name


class Kind(StrEnum):
    """How a field is compared.

    LABEL exactly; TEXT without regard to case and outer space, and as a number by `greater` and `less` where it reads as one;
    LABELS by membership."""

    LABEL = "label"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LABELS = "labels"


FIELDS: Mapping[str, Kind] = {
    "channel": Kind.LABEL,
    "account": Kind.LABEL,
    "language": Kind.LABEL,
    "intent": Kind.LABEL,
    "queue": Kind.LABEL,
    "status": Kind.LABEL,
    "owner": Kind.LABEL,
    "author": Kind.LABEL,
    "tier": Kind.LABEL,
    "region": Kind.LABEL,
    "vip": Kind.FLAG,
    "business_hours_open": Kind.FLAG,
    "priority": Kind.NUMBER,
    "waiting_seconds": Kind.NUMBER,
    "sentiment": Kind.NUMBER,
    "tags": Kind.LABELS,
    "message.text": Kind.TEXT,
}

_SAME = frozenset({Operator.IS, Operator.IS_NOT, Operator.EXISTS})
_ORDER = frozenset({Operator.GREATER, Operator.LESS})
OPERATORS: Mapping[Kind, frozenset[Operator]] = {
    Kind.LABEL: _SAME | {Operator.IN},
    Kind.TEXT: _SAME | _ORDER | {Operator.IN, Operator.CONTAINS, Operator.MATCHES},
    Kind.NUMBER: _SAME | _ORDER | {Operator.IN},
    Kind.FLAG: _SAME,
    Kind.LABELS: frozenset({Operator.CONTAINS, Operator.EXISTS}),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The conversation, its contact and the message of the event, as they are once the event has happened.

    Empty or None: not known. Times are seconds. Personal, hence never shown by repr: `text` and `attributes`."""

    channel: str = ""
    account: str = ""
    language: str = ""  # ISO 639-1; "und" is a value like any other
    intent: str = ""
    queue: str = ""
    status: str = ""  # of domain.conversation.Status
    owner: str = ""  # the agent who has the conversation
    author: str = ""  # of the event's message: "customer", "agent" or "bot"
    tier: str = ""
    region: str = ""
    vip: bool | None = None
    business_hours_open: bool | None = None
    priority: int | None = None  # 0 to 9
    waiting_seconds: float | None = None
    sentiment: float | None = None  # -1 (angry) to 1 (delighted)
    tags: frozenset[str] = frozenset()
    replied_seconds: float | None = None  # from a rule's last reply to the event; no condition may ask for it
    text: str = field(default="", repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)


Value = str | float | bool | frozenset[str]


def kind_of(name: str) -> Kind | None:
    """How a field is compared; None: there is no such field."""
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return Kind.TEXT
    return FIELDS.get(name)


def look_up(facts: Facts, name: str) -> Value | None:
    """The value of a known field; None where it is not known (an empty text or set tells nothing either)."""
    if name.startswith(ATTRIBUTE):
        found: Value | None = facts.attributes.get(name[len(ATTRIBUTE) :])
    else:
        found = getattr(facts, "text" if name == "message.text" else name)
    return None if found in ("", frozenset()) else found
