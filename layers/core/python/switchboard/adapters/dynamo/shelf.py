"""The list of articles and the counts of what became of their suggestions, on DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from switchboard.adapters.dynamo.models import stamp, unstamp
from switchboard.adapters.dynamo.tables import Tables, answered
from switchboard.adapters.dynamo.transaction import Plan
from switchboard.application.knowledge_ports import OnShelf, Status, Usage
from switchboard.domain import events as ev
from switchboard.domain.knowledge import events as kb

ARTICLES, USAGE = "ARTICLES", "ARTICLE-USAGE"
_COUNTED = {kb.SuggestionUsed: "used", kb.SuggestionEdited: "edited", kb.SuggestionRejected: "rejected"}


class DynamoShelf:
    """Implements `application.knowledge_ports.Shelf`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def articles(self, after: str, limit: int) -> Sequence[OnShelf]:
        model = self._t.article
        above = model.sk > after if after else None
        with answered():
            return [_of(i) for i in model.query(ARTICLES, above, consistent_read=True, limit=limit)]

    def usage(self) -> Sequence[Usage]:
        with answered():
            items = list(self._t.usage.query(USAGE, consistent_read=True))
        return [Usage(i.sk, int(i.used or 0), int(i.edited or 0), int(i.rejected or 0)) for i in items]


def _of(i: Any) -> OnShelf:
    published, draft = int(i.published or 0), int(i.draft or 0)
    status = Status.PUBLISHED if published else Status.RETIRED if i.retired else Status.DRAFT
    return OnShelf(
        i.sk, status, published, draft, i.title, i.locale, tuple(i.regions), i.audience, i.topic, unstamp(i.at)
    )  # fmt: skip


def plan_shelf(tables: Tables, plan: Plan, ledger: str, events: Sequence[ev.Event], commit: int, at: datetime) -> None:
    """What a commit changes on the shelf, in the same transaction."""
    kind, _, id_ = ledger.partition("#")
    if kind == "kb":
        _plan_article(tables, plan, id_, events, commit, at)
    counts: dict[tuple[str, str], int] = {}
    for event in events:
        if name := _COUNTED.get(type(event)):
            place = (event.article, name)  # type: ignore[attr-defined]  # each of these has one
            counts[place] = counts.get(place, 0) + 1
    model = tables.usage
    for article in dict.fromkeys(article for article, _ in counts):
        plan.update(model(USAGE, article), [
            getattr(model, name).add(number) for (one, name), number in counts.items() if one == article
        ])  # fmt: skip


def _plan_article(tables: Tables, plan: Plan, id_: str, events: Sequence[ev.Event], commit: int, at: datetime) -> None:
    model = tables.article
    actions: dict[str, Any] = {"at": model.at.set(stamp(at))}
    for event in events:
        match event:
            case kb.ArticleDrafted():
                a = event.article
                actions["draft"] = model.draft.set(commit)
                for name in ("title", "locale", "regions", "audience", "topic"):  # of a published one they stay as they are
                    column = getattr(model, name)
                    actions[name] = column.set(column | a[name])
            case kb.ArticlePublished():
                actions["published"] = model.published.set(event.version)
                actions["retired"] = model.retired.set(False)
                actions["draft"] = model.draft.remove()
                for name in ("title", "locale", "audience", "topic"):
                    actions[name] = getattr(model, name).set(getattr(event, name))
                actions["regions"] = model.regions.set(list(event.regions))
            case kb.ArticleRetired():
                actions["published"] = model.published.remove()
                actions["retired"] = model.retired.set(True)
            case _:
                pass
    plan.update(model(ARTICLES, id_), list(actions.values()))
