"""The bot's flows over REST: read them and their versions, save a new one, put one in force, switch one off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.adapters.yaml_text import read_yaml
from switchboard.application import views
from switchboard.application.flow_book import OFF, SHIPPED, FlowVersion
from switchboard.domain.errors import Malformed
from switchboard.entry.calls import Call


def _flows(c: Call) -> Any:
    in_force = c.services.conversing.flow_book.in_force()
    return {"flows": [{"flow": name, **_state(number)} for name, number in sorted(in_force.items())]}


def _flow(c: Call) -> Any:
    """All versions, newest first; the document of the one asked for, else of the one in force, else of the newest."""
    book, name = c.services.conversing.flow_book, c.path["name"]
    history = book.history(name)
    number = book.in_force().get(name, OFF)
    wanted = c.number("version") if "version" in c.query else number if number >= SHIPPED else history[0].number
    return {
        "flow": name, **_state(number), "versions": [_shown(v) for v in history],
        "document": {"version": wanted, "flow": views.plain(book.version(name, wanted).document)},
    }  # fmt: skip


def _save(c: Call) -> Any:
    saved = c.services.conversing.flow_book.save(c.actor, c.path["name"], _document(c), c.text("note", required=False))
    return _shown(saved)


def _publish(c: Call) -> Any:
    """`version` is a saved one, 0 the shipped one, -1 none: the flow is off."""
    version = c.body.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < OFF:
        raise Malformed("'version' is the number of a saved version, 0 for the shipped flow or -1 for none")
    versions = c.services.conversing.flow_book.publish(c.actor, c.path["name"], version)
    return {"flow": c.path["name"], **_state(versions[c.path["name"]])}


def _document(c: Call) -> Mapping[str, Any]:
    if ("flow" in c.body) == ("yaml" in c.body):
        raise Malformed("give the flow either as an object 'flow' or as a text 'yaml'")
    if "yaml" in c.body:
        return read_yaml(c.text("yaml"))
    document = c.body["flow"]
    if not isinstance(document, dict):
        raise Malformed("'flow' is an object; GET shows the one in force")
    return document


def _state(number: int) -> dict[str, Any]:
    return {"version": number, "in_force": number >= SHIPPED, "shipped": number == SHIPPED}


def _shown(v: FlowVersion) -> dict[str, Any]:
    return {"version": v.number, "at": views.plain(v.at), "by": v.by, "note": v.note}


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/flows"): _flows,
    ("GET", "/v1/flows/{name}"): _flow,
    ("PUT", "/v1/flows/{name}"): _save,
    ("POST", "/v1/flows/{name}/publish"): _publish,
}
