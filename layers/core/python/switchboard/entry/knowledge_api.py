"""The desk's REST API of the knowledge base: articles and their versions, search, suggestions and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

from switchboard.application.access import Access
from switchboard.application.article_book import Article, ArticleBook
from switchboard.application.knowledge_ports import Librarian, OnShelf, Published
from switchboard.application.ports import Store
from switchboard.application.suggestions import Feedback, SuggestionDesk
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.regions import region_of

FOUND = 10


class KnowledgeServices(Protocol):
    @property
    def access(self) -> Access: ...

    @property
    def article_book(self) -> ArticleBook: ...

    @property
    def librarian(self) -> Librarian: ...

    @property
    def suggestions(self) -> SuggestionDesk: ...

    @property
    def store(self) -> Store: ...


class KnowledgeCall(Protocol):
    """A signed-in request, as `desk_api.Call` is one."""

    @property
    def services(self) -> KnowledgeServices: ...

    @property
    def actor(self) -> ev.Actor: ...

    @property
    def path(self) -> Mapping[str, str]: ...

    @property
    def query(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> Mapping[str, Any]: ...


# -- reading -------------------------------------------------------------------------------------------


def _articles(c: KnowledgeCall) -> Any:
    limit = c.query.get("limit", "50")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= 200):
        raise Malformed("'limit' is a number from 1 to 200")
    found = c.services.article_book.listed(c.query.get("after", "")[:80], int(limit))
    return {"articles": [_listed(a) for a in found], "next": found[-1].id if len(found) == int(limit) else None}


def _article(c: KnowledgeCall) -> Any:
    return _shown(c.services.article_book.read(c.path["id"]))


def _versions(c: KnowledgeCall) -> Any:
    found = c.services.article_book.versions(c.path["id"])
    return {"versions": [{**asdict(v), "at": v.at.isoformat()} for v in found]}


def _version(c: KnowledgeCall) -> Any:
    number = c.path["version"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Malformed("a version is a whole number")
    text = c.services.article_book.text(c.path["id"], int(number))
    return _text(Published(c.path["id"], int(number), text))


def _search(c: KnowledgeCall) -> Any:
    text, locale = _said(c, "text"), c.body.get("locale", "en")
    region, limit = c.body.get("region", ""), c.body.get("limit", 3)
    audience = c.body.get("audience", Audience.AGENT.value)
    if not isinstance(locale, str) or not isinstance(region, str) or audience not in list(Audience):
        raise Malformed("'locale' and 'region' are texts, 'audience' is customer or agent")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= FOUND:
        raise Malformed(f"'limit' is a whole number from 1 to {FOUND}")
    found = c.services.librarian.search(text, locale[:20], region[:20], Audience(audience), limit)
    return {"hits": [_hit(h) for h in found]}


# -- writing --------------------------------------------------------------------------------------------


def _draft(c: KnowledgeCall) -> Any:
    document, last = c.body.get("article"), c.body.get("last")
    if not isinstance(document, dict):
        raise Malformed("'article' is an object: title, body, locale, regions, audience, topic")
    if last is not None and (isinstance(last, bool) or not isinstance(last, int)):
        raise Malformed("'last' is the number that reading the article gave, 0 for a new one")
    return _shown(c.services.article_book.draft(c.actor, c.path["id"], document, _said(c, "note", ""), last))


def _publish(c: KnowledgeCall) -> Any:
    version = c.body.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
        raise Malformed("'version' is a whole number from 1; without it the draft is published")
    return _shown(c.services.article_book.publish(c.actor, c.path["id"], version))


def _retire(c: KnowledgeCall) -> Any:
    return _shown(c.services.article_book.retire(c.actor, c.path["id"], _said(c, "reason", "")))


def _import(c: KnowledgeCall) -> Any:
    publish = c.body.get("publish", False)
    if not isinstance(publish, bool):
        raise Malformed("'publish' is true or false")
    id_, changed = c.services.article_book.take_in(c.actor, _said(c, "markdown"), publish=publish)
    return {"id": id_, "changed": changed}


# -- suggestions ---------------------------------------------------------------------------------------


def _suggestions(c: KnowledgeCall) -> Any:
    access, id_ = c.services.access, c.path["id"][:120]
    conversation = access.recorded(c.actor, "SuggestAnswers", id_, partial(c.services.store.conversation, id_))
    region = c.query.get("region", "")[:20] or _region(c, conversation.contact)
    found = c.services.suggestions.suggest(conversation, region)
    return {
        "message": found.message, "language": found.language,
        "suggestions": [{**_hit(s.hit), "text": s.text} for s in found.offered],
    }  # fmt: skip


def _feedback(c: KnowledgeCall) -> Any:
    conversation = c.services.store.conversation(c.path["id"])
    numbers = [c.body.get(name) for name in ("version", "passage")]
    if any(isinstance(n, bool) or not isinstance(n, int) for n in numbers):
        raise Malformed("'version' and 'passage' are whole numbers, as the suggestion gave them")
    said = Feedback(
        _said(c, "message"), _said(c, "article"), int(numbers[0] or 0), int(numbers[1] or 0), _said(c, "outcome"),
        _said(c, "suggested", ""), _said(c, "sent", ""),
    )  # fmt: skip
    c.services.suggestions.feedback(c.actor, conversation, said)
    return {}


def _usage(c: KnowledgeCall) -> Any:
    return {"articles": [asdict(u) for u in c.services.suggestions.report()]}


def _region(c: KnowledgeCall, contact: str) -> str:
    """Where the customer is; unknown, only what holds everywhere is offered."""
    try:
        known = c.services.store.contact(contact).contact
    except NotFound:
        return ""
    return region_of(known.attributes, known.phone)


def _said(c: KnowledgeCall, name: str, default: str | None = None) -> str:
    value = c.body.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise Malformed(f"{name!r} must be a text")
    return value


def _listed(a: OnShelf) -> dict[str, Any]:
    return {**asdict(a), "status": a.status.value, "regions": list(a.regions), "changed_at": a.changed_at.isoformat()}


def _shown(a: Article) -> dict[str, Any]:
    return {
        "id": a.id, "last": a.last, "retired": a.retired,
        "draft": _text(a.draft) if a.draft else None, "published": _text(a.published) if a.published else None,
    }  # fmt: skip


def _text(p: Published) -> dict[str, Any]:
    return {"version": p.version, **asdict(p.text), "regions": list(p.text.regions), "audience": p.text.audience.value}


def _hit(h: Hit) -> dict[str, Any]:
    return {**asdict(h), "score": round(h.score, 4), "probability": round(h.probability, 3)}


ROUTES: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("GET", "/v1/knowledge/articles"): _articles,
    ("POST", "/v1/knowledge/articles"): _import,
    ("GET", "/v1/knowledge/articles/{id}"): _article,
    ("GET", "/v1/knowledge/articles/{id}/versions"): _versions,
    ("GET", "/v1/knowledge/articles/{id}/versions/{version}"): _version,
    ("PUT", "/v1/knowledge/articles/{id}/draft"): _draft,
    ("POST", "/v1/knowledge/articles/{id}/publish"): _publish,
    ("POST", "/v1/knowledge/articles/{id}/retire"): _retire,
    ("POST", "/v1/knowledge/search"): _search,
    ("GET", "/v1/knowledge/usage"): _usage,
    ("GET", "/v1/conversations/{id}/suggestions"): _suggestions,
    ("POST", "/v1/conversations/{id}/suggestions"): _feedback,
}
