"""Web chat's front door: visitors are known again by a signed session, and only our pages may ask."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.channels.webchat import Session, sign_session
from switchboard.domain.inbound import InboundMessage
from switchboard.entry import sockets
from switchboard.entry.visitors import open_door
from tests.unit.channel_events import WEBCHAT
from tests.unit.process import ORIGIN, Process, deep
from tests.unit.world import World


def knock(
    process: Process, what: str = "sessions", body: Any = None, origin: str | None = ORIGIN, account: str = "site",
    method: str = "POST",
) -> dict[str, Any]:  # fmt: skip
    return open_door(process, {
        "httpMethod": method, "path": f"/webchat/{account}/{what}", "resource": "/webchat/{account}/" + what,
        "pathParameters": {"account": account}, "headers": {"Origin": origin} if origin is not None else {},
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
    })  # fmt: skip


def let_in(process: Process, what: str = "sessions", body: Any = None) -> dict[str, Any]:
    answer = knock(process, what, body)
    assert answer["statusCode"] == 200
    found: dict[str, Any] = json.loads(answer["body"])
    return found


def enter(process: Process, ticket: str, connection: str = "c1") -> None:
    sockets.connect(process, {
        "requestContext": {"connectionId": connection}, "headers": {"origin": ORIGIN},
        "queryStringParameters": {"ticket": ticket},
    })  # fmt: skip


def test_a_new_visitor_gets_a_session_and_a_ticket_that_opens_a_socket(process: Process) -> None:
    answer = let_in(process, body={"name": "Grace"})
    assert set(answer) == {"session", "visitor", "ticket", "url"}
    assert answer["url"] == f"wss://sockets.example/prod?ticket={answer['ticket']}"
    enter(process, answer["ticket"])
    assert process.connections.principal("c1").claims["visitor"] == answer["visitor"]


def test_a_visitor_who_comes_back_is_the_same_and_two_are_two(process: Process) -> None:
    first = let_in(process)
    again = let_in(process, body={"session": first["session"]})
    assert again["visitor"] == first["visitor"]
    assert let_in(process)["visitor"] != first["visitor"]


def test_a_visitors_message_carries_the_name_they_gave(process: Process) -> None:
    enter(process, let_in(process, body={"name": "Grace"})["ticket"])
    body = json.dumps({"action": "message", "text": "hello", "client_id": "k1"})
    sockets.serve(process, {"requestContext": {"connectionId": "c1"}, "body": body})
    [entry] = process.queue.entries
    item = process.inbound.open(entry["MessageGroupId"], entry["MessageBody"], {}).item
    assert isinstance(item, InboundMessage)
    assert item.sender.name == "Grace"


def test_the_name_does_not_stand_in_clear_among_the_connections(process: Process) -> None:
    enter(process, let_in(process, body={"name": "Grace Hopper"})["ticket"])
    assert "Grace" not in str(process.connections.principal("c1"))


def forged_sessions(process: Process) -> list[Any]:
    good = let_in(process)["session"]
    payload, _, seal = good.partition(".")
    now = process.clock.now()
    return [
        "x", payload, payload + ".", f"{payload}.{seal[:-2]}", f"{payload}x.{seal}", 7, ["x"], {"a": 1}, "\ud800.x", "." * 4000,
        sign_session(Session("w-admin"), replace(WEBCHAT, secrets={"session_secret": "guess"}), now + timedelta(days=1)),
        sign_session(Session("w-other"), replace(WEBCHAT, account="other-site"), now + timedelta(days=1)),
        sign_session(Session("w-late"), WEBCHAT, now - timedelta(seconds=1)),
    ]  # fmt: skip


def test_a_forged_or_old_session_gives_a_new_visitor_and_nobody_elses_place(process: Process) -> None:
    seen = set()
    for session in forged_sessions(process):
        visitor = let_in(process, body={"session": session})["visitor"]
        assert not visitor.startswith("w-")
        seen.add(visitor)
    assert len(seen) == len(forged_sessions(process))


def test_a_ticket_needs_a_good_session(process: Process) -> None:
    good = let_in(process)
    ticket = let_in(process, "tickets", {"session": good["session"]})
    assert set(ticket) == {"ticket", "url"}
    enter(process, ticket["ticket"])
    assert process.connections.principal("c1").claims["visitor"] == good["visitor"]
    for session in [None, "", *forged_sessions(process)]:
        assert knock(process, "tickets", {"session": session})["statusCode"] == 401


def test_during_a_rotation_sessions_of_the_former_secret_hold(process: Process) -> None:
    former = replace(WEBCHAT, secrets=dict(WEBCHAT.previous))
    token = sign_session(Session("w-old"), former, process.clock.now() + timedelta(days=1))
    assert let_in(process, body={"session": token})["visitor"] == "w-old"


@pytest.mark.parametrize("origin", [None, "", "null", "https://evil.example", ORIGIN + ".evil.example", ORIGIN.upper()])
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_other_pages_are_refused_and_may_not_read_the_answer(process: Process, origin: str | None, method: str) -> None:
    answer = knock(process, origin=origin, method=method)
    assert answer["statusCode"] == 403
    assert "Access-Control-Allow-Origin" not in answer["headers"]


def test_our_pages_may_read_every_answer(process: Process) -> None:
    for answer in (knock(process), knock(process, method="OPTIONS"), knock(process, "tickets", {}), knock(process, body="{")):
        assert answer["headers"]["Access-Control-Allow-Origin"] == ORIGIN
        assert answer["headers"]["Vary"] == "Origin"
    assert knock(process, method="OPTIONS")["statusCode"] == 204


@pytest.mark.parametrize("body", ["{", "[]", "null", "7", '"x"', "x" * 9000])
def test_a_body_that_is_no_object_is_refused(process: Process, body: str) -> None:
    assert knock(process, body=body)["statusCode"] in (400, 413)


def test_endlessly_nested_json_is_refused(process: Process) -> None:
    assert knock(process, body=deep(8000))["statusCode"] == 400


@pytest.mark.parametrize("name", ["", " ", "x" * 5000, "Ada 👩🏽", 7, None, ["x"], {"a": 1}])
def test_any_name_lets_a_visitor_in(process: Process, name: Any) -> None:
    enter(process, let_in(process, body={"name": name})["ticket"])


def test_half_an_emoji_as_a_name_lets_a_visitor_in(process: Process) -> None:
    enter(process, let_in(process, body='{"name": "Ada \\ud83d"}')["ticket"])


@pytest.mark.parametrize("account", ["unknown", "", "../site"])
def test_a_site_we_do_not_know_is_refused(process: Process, account: str) -> None:
    assert knock(process, account=account)["statusCode"] == 404


def test_a_session_of_one_site_is_worth_nothing_on_another(world: World) -> None:
    process = Process(world)
    process.known_accounts.add(replace(WEBCHAT, account="second"))
    token = let_in(process)["session"]
    assert knock(process, "tickets", {"session": token}, account="second")["statusCode"] == 401


def test_names_and_sessions_are_not_logged(process: Process, capsys: pytest.CaptureFixture[str]) -> None:
    answer = let_in(process, body={"name": "Grace Hopper"})
    knock(process, "tickets", {"session": answer["session"] + "x"})
    printed = "".join(capsys.readouterr())
    for secret in ("Grace", answer["session"], answer["ticket"]):
        assert secret not in printed
