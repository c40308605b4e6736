"""Articles over real wires: what is published is what customers are told and agents are offered, by language and region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.domain.conversation import ledger_of
from tests.e2e.stage import Agent, Stage, refused, until

Json = dict[str, Any]
SOON = 60.0
RUST = """---
id: e2e-rust
title: Rust in a cast iron teapot
locale: en
---
Boil used tea leaves in the pot for twenty minutes, rinse it and dry it with a cloth: the tannin seals the iron again."""
EU = """---
id: e2e-rights
title: Your rights under the GDPR
locale: en
regions: [eu]
topic: privacy
---
You may object to profiling, and ask for a copy of all data that we hold about you as a file."""
QUESTION = "There is rust in my cast iron teapot, how do I seal the iron again?"


@pytest.fixture(scope="module")
def desk(theatre: Stage) -> Iterator[Agent]:
    """An administrator; the articles are published and found."""
    admin = theatre.agent("admin")
    for markdown in (RUST, EU):
        assert admin.rest("POST", "/v1/knowledge/articles", {"markdown": markdown, "publish": True})["changed"]
    until("the index holds them", lambda: {"e2e-rust", "e2e-rights"} <= set(found(admin, QUESTION, "eu")), SOON)
    yield admin
    for article in ("e2e-rust", "e2e-rights"):
        admin.rest("POST", f"/v1/knowledge/articles/{article}/retire", {})


def found(agent: Agent, question: str, region: str) -> list[str]:
    asked = {"text": question, "locale": "en", "region": region, "audience": "customer"}
    return [hit["article"] for hit in agent.rest("POST", "/v1/knowledge/search", asked)["hits"]]


def test_a_customer_is_answered_from_the_article_and_told_its_title(stage: Stage, desk: Agent) -> None:
    def answered() -> str:
        """The conversation of a customer who got the article; the router may have looked for newer ones some seconds ago."""
        kim = stage.customer("whatsapp", "Kim Example")
        kim.says(QUESTION)
        until("an answer", lambda: kim.copies(""), SOON)
        return stage.current(kim) if kim.copies("Source: Rust in a cast iron teapot") else ""

    conversation = until("the article is told", answered, SOON)
    events = stage.system.services.store.events(ledger_of(conversation))
    [cited] = [r.event for r in events if r.event.type == "article_cited"]
    assert cited.article == "e2e-rust"  # type: ignore[attr-defined]  # by its type


def test_an_agent_is_offered_the_article_and_what_became_of_it_is_counted(stage: Stage, desk: Agent) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Lou Example")
    customer.says("I want to speak to a human agent please")
    conversation = mia.offered("whatsapp")[1]["conversation"]["id"]
    mia.act("accept", conversation)
    customer.says(QUESTION)
    until("the question is there", lambda: any(QUESTION in str(e) for e in mia.events(conversation)), SOON)
    offer = mia.rest("GET", f"/v1/conversations/{conversation}/suggestions")
    best = offer["suggestions"][0]
    assert (best["article"], best["text"].startswith("Boil used tea leaves")) == ("e2e-rust", True)
    about: Json = {"message": offer["message"], "article": best["article"], "version": best["version"], "passage": best["passage"]}
    said: Json = {**about, "outcome": "edited", "suggested": best["text"], "sent": best["text"] + " Good luck!"}
    for _ in range(2):  # a click that comes twice counts once
        mia.rest("POST", f"/v1/conversations/{conversation}/suggestions", said)
    usage = {row["article"]: row for row in desk.rest("GET", "/v1/knowledge/usage")["articles"]}
    assert (usage["e2e-rust"]["edited"], usage["e2e-rust"]["used"]) == (1, 0)
    mia.act("resolve", conversation)


def test_a_local_article_is_for_those_who_live_there_alone(desk: Agent) -> None:
    question = "May I object to profiling and get a copy of my data?"
    assert "e2e-rights" in found(desk, question, "eu")
    assert "e2e-rights" in found(desk, question, "de")
    assert "e2e-rights" not in found(desk, question, "cn")
    assert "e2e-rights" not in found(desk, question, "")


def test_only_who_may_changes_what_customers_are_told(stage: Stage, desk: Agent) -> None:
    mia = stage.agent("mia")
    assert refused(lambda: mia.rest("POST", "/v1/knowledge/articles", {"markdown": RUST, "publish": True})).status == 403
    assert refused(lambda: desk.rest("POST", "/v1/knowledge/articles", {"markdown": "---\nid: X Y\n---\nno"})).status == 400
