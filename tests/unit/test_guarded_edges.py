"""What every edge does alike: answers that a browser can misuse for nothing, requests of bounded size, and logs that a stranger cannot
write into."""

from __future__ import annotations

import importlib
import io
import json
from typing import Any

import pytest

from switchboard.domain.errors import Malformed
from switchboard.entry import desk_api, sockets, telemetry, visitors
from switchboard.entry.http import GUARDS
from switchboard.entry.reception import receive
from tests.unit.process import CONTEXT, ORIGIN, Process

handler = importlib.import_module("functions.api.handler")


def webhook(process: Process, body: str = "{}", method: str = "POST") -> dict[str, Any]:
    event = {"httpMethod": method, "pathParameters": {"account": "nobody"}, "headers": {}, "queryStringParameters": {}, "body": body}
    return receive(process, "whatsapp", event)


def door(process: Process, body: str = "{}") -> dict[str, Any]:
    return visitors.open_door(process, {
        "httpMethod": "POST", "path": "/webchat/site/sessions", "resource": "/webchat/{account}/sessions",
        "pathParameters": {"account": "site"}, "headers": {"Origin": ORIGIN}, "body": body,
    })  # fmt: skip


def desk(
    process: Process, monkeypatch: pytest.MonkeyPatch, route: str = "/v1/me", body: str | None = None, method: str = "GET"
) -> dict[str, Any]:
    monkeypatch.setattr(handler, "services", lambda: process)
    answer: dict[str, Any] = handler.handler({
        "resource": "/v1/{proxy+}", "path": route, "httpMethod": method, "isBase64Encoded": False, "multiValueHeaders": {},
        "headers": {"content-type": "application/json", "origin": ORIGIN}, "queryStringParameters": None,
        "pathParameters": {"proxy": route.removeprefix("/v1/")},
        "stageVariables": None, "multiValueQueryStringParameters": None, "body": body,
        "requestContext": {
            "resourcePath": "/v1/{proxy+}", "httpMethod": method, "path": route, "requestId": "r-1",
            "identity": {"sourceIp": "192.0.2.9"},
            "authorizer": {"claims": {"cognito:username": "ada", "token_use": "id", "cognito:groups": "administrator"}},
        },
    }, CONTEXT)  # fmt: skip
    return answer


def test_every_answer_is_data_and_nothing_else_to_a_browser(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    desks = [desk(process, monkeypatch, route) for route in ("/v1/me", "/v1/x")]
    for answer in (webhook(process), door(process), door(process, "["), *desks):
        assert GUARDS.items() <= answer["headers"].items()
    assert GUARDS["X-Content-Type-Options"] == "nosniff"
    assert "'none'" in GUARDS["Content-Security-Policy"]


def test_no_edge_sets_a_cookie(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is signed in shows it in a header that no other page's form can send: there is nothing to forge a request with."""
    for answer in (webhook(process), door(process), desk(process, monkeypatch)):
        assert "set-cookie" not in {name.lower() for name in answer["headers"]}
        assert "access-control-allow-credentials" not in {name.lower() for name in answer["headers"]}


def test_a_long_body_is_refused_before_it_is_read(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    read = json.loads
    monkeypatch.setattr(json, "loads", lambda text, *a, **k: read(text, *a, **k) if len(text) < 8000 else pytest.fail("it was read"))
    assert door(process, json.dumps({"name": "x" * visitors.BODY_BYTES}))["statusCode"] == 413
    answer = desk(process, monkeypatch, "/v1/hours", json.dumps({"hours": {"x": "y" * desk_api.BODY_BYTES}}), "PUT")
    assert answer["statusCode"] == 413
    assert webhook(process, "x" * (3 * 1024 * 1024 + 1))["statusCode"] == 413


def test_a_frame_is_measured_in_bytes(process: Process) -> None:
    """Characters of four bytes would make four times as much of it."""
    process.agent_connects("ada", "c1")
    frame = json.dumps({"action": "heartbeat", "id": "1", "x": "\U0001f600" * (sockets.REQUEST_BYTES // 3)}, ensure_ascii=False)
    assert len(frame) < sockets.REQUEST_BYTES < len(frame.encode())
    answer = sockets.serve(process, {"requestContext": {"connectionId": "c1"}, "body": frame})
    assert (answer["type"], answer["code"]) == ("error", "too_large")


def lines(monkeypatch: pytest.MonkeyPatch, say: Any) -> list[str]:
    """What is written to the log while `say` speaks, as whoever reads line by line sees it."""
    out = io.StringIO()
    for each in telemetry.logger._logger.handlers:
        monkeypatch.setattr(each, "stream", out)
    say()
    return out.getvalue().splitlines()  # it breaks at every kind of line end, U+2028 too


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x00", "\x1b[2J"])
def test_a_strangers_line_break_begins_no_line_of_the_log(break_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = f'x{break_}{{"level":"INFO","message":"visitor let in"}}'

    def say() -> None:
        telemetry.logger.warning("webhook refused", extra={"reason": forged})
        telemetry.failed("message failed", Malformed(forged), message_id=forged)

    said = lines(monkeypatch, say)
    assert [json.loads(line)["message"] for line in said] == ["webhook refused", "message failed"]
    assert all(line.isascii() and line.isprintable() for line in said), "a terminal would act on it"


def test_a_strangers_word_in_a_metric_stays_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.count("WebhookUnrecognised", channel="wechat", kind='event:\n{"_aws":1}\u202e' + "x" * 500)
    [line] = capsys.readouterr().out.splitlines()
    told = json.loads(line)["kind"]
    assert told.startswith("event:?")
    assert len(told) <= telemetry.LONGEST_DIMENSION
    assert not set(told) & set('\n{"\u202e')
