"""What helps agents, over REST: the next step, macros, a summary, and a look at a text before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from switchboard.application import views
from switchboard.application.desk import TEXT_CHARACTERS
from switchboard.application.macro_book import Application, Preview
from switchboard.domain.assist.macros import Actions, Macro
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call

OPENING = 160  # characters of a macro's text in the list of all


def _assist(c: Call) -> Any:
    """The next steps, the company's own answer, and all macros: those that fit first."""
    found = _readable(c, "GetAssistance")
    helping = c.services.assisting
    macros = helping.macros()
    offered = macros.offered(found.intent, found.queue)
    rest = [m for m in macros.macros if m not in offered]
    return {
        **views.plain(helping.assistance.help(found)),
        "macros": [*(_listed(m, found, fits=True) for m in offered), *(_listed(m, found, fits=False) for m in rest)],
    }


def _summary(c: Call) -> Any:
    told = c.services.assisting.assistance.summary(_readable(c, "GetConversationSummary"))
    sla = [{**views.plain(s), "breached": s.breached} for s in told.standings]
    return {**views.plain(told.digest), "sla": sla}


def _check(c: Call) -> Any:
    """Nothing of the text is kept."""
    found = c.services.store.conversation(c.path["id"])
    text = c.text("text", required=False)
    if len(text) > TEXT_CHARACTERS:
        raise Malformed(f"a text holds at most {TEXT_CHARACTERS} characters; this has {len(text)}")
    checked = c.services.assisting.assistance.check(found, text)
    return {"warnings": views.plain(checked.warnings), "complete": checked.complete}


def _readable(c: Call, name: str) -> Conversation:
    id_ = c.path["id"]
    return c.services.access.recorded(c.actor, name, id_[:80], partial(c.services.store.conversation, id_))


# -- macros --------------------------------------------------------------------------------------------


def _preview(c: Call) -> Any:
    found = c.services.store.conversation(c.path["id"])
    return _shown(c.services.assisting.macro_desk.preview(c.actor, found, c.path["name"]))


def _apply(c: Call) -> Any:
    version, text = c.body.get("version"), c.body.get("text")
    if not isinstance(version, int) or isinstance(version, bool):
        raise Malformed("'version' is the number that the preview gave")
    if text is not None and not isinstance(text, str):
        raise Malformed("'text' is what the customer is to read; without it the macro's own is sent")
    wanted = Application(c.path["name"], version, c.text("client_id"), text)
    return views.summary(c.services.assisting.macro_desk.apply(c.actor, c.path["id"], wanted))


def _macros(c: Call) -> Any:
    version, document = c.services.assisting.macro_book.document(c.number("version") if "version" in c.query else None)
    return {"version": version, "macros": views.plain(document["macros"])}


def _set_macros(c: Call) -> Any:
    document = {name: c.body[name] for name in ("macros", "version") if name in c.body}
    version = c.services.assisting.macro_book.set(c.actor, document).version
    c.services.assisting.forget_macros()
    return {"version": version, "macros": views.plain(document["macros"])}


def _shown(p: Preview) -> dict[str, Any]:
    return {
        "name": p.macro.name, "version": p.version, "titles": dict(p.macro.titles), "text": p.filled.text, "language": p.language,
        "missing": list(p.filled.missing), "actions": _actions(p.macro.actions),
    }  # fmt: skip


def _listed(m: Macro, c: Conversation, *, fits: bool) -> dict[str, Any]:
    text, language = m.text(c.language)
    return {
        "name": m.name, "titles": dict(m.titles), "opening": text[:OPENING], "language": language, "actions": _actions(m.actions),
        "fits": fits,
    }  # fmt: skip


def _actions(a: Actions) -> dict[str, Any]:
    return {"tags": list(a.tags), "priority": a.priority, "queue": a.queue, "resolve": a.resolve}


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/macros"): _macros,
    ("PUT", "/v1/macros"): _set_macros,
    ("GET", "/v1/conversations/{id}/assist"): _assist,
    ("GET", "/v1/conversations/{id}/summary"): _summary,
    ("POST", "/v1/conversations/{id}/check"): _check,
    ("POST", "/v1/conversations/{id}/macros/{name}"): _preview,
    ("POST", "/v1/conversations/{id}/macros/{name}/apply"): _apply,
}
