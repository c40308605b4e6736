"""What rules do on a conversation's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class RuleFired(Event):
    """A rule fired on the conversation's event number `trigger`. What follows in this commit, up to the next of these, is its doing.

    `version` is the rule set's (the commit of its ledger); `caused_by` the rules that led here, oldest first, this one last."""

    type: ClassVar[str] = "rule_fired"
    rule: str
    trigger: int
    version: int
    caused_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged(Event):
    """The conversation carries these labels too. Labels are the company's words for kinds of work: nothing personal belongs in one."""

    type: ClassVar[str] = "tagged"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untagged(Event):
    type: ClassVar[str] = "untagged"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrioritySet(Event):
    """How urgent it is from now on: 0 (low) to 9 (urgent). Where it waits, it changes its place."""

    type: ClassVar[str] = "priority_set"
    priority: int
    reason: str


@dataclass(frozen=True, slots=True)
class WebhookRequested(Event):
    """The company's own system is to be told. `endpoint` names where, `call` this telling of it (the receiver may get it twice),
    `body` is the JSON to send: facts without anything personal."""

    type: ClassVar[str] = "webhook_requested"
    call: str
    rule: str
    endpoint: str
    body: str


AUTOMATION_TYPES: tuple[type[Event], ...] = (RuleFired, Tagged, Untagged, PrioritySet, WebhookRequested)
