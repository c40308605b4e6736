"""The batch of webhook calls: what comes again and when, what is done with, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from switchboard.adapters.sqs.hooks import dump_call
from switchboard.application.hooks import HookCall, HookDelivery
from switchboard.application.ports import Sent
from switchboard.entry.telling import tell
from tests.fakes.hooks import MemoryHooks
from tests.unit.process import CONTEXT, Process, failed_of, logged, metrics_of, sqs_event, sqs_record
from tests.unit.world import World


class Function(Process):
    """The process of the function `hook`, whose endpoints give these answers in turn."""

    def __init__(self, *answers: Sent) -> None:
        super().__init__(World(), hooks_queue_url="hooks")
        self.told = MemoryHooks(*answers)
        vars(self).update(hook_delivery=HookDelivery(self.told))


def record(number: int = 1, tries: int = 1, body: str | None = None) -> dict[str, Any]:
    call = HookCall(f"h{number}", "crm", json.dumps({"number": number}))
    entry = {"MessageBody": dump_call(call) if body is None else body, "MessageGroupId": "", "MessageDeduplicationId": ""}
    return sqs_record(entry, number, tries)


def run(function: Function, *records: dict[str, Any]) -> list[str]:
    return failed_of(tell(function, sqs_event(*records), CONTEXT))


def test_what_an_endpoint_took_does_not_come_again() -> None:
    function = Function()
    assert run(function, record(1), record(2)) == []
    assert function.told.told == [("crm", '{"number": 1}', "h1"), ("crm", '{"number": 2}', "h2")]


def test_a_call_that_was_not_taken_comes_again_and_holds_up_no_other() -> None:
    function = Function(Sent("retry", reason="the endpoint 'crm' answered 503"))
    assert run(function, record(1), record(2)) == ["id-1"]
    assert [call for *_, call in function.told.told] == ["h1", "h2"]


def test_the_pause_grows_with_the_tries_and_is_the_endpoints_own_if_it_says_so() -> None:
    function = Function(Sent("retry"), Sent("retry"), Sent("retry", retry_after=77.0))
    for tries in (1, 2, 3):
        assert run(function, record(1, tries)) == ["id-1"]
    (queue, receipt, first), (_, _, second), (_, _, third) = function.again
    assert (queue, receipt) == ("hooks", "receipt-1")
    assert 0 < first < second
    assert third == 77.0


def test_a_refusal_is_done_with_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Function(Sent("refused", reason="the endpoint 'crm' answered 410")), record()) == []
    assert [m["HookRefused"] for m in metrics_of(capsys.readouterr().out)] == [[1.0]]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"id":"h","endpoint":"crm"}', '{"id":"h","endpoint":"crm","body":{}}'])
def test_a_message_of_no_known_form_fails_alone(body: str) -> None:
    function = Function()
    assert run(function, record(9, body=body), record(1)) == ["id-9"]
    assert [call for *_, call in function.told.told] == ["h1"]


def test_what_was_told_is_not_logged() -> None:
    with logged() as lines:
        run(Function(Sent("retry"), Sent("refused", reason="the endpoint 'crm' answered 410")), record(1), record(2), record(3))
    assert "answered 410" in str(lines)
    assert "number" not in str(lines)
