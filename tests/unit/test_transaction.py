"""What a DynamoDB transaction's answers mean. The answers are HTTP responses at botocore's edge: everything above is real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from pynamodb.exceptions import QueryError

from switchboard.adapters.dynamo import TableNames, Tables
from switchboard.adapters.dynamo.tables import answered
from switchboard.adapters.dynamo.transaction import CONFLICT_TRIES, Plan, code_of, execute
from switchboard.domain.errors import (
    AgentUnavailable,
    ContactRace,
    Duplicate,
    StaleVersion,
    StorageUnavailable,
    SwitchboardError,
    TooLarge,
)

FAILED, CONFLICT, FINE = "ConditionalCheckFailed", "TransactionConflict", "None"


class Dynamo:
    """Answers each request with the next of `answers`: "ok", an error code, a tuple of cancellation reasons, or an
    exception of the network; the last answer again and again. `requests` keeps what was sent."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.answers: list[str | tuple[str, ...] | Exception] = ["ok"]
        self.requests: list[dict[str, Any]] = []
        self.pauses: list[float] = []
        tables.connection.client.meta.events.register_first("before-send.dynamodb.*", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(json.loads(request.body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if answer == "ok":
            return _response(request.url, 200, {})
        code = "TransactionCanceledException" if isinstance(answer, tuple) else answer
        body: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
        if isinstance(answer, tuple):
            body["CancellationReasons"] = [{"Code": reason} for reason in answer]
        return _response(request.url, 500 if code == "InternalServerError" else 400, body)

    def run(self, plan: Plan) -> None:
        execute(self.tables.connection, plan, self.pauses.append)

    @property
    def tokens(self) -> list[str]:
        return [r["ClientRequestToken"] for r in self.requests]

    def three(self) -> Plan:
        """A check, a put and an update, each with a meaning of its own; sent in another order than planned."""
        t, plan = self.tables, Plan()
        plan.update(t.agent("AGENTS", "kim"), [t.agent.load.add(1)], t.agent.load < 3, AgentUnavailable)
        plan.put(t.pointer("ONCE#1", "-"), t.pointer.pk.does_not_exist(), Duplicate)
        plan.delete(t.pointer("OLD#1", "-"), t.pointer.pk.exists(), StaleVersion)
        return plan


def _response(url: str, status: int, body: dict[str, Any]) -> AWSResponse:
    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield json.dumps(body).encode()

    return AWSResponse(url, status, {"content-type": "application/x-amz-json-1.0"}, Raw())


@pytest.fixture
def dynamo(monkeypatch: pytest.MonkeyPatch) -> Dynamo:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    names = TableNames("ledger", "state", "deliveries", "connections", "keys")
    return Dynamo(Tables(names, region="eu-central-1", host="http://127.0.0.1:9"))


def test_all_items_go_in_one_request(dynamo: Dynamo) -> None:
    dynamo.run(dynamo.three())
    assert [[*item] for item in dynamo.requests[0]["TransactItems"]] == [["Delete"], ["Put"], ["Update"]]
    assert len(dynamo.requests) == 1
    assert dynamo.pauses == []


@pytest.mark.parametrize(
    ("reasons", "meaning"),
    [
        ((FAILED, FINE, FINE), StaleVersion),
        ((FINE, FAILED, FINE), Duplicate),
        ((FINE, FINE, FAILED), AgentUnavailable),
    ],
)
def test_a_failed_condition_is_the_error_of_its_item(
    dynamo: Dynamo, reasons: tuple[str, ...], meaning: type[SwitchboardError]
) -> None:
    dynamo.answers = [reasons]
    with pytest.raises(meaning):
        dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 1


@pytest.mark.parametrize(
    ("kinds", "meaning"),
    [
        ((StaleVersion, AgentUnavailable, ContactRace, Duplicate), Duplicate),
        ((AgentUnavailable, StaleVersion, ContactRace), ContactRace),
        ((AgentUnavailable, StaleVersion), StaleVersion),
        ((None, AgentUnavailable), AgentUnavailable),
    ],
)
def test_of_several_failed_conditions_the_one_that_settles_most_is_told(
    dynamo: Dynamo, kinds: tuple[type[SwitchboardError] | None, ...], meaning: type[SwitchboardError]
) -> None:
    plan, pointer = Plan(), dynamo.tables.pointer
    for n, kind in enumerate(kinds):
        plan.put(pointer(f"P#{n}", "-"), pointer.pk.does_not_exist(), kind)
    dynamo.answers = [(FAILED,) * len(kinds)]
    with pytest.raises(meaning):
        dynamo.run(plan)


def test_a_conflict_with_a_transaction_in_flight_is_waited_out(dynamo: Dynamo) -> None:
    dynamo.answers = [(FINE, CONFLICT, FINE), (CONFLICT, CONFLICT, FINE), (FINE, FINE, "ThrottlingError"), "ok"]
    dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 4
    assert len(dynamo.pauses) == 3
    assert all(0 <= pause < 1 for pause in dynamo.pauses)


def test_each_try_is_a_request_of_its_own(dynamo: Dynamo) -> None:
    """With the token of the first try DynamoDB would answer a retry from memory, or refuse it."""
    dynamo.answers = [(CONFLICT, FINE, FINE), (CONFLICT, FINE, FINE), "ok"]
    dynamo.run(dynamo.three())
    dynamo.run(dynamo.three())
    assert len(set(dynamo.tokens)) == 4
    assert all(dynamo.tokens)


def test_every_try_sends_the_same_items(dynamo: Dynamo) -> None:
    dynamo.answers = [(CONFLICT, FINE, FINE), "ok"]
    dynamo.run(dynamo.three())
    assert dynamo.requests[0]["TransactItems"] == dynamo.requests[1]["TransactItems"]


def test_a_conflict_beside_a_failed_condition_does_not_hide_it(dynamo: Dynamo) -> None:
    dynamo.answers = [(CONFLICT, FAILED, CONFLICT), "ok"]
    with pytest.raises(Duplicate):
        dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 1


def test_a_failed_condition_behind_a_conflict_is_found_on_the_next_try(dynamo: Dynamo) -> None:
    dynamo.answers = [(FINE, FINE, CONFLICT), (FINE, FINE, FAILED)]
    with pytest.raises(AgentUnavailable):
        dynamo.run(dynamo.three())


def test_what_never_calms_down_is_given_up_as_unavailable(dynamo: Dynamo) -> None:
    dynamo.answers = [(CONFLICT, FINE, FINE)]
    with pytest.raises(StorageUnavailable, match="too busy"):
        dynamo.run(dynamo.three())
    assert len(dynamo.requests) == CONFLICT_TRIES
    assert len(set(dynamo.tokens)) == CONFLICT_TRIES


@pytest.mark.parametrize(
    "answer", ["ValidationException", (FINE, "ValidationError", CONFLICT), (FINE, "ItemCollectionSizeLimitExceeded", FINE)]
)
def test_what_is_too_large_for_good_is_not_tried_again(dynamo: Dynamo, answer: str | tuple[str, ...]) -> None:
    dynamo.answers = [answer, "ok"]
    with pytest.raises(TooLarge):
        dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_refused_request_is_unavailable_and_names_its_cause(dynamo: Dynamo, code: str) -> None:
    dynamo.answers = [code]
    with pytest.raises(StorageUnavailable, match=code):
        dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 1


def test_throttling_is_waited_out(dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore waits too
    dynamo.answers = ["ThrottlingException", "ThrottlingException", "ok"]
    dynamo.run(dynamo.three())
    assert len(dynamo.requests) == 3


def test_a_condition_without_a_meaning_is_no_race(dynamo: Dynamo) -> None:
    plan, pointer = Plan(), dynamo.tables.pointer
    plan.put(pointer("P#1", "-"), pointer.pk.does_not_exist())
    dynamo.answers = [(FAILED,)]
    with pytest.raises(StorageUnavailable):
        dynamo.run(plan)
    assert len(dynamo.requests) == 1


def test_a_network_that_does_not_answer_is_unavailable(dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    dynamo.answers = [ConnectTimeoutError(endpoint_url="http://127.0.0.1:9")]
    with pytest.raises(StorageUnavailable):
        dynamo.run(dynamo.three())


def test_a_database_that_nobody_reaches_is_storage_that_is_unavailable() -> None:
    """botocore's connection errors bear a response that is None, over which pynamodb stumbles."""
    unreached = ReadTimeoutError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(StorageUnavailable), answered():
        raise QueryError("no answer", unreached)
    assert code_of(QueryError("no answer", unreached)) == ""
