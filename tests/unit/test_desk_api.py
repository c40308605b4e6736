"""The desk's REST API, through the function that serves it: who is signed in as what, and what each may ask for."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.domain import events as ev
from switchboard.domain.errors import StorageUnavailable
from switchboard.entry.desk_api import ROUTES
from tests.unit.process import CONTEXT, ORIGIN, Process, deep
from tests.unit.world import REFUND, World

Ask = Callable[..., tuple[int, Any]]
handler = importlib.import_module("functions.api.handler")


@pytest.fixture
def ask(process: Process, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """(status, answer) of a request by a signed-in agent, by Cognito's claims as API Gateway hands them over."""
    monkeypatch.setattr(handler, "services", lambda: process)

    def asking(
        method: str, route: str, id_: str = "", body: Any = None, *, agent: str = "ada", groups: Any = "agent",
        query: dict[str, str] | None = None, **claims: Any,
    ) -> tuple[int, Any]:  # fmt: skip
        signed = {"cognito:username": agent, "token_use": "id", "cognito:groups": groups, **claims}
        answer = gateway(method, route, id_, body, query, {k: v for k, v in signed.items() if v is not None})
        assert answer["headers"]["Cache-Control"] == "no-store"
        return answer["statusCode"], json.loads(answer["body"])

    return asking


def gateway(
    method: str, route: str, id_: str, body: Any, query: dict[str, str] | None, claims: dict[str, Any] | None
) -> dict[str, Any]:
    """The answer to an API Gateway event."""
    path = re.sub(r"{\w+}", lambda _: id_, route)
    answer: dict[str, Any] = handler.handler({
        "resource": "/v1/{proxy+}", "path": path, "httpMethod": method, "isBase64Encoded": False,
        "headers": {"content-type": "application/json", "origin": ORIGIN}, "multiValueHeaders": {},
        "queryStringParameters": query, "pathParameters": {"proxy": path.removeprefix("/v1/")},
        "stageVariables": None,
        "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
        "requestContext": {
            "resourcePath": "/v1/{proxy+}", "httpMethod": method, "path": path, "requestId": "r-1",
            "identity": {"sourceIp": "192.0.2.9"},
            "authorizer": {"claims": claims} if claims is not None else None,
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
    }, CONTEXT)  # fmt: skip
    return answer


@pytest.fixture
def desk(world: World) -> World:
    """Ada and Bob are online; Ada serves a customer of her own."""
    world.hire("ada")
    world.write("1")
    world.hire("bob")
    return world


# -- who is it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("groups", "role"), [
    ("agent", "agent"), ("agent,supervisor", "supervisor"), ("administrator", "administrator"), ("auditor", "auditor"),
    ("[privacy_officer, everyone]", "privacy_officer"),
    ("[agent supervisor]", "supervisor"), ("supervisor", "supervisor"), ("everyone,agent", "agent"),
])  # fmt: skip
def test_the_strongest_group_is_the_role_however_groups_are_spelt(desk: World, ask: Ask, groups: str, role: str) -> None:
    """API Gateway joins groups by commas; emulators write a list as text."""
    status, answer = ask("GET", "/v1/me", groups=groups)
    assert (status, answer["role"], answer["agent"]["id"]) == (200, role, "ada")


@pytest.mark.parametrize("groups", [["agent", "supervisor"], "['agent', 'supervisor']", '["agent","supervisor"]'])
def test_groups_that_come_as_a_list_count(desk: World, ask: Ask, groups: Any) -> None:
    assert ask("GET", "/v1/me", groups=groups)[1].get("role") == "supervisor"


@pytest.mark.parametrize("groups", ["agent,administrator", "auditor,administrator", "[supervisor, privacy_officer]"])
def test_who_is_in_groups_that_exclude_each_other_is_nobody(desk: World, ask: Ask, groups: str) -> None:
    status, answer = ask("GET", "/v1/me", groups=groups)
    assert (status, "exclude each other" in answer["message"]) == (403, True)


@pytest.mark.parametrize("groups", [None, "", "[]", "customers", "Agent", "agents", "super visor", "notadministrator"])
def test_without_a_group_we_know_there_is_no_role(desk: World, ask: Ask, groups: Any) -> None:
    assert ask("GET", "/v1/me", groups=groups)[0] in (401, 403)


