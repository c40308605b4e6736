"""The REST routes of automation rules: who may ask for what, and what is answered. (How callers sign in: test_desk_api.)"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.application.rule_book import RULES_LEDGER, RuleBook
from switchboard.domain import events as ev
from switchboard.domain.errors import Forbidden, Malformed, NotFound, StaleVersion
from switchboard.entry.desk_api import ROUTES
from tests.unit.automation_desk import Automated, everything, leaf, rule, says, tag, to_queue
from tests.unit.world import REFUND, World, who

Ask = Callable[..., Any]


@dataclass(frozen=True)
class Request:
    services: Any
    actor: ev.Actor
    body: dict[str, Any] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def ask(world: World) -> Ask:
    services = SimpleNamespace(
        access=world.access, admission=world.admission, clock=world.clock,
            store=world.store, rule_book=RuleBook(world.interfered, world.index, world.clock, lambda _: False),
        automation=Automated(world).automation,
    )  # fmt: skip

    def asking(method: str, route: str, body: dict[str, Any] | None = None, role: str = "administrator") -> Any:
        answer = ROUTES[(method, route)](Request(services, who("sue", role), json.loads(json.dumps(body or {}))))
        return json.loads(json.dumps(answer))  # it must be JSON

    return asking


RULES = {"rules": [rule("vip", tag("vip"), says(), when=leaf("tier", "is", "gold"))]}
DRY = ("POST", "/v1/rules/dry-run")


def test_rules_that_were_put_are_shown_with_their_version(ask: Ask) -> None:
    assert ask("GET", "/v1/rules")["rules"]["rules"] == []
    put = ask("PUT", "/v1/rules", {"rules": RULES})
    assert put == ask("GET", "/v1/rules", role="supervisor")
    assert (put["rules"]["version"], put["problems"], put["rules"]["rules"][0]["id"]) == (1, [], "vip")
    with pytest.raises(StaleVersion):
        ask("PUT", "/v1/rules", {"rules": {**RULES, "version": 7}})


@pytest.mark.parametrize(("method", "route", "role"), [
    ("GET", "/v1/rules", "agent"), ("PUT", "/v1/rules", "agent"), ("PUT", "/v1/rules", "supervisor"), (*DRY, "agent"), (*DRY, ""),
])  # fmt: skip
def test_rules_are_for_leaders_and_setting_them_for_administrators(
    world: World, ask: Ask, method: str, route: str, role: str
) -> None:
    with pytest.raises(Forbidden):
        ask(method, route, {"rules": RULES, "sample": {"event": "queued"}}, role=role)
    assert [name for name in world.store.ledgers() if not name.startswith("acs#")] == []


def test_an_administrator_tries_rules_on_samples_and_a_supervisor_on_the_teams_conversations(world: World, ask: Ask) -> None:
    """A pattern that is tried on conversations reads them. Of one that is not the team's the whole question is refused."""
    world.lead_team("sue", "billing")
    ours, theirs = world.write("1", REFUND), world.write("2")
    assert ask(*DRY, {"conversations": [ours.id]}, role="supervisor")["events"] >= 1
    with pytest.raises(Forbidden):
        ask(*DRY, {"conversations": [ours.id, theirs.id]}, role="supervisor")
    with pytest.raises(Forbidden):
        ask(*DRY, {"conversations": [ours.id]})


def test_a_draft_is_tried_on_conversations_and_only_the_reading_goes_on_record(world: World, ask: Ask) -> None:
    world.lead_team("sue", "billing")
    c = world.write("1", REFUND)
    draft = {"rules": [rule("all", tag("x"), to_queue("ghosts")), rule("vip", says(), when=leaf("vip", "is", True))]}
    before = everything(world)
    answer = ask(*DRY, {"rules": draft, "conversations": [c.id, c.id]}, role="supervisor")
    assert (answer["events"] >= 1, answer["never"], answer["problems"]) == (True, ["vip"], ["nobody serves the queue 'ghosts'"])
    assert answer["rules"][1]["failed"] == {"when": 1}
    assert [(a["rule"], a["conversation"], a["action"]["action"]) for a in answer["actions"]] == [
        ("all", c.id, "tag"), ("all", c.id, "assign"),
    ]  # fmt: skip
    assert {k for k, v in everything(world).items() if v != before[k]} == {"store._ledgers"}
    [read] = world.store.events(f"acs#sue#{world.clock.now():%Y-%m-%d}")
    assert (read.event, world.store.events(RULES_LEDGER)) == (ev.AccessRecorded("RehearseRules", c.id), [])
    assert world.now_of(c) == c


def test_a_sample_that_never_happened_is_explained(ask: Ask) -> None:
    ask("PUT", "/v1/rules", {"rules": RULES})
    facts = {"tier": "gold", "tags": ["new"], "priority": 3, "message.text": "hi", "contact.attributes.city": "Köln", "vip": False}
    answer = ask(*DRY, {"sample": {"event": "message_received", "facts": facts}})
    assert [(a["rule"], a["action"]["action"]) for a in answer["actions"]] == [("vip", "tag"), ("vip", "reply")]
    assert answer["rules"] == [{
        "rule": "vip", "result": "fired", "stopped_by": "",
        "because": [{"path": "when", "field": "tier", "operator": "is", "held": True, "known": True}],
    }]  # fmt: skip
    assert ask(*DRY, {"sample": {"event": "message_received"}})["rules"][0]["because"][0]["known"] is False


@pytest.mark.parametrize("body", [
    {}, {"sample": {"event": "queued"}, "conversations": ["c1-000001"]}, {"conversations": []}, {"conversations": "all"},
    {"conversations": [1]}, {"conversations": ["x" * 81]}, {"conversations": ["c1-000001"] * 21}, {"sample": None}, {"sample": {}},
    {"sample": {"event": "rules_set"}}, {"sample": {"event": "queued", "facts": []}}, {"sample": {"event": "queued", "caused_by": []}},
    {"sample": {"event": "queued", "facts": {"text": "x"}}}, {"sample": {"event": "queued", "facts": {"replied_seconds": 1}}},
    {"sample": {"event": "queued", "facts": {"priority": 10}}}, {"sample": {"event": "queued", "facts": {"vip": "yes"}}},
    {"sample": {"event": "queued", "facts": {"waiting_seconds": float("inf")}}},
    {"sample": {"event": "queued", "facts": {"waiting_seconds": float("nan")}}},
    {"sample": {"event": "queued", "facts": {"tags": "x"}}}, {"rules": [], "sample": {"event": "queued"}},
    {"rules": {"rules": [rule("a", {"action": "sell"})]}, "sample": {"event": "queued"}}, {"conversations": ["visitor"]},
])  # fmt: skip
def test_a_dry_run_of_nonsense_is_refused(ask: Ask, body: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        ask(*DRY, body)


def test_a_conversation_that_does_not_exist_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound):
        ask(*DRY, {"conversations": ["c1-000001"]})
