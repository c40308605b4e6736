"""Translation's facts: of a conversation what was translated, of the company its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from switchboard.domain.event import Event, personal


@dataclass(frozen=True, slots=True)
class MessageTranslated(Event):
    """A message in another language (`language`) than it was written in (`source`). `by`: who translated. The message itself stays
    as it was; the same is never translated again."""

    type: ClassVar[str] = "message_translated"
    message: str
    language: str
    source: str
    by: str
    text: str = personal()


@dataclass(frozen=True, slots=True)
class GlossarySet(Event):
    """The company's terms from now on (the document `domain.translation.glossary` reads). Its version is the commit's number."""

    type: ClassVar[str] = "glossary_set"
    terms: tuple[Mapping[str, str], ...]
    note: str = ""


TRANSLATION_TYPES: tuple[type[Event], ...] = (MessageTranslated, GlossarySet)