@pytest.mark.parametrize("claims", [{"token_use": "access"}, {"token_use": None}, {"cognito:username": None}])
def test_only_an_id_token_signs_in(desk: World, ask: Ask, claims: dict[str, Any]) -> None:
    status, answer = ask("GET", "/v1/me", **claims)
    assert (status, answer["code"]) == (401, "unauthenticated")


def test_nobody_signed_in_is_401_on_every_route(desk: World, ask: Ask) -> None:
    for method, route in ROUTES:
        nobody: list[dict[str, Any] | None] = [None, {}]
        for claims in nobody:
            assert gateway(method, route, "x", "{}", None, claims)["statusCode"] == 401, (method, route)


def test_supervisors_need_no_place_in_the_roster(desk: World, ask: Ask) -> None:
    status, answer = ask("GET", "/v1/me", agent="sue", groups="supervisor")
    assert (status, answer["role"], answer["agent"]["capacity"]) == (200, "supervisor", 0)


# -- what may they do ------------------------------------------------------------------------------------

LEADERS_ONLY: list[tuple[str, str, Any, str]] = [
    ("POST", "/v1/contacts/{id}/merge", {"into": "c2"}, "supervisor"),
    ("POST", "/v1/parked/{id}/redrive", {"text": "x"}, "supervisor"), ("POST", "/v1/parked/{id}/discard", {}, "supervisor"),
    ("PUT", "/v1/agents/{id}", {"name": "x", "capacity": 9, "queues": [], "languages": []}, "administrator"),
    ("GET", "/v1/audit", None, "auditor"), ("GET", "/v1/bot", None, "supervisor"),
    ("PUT", "/v1/bot", {"policy": {}}, "administrator"), ("GET", "/v1/hours", None, "supervisor"),
    ("PUT", "/v1/hours", {"hours": {}}, "administrator"),
    ("GET", "/v1/waiting-room", None, "supervisor"), ("PUT", "/v1/waiting-room", {"policy": {}}, "administrator"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "route", "body", "role"), LEADERS_ONLY)
def test_an_agent_may_not_do_what_leaders_do(desk: World, ask: Ask, method: str, route: str, body: Any, role: str) -> None:
    weaker = ["agent"] if role == "supervisor" else [r for r in ("agent", "supervisor", "administrator") if r != role]
    for groups in weaker:
        status, answer = ask(method, route, "ada", body, groups=groups)
        assert (status, answer["code"]) in ((403, "forbidden"), (404, "not_found"))
    assert desk.agent("ada").capacity == 3


def test_an_administrator_makes_and_changes_agents(desk: World, ask: Ask) -> None:
    profile = {"name": "Eve", "capacity": 2, "queues": ["billing"], "languages": ["zh"]}
    status, answer = ask("PUT", "/v1/agents/{id}", "eve", profile, groups="administrator")
    assert (status, answer["presence"], answer["queues"]) == (200, "offline", ["billing"])
    assert "eve" in [a["id"] for a in ask("GET", "/v1/agents", agent="boss", groups="administrator")[1]["agents"]]
    assert "eve" not in [a["id"] for a in ask("GET", "/v1/agents")[1]["agents"]]  # of another team


def test_nobody_sets_their_own_queues_or_limits(desk: World, ask: Ask) -> None:
    profile = {"name": "Boss", "capacity": 2, "queues": ["billing"], "languages": ["zh"]}
    assert ask("PUT", "/v1/agents/{id}", "boss", profile, agent="boss", groups="administrator")[0] == 403
    assert ask("PUT", "/v1/agents/{id}/limits", "boss", {}, agent="boss", groups="administrator")[0] == 403


