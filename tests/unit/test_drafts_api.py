"""The REST routes of drafts: who may ask, what is answered, and that reading a conversation tells what it cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.application.article_book import ArticleBook
from switchboard.domain.conversation import Conversation
from switchboard.domain.drafting import reasons
from switchboard.domain.errors import Forbidden, Malformed, Misconfigured, NotAllowedNow, NotFound
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from switchboard.large_models import prices as prices_of
from switchboard.settings import Settings
from tests.fakes.knowledge import MemoryShelf
from tests.unit.drafting_desk import ARTICLE, DRAFT, Desk
from tests.unit.world import World, who

Ask = Callable[..., Any]
DRAFTS = ("POST", "/v1/conversations/{id}/drafts")


@pytest.fixture
def desk(world: World) -> Desk:
    world.hire("mia")
    return Desk(world)


@pytest.fixture
def asked(desk: Desk) -> Conversation:
    return desk.asks()


@pytest.fixture
def ask(world: World, desk: Desk) -> Ask:
    book = ArticleBook(world.interfered, MemoryShelf(world.store), world.index, world.clock, desk.librarian)  # type: ignore[arg-type]
    for n in range(3):  # so that the article the librarian names is in force in its third version
        document = {"title": "Returning an item", "body": ARTICLE[n:], "locale": "en"}
        book.draft(who("sue", "administrator"), "returns", document)
    settings = Settings(large_model="example.pretended-v1")
    services: Any = SimpleNamespace(
        access=world.access, admission=world.admission, clock=world.clock,
            drafts=desk.use_case, article_book=book, store=world.store, settings=settings,
        deliveries=world.deliveries,
    )  # fmt: skip

    def asking(
        route: tuple[str, str], c: Conversation | None, body: Any = None, *, role: str = "", agent: str = ""
    ) -> Any:
        """By the owner, or a supervisor where it is no conversation's; unless said otherwise."""
        role, agent = role or ("agent" if c else "supervisor"), agent or (c.owner if c else "sue")
        call = Call(services, who(agent or "sue", role), {"id": c.id if c else ""}, {}, json.loads(json.dumps(body or {})))
        return json.loads(json.dumps(ROUTES[route](call)))  # it must be JSON

    return asking


def test_a_draft_comes_with_its_sources_and_its_price(ask: Ask, asked: Conversation) -> None:
    answer = ask(DRAFTS, asked, {"client_id": "d1"})
    assert answer["text"] == DRAFT
    assert "[1]" not in answer["ready"]
    [source] = answer["sources"]
    assert (source["number"], source["article"], source["version"], source["title"]) == (1, "returns", 3, "Returning an item")
    assert source["text"] == ARTICLE[2:]
    assert (answer["refused"], answer["cost"], answer["currency"], answer["tokens_in"]) == ("", 0.0045, "EUR", 1000)
    assert ask(DRAFTS, asked, {"client_id": "d1"}) == answer


def test_a_refusal_says_why(ask: Ask, desk: Desk, asked: Conversation) -> None:
    desk.librarian.probability = 0.0
    answer = ask(DRAFTS, asked, {"client_id": "d1"})
    assert (answer["refused"], answer["text"], answer["sources"], answer["cost"]) == (reasons.NO_SOURCE, "", [], 0)


def test_a_summary_names_the_messages(ask: Ask, desk: Desk, asked: Conversation) -> None:
    desk.model.speak = lambda _system, _said: "The customer bought a kettle last week and it is too small. [1]"
    answer = ask(DRAFTS, asked, {"client_id": "s1", "kind": "summary", "language": "en"})
    assert answer["sources"][0]["number"] == 1
    assert answer["sources"][0]["message"] == answer["message"]
    assert answer["language"] == "en"


def test_a_draft_says_in_which_language_it_is(ask: Ask, asked: Conversation) -> None:
    of_another = ask(DRAFTS, asked, {"client_id": "d1", "language": "de"})
    assert of_another["language"] == asked.language  # a reply is in the customer's, whatever is asked for


def test_whoever_may_not_work_on_it_gets_no_draft_of_it(ask: Ask, desk: Desk, asked: Conversation) -> None:
    desk.world.hire("olga", queues=("technical",))
    with pytest.raises(Forbidden):
        ask(DRAFTS, asked, {"client_id": "d1"}, role="agent", agent="olga")
    with pytest.raises(NotFound):
        ask(DRAFTS, Conversation("c00000000000000000000000099-000001", "c"), {"client_id": "d1"})
    assert desk.model.calls == []


@pytest.mark.parametrize("body", [
    {}, {"client_id": ""}, {"client_id": 7}, {"client_id": "a b"}, {"client_id": "d", "kind": 1}, {"client_id": "d", "kind": "ode"},
    {"client_id": "d", "language": "tlh"}, {"client_id": "d", "language": ["en"]},
])  # fmt: skip
def test_what_is_asked_must_be_of_its_form(ask: Ask, asked: Conversation, body: Any) -> None:
    with pytest.raises(Malformed):
        ask(DRAFTS, asked, body)


def test_a_conversation_tells_what_it_has_cost(ask: Ask, asked: Conversation) -> None:
    read = ("GET", "/v1/conversations/{id}")
    assert ask(read, asked)["large_model"] is None
    ask(DRAFTS, asked, {"client_id": "d1"})
    ask(DRAFTS, asked, {"client_id": "d2"})
    assert ask(read, asked)["large_model"] == {"calls": 2, "tokens": 2200, "cost": 0.009, "currency": "EUR"}


def test_only_leaders_see_what_the_day_has_cost(ask: Ask, asked: Conversation) -> None:
    status = ("GET", "/v1/large-model")
    ask(DRAFTS, asked, {"client_id": "d1"})
    assert ask(status, None)["today"] == 0.0045
    with pytest.raises(Forbidden):
        ask(status, None, role="agent", agent="mia")


def test_the_desk_says_whether_there_is_a_model(ask: Ask, desk: Desk, asked: Conversation) -> None:
    assert ask(("GET", "/v1/me"), None)["large_model"] is True
    desk.off = True
    with pytest.raises(NotAllowedNow):
        desk.draft(asked)


def test_a_model_without_a_price_is_a_set_up_that_is_not_finished() -> None:
    priced = {"SWITCHBOARD_LARGE_MODEL": "m", "SWITCHBOARD_LARGE_MODEL_PRICE_IN": "0.003"}
    with pytest.raises(Misconfigured):
        prices_of(Settings.parse(priced))
    assert prices_of(Settings.parse({**priced, "SWITCHBOARD_LARGE_MODEL_PRICE_OUT": "0.015"})).of(1000, 1000) == 18_000


@pytest.mark.parametrize(("name", "value"), [
    ("PRICE_IN", "-1"), ("PRICE_OUT", "much"), ("CURRENCY", "euro"), ("DAILY", "0"), ("CONVERSATION", "-0.1"),
    ("GUARDRAIL", "gr1:latest"),
])  # fmt: skip
def test_a_bad_setting_fails_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"large_model_{name.lower()}"):
        Settings.parse({f"SWITCHBOARD_LARGE_MODEL_{name}": value})
