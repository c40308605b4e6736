"""What every event is made of; `events` has them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


def personal(**kwargs: Any) -> Any:
    """A dataclass field whose value must never be stored, logged or indexed in clear."""
    return field(metadata={"personal": True}, **kwargs)


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all events. `type` names it on the wire and in storage."""

    type: ClassVar[str]
