"""The desk's REST API of drafts and summaries by the large model. What judges them is loaded where one is asked for: it holds many
words, and every start of the function would wait for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from switchboard.domain.drafting.costs import MILLIONTHS
from switchboard.domain.drafting.events import DraftMade
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.knowledge.passages import passages
from switchboard.entry.calls import Call
from switchboard.entry.telemetry import count, logger

if TYPE_CHECKING:
    from switchboard.application.drafting import Outcome


def _draft(c: Call) -> Any:
    from switchboard.application.drafting import Wish
    from switchboard.domain.drafting.languages import NAMES
    from switchboard.domain.drafting.prompt import REPLY

    conversation = c.services.store.conversation(c.path["id"])
    kind, language = c.body.get("kind", REPLY), c.text("language", required=False)
    if not isinstance(kind, str):
        raise Malformed("'kind' is reply or summary")
    if language and language not in NAMES:
        raise Malformed(f"'language' is one of {', '.join(sorted(NAMES))}")
    wish = Wish(kind, c.text("client_id"), language if kind != REPLY else "")
    desk = replace(c.services.drafts, on_trouble=lambda said: logger.warning("large model", extra={"trouble": said}))
    outcome = desk.draft(c.actor, conversation, wish)
    count("Draft", outcome="made" if isinstance(outcome, DraftMade) else outcome.reason)
    return _shown(c, outcome)


def _shown(c: Call, e: Outcome) -> dict[str, Any]:
    """`text` with the numbers of its sources, `ready` without, both in `language`. `refused`: the reason, or ""."""
    answer = {
        "client_id": e.client_id, "kind": e.kind, "message": e.message, "model": e.model, "tokens_in": e.tokens_in,
        "tokens_out": e.tokens_out, "cost": e.cost / MILLIONTHS, "currency": e.currency,
    }  # fmt: skip
    if not isinstance(e, DraftMade):
        return {**answer, "refused": e.reason, "text": "", "ready": "", "sources": []}
    from switchboard.domain.drafting.judging import ready

    sources = [_source(c, n, s) for n, s in enumerate(e.sources, 1)]
    return {**answer, "refused": "", "text": e.text, "ready": ready(e.text), "sources": sources, "language": e.language}


def _source(c: Call, number: int, s: Mapping[str, Any]) -> dict[str, Any]:
    if "article" not in s:
        return {"number": number, **s}
    return {"number": number, **s, "text": _passage(c, str(s["article"]), int(s["version"]), int(s["passage"]))}


def _passage(c: Call, article: str, version: int, passage: int) -> str:
    try:
        found = _cut(c.services.article_book.text(article, version))
    except NotFound:  # of a ledger that is gone; the record still names it
        return ""
    return found[passage].text if 0 <= passage < len(found) else ""


_cut = lru_cache(maxsize=64)(passages)


def _status(c: Call) -> Any:
    return c.services.drafts.status()


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("POST", "/v1/conversations/{id}/drafts"): _draft,
    ("GET", "/v1/large-model"): _status,
}
