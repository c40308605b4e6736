"""What was decided and done about how long things are kept. Nothing here is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class RetentionSet(Event):
    """The retention rules (`domain.retention.rules`), in force after the time in which they can be taken back."""

    type: ClassVar[str] = "retention_set"
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RetentionBegun(Event):
    """A day's run by the rules of this version of theirs; 0: those that are shipped."""

    type: ClassVar[str] = "retention_begun"
    version: int


@dataclass(frozen=True, slots=True)
class RetentionAdvanced(Event):
    """So far it looked. `counts`: by rule and outcome, of this step alone."""

    type: ClassVar[str] = "retention_advanced"
    after: str
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class RetentionEnded(Event):
    """It looked at everything there is. `counts` of the last step."""

    type: ClassVar[str] = "retention_ended"
    counts: Mapping[str, Mapping[str, int]]


RETENTION_TYPES: tuple[type[Event], ...] = (RetentionSet, RetentionBegun, RetentionAdvanced, RetentionEnded)
