"""Articles as ledgers: drafts, publishing, earlier versions, retirement, import; and what agents do with suggestions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.application.article_book import ArticleBook, ledger_of
from switchboard.application.indexing import Indexing
from switchboard.application.knowledge_ports import Published, Status, Usage
from switchboard.application.suggestions import SuggestionDesk
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound, StaleVersion
from switchboard.domain.knowledge.article import Text
from switchboard.entry.desk_api import ROUTES
from tests.fakes.knowledge import MemoryLibrarian, MemoryShelf, WordsOnly
from tests.unit.world import World, who

SUE = who("sue", "administrator")
FILE = "---\nid: refund\ntitle: Refunds\nlocale: en\nregions: [eu]\n---\n\nWithin {days} days."


def document(body: str = "Within ten days.", **more: Any) -> dict[str, Any]:
    return {"title": "Refunds", "body": body, "locale": "en", **more}


@pytest.fixture
def librarian() -> MemoryLibrarian:
    return MemoryLibrarian(WordsOnly([Published("refund", 1, Text("Refunds", "You have your money within ten days.", "en"))]))


@pytest.fixture
def book(world: World, librarian: MemoryLibrarian) -> ArticleBook:
    return ArticleBook(world.interfered, MemoryShelf(world.store), world.index, world.clock, librarian)  # type: ignore[arg-type]


class TestArticles:
    def test_a_draft_is_in_force_once_it_is_published(self, book: ArticleBook, librarian: MemoryLibrarian) -> None:
        drafted = book.draft(SUE, "refund", document())
        assert drafted.published is None
        assert librarian.renewed == 0
        published = book.publish(SUE, "refund")
        assert published.published is not None
        assert published.published.text.body == "Within ten days."
        assert (published.published.version, published.draft, librarian.renewed) == (1, None, 1)

    def test_an_earlier_version_can_be_put_in_force_again(self, book: ArticleBook) -> None:
        book.draft(SUE, "refund", document("First."))
        book.publish(SUE, "refund")
        second = book.draft(SUE, "refund", document("Second."))
        assert second.draft is not None
        book.publish(SUE, "refund")
        back = book.publish(SUE, "refund", 1)
        assert back.published is not None
        assert back.published.text.body == "First."
        assert book.text("refund", second.draft.version).body == "Second."
        assert [(v.version, v.published) for v in book.versions("refund")] == [(3, False), (1, True)]

    def test_publishing_what_is_in_force_is_refused(self, book: ArticleBook) -> None:
        book.draft(SUE, "refund", document())
        book.publish(SUE, "refund")
        with pytest.raises(NotAllowedNow):
            book.publish(SUE, "refund")

    def test_a_retired_article_is_kept_and_may_come_back(self, book: ArticleBook, librarian: MemoryLibrarian) -> None:
        book.draft(SUE, "refund", document())
        book.publish(SUE, "refund")
        assert book.retire(SUE, "refund", "the law changed").published is None
        assert [a.status for a in book.listed()] == [Status.RETIRED]
        assert book.publish(SUE, "refund", 1).published is not None
        assert librarian.renewed == 3

    def test_who_did_not_read_the_last_change_is_told(self, book: ArticleBook) -> None:
        first = book.draft(SUE, "refund", document())
        book.draft(SUE, "refund", document("Second."), last=first.last)
        with pytest.raises(StaleVersion):
            book.draft(SUE, "refund", document("Third."), last=first.last)

    def test_of_two_who_write_at_once_one_is_told(self, world: World, book: ArticleBook) -> None:
        other = ArticleBook(world.store, MemoryShelf(world.store), world.index, world.clock, MemoryLibrarian())
        world.interfered.before_call(0, lambda: other.draft(SUE, "refund", document("Other.")), only="append")
        with pytest.raises(StaleVersion):
            book.draft(SUE, "refund", document())
        assert book.read("refund").last == 1

    @pytest.mark.parametrize("number", [0, 2, 99])
    def test_a_version_that_holds_no_text_is_not_found(self, book: ArticleBook, number: int) -> None:
        book.draft(SUE, "refund", document())
        book.publish(SUE, "refund")
        with pytest.raises(NotFound):
            book.text("refund", number)

    def test_an_article_nobody_wrote_is_not_found(self, book: ArticleBook) -> None:
        with pytest.raises(NotFound):
            book.read("refund")


class TestImport:
    def test_a_file_becomes_an_article_and_the_same_file_nothing_more(self, world: World, book: ArticleBook) -> None:
        assert book.take_in(SUE, FILE.format(days=10), publish=True) == ("refund", True)
        assert book.take_in(SUE, FILE.format(days=10), publish=True) == ("refund", False)
        assert len(world.store.events(ledger_of("refund"))) == 2
        assert book.take_in(SUE, FILE.format(days=5), publish=True) == ("refund", True)
        now = book.read("refund").published
        assert now is not None
        assert (now.text.body, now.version, now.text.regions) == ("Within 5 days.", 2, ("eu",))

    def test_a_draft_from_a_file_is_published_by_taking_it_in_again(self, book: ArticleBook) -> None:
        book.take_in(SUE, FILE.format(days=10), publish=False)
        assert book.read("refund").published is None
        assert book.take_in(SUE, FILE.format(days=10), publish=True) == ("refund", True)
        assert book.read("refund").published is not None


class Kept:
    """Holds what was to be made into an index."""

    def __init__(self) -> None:
        self.wanted: list[Published] = []
        self.missing = 0

    def make(self, published: list[Published], name: Any, enough: Any) -> Any:
        self.wanted = published
        return None


def test_the_index_is_made_of_what_is_in_force(world: World, book: ArticleBook) -> None:
    for id_ in ("a", "b", "c"):
        book.draft(SUE, id_, document(f"About {id_}."))
    book.publish(SUE, "a")
    book.publish(SUE, "c")
    book.draft(SUE, "c", document("Not yet."))
    book.publish(SUE, "b")
    book.retire(SUE, "b")
    made = Kept()
    Indexing(world.store, MemoryShelf(world.store), made, lambda: 0.0, 1.0).renew()  # type: ignore[arg-type]
    assert [(p.id, p.version, p.text.body) for p in made.wanted] == [("a", 1, "About a."), ("c", 1, "About c.")]


def test_what_is_published_while_the_index_is_made_is_in_it(world: World, book: ArticleBook) -> None:
    """Only one function makes the index at a time: a call that comes meanwhile is lost."""
    for id_ in ("a", "b"):
        book.draft(SUE, id_, document(f"About {id_}."))
    book.publish(SUE, "a")
    held: list[list[str]] = []

    @dataclass
    class Made:
        articles: list[str]
        missing: int = 0

        def __len__(self) -> int:
            return len(self.articles)

    class Slow:
        def make(self, published: list[Published], name: Any, enough: Any) -> Any:
            wanted = [p.id for p in published]
            if held and held[-1] == wanted:
                return None
            held.append(wanted)
            if len(held) == 1:
                book.publish(SUE, "b")
            return Made(wanted)

    Indexing(world.store, MemoryShelf(world.store), Slow(), lambda: 0.0, 1.0).renew()
    assert held == [["a"], ["a", "b"]]


@dataclass(frozen=True)
class Request:
    services: Any
    actor: Any
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


class TestApi:
    @pytest.fixture(autouse=True)
    def everything(self, world: World, book: ArticleBook, librarian: MemoryLibrarian) -> None:
        self.world = world
        shelf = MemoryShelf(world.store)
        desk = SuggestionDesk(world.store, shelf, world.index, world.clock, librarian)
        self.services = SimpleNamespace(
            access=world.access, admission=world.admission, clock=world.clock,
            article_book=book, librarian=librarian, suggestions=desk, store=world.store
        )  # fmt: skip

    def ask(self, method: str, route: str, body: dict[str, Any] | None = None, role: str = "administrator", **more: Any) -> Any:
        path = {"id": more.pop("id", "refund"), "version": more.pop("version", "")}
        call = Request(self.services, who(more.pop("agent", "sue"), role), path, more.pop("query", {}), body or {})
        return json.loads(json.dumps(ROUTES[(method, route)](call)))

    def test_an_article_is_drafted_published_listed_and_read(self) -> None:
        base = "/v1/knowledge/articles"
        drafted = self.ask("PUT", base + "/{id}/draft", {"article": document(), "last": 0, "note": "new"}, role="supervisor")
        assert drafted["draft"]["body"] == "Within ten days."
        assert self.ask("POST", base + "/{id}/publish")["published"]["version"] == 1
        listed = self.ask("GET", base, role="agent")
        assert [(a["id"], a["status"]) for a in listed["articles"]] == [("refund", "published")]
        assert self.ask("GET", base + "/{id}/versions", role="agent")["versions"][0]["note"] == "new"
        assert self.ask("GET", base + "/{id}/versions/{version}", version="1", role="agent")["title"] == "Refunds"

    @pytest.mark.parametrize("route", ["/{id}/publish", "/{id}/retire", ""])
    def test_only_administrators_decide_what_customers_are_told(self, route: str) -> None:
        with pytest.raises(Forbidden):
            self.ask("POST", "/v1/knowledge/articles" + route, {"markdown": FILE}, role="supervisor")

    @pytest.mark.parametrize(
        "body",
        [{}, {"text": "x", "limit": 0}, {"text": "x", "limit": True}, {"text": "x", "audience": "all"}, {"text": "x", "locale": 3}],
    )
    def test_a_bad_search_is_refused(self, body: dict[str, Any]) -> None:
        with pytest.raises(Malformed):
            self.ask("POST", "/v1/knowledge/search", body)

    def test_a_search_finds(self) -> None:
        hits = self.ask("POST", "/v1/knowledge/search", {"text": "money back", "locale": "en"}, role="agent")["hits"]
        assert hits[0]["article"] == "refund"

    def test_an_agent_is_offered_answers_and_says_what_became_of_them(self) -> None:
        self.world.hire("anna")
        c = self.world.write("491", text="when do I have my money back?")
        offered = self.ask("GET", "/v1/conversations/{id}/suggestions", id=c.id, role="agent", agent="anna")
        [first] = offered["suggestions"]
        assert first["text"] == "You have your money within ten days."
        said = {"message": offered["message"], "article": "refund", "version": 1, "passage": 0}
        route = "/v1/conversations/{id}/suggestions"
        for _ in range(2):  # twice, as by a client that saw no answer: counted once
            edited = {**said, "outcome": "edited", "suggested": "abcd", "sent": "abcd efgh"}
            self.ask("POST", route, edited, id=c.id, role="agent", agent="anna")
        assert self.ask("GET", "/v1/knowledge/usage")["articles"] == [{"article": "refund", "used": 0, "edited": 1, "rejected": 0}]
        assert MemoryShelf(self.world.store).usage() == [Usage("refund", edited=1)]
        with pytest.raises(Malformed):
            self.ask("POST", route, {**said, "outcome": "liked"}, id=c.id, role="agent", agent="anna")
        with pytest.raises(NotAllowedNow):
            self.ask("POST", route, {**said, "message": "m0", "outcome": "used"}, id=c.id, role="agent", agent="anna")
