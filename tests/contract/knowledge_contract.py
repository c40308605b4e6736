"""What every searcher of the knowledge base promises (`application.knowledge_ports.Knowledge`), and every shelf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pytest

from switchboard.application.article_book import ledger_of
from switchboard.application.knowledge_ports import IndexFiles, Published, Shelf, Status, Usage
from switchboard.application.ports import Store
from switchboard.domain.errors import NotFound
from switchboard.domain.knowledge import events as kb
from switchboard.domain.knowledge.article import Audience, Text
from switchboard.domain.knowledge.hits import Hit
from tests.contract import samples as s

CUSTOMER, AGENT = Audience.CUSTOMER, Audience.AGENT


def text(title: str, body: str, locale: str = "en", **more: Any) -> Text:
    return Text(title, body, locale, **more)


ARTICLES = (
    Published("refund", 3, text("Refunds", "We refund the purchase price within ten days of the parcel's return.")),
    Published("gdpr", 1, text("Your rights under the GDPR", "Ask for your personal data or its deletion.", regions=("eu",))),
    Published("pipl", 2, text("个人信息保护", "您可以要求查阅、复制或者删除个人信息。", "zh", regions=("cn",))),
    Published("goodwill", 1, text("Refunds by agents", "An agent may refund 20 euros as goodwill.", audience=AGENT)),
    Published("parcel", 1, text("Where is my parcel", "Follow your parcel with the number in the e-mail.\n\n## Lost\n\nTell us.")),
)


class Search(Protocol):
    def __call__(
        self, question: str, locale: str = "en", region: str = "", audience: Audience = CUSTOMER, limit: int = 3
    ) -> Sequence[Hit]: ...


class KnowledgeContract:
    """Fixture `searching`: makes a search of these articles."""

    @pytest.fixture
    def search(self, searching: Callable[[Sequence[Published]], Search]) -> Search:
        return searching(ARTICLES)

    def test_the_article_that_answers_comes_first_with_its_passage(self, search: Search) -> None:
        best = search("when do I get the refund of the purchase price")[0]
        assert (best.article, best.version, best.passage) == ("refund", 3, 0)
        assert "within ten days" in best.text
        assert 0.0 <= best.probability <= 1.0

    def test_an_article_is_named_once_and_no_more_than_are_wanted(self, search: Search) -> None:
        found = [h.article for h in search("parcel lost", limit=2)]
        assert len(found) == len(set(found)) == 2
        assert found[0] == "parcel"

    def test_best_first(self, search: Search) -> None:
        scores = [h.score for h in search("refund of a parcel")]
        assert scores == sorted(scores, reverse=True)

    def test_what_holds_elsewhere_is_not_shown(self, search: Search) -> None:
        question = "delete my personal data"
        assert "gdpr" in {h.article for h in search(question, region="eu", limit=9)}
        assert "gdpr" not in {h.article for h in search(question, region="cn", limit=9)}
        assert {h.article for h in search(question, region="", limit=9)} == {"refund", "parcel"}

    def test_a_customer_gets_the_local_policy_in_their_language(self, search: Search) -> None:
        assert search("删除个人信息", "zh", "cn")[0].article == "pipl"

    def test_what_is_for_agents_is_shown_to_agents_alone(self, search: Search) -> None:
        question = "how much may an agent refund as goodwill"
        assert search(question, audience=AGENT)[0].article == "goodwill"
        assert "goodwill" not in {h.article for h in search(question, limit=9)}

    def test_where_nothing_is_published_nothing_is_found(self, searching: Callable[[Sequence[Published]], Search]) -> None:
        assert list(searching([])("where is my parcel")) == []

    @pytest.mark.parametrize("odd", ["?!", "\U0001f600", "x" * 5000, "\u0301"])
    def test_any_question_is_answered_somehow(self, search: Search, odd: str) -> None:
        assert len(search(odd)) <= 3


def document(title: str = "Refunds", **more: Any) -> dict[str, Any]:
    given = {"title": title, "body": "Text.", "locale": "en", "regions": ["all"], "audience": "customer", "topic": "returns"}
    return {**given, "group": "", **more}


def published(version: int, title: str) -> kb.ArticlePublished:
    return kb.ArticlePublished(version, title, "de", ("eu",), "customer", "returns")


class ShelfContract:
    """Fixtures `store` and `shelf` of one stack, which other tests may have filled."""

    @pytest.fixture
    def id_(self) -> str:
        return s.fresh("article-").lower().replace("_", "-")

    def shown(self, shelf: Shelf, id_: str) -> Any:
        found = [a for a in shelf.articles("", 10_000) if a.id == id_]
        return found[0] if found else None

    def append(self, store: Store, id_: str, *events: Any) -> None:
        store.append(ledger_of(id_), events, s.agent_actor("sue"), s.T0)

    def test_a_draft_is_listed_but_not_in_force(self, store: Store, shelf: Shelf, id_: str) -> None:
        self.append(store, id_, kb.ArticleDrafted(document()))
        a = self.shown(shelf, id_)
        assert (a.status, a.published, a.draft, a.title, a.regions) == (Status.DRAFT, 0, 1, "Refunds", ("all",))

    def test_a_draft_leaves_what_is_in_force_as_it_is(self, store: Store, shelf: Shelf, id_: str) -> None:
        self.append(store, id_, kb.ArticleDrafted(document()), published(1, "Rückgabe"))
        self.append(store, id_, kb.ArticleDrafted(document("Newer")))
        a = self.shown(shelf, id_)
        assert (a.status, a.published, a.draft, a.title, a.locale, a.regions) == (Status.PUBLISHED, 1, 2, "Rückgabe", "de", ("eu",))

    def test_publishing_ends_the_draft(self, store: Store, shelf: Shelf, id_: str) -> None:
        self.append(store, id_, kb.ArticleDrafted(document()))
        self.append(store, id_, published(1, "Rückgabe"))
        a = self.shown(shelf, id_)
        assert (a.status, a.published, a.draft) == (Status.PUBLISHED, 1, 0)

    def test_a_retired_article_stays_on_the_list(self, store: Store, shelf: Shelf, id_: str) -> None:
        self.append(store, id_, kb.ArticleDrafted(document()), published(1, "Rückgabe"))
        self.append(store, id_, kb.ArticleRetired("old"))
        a = self.shown(shelf, id_)
        assert (a.status, a.published) == (Status.RETIRED, 0)

    def test_the_list_goes_on_where_it_stopped(self, store: Store, shelf: Shelf, id_: str) -> None:
        for letter in "ab":
            self.append(store, f"{id_}-{letter}", kb.ArticleDrafted(document()))
        [first] = shelf.articles(id_, 1)
        assert first.id == f"{id_}-a"
        assert shelf.articles(first.id, 1)[0].id == f"{id_}-b"

    def test_what_became_of_suggestions_is_counted(self, store: Store, shelf: Shelf, id_: str) -> None:
        about = ("m1", id_, 1, 0, "de")
        c = store.commit(s.change(s.open_conversation(store), kb.SuggestionUsed(*about), kb.SuggestionUsed(*about)))
        store.commit(s.change(c, kb.SuggestionEdited(*about, kept=0.5), kb.SuggestionRejected(*about)))
        assert Usage(id_, used=2, edited=1, rejected=1) in shelf.usage()


class FilesContract:
    """Fixture `files`: empty."""

    def test_before_the_first_index_none_is_in_force(self, files: IndexFiles) -> None:
        assert files.current() == ""
        with pytest.raises(NotFound):
            files.read("nothing")

    def test_the_last_file_put_is_in_force_and_the_one_before_can_still_be_read(self, files: IndexFiles) -> None:
        for name in ("one", "two"):
            files.put(name, name.encode())
        assert files.current() == "two"
        assert (files.read("one"), files.read("two")) == (b"one", b"two")

    def test_what_was_in_force_long_ago_goes(self, files: IndexFiles) -> None:
        for name in ("one", "two", "three"):
            files.put(name, name.encode())
        with pytest.raises(NotFound):
            files.read("one")

    def test_what_comes_back_in_force_is_not_lost(self, files: IndexFiles) -> None:
        for name in ("one", "two", "one", "two"):
            files.put(name, name.encode())
        assert (files.read("one"), files.read("two"), files.current()) == (b"one", b"two", "two")
