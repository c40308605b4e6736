"""The REST routes of the bot's flows: who may ask for what, and what is answered. (How callers sign in: test_desk_api.)"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from switchboard.domain.errors import Forbidden, Malformed, NotFound, StaleVersion
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from tests.unit.dialogue_shop import DOCUMENTS
from tests.unit.world import World, who

Ask = Callable[..., Any]
FLOW, NAME = "/v1/flows/{name}", "order_status"
PUBLISH = f"{FLOW}/publish"


@pytest.fixture
def ask(world: World) -> Ask:
    book = replace(world.conversing.flow_book, store=world.interfered)
    services: Any = SimpleNamespace(
        access=world.access, admission=world.admission, clock=world.clock, conversing=SimpleNamespace(flow_book=book)
    )

    def asking(
        method: str, route: str, body: Any = None, *, role: str = "administrator", name: str = NAME,
        query: dict[str, str] | None = None,
    ) -> Any:  # fmt: skip
        call = Call(services, who("sue", role), {"name": name}, query or {}, json.loads(json.dumps(body or {})))
        return json.loads(json.dumps(ROUTES[(method, route)](call)))  # it must be JSON

    return asking


def test_all_flows_are_listed_with_what_holds(ask: Ask) -> None:
    listed = ask("GET", "/v1/flows", role="supervisor")["flows"]
    assert len(listed) == 13
    assert {"flow": NAME, "version": 0, "in_force": True, "shipped": True} in listed


def test_what_is_shown_can_be_saved_again_as_it_is(ask: Ask) -> None:
    """The way a team edits: read, change, save, look, publish."""
    shown = ask("GET", FLOW, role="supervisor")
    assert shown["document"]["version"] == 0
    saved = ask("PUT", FLOW, {"flow": shown["document"]["flow"], "note": "as it was"})
    assert (saved["version"], saved["by"], saved["note"]) == (1, "sue", "as it was")
    again = ask("GET", FLOW, query={"version": "1"})
    assert again["document"] == {"version": 1, "flow": shown["document"]["flow"]}
    assert (again["version"], [v["version"] for v in again["versions"]]) == (0, [1, 0])
    assert ask("POST", PUBLISH, {"version": 1}) == {"flow": NAME, "version": 1, "in_force": True, "shipped": False}
    assert ask("GET", FLOW)["document"]["version"] == 1


def test_yaml_and_json_are_the_same_flow(ask: Ask) -> None:
    ask("PUT", FLOW, {"flow": DOCUMENTS[NAME]})
    ask("PUT", FLOW, {"yaml": yaml.safe_dump(DOCUMENTS[NAME])})
    one, two = (ask("GET", FLOW, query={"version": n})["document"]["flow"] for n in "12")
    assert one == two == json.loads(json.dumps(DOCUMENTS[NAME]))


def test_a_flow_that_is_off_is_shown_with_its_newest_version(ask: Ask) -> None:
    ask("PUT", FLOW, {"flow": DOCUMENTS[NAME]})
    assert ask("POST", PUBLISH, {"version": -1}) == {"flow": NAME, "version": -1, "in_force": False, "shipped": False}
    assert ask("GET", FLOW)["document"]["version"] == 1
    assert {"flow": NAME, "version": -1, "in_force": False, "shipped": False} in ask("GET", "/v1/flows")["flows"]


@pytest.mark.parametrize(("method", "route", "role"), [
    ("GET", "/v1/flows", "agent"), ("GET", FLOW, "agent"), ("PUT", FLOW, "agent"), ("PUT", FLOW, "supervisor"),
    ("POST", PUBLISH, "agent"), ("POST", PUBLISH, "supervisor"), ("PUT", FLOW, ""),
])  # fmt: skip
def test_flows_are_for_leaders_and_changing_them_for_administrators(ask: Ask, method: str, route: str, role: str) -> None:
    with pytest.raises(Forbidden):
        ask(method, route, {"flow": DOCUMENTS[NAME], "version": -1}, role=role)
    shown = ask("GET", FLOW)
    assert (shown["version"], len(shown["versions"])) == (0, 1)


@pytest.mark.parametrize("body", [
    {}, {"flow": [], "note": ""}, {"flow": "steps: []"}, {"flow": DOCUMENTS[NAME], "yaml": "a: 1"}, {"yaml": {}}, {"yaml": "- a"},
    {"flow": {"steps": []}}, {"flow": {}}, {"flow": DOCUMENTS[NAME], "note": 7}, {"yaml": "a: *b"},
    {"flow": {**DOCUMENTS[NAME], "owner": "me"}},
])  # fmt: skip
def test_what_is_no_flow_is_refused_and_not_kept(ask: Ask, body: Any) -> None:
    with pytest.raises(Malformed):
        ask("PUT", FLOW, body)
    assert len(ask("GET", FLOW)["versions"]) == 1


@pytest.mark.parametrize("version", [None, "1", True, 1.0, -2, [1]])
def test_a_version_is_a_number(ask: Ask, version: Any) -> None:
    ask("PUT", FLOW, {"flow": DOCUMENTS[NAME]})
    with pytest.raises(Malformed):
        ask("POST", PUBLISH, {"version": version})
    assert ask("GET", FLOW)["version"] == 0


def test_what_does_not_exist_is_not_found(ask: Ask) -> None:
    for method, route, body, query in (
        ("POST", PUBLISH, {"version": 1}, {}), ("GET", FLOW, {}, {"version": "9"}),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            ask(method, route, body, query=query)
    with pytest.raises(NotFound):
        ask("GET", FLOW, name="nothing")


def test_of_two_administrators_the_second_is_told(world: World, ask: Ask) -> None:
    other = world.elsewhere().conversing.flow_book
    world.interfered.before_call(1, lambda: other.publish(who("tom", "administrator"), "order_cancel", -1), only="append")
    with pytest.raises(StaleVersion):
        ask("POST", PUBLISH, {"version": -1})
    assert ask("GET", FLOW)["version"] == 0
