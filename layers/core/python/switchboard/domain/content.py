"""What a message says, in one form for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ContentKind(StrEnum):
    """The shape of a message. `UNSUPPORTED` keeps what we cannot show, so that the agent knows something came."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CHOICE = "choice"  # the customer pressed a button or chose from a list
    REACTION = "reaction"
    EVENT = "event"  # follow, menu click, number change: no words, but a fact the agent may want
    UNSUPPORTED = "unsupported"


WORDLESS = frozenset({ContentKind.EVENT, ContentKind.REACTION})
"""Nobody waits for an answer to these."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. `reference` is the vendor's id or address of it, good only with the account's credentials."""

    reference: str
    mime: str = ""
    name: str = ""
    size: int | None = None  # bytes, where the vendor tells


@dataclass(frozen=True, slots=True)
class Content:
    """A message's body. `text` is what people and models read (caption, transcript, button title included);
    `data` carries the few facts a kind needs beyond it (latitude, payload, emoji, quoted vendor id)."""

    kind: ContentKind = ContentKind.TEXT
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
