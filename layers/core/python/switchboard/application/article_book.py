"""The company's articles: each is a ledger of drafts, publishings and retirements, of which nothing is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from switchboard.application.knowledge_ports import Librarian, OnShelf, Published, Shelf
from switchboard.application.ports import Clock, Index, Store
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, Malformed, NotAllowedNow, NotFound, StaleVersion
from switchboard.domain.knowledge import events as kb
from switchboard.domain.knowledge.article import Text, article_id, parse
from switchboard.domain.knowledge.importing import read_article

MOST_LISTED = 200
NOTE = 500  # characters


def ledger_of(article: str) -> str:
    return f"kb#{article}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version's place in an article's history."""

    version: int
    at: datetime
    by: str
    title: str
    note: str
    published: bool


@dataclass(frozen=True, slots=True)
class Article:
    """`last`: the number of the ledger's last commit, which a change names as what it was made from. `draft`: the newest text, if it
    is not the published one."""

    id: str
    last: int
    draft: Published | None
    published: Published | None
    retired: bool


@dataclass(frozen=True, slots=True)
class ArticleBook:
    """`librarian` is told whenever customers are to be answered otherwise."""

    store: Store
    shelf: Shelf
    index: Index
    clock: Clock
    librarian: Librarian

    def listed(self, after: str = "", limit: int = 50) -> Sequence[OnShelf]:
        return self.shelf.articles(after, max(1, min(limit, MOST_LISTED)))

    def read(self, id_: str) -> Article:
        """Raises NotFound."""
        return _fold(article_id(id_), self._recorded(id_))

    def text(self, id_: str, version: int) -> Text:
        """A version's text. Raises NotFound."""
        for recorded in self.store.commit_events(ledger_of(article_id(id_)), version):
            if isinstance(recorded.event, kb.ArticleDrafted):
                return parse(recorded.event.article)
        raise NotFound(f"commit {version} of this article holds no text")

    def versions(self, id_: str) -> list[Version]:
        """All texts there ever were, newest first. Raises NotFound."""
        recorded = self._recorded(article_id(id_))
        published = _fold(id_, recorded).published
        now = published.version if published else 0
        return [
            Version(r.commit, r.at, r.actor.id, str(r.event.article.get("title", "")), r.event.note, r.commit == now)
            for r in reversed(recorded) if isinstance(r.event, kb.ArticleDrafted)
        ]  # fmt: skip

    def draft(self, actor: ev.Actor, id_: str, document: Mapping[str, object], note: str = "", last: int | None = None) -> Article:
        """Keep a text that is worked on. `last`: that of the article it was made from (0: there was none); None: whatever there is.
        Raises Malformed, and StaleVersion where somebody else was faster."""
        return self._write(actor, id_, document, note, last, publish=False)

    def publish(self, actor: ev.Actor, id_: str, version: int | None = None) -> Article:
        """Put the draft in force, or any earlier version again. Raises NotFound, NotAllowedNow where there is nothing new."""
        article = self.read(id_)
        wanted = version if version is not None else article.draft.version if article.draft else 0
        if not wanted or (article.published is not None and article.published.version == wanted):
            raise NotAllowedNow("there is no draft to publish; this version is in force already")
        return self._append(actor, article, [_published(wanted, self.text(id_, wanted))])

    def retire(self, actor: ev.Actor, id_: str, reason: str = "") -> Article:
        """Take it out of force. Raises NotFound, NotAllowedNow where it is not."""
        article = self.read(id_)
        if article.published is None:
            raise NotAllowedNow("this article is not published")
        return self._append(actor, article, [kb.ArticleRetired(_noted(reason))])

    def take_in(self, actor: ev.Actor, markdown: str, *, publish: bool, note: str = "imported") -> tuple[str, bool]:
        """An article from a Markdown file with its fields at the head; returns its id and whether that changed anything. Taking the
        same file in twice changes nothing the second time. Raises Malformed."""
        id_, text = read_article(markdown)
        try:
            now: Article | None = self.read(id_)
        except NotFound:
            now = None
        held = (now.draft or now.published) if now else None
        if held is not None and held.text == text:
            if publish and now is not None and (now.published is None or now.published.version != held.version):
                self.publish(actor, id_, held.version)
                return id_, True
            return id_, False
        self._write(actor, id_, {**asdict(text), "audience": text.audience.value}, note, now.last if now else 0, publish=publish)
        return id_, True

    def _write(
        self, actor: ev.Actor, id_: str, document: Mapping[str, object], note: str, last: int | None, *, publish: bool
    ) -> Article:
        text = parse({k: v for k, v in document.items() if k != "id"})
        try:
            now = self.read(id_)
        except NotFound:
            now = Article(article_id(id_), 0, None, None, False)
        if last is not None and last != now.last:
            raise StaleVersion(f"the article has {now.last} commits, this was made from {last}; read it again")
        stored: dict[str, Any] = {**asdict(text), "audience": text.audience.value, "regions": list(text.regions)}
        events: list[ev.Event] = [kb.ArticleDrafted(stored, _noted(note))]
        if publish:
            events.append(_published(now.last + 1, text))
        return self._append(actor, now, events)

    def _append(self, actor: ev.Actor, now: Article, events: Sequence[ev.Event]) -> Article:
        once = self.index.key("article", now.id, str(now.last + 1))  # of two who write at once, one must read the other's first
        try:
            self.store.append(ledger_of(now.id), events, actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just changed this article; read it again") from None
        if any(isinstance(e, kb.ArticlePublished | kb.ArticleRetired) for e in events):
            self.librarian.renew()
        return self.read(now.id)

    def _recorded(self, id_: str) -> list[ev.Recorded]:
        recorded = self.store.events(ledger_of(article_id(id_)))
        if not recorded:
            raise NotFound("there is no such article")
        return recorded


def _published(version: int, text: Text) -> kb.ArticlePublished:
    return kb.ArticlePublished(version, text.title, text.locale, text.regions, text.audience.value, text.topic)


def _noted(note: str) -> str:
    if len(note) > NOTE:
        raise Malformed(f"a note has at most {NOTE} characters")
    return note


def _fold(id_: str, recorded: Sequence[ev.Recorded]) -> Article:
    texts: dict[int, Text] = {}
    published, retired = 0, False
    for r in recorded:
        match r.event:
            case kb.ArticleDrafted():
                texts[r.commit] = parse(r.event.article)
            case kb.ArticlePublished():
                published, retired = r.event.version, False
            case kb.ArticleRetired():
                published, retired = 0, True
            case _:
                pass
    newest = max(texts, default=0)
    return Article(
        id_, recorded[-1].commit,
        Published(id_, newest, texts[newest]) if newest and newest != published else None,
        Published(id_, published, texts[published]) if published else None, retired,
    )  # fmt: skip
