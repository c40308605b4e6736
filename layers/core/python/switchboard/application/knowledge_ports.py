"""What the knowledge base needs of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from switchboard.domain.knowledge.article import Audience, Text
from switchboard.domain.knowledge.hits import Hit


@dataclass(frozen=True, slots=True)
class Published:
    """An article as it stands. `version` is the commit of its ledger that holds this text."""

    id: str
    version: int
    text: Text


class Knowledge(Protocol):
    @property
    def threshold(self) -> float:
        """The probability from which the bot may answer with a hit."""
        ...

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        """The best articles for a question, best first, at most `limit`, each with its best passage. Only what holds in `region` and
        is for `audience`. Empty where nothing is published."""
        ...


class Status(StrEnum):
    DRAFT = "draft"  # never published
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class OnShelf:
    """An article in the list of all. What describes it is of the published version; of a draft that never was, the draft's.
    `published`: the version in force, 0 if there is none. `draft`: a later one that is worked on, or 0."""

    id: str
    status: Status
    published: int
    draft: int
    title: str
    locale: str
    regions: tuple[str, ...]
    audience: str
    topic: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """What agents did with an article's suggestions."""

    article: str
    used: int = 0
    edited: int = 0
    rejected: int = 0


class Shelf(Protocol):
    """All articles and what became of their suggestions, kept in step with the ledgers by the store, in its transactions."""

    def articles(self, after: str, limit: int) -> Sequence[OnShelf]:
        """By id, those above `after`."""
        ...

    def usage(self) -> Sequence[Usage]:
        """Of every article that ever had feedback, by id."""
        ...


class IndexFiles(Protocol):
    """The index as bytes, kept outside. A file is never changed; which one is in force is."""

    def current(self) -> str:
        """The name of the file in force, "" if there is none."""
        ...

    def read(self, name: str) -> bytes:
        """Raises NotFound."""
        ...

    def put(self, name: str, raw: bytes) -> None:
        """Keep a file and put it in force; those that were in force before the last one may go."""
        ...


class Librarian(Protocol):
    """Who makes the index and searches it, elsewhere: it carries the encoder."""

    def renew(self) -> None:
        """Have the index made anew; returns before it is. A call that is lost is made up for within minutes."""
        ...

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        """Raises StorageUnavailable."""
        ...
