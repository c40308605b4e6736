"""The functions that carry the encoder for others: the librarian searches the knowledge base, the indexer makes its index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.article import Audience
from switchboard.entry.telemetry import count, logger

if TYPE_CHECKING:
    from switchboard.bootstrap import Services

LONGEST, MOST = 2000, 20  # characters of a question, of which the encoder reads the first 128 tokens; hits


def answer(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """A search, or what is heard in a text. Raises Malformed."""
    return hear(services, event) if "hear" in event else search(services, event)


def hear(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """`{"hear": {"text"}}` answers `{"heard": {language, sentiment, anger}}`. Raises Malformed."""
    asked = event["hear"]
    text = asked.get("text") if isinstance(asked, Mapping) else None
    if not isinstance(text, str):
        raise Malformed("what is to be heard has a text")
    [heard] = services.understander.classify([text[:LONGEST]])
    count("TextHeard")
    return {"heard": {"language": heard.language, "sentiment": heard.sentiment, "anger": heard.anger}}


def search(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """`{"search": {text, locale, region, audience, limit}}` answers `{"hits": [..]}`. Raises Malformed."""
    try:
        asked = event["search"]
        text, limit, audience = str(asked["text"])[:LONGEST], int(asked["limit"]), Audience(asked["audience"])
        locale, region = str(asked["locale"]), str(asked["region"])
    except (KeyError, TypeError, ValueError):
        raise Malformed("a search names text, locale, region, audience and limit") from None
    if not text.strip() or not 1 <= limit <= MOST:
        raise Malformed(f"a search has a text, and a limit of 1 to {MOST}")
    services.on_knowledge_trouble = trouble
    knowledge = services.knowledge
    found = knowledge.search(text, locale, region, audience, limit) if knowledge else ()
    count("KnowledgeSearched", found="yes" if found else "no")
    return {"hits": [asdict(hit) for hit in found]}


def renew(services: Services) -> dict[str, Any]:
    """Have the index hold what is published."""
    made = services.indexing.renew()
    if made:
        count("KnowledgeIndexed", made["articles"])
        logger.info("index made", extra=dict(made))
    return dict(made)


def improve(services: Services, event: Mapping[str, Any]) -> dict[str, Any]:
    """`{"improvement": id}` looks that period through; `{"improvement": "month"}` the last month by the calendar."""
    desk = services.improvements
    services.on_knowledge_trouble = trouble
    id_ = str(event["improvement"])
    status = desk.answer(desk.monthly() if id_ == "month" else id_).value
    count("Improvement", status=status)
    logger.info("improvement", extra={"status": status})
    return {"status": status}


def trouble(error: Exception) -> None:
    """Count what the bot and the desk went on without."""
    count("KnowledgeTrouble", kind=type(error).__name__)
    logger.warning("knowledge index", extra={"kind": type(error).__name__})