def test_an_administrator_limits_a_person_and_what_they_had_is_out_of_reach_at_once(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    desk.route_by(regions={"whatsapp/main": "cn"}, brands={"whatsapp/main": "north"})

    def limited(**limits: Any) -> Any:
        """By two administrators."""
        body = {**limits, "reason": "the customers there are not theirs"}
        status, asked = ask("PUT", "/v1/agents/{id}/limits", "ada", body, agent="boss", groups="administrator")
        assert status == 200
        approve = ("POST", "/v1/changes/{id}/approve", asked["id"], {"digest": asked["digest"]})
        assert ask(*approve, agent="boss", groups="administrator")[0] == 403
        assert ask(*approve, agent="paul", groups="privacy_officer")[0] == 403
        assert ask("GET", "/v1/conversations/{id}", c.id)[0] == before
        assert ask(*approve, agent="chief", groups="administrator")[1]["state"] == "used"
        assert ask(*approve, agent="chief", groups="administrator")[0] == 409
        [shown] = [a for a in ask("GET", "/v1/agents", agent="boss", groups="administrator")[1]["agents"] if a["id"] == "ada"]
        return shown["limits"]

    before = 200
    assert limited(regions=["eu"]) == {"regions": ["eu"], "brands": [], "tiers": [], "assigned_only": False}
    assert ask("GET", "/v1/conversations/{id}", c.id)[0] == 403
    assert ask("GET", "/v1/inbox")[1]["mine"] == []
    before = 403
    limited(brands=["north"])
    assert ask("GET", "/v1/conversations/{id}", c.id)[0] == 200
    for groups in ("agent", "supervisor", "auditor"):
        assert ask("PUT", "/v1/agents/{id}/limits", "bob", {"regions": []}, agent="sue", groups=groups)[0] == 403


def test_changes_are_listed_for_those_who_may_read_them_and_decided_at_their_own_doors(desk: World, ask: Ask) -> None:
    limits = {"regions": ["eu"], "reason": "they left the team"}
    boss, chief = ({"agent": name, "groups": "administrator"} for name in ("boss", "chief"))
    asked = ask("PUT", "/v1/agents/{id}/limits", "ada", limits, **boss)[1]
    rotate = {"change": "rotate", "purpose": "queue", "reason": "it may have leaked"}
    keys = ask("POST", "/v1/keys/changes", body=rotate, **boss)[1]
    for groups, seen in (("administrator", {asked["id"], keys["id"]}), ("auditor", {asked["id"], keys["id"]}), ("agent", set[str]()),
                         ("privacy_officer", {asked["id"]})):  # fmt: skip
        assert {r["id"] for r in ask("GET", "/v1/changes", agent="zoe", groups=groups)[1]["changes"]} == seen
        assert ask("GET", "/v1/privacy/requests", agent="zoe", groups=groups)[1]["requests"] == []
    officer = {"agent": "paul", "groups": "privacy_officer"}
    assert ask("POST", "/v1/privacy/requests/{id}/approve", asked["id"], {"digest": asked["digest"]}, **officer)[0] in (403, 404)
    assert ask("POST", "/v1/privacy/requests/{id}/withdraw", asked["id"], **officer)[0] == 403
    assert ask("POST", "/v1/changes/{id}/refuse", asked["id"], {"reason": "they are still there"}, **chief)[0] == 200
    assert ask("POST", "/v1/changes/{id}/withdraw", keys["id"], **boss)[1]["state"] == "withdrawn"
    assert ask("POST", "/v1/changes/{id}/approve", keys["id"], {"digest": keys["digest"]}, **chief)[0] == 409
    assert desk.agent("ada").limits.regions == ()


@pytest.mark.parametrize("body", [
    {"change": "rotate", "purpose": "index"}, {"change": "burn", "purpose": "queue"}, {"change": "retire", "purpose": "queue"},
    {"change": "rotate", "purpose": "queue", "generation": 1}, {"change": "retire", "purpose": "contact", "generation": True},
    {"change": "rotate", "purpose": "queue", "reason": ""},
])  # fmt: skip
def test_a_change_of_keys_that_makes_no_sense_is_refused(desk: World, ask: Ask, body: dict[str, Any]) -> None:
    asked = {"reason": "it may have leaked", **body}
    assert ask("POST", "/v1/keys/changes", body=asked, agent="boss", groups="administrator")[0] == 400


@pytest.mark.parametrize("limits", [{"regions": "eu"}, {"regions": [""]}, {"assigned_only": 1}, {"queues": ["x"]}, {"tiers": [7]}])
def test_limits_that_make_no_sense_are_refused(desk: World, ask: Ask, limits: dict[str, Any]) -> None:
    assert ask("PUT", "/v1/agents/{id}/limits", "ada", limits, agent="boss", groups="administrator")[0] == 400
    assert desk.agent("ada").version == 2


def test_refusals_and_what_only_few_may_are_on_record_with_the_policies(desk: World, ask: Ask) -> None:
    """The log of decisions: who asked for what about what, and which policy decided."""
    [c] = desk.store.owned_by("ada")
    ask("POST", "/v1/conversations/{id}/messages", c.id, {"text": "x", "client_id": "k"}, agent="bob")
    [refused] = [r.event for r in desk.store.events("acs#bob#2026-03-02")]
    assert refused == ev.AccessRecorded("Reply", c.id, "forbidden")
    ask("PUT", "/v1/bot", body={"policy": {}}, agent="bob")
    assert desk.store.events("acs#bob#2026-03-02")[-1].event.name == "SetBot"  # type: ignore[attr-defined]
    ask("PUT", "/v1/hours", body={"hours": {"default": {"calendar": "always"}}}, agent="boss", groups="administrator")
    [allowed] = [r.event for r in desk.store.events("acs#boss#2026-03-02") if isinstance(r.event, ev.AccessRecorded)]
    assert (allowed.name, allowed.error, allowed.policies) == ("SetHours", "", ("administrator-settings",))


def test_an_administrator_neither_reads_nor_serves(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    for route in ("/v1/conversations/{id}", "/v1/conversations/{id}/events", "/v1/conversations/{id}/summary"):
        assert ask("GET", route, c.id, agent="boss", groups="administrator")[0] == 403
    assert ask("GET", "/v1/contacts/{id}", c.contact, agent="boss", groups="administrator")[0] == 403
    assert ask("POST", "/v1/conversations/{id}/resolve", c.id, agent="boss", groups="administrator")[0] == 403
    assert ask("GET", "/v1/inbox", agent="boss", groups="administrator")[1] == {"mine": [], "waiting": []}
    assert ask("GET", "/v1/parked", agent="boss", groups="administrator")[1] == {"parked": []}


def test_who_finished_a_conversation_sees_of_the_customer_the_name_alone(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    ask("PUT", "/v1/contacts/{id}/attributes", c.contact, {"attributes": {"city": "Turin"}})
    assert ask("GET", "/v1/conversations/{id}", c.id)[1]["contact"]["attributes"] == {"city": "Turin"}
    ask("POST", "/v1/conversations/{id}/resolve", c.id)
    contact = ask("GET", "/v1/conversations/{id}", c.id)[1]["contact"]
    assert (contact["name"], contact["attributes"], contact["phone"]) == ("name of 1", {}, "")


@pytest.mark.parametrize("profile", [
    {}, {"name": "E", "capacity": "2", "queues": [], "languages": []}, {"name": "E", "capacity": True, "queues": [], "languages": []},
    {"name": "E", "capacity": 1.5, "queues": [], "languages": []}, {"name": "E", "capacity": 2, "queues": "x", "languages": []},
    {"name": "E", "capacity": 2, "queues": [""], "languages": []}, {"name": "E", "capacity": 2, "queues": [7], "languages": []},
    {"name": "E", "capacity": -1, "queues": [], "languages": []}, {"name": 7, "capacity": 1, "queues": [], "languages": []},
    {"name": "E", "capacity": 2, "queues": ["q" * 65], "languages": []},
])  # fmt: skip
def test_a_profile_that_makes_no_sense_is_refused(desk: World, ask: Ask, profile: dict[str, Any]) -> None:
    assert ask("PUT", "/v1/agents/{id}", "eve", profile, groups="administrator")[0] == 400


def test_a_colleagues_conversation_is_403_and_on_record(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    for route in ("/v1/conversations/{id}", "/v1/conversations/{id}/events"):
        assert ask("GET", route, c.id, agent="bob")[0] == 403
    assert ask("GET", "/v1/contacts/{id}", c.contact, agent="bob")[0] == 403
    assert ask("POST", "/v1/conversations/{id}/notes", c.id, {"text": "x", "client_id": "k"}, agent="bob")[0] == 403
    assert ask("PUT", "/v1/contacts/{id}/attributes", c.contact, {"attributes": {"a": "b"}}, agent="bob")[0] == 403
    events = [r.event for r in desk.store.events("acs#bob#2026-03-02")]
    assert [e.error for e in events if isinstance(e, ev.AccessRecorded)][:3] == ["forbidden"] * 3


def test_reading_is_on_record_before_it_is_shown(desk: World, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    [c] = desk.store.owned_by("ada")
    status, answer = ask("GET", "/v1/conversations/{id}", c.id)
    assert status == 200
    assert set(answer) == {"conversation", "contact", "events", "handover", "deliveries", "large_model"}
    assert desk.store.events("acs#ada#2026-03-02")[-1].event == ev.AccessRecorded("GetConversation", c.id)

    def full(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(desk.store, "append", full)
    status, answer = ask("GET", "/v1/conversations/{id}", c.id)
    assert (status, set(answer)) == (503, {"code", "message"})


# -- a day's work --------------------------------------------------------------------------------------


def test_the_inbox_shows_mine_and_what_waits_in_my_queues(desk: World, ask: Ask) -> None:
    [mine] = desk.store.owned_by("ada")
    for agent in ("ada", "bob"):
        ask("PUT", "/v1/me/presence", body={"presence": "away"}, agent=agent)
    one, two = desk.write("2"), desk.write("3")
    desk.write("4", REFUND)
    _, answer = ask("GET", "/v1/inbox")
    waiting = [c["id"] for c in answer["waiting"]]
    assert set(waiting) == {mine.id, one.id, two.id}
    desk.lead_team("sue", "general", "billing")
    _, of_her_teams = ask("GET", "/v1/inbox", agent="sue", groups="supervisor")
    assert set(waiting) < {c["id"] for c in of_her_teams["waiting"]}
    assert ask("GET", "/v1/inbox", agent="sid", groups="supervisor")[1]["waiting"] == []  # who leads no team


def test_a_conversation_from_accept_to_resolve(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    assert ask("POST", "/v1/conversations/{id}/accept", c.id)[1]["status"] == "active"
    said = {"text": "Grüße 👋", "client_id": "k1"}
    once = ask("POST", "/v1/conversations/{id}/messages", c.id, said)[1]
    assert ask("POST", "/v1/conversations/{id}/messages", c.id, said)[1]["version"] == once["version"]
    assert ask("POST", "/v1/conversations/{id}/notes", c.id, {"text": "VIP", "client_id": "k2"})[0] == 200
    _, events = ask("GET", "/v1/conversations/{id}/events", c.id, query={"after": str(once["last_event"] - 1)})
    assert [e["type"] for e in events["events"]] == ["message_sent", "note_added"]
    assert events["events"][0]["content"]["text"] == "Grüße 👋"
    moved = ask("POST", "/v1/conversations/{id}/transfer", c.id, {"agent": "bob", "note": "please"})[1]
    assert moved["owner"] == "bob"
    assert ask("POST", "/v1/conversations/{id}/decline", c.id, agent="bob")[0] == 200
    assert ask("POST", "/v1/conversations/{id}/resolve", c.id, agent=desk.now_of(c).owner)[1]["status"] == "resolved"


def test_who_did_it_and_from_where_is_on_record(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    ask("POST", "/v1/conversations/{id}/accept", c.id)
    actor = desk.store.events(c.ledger)[-1].actor
    assert (actor.id, actor.role, actor.request_id) == ("ada", "agent", "r-1")


def test_a_ticket_opens_the_agents_socket(desk: World, ask: Ask, process: Process) -> None:
    _, answer = ask("POST", "/v1/tickets")
    assert answer["url"].startswith("wss://sockets.example/prod?ticket=")
    principal = process.connections.redeem(answer["ticket"], "c1", process.clock.now())
    assert (principal.key, principal.claims["role"]) == ("agent#ada", "agent")


def test_customers_and_what_is_known_of_them(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    _, changed = ask("PUT", "/v1/contacts/{id}/attributes", c.contact, {"attributes": {"city": "Turin"}})
    assert changed["attributes"] == {"city": "Turin"}
    assert ask("GET", "/v1/contacts/{id}", c.contact)[1] == changed
    assert [x["id"] for x in ask("GET", "/v1/contacts/{id}/conversations", c.contact)[1]["conversations"]] == [c.id]
    other = desk.write("2")
    sue = desk.lead_team("sue", "general").id
    assert ask("POST", "/v1/contacts/{id}/merge", other.contact, {"into": c.contact}, agent="sid", groups="supervisor")[0] == 403
    desk.desk.resolve(ev.Actor(ev.ActorKind.AGENT, other.owner, "agent"), other.id)
    other = desk.write("2")
    status, merged = ask("POST", "/v1/contacts/{id}/merge", other.contact, {"into": c.contact}, agent=sue, groups="supervisor")
    assert (status, merged["id"], len(merged["identities"])) == (200, c.contact, 2)


def test_parked_messages_are_listed_repaired_and_discarded(desk: World, ask: Ask) -> None:
    desk.intake.park(desk.identity("1"), "sealed", "Malformed: x", "d1")
    desk.intake.park(desk.identity("1"), "sealed", "Malformed: x", "d2")
    _, listed = ask("GET", "/v1/parked", groups="supervisor")
    one, two = (p["id"] for p in listed["parked"])
    assert ask("POST", "/v1/parked/{id}/redrive", one, {"text": "repaired"}, groups="supervisor")[0] == 200
    assert ask("POST", "/v1/parked/{id}/discard", two, groups="supervisor")[0] == 200
    assert ask("GET", "/v1/parked", groups="supervisor")[1] == {"parked": []}
    assert ask("POST", "/v1/parked/{id}/discard", two, groups="supervisor")[0] == 404


def test_audits_come_in_cloudtrails_form_page_by_page(desk: World, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    [c] = desk.store.owned_by("ada")

    def audit_events(ledger: str, after: int, limit: int) -> list[ev.Recorded]:
        return [r for r in desk.store.events(ledger) if r.commit > after]

    monkeypatch.setattr(desk.store, "audit_events", audit_events, raising=False)
    status, first = ask("GET", "/v1/audit", groups="auditor", query={"ledger": c.ledger})
    assert status == 200
    assert first["records"][0]["eventName"] == "ConversationOpened"
    assert first["next"] == c.version
    _, rest = ask("GET", "/v1/audit", groups="auditor", query={"ledger": c.ledger, "after": str(first["next"])})
    assert rest == {"records": [], "next": None}
    assert "Help!" not in json.dumps(first)


def test_the_bots_words_are_changed_without_a_deployment(desk: World, ask: Ask) -> None:
    status, before = ask("GET", "/v1/bot", groups="administrator")
    assert (status, "answers" in before["policy"]) == (200, True)
    changed = {**before["policy"], "answers": {"greeting": {"en": "Ahoy!"}}}
    assert ask("PUT", "/v1/bot", body={"policy": changed}, groups="administrator")[0] == 200
    assert ask("GET", "/v1/bot", groups="supervisor")[1]["policy"]["answers"] == {"greeting": {"en": "Ahoy!"}}


@pytest.mark.parametrize("policy", [
    None, 7, [], {"answer": {}}, {"answers": []}, {"answers": {"greeting": "Hi"}}, {"answers": {"greeting": {"en": 7}}},
    {"priorities": {"x": 10}}, {"priorities": {"x": True}}, {"default_priority": -1}, {"threshold": 2}, {"threshold": "x"},
    {"queues": {"x": 7}}, {"default_queue": ""}, {"handover": "x"}, {"threshold": None},
])  # fmt: skip
def test_a_policy_that_the_bot_could_not_follow_is_refused_and_changes_nothing(desk: World, ask: Ask, policy: Any) -> None:
    before = ask("GET", "/v1/bot", groups="administrator")[1]
    assert ask("PUT", "/v1/bot", body={"policy": policy}, groups="administrator")[0] == 400
    assert ask("GET", "/v1/bot", groups="administrator")[1] == before


OFFICE = {"zone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}}


def test_hours_and_promises_are_changed_without_a_deployment(desk: World, ask: Ask, process: Process) -> None:
    status, before = ask("GET", "/v1/hours", groups="supervisor")
    assert (status, before["hours"]["default"]) == (200, {"calendar": "always", "sla": "standard"})
    changed = {"calendars": {"office": OFFICE}, "default": {"calendar": "office"}}
    assert ask("PUT", "/v1/hours", body={"hours": changed}, groups="administrator") == (200, {"hours": changed})
    assert ask("GET", "/v1/hours", groups="supervisor")[1] == {"hours": changed}
    assert process.hours().next_opening("general", "", datetime(2026, 3, 3, tzinfo=UTC)) == datetime(2026, 3, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "named"), [
    (None, "hours"), (7, "hours"), ([], "hours"), ({"calendar": {}}, "calendar"), ({"default": {"calendar": "office"}}, "default"),
    ({"calendars": {"office": {**OFFICE, "zone": "Mars/Base"}}}, "calendars.office.zone"),
    ({"sla": {"main": {"rules": [{"calendar": "always", "first_response": -1}]}}}, "first_response"),
])  # fmt: skip
def test_hours_that_nobody_could_keep_are_refused_and_change_nothing(desk: World, ask: Ask, hours: Any, named: str) -> None:
    before = ask("GET", "/v1/hours", groups="administrator")[1]
    status, answer = ask("PUT", "/v1/hours", body={"hours": hours}, groups="administrator")
    assert (status, named in answer["message"]) == (400, True), answer
    assert ask("GET", "/v1/hours", groups="administrator")[1] == before


def test_the_owner_sees_how_the_clocks_of_a_conversation_stand_and_that_is_on_record(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    desk.clock.advance(minutes=20)
    status, answer = ask("GET", "/v1/conversations/{id}/sla", c.id)
    assert status == 200
    [clock] = answer["sla"]
    assert (clock["clock"], clock["outcome"], clock["remaining"], clock["breached"]) == ("first_response", "running", 600.0, False)
    assert clock["due_at"] == "2026-03-02T09:30:00.000Z"
    assert ask("GET", "/v1/conversations/{id}/sla", c.id, agent="bob")[0] == 403
    assert ask("GET", "/v1/conversations/{id}/sla", "c9-000001")[0] == 404
    read = [r.event for r in desk.store.events(f"acs#ada#{desk.clock.now():%Y-%m-%d}") if isinstance(r.event, ev.AccessRecorded)]
    assert ("GetConversationSla", c.id) in [(e.name, e.resource) for e in read]


# -- errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["{", "[]", "null", "7", '"x"', "\x00"])
def test_a_body_that_is_no_object_is_400(desk: World, ask: Ask, body: str) -> None:
    status, answer = ask("PUT", "/v1/me/presence", body=body)
    assert (status, answer["code"]) == (400, "malformed")


def test_endlessly_nested_json_is_400(desk: World, ask: Ask) -> None:
    assert ask("PUT", "/v1/me/presence", body=deep(50_000))[0] == 400


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "²", "", " 1", "9" * 5000])
def test_a_place_that_is_no_number_is_400(desk: World, ask: Ask, after: str) -> None:
    [c] = desk.store.owned_by("ada")
    assert ask("GET", "/v1/conversations/{id}/events", c.id, query={"after": after})[0] == 400


@pytest.mark.parametrize("id_", ["nonsense", "c404-000001", "c1-²", "%00", "c1-" + "9" * 300])
def test_what_does_not_exist_is_an_error_of_the_contract(desk: World, ask: Ask, id_: str) -> None:
    for method, route in ROUTES:
        if "/conversations/{id}" in route:
            status, answer = ask(method, route, id_, {"text": "x", "client_id": "k", "queue": "general", "message": "m"})
            assert status in (400, 403, 404), (method, route)
            assert set(answer) == {"code", "message"}


def test_what_is_not_allowed_now_is_409(desk: World, ask: Ask) -> None:
    [c] = desk.store.owned_by("ada")
    ask("POST", "/v1/conversations/{id}/resolve", c.id)
    status, answer = ask("POST", "/v1/conversations/{id}/resolve", c.id)
    assert (status, answer["code"]) == (409, "not_allowed_now")


@pytest.mark.parametrize("body", [{}, {"presence": "busy"}, {"presence": 7}, {"presence": None}, {"presence": ["online"]}])
def test_a_presence_we_do_not_know_is_400(desk: World, ask: Ask, body: dict[str, Any]) -> None:
    assert ask("PUT", "/v1/me/presence", body=body)[0] == 400


def test_only_our_page_may_read_the_answer(desk: World, ask: Ask) -> None:
    claims = {"cognito:username": "ada", "token_use": "id", "cognito:groups": "agent"}
    answer = gateway("GET", "/v1/me", "", None, None, claims)
    assert answer["headers"]["Access-Control-Allow-Origin"] == ORIGIN


def test_our_page_is_told_that_a_route_has_no_such_method(desk: World, ask: Ask) -> None:
    answer = gateway("DELETE", "/v1/me/presence", "", None, None, {"cognito:username": "ada", "token_use": "id"})
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "PUT")
    assert answer["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert json.loads(answer["body"])["code"] == "no_such_method"


def test_nothing_a_customer_or_agent_wrote_is_logged(desk: World, ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    [c] = desk.store.owned_by("ada")
    ask("POST", "/v1/conversations/{id}/messages", c.id, {"text": "top-secret-words", "client_id": "k1"})
    ask("GET", "/v1/conversations/{id}", c.id)
    printed = "".join(capsys.readouterr())
    for secret in ("top-secret-words", "Help!", "name of 1"):
        assert secret not in printed
