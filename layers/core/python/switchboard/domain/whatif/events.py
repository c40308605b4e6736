"""What was asked about other routing policies, and what came of it: each question is a ledger of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class WhatIfAsked(Event):
    """Somebody wants policies compared (the document `application.what_if_desk` reads)."""

    type: ClassVar[str] = "what_if_asked"
    question: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WhatIfAnswered(Event):
    """`result` is a `Comparison` in JSON's types, `table` the same for people's eyes, `picture` an SVG document, "" where it is too
    large to keep."""

    type: ClassVar[str] = "what_if_answered"
    result: Mapping[str, Any]
    picture: str
    table: str


@dataclass(frozen=True, slots=True)
class WhatIfFailed(Event):
    """There will be no answer; `reason` says what to ask instead."""

    type: ClassVar[str] = "what_if_failed"
    reason: str


WHAT_IF_TYPES: tuple[type[Event], ...] = (WhatIfAsked, WhatIfAnswered, WhatIfFailed)
