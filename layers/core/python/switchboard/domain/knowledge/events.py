"""What happens to an article, on its ledger `kb#<id>`; and to what it says, on a conversation's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event


@dataclass(frozen=True, slots=True)
class ArticleDrafted(Event):
    """A text somebody works on (the document `domain.knowledge.article` reads). The commit's number is the version."""

    type: ClassVar[str] = "article_drafted"
    article: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePublished(Event):
    """Version `version` is what customers are told and agents are shown from now on; `title` and the rest are that version's."""

    type: ClassVar[str] = "article_published"
    version: int
    title: str
    locale: str
    regions: tuple[str, ...]
    audience: str
    topic: str


@dataclass(frozen=True, slots=True)
class ArticleRetired(Event):
    """Nobody is told this any more."""

    type: ClassVar[str] = "article_retired"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ArticleCited(Event):
    """The bot answered the customer's message `message` with a passage of an article."""

    type: ClassVar[str] = "article_cited"
    message: str
    article: str
    version: int
    passage: int
    probability: float


@dataclass(frozen=True, slots=True)
class SuggestionUsed(Event):
    """An agent sent what was suggested for the customer's message `message`, as it was."""

    type: ClassVar[str] = "suggestion_used"
    message: str
    article: str
    version: int
    passage: int
    language: str


@dataclass(frozen=True, slots=True)
class SuggestionEdited(Event):
    """An agent changed what was suggested, and sent it. `kept`: the share of its characters that stayed."""

    type: ClassVar[str] = "suggestion_edited"
    message: str
    article: str
    version: int
    passage: int
    language: str
    kept: float


@dataclass(frozen=True, slots=True)
class SuggestionRejected(Event):
    """An agent said that it does not answer."""

    type: ClassVar[str] = "suggestion_rejected"
    message: str
    article: str
    version: int
    passage: int
    language: str


KNOWLEDGE_TYPES: tuple[type[Event], ...] = (
    ArticleDrafted, ArticlePublished, ArticleRetired, ArticleCited, SuggestionUsed, SuggestionEdited, SuggestionRejected,
)  # fmt: skip
FEEDBACK_TYPES = (SuggestionUsed, SuggestionEdited, SuggestionRejected)
