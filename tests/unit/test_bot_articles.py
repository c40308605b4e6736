"""Customers answered from the knowledge base: when the bot may, what it says, and what is on record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from local.shop.books import Books
from local.shop.rules import Shop
from switchboard.application.knowledge_ports import Published
from switchboard.domain import bot
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Malformed, StorageUnavailable
from switchboard.domain.knowledge.article import Audience, Text
from switchboard.domain.knowledge.events import ArticleCited
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.regions import holds, region_of
from switchboard.domain.rollout import parse as shares
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from tests.fakes.connectors import MemoryConnector
from tests.unit.world import GREETING, POLICY, World, who

GERMAN, BRITON = "+49 170 1234567", "+44 7700 900555"
WARRANTY = Published("warranty", 7, Text("How long the warranty lasts", "The warranty lasts three years for every kettle.", "en"))
EU = Published("rights-eu", 3, Text("Your rights in the EU", "You may object to profiling within the union.", "en", ("eu",)))
SECRET = Published("internal", 2, Text("Goodwill", "Goodwill vouchers up to fifty euro.", "en", audience=Audience.AGENT))


def heard(intent: str = OUT_OF_SCOPE, confidence: float = 0.3, **more: str) -> Understanding:
    return Understanding(intent, confidence, "en", model="test", **more)  # type: ignore[arg-type]  # texts of its fields


@pytest.fixture
def asked(world: World) -> World:
    world.policy = replace(POLICY, clarify={"en": "What do you mean?"}, people_only=("complaint",))
    world.knowledge.published[:] = [WARRANTY, EU, SECRET]
    return world


def of(world: World, c: Conversation, kind: type[ev.Event]) -> list[ev.Event]:
    return [r.event for r in world.store.events(c.ledger) if isinstance(r.event, kind)]


def said(world: World, c: Conversation) -> str:
    last = of(world, c, ev.MessageSent)[-1]
    assert isinstance(last, ev.MessageSent)
    return last.content.text


@pytest.mark.parametrize("u", [heard(), heard("product_question", 0.9), heard(OUT_OF_SCOPE, 0.95)], ids=["unclear", "sure", "outside"])
def test_a_question_that_an_article_answers_is_answered_with_its_source(asked: World, u: Understanding) -> None:
    c = asked.write(BRITON, u, text="how long warranty kettle")
    assert said(asked, c) == "The warranty lasts three years for every kettle.\n\nSource: How long the warranty lasts"
    [cited] = of(asked, c, ArticleCited)
    assert isinstance(cited, ArticleCited)
    assert (cited.article, cited.version) == ("warranty", 7)
    assert "bot_answered" in asked.types(c)
    assert c.status is Status.BOT
    assert c.misses == 0


def test_where_the_company_shows_its_articles_the_source_is_a_link(asked: World) -> None:
    asked.policy = replace(asked.policy, article_url="https://help.example/articles/")
    c = asked.write(BRITON, heard(), text="how long warranty kettle")
    assert said(asked, c).endswith("Source: How long the warranty lasts https://help.example/articles/warranty")


@pytest.mark.parametrize("url", ["http://help.example", "javascript:alert(1)", "https://", "https://a b", 7])
def test_an_address_that_is_none_is_refused(url: object) -> None:
    with pytest.raises(Malformed, match="article_url"):
        bot.parse({"article_url": url})


def test_what_no_article_surely_answers_is_asked_about_and_then_goes_to_people(asked: World) -> None:
    c = asked.write(BRITON, heard(), text="it sings all night")
    assert said(asked, c) == "What do you mean?"
    assert not of(asked, c, ArticleCited)


@pytest.mark.parametrize("u", [heard("complaint", 0.9), heard("human_agent", 0.9)])
def test_what_people_must_hear_is_answered_by_no_article(asked: World, u: Understanding) -> None:
    c = asked.write(BRITON, u, text="how long warranty kettle")
    assert c.status is Status.QUEUED
    assert not of(asked, c, ArticleCited)


def test_anger_goes_to_people_even_where_an_article_fits(asked: World) -> None:
    c = asked.write(BRITON, heard(sentiment="angry"), text="how long warranty kettle")
    assert c.status is Status.QUEUED


def test_a_local_article_is_told_to_those_who_live_there_alone(asked: World) -> None:
    for phone, told in ((GERMAN, True), (BRITON, False)):
        message = asked.message(phone, "may object profiling within union")
        c = asked.intake.receive(replace(message, sender=replace(message.sender, phone=phone.replace(" ", ""))), heard())
        assert c is not None
        assert ("within the union" in said(asked, c)) is told


def test_where_the_company_says_a_customer_lives_counts_before_their_number(asked: World) -> None:
    c = asked.write(BRITON, GREETING, text="hello")
    asked.contacts.set_attributes(who("crm", "integration"), c.contact, {"region": "FR"})
    assert "within the union" in said(asked, asked.write(BRITON, heard(), text="may object profiling within union"))


def test_what_is_for_agents_alone_is_never_told_to_customers(asked: World) -> None:
    c = asked.write(BRITON, heard(), text="goodwill vouchers up to fifty euro")
    assert "fifty" not in said(asked, c)


def test_a_greeting_is_greeted_whatever_articles_there_are(asked: World) -> None:
    asked.knowledge.published[:] = [Published("hello", 1, Text("hello", "hello", "en"))]
    assert said(asked, asked.write(BRITON, GREETING, text="hello")) == "Hello!"


def test_without_the_knowledge_base_the_bot_goes_on(asked: World) -> None:
    def away(*_: object) -> Sequence[Hit]:
        raise StorageUnavailable("no")

    told: list[Exception] = []
    asked.knowledge.search = away  # type: ignore[method-assign]  # the fake breaks down
    asked._made.on_knowledge_trouble = told.append
    assert said(asked, asked.write(BRITON, heard(), text="how long warranty kettle")) == "What do you mean?"
    assert [type(each) for each in told] == [StorageUnavailable]


def test_a_redelivered_question_is_answered_once(asked: World) -> None:
    message = asked.message(BRITON, "how long warranty kettle")
    c = asked.intake.receive(message, heard())
    assert c is not None
    assert asked.intake.receive(message, heard()) is None
    assert len(of(asked, c, ArticleCited)) == 1


def test_in_suggest_mode_the_article_lies_ready_for_the_agent(asked: World) -> None:
    asked.policy = replace(asked.policy, rollout=shares([{"mode": "suggests"}]))
    c = asked.write(BRITON, heard("product_question", 0.9), text="how long warranty kettle")
    [suggested] = of(asked, c, ev.BotSuggested)
    assert isinstance(suggested, ev.BotSuggested)
    assert suggested.text.startswith("The warranty lasts three years")
    assert c.status is not Status.BOT


def test_a_question_in_the_midst_of_a_flow_is_answered_and_the_flow_goes_on(asked: World) -> None:
    asked.lead(MemoryConnector(Shop(Books(date(2026, 3, 10)))), asked.policy)
    asked.write(BRITON, heard("order_status", 0.95), text="where is my order")
    c = asked.write(BRITON, heard("product_question", 0.9), text="how long does the warranty of a kettle last?")
    first, *_, question = said(asked, c).split("\n")
    assert first == "The warranty lasts three years for every kettle."
    assert "order" in question.lower()
    assert [e.article for e in of(asked, c, ArticleCited) if isinstance(e, ArticleCited)] == ["warranty"]


@pytest.mark.parametrize(
    ("attributes", "phone", "region"),
    [({}, "+4917012345", "de"), ({"region": " EU "}, "+1", "eu"), ({}, "", ""), ({}, "+12125550100", ""), ({}, "447700900", "")],
)
def test_where_a_customer_is(attributes: dict[str, str], phone: str, region: str) -> None:
    """+1 is shared by many countries: then nobody knows."""
    assert region_of(attributes, phone) == region


@pytest.mark.parametrize(
    ("regions", "region", "does"),
    [
        (["all"], "", True), (["eu"], "de", True), (["eu"], "eu", True), (["eu"], "gb", False), (["de"], "eu", False),
        (["gcc", "cn"], "ae", True),
    ],
)
def test_where_an_article_holds(regions: list[str], region: str, does: bool) -> None:
    assert holds(regions, region) is does


def test_whatever_breaks_in_the_look_up_the_customer_is_served(asked: World) -> None:
    def broken(*_: object) -> Sequence[Hit]:
        raise RuntimeError("the model cannot be loaded")

    told: list[Exception] = []
    asked.knowledge.search = broken  # type: ignore[method-assign]  # the fake breaks down
    asked._made.on_knowledge_trouble = told.append
    assert said(asked, asked.write(BRITON, heard(), text="how long warranty kettle")) == "What do you mean?"
    assert [type(each) for each in told] == [RuntimeError]
