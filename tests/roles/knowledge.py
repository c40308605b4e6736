"""The knowledge base's part of the day: an article is written, published, found, told to a customer and offered to an agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.peers import AgentAtDesk, Sandbox

ARTICLE = """---
id: kettle-descaling
title: Descaling a kettle
locale: en
---
Boil one part of vinegar with two parts of water in the kettle, leave it for twenty minutes and rinse it twice."""
QUESTION = "descaling a kettle with vinegar: how many minutes?"
Eventually = Callable[..., Any]
Invoke = Callable[[str, Any], Any]


def keep_articles(sofia: AgentAtDesk, admin: AgentAtDesk, invoke: Invoke, eventually: Eventually) -> None:
    """One is imported and published, another drafted and retired; the index is made when told and on schedule."""
    admin.rest("POST", "/v1/knowledge/articles", {"markdown": ARTICLE, "publish": True})
    eventually("the index is made", lambda: found(sofia), 60)
    draft = {"title": "Kettles", "body": "Kettles boil.", "locale": "en", "audience": "agent"}
    first = sofia.rest("PUT", "/v1/knowledge/articles/kettles/draft", {"article": draft})
    version = first["draft"]["version"]
    admin.rest("POST", "/v1/knowledge/articles/kettles/publish", {"version": version})
    invoke("indexer", {"source": "aws.events"})  # replaces the file before, and removes older ones
    for path in ("/v1/knowledge/articles", "/v1/knowledge/articles/kettles", "/v1/knowledge/articles/kettles/versions"):
        sofia.rest("GET", path)
    sofia.rest("GET", f"/v1/knowledge/articles/kettles/versions/{version}")
    admin.rest("POST", "/v1/knowledge/articles/kettles/retire", {"reason": "said elsewhere"})
    admin.rest("POST", "/v1/knowledge/articles", {"markdown": f"{ARTICLE} Dry it.", "publish": True})
    invoke("indexer", {"source": "aws.events"})  # the third file: the first one goes


def found(agent: AgentAtDesk) -> list[Any]:
    hits = agent.rest("POST", "/v1/knowledge/search", {"text": QUESTION, "locale": "en"})["hits"]
    return list(hits)


def told(phone: Sandbox, account: str, customer: str) -> None:
    """The bot answers a customer from the article."""
    phone.say("whatsapp", account, customer, "Di Example", QUESTION)
    phone.hears("whatsapp", account, customer, "Descaling a kettle", 60)


def drafted(agent: AgentAtDesk, conversation: str) -> None:
    """An agent has the large model write one; without an article for what was said, that is refused before it is asked."""
    for kind in ("reply", "summary"):
        agent.rest("POST", f"/v1/conversations/{conversation}/drafts", {"client_id": f"draft-{kind}", "kind": kind})


def offered(agent: AgentAtDesk, conversation: str) -> None:
    """An agent is offered it, and says what became of that."""
    offer = agent.rest("GET", f"/v1/conversations/{conversation}/suggestions")
    for hit in offer["suggestions"][:1]:
        about = {"message": offer["message"], "article": hit["article"], "version": hit["version"], "passage": hit["passage"]}
        agent.rest("POST", f"/v1/conversations/{conversation}/suggestions", {**about, "outcome": "used"})
