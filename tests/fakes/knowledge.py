"""The knowledge base in memory: the shelf read off the ledgers, files in a dictionary, a librarian who searches by words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchboard.application.article_book import ledger_of
from switchboard.application.knowledge_ports import OnShelf, Published, Status, Usage
from switchboard.domain.errors import NotFound, StorageUnavailable
from switchboard.domain.knowledge import events as kb
from switchboard.domain.knowledge.article import Audience, language_of
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.passages import passages
from switchboard.domain.knowledge.ranking import visible
from switchboard.domain.knowledge.words import terms
from tests.fakes.store import MemoryStore

COUNTED = {kb.SuggestionUsed: "used", kb.SuggestionEdited: "edited", kb.SuggestionRejected: "rejected"}


class MemoryShelf:
    """Implements `application.knowledge_ports.Shelf`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def articles(self, after: str, limit: int) -> Sequence[OnShelf]:
        ids = sorted(ledger.partition("#")[2] for ledger in self._store.ledgers() if ledger.startswith("kb#"))
        return [self._article(id_) for id_ in ids if id_ > after][:limit]

    def _article(self, id_: str) -> OnShelf:
        shown: dict[str, Any] = {}
        published = draft = 0
        retired, at = False, None
        for r in self._store.events(ledger_of(id_)):
            at, event = r.at, r.event
            names = ("title", "locale", "audience", "topic")
            if isinstance(event, kb.ArticleDrafted):
                draft = r.commit
                shown = shown or {n: event.article[n] for n in (*names, "regions")}
            elif isinstance(event, kb.ArticlePublished):
                published, draft, retired = event.version, 0, False
                shown = {n: getattr(event, n) for n in (*names, "regions")}
            elif isinstance(event, kb.ArticleRetired):
                published, retired = 0, True
        assert at is not None
        status = Status.PUBLISHED if published else Status.RETIRED if retired else Status.DRAFT
        shown["regions"] = tuple(shown["regions"])
        return OnShelf(id_, status, published, draft, changed_at=at, **shown)

    def usage(self) -> Sequence[Usage]:
        found: dict[str, dict[str, int]] = {}
        for ledger in self._store.ledgers():
            for r in self._store.events(ledger):
                if name := COUNTED.get(type(r.event)):
                    counts = found.setdefault(r.event.article, {})  # type: ignore[attr-defined]  # each of these has one
                    counts[name] = counts.get(name, 0) + 1
        return [Usage(article, **counts) for article, counts in sorted(found.items())]


class MemoryIndexFiles:
    """Implements `application.knowledge_ports.IndexFiles`. Nothing can be read or kept while `away`."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._names: list[str] = []
        self.away = False

    def current(self) -> str:
        self._here()
        return self._names[-1] if self._names else ""

    def read(self, name: str) -> bytes:
        self._here()
        if name not in self._files:
            raise NotFound("there is no such file of the knowledge index")
        return self._files[name]

    def put(self, name: str, raw: bytes) -> None:
        self._here()
        self._files[name] = raw
        self._names = [*(n for n in self._names if n != name), name]
        for old in self._names[:-2]:
            del self._files[old]
        self._names = self._names[-2:]

    def _here(self) -> None:
        if self.away:
            raise StorageUnavailable("the files cannot be reached")


class WordsOnly:
    """Implements `application.knowledge_ports.Knowledge` without vectors: the share of the question's words in a passage."""

    def __init__(self, published: Sequence[Published]) -> None:
        self.published = list(published)

    @property
    def threshold(self) -> float:
        return 0.6

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        wanted = set(terms(text))
        found = []
        for p in self.published:
            if not visible(p.text, region, audience):
                continue
            ranked = []
            for number, piece in enumerate(passages(p.text)):
                share = len(wanted & set(terms(piece.searched(p.text.title)))) / max(1, len(wanted))
                share += 0.1 if p.text.language == language_of(locale) else 0.0
                ranked.append((share, -number, piece))
            share, place, piece = max(ranked, key=lambda r: r[:2])
            t = p.text
            found.append(Hit(p.id, p.version, t.title, t.locale, t.topic, -place, piece.heading, piece.text, share, min(1.0, share)))
        return sorted(found, key=lambda h: (-h.score, h.article))[:limit]


class MemoryLibrarian:
    """Implements `application.knowledge_ports.Librarian`. `renewed` counts how often the index was to be made."""

    def __init__(self, knowledge: WordsOnly | None = None) -> None:
        self.knowledge = knowledge or WordsOnly([])
        self.renewed = 0

    def renew(self) -> None:
        self.renewed += 1

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        return self.knowledge.search(text, locale, region, audience, limit)
