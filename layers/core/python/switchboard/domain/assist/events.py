"""What agents had done by macro, on a conversation's ledger; and which macros there are, on `cfg#macros`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class MacrosSet(Event):
    """The macros there are from now on (the document `domain.assist.macros` reads). Its version is the commit's number."""

    type: ClassVar[str] = "macros_set"
    macros: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MacroApplied(Event):
    """An agent used a macro; what it did follows in this commit. `version` is that of the macros (0: as shipped), `language` that of
    the text ("" where it has none). `edited`: the agent changed the text first."""

    type: ClassVar[str] = "macro_applied"
    macro: str
    version: int
    agent: str
    language: str = ""
    edited: bool = False
    client_id: str = ""


ASSIST_TYPES: tuple[type[Event], ...] = (MacrosSet, MacroApplied)
