"""What people teach the bot, on a conversation's ledger; and what was found when a period was looked through, on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class IntentCorrected(Event):
    """An agent says what the customer's message `message` wanted: an intent of the taxonomy, or out of scope. `sentiment`: how it
    sounded, "" where they do not say. `was`: the intent it was taken for until then. Of several the last one counts."""

    type: ClassVar[str] = "intent_corrected"
    message: str
    intent: str
    sentiment: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class ImprovementAsked(Event):
    """A period is to be looked through (the document `application.improvement_desk` reads)."""

    type: ClassVar[str] = "improvement_asked"
    question: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImprovementAdvanced(Event):
    """How far that has come: `done` of `of` (0: not known) in the step `step`."""

    type: ClassVar[str] = "improvement_advanced"
    step: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class ImprovementFound(Event):
    """`clusters`: the largest groups of questions that were not resolved. Their examples are places in ledgers, no texts: who is
    erased there is gone here. `figures`: how the bot did, by share of the roll-out. `counted`: what both are made from."""

    type: ClassVar[str] = "improvement_found"
    clusters: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, Any]
    counted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ImprovementFailed(Event):
    """Nothing will be found; `reason` says what to ask instead."""

    type: ClassVar[str] = "improvement_failed"
    reason: str


IMPROVEMENT_TYPES: tuple[type[Event], ...] = (
    IntentCorrected, ImprovementAsked, ImprovementAdvanced, ImprovementFound, ImprovementFailed,
)  # fmt: skip
