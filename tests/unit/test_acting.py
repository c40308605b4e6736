"""The batch of business actions: what comes again and when, what is done with, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard.adapters.sqs.actions import dump_action
from switchboard.application.connectors import FAILED, ActionAnswer
from switchboard.application.delivery import TryLater
from switchboard.domain.errors import StorageUnavailable
from switchboard.entry.acting import act
from tests.unit.process import CONTEXT, Process, deep, failed_of, logged, metrics_of, sqs_event, sqs_record
from tests.unit.world import World

SAID = {"address": "5 Sesame Street"}


class ScriptedActions:
    """Stands for the use case: gives these answers in turn, or raises them, then has everything done. `performed` holds the calls."""

    def __init__(self, *answers: ActionAnswer | Exception | None) -> None:
        self.performed: list[tuple[str, str]] = []
        self._answers = list(answers)

    def perform(self, conversation: str, call: str, tries: int) -> ActionAnswer | None:
        assert tries >= 1
        self.performed.append((conversation, call))
        answer = self._answers.pop(0) if self._answers else ActionAnswer("ok", SAID)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Function(Process):
    """The process of the function `connector`."""

    def __init__(self, *answers: ActionAnswer | Exception | None) -> None:
        super().__init__(World(), actions_queue_url="actions")
        self.scripted = ScriptedActions(*answers)
        vars(self.conversing).update(actions=self.scripted)


def record(number: int = 1, tries: int = 1, body: str | None = None) -> dict[str, Any]:
    text = dump_action(f"c{number}-000001", f"a{number}") if body is None else body
    return sqs_record({"MessageBody": text, "MessageGroupId": "", "MessageDeduplicationId": ""}, number, tries)


def run(function: Function, *records: dict[str, Any]) -> list[str]:
    return failed_of(act(function, sqs_event(*records), CONTEXT))


def test_what_was_answered_does_not_come_again() -> None:
    function = Function(ActionAnswer("refused", {"reason": "too_late"}), None, ActionAnswer(FAILED))
    assert run(function, record(1), record(2), record(3), record(4)) == []
    assert function.scripted.performed == [(f"c{n}-000001", f"a{n}") for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("trouble", [TryLater("503", 1.0), StorageUnavailable("throttled")])
def test_what_was_not_answered_comes_again_and_holds_up_no_other(trouble: Exception) -> None:
    function = Function(trouble)
    assert run(function, record(1), record(2)) == ["id-1"]
    assert [call for _, call in function.scripted.performed] == ["a1", "a2"]


def test_a_customer_waits_seconds_and_no_longer_unless_the_company_asks_for_it() -> None:
    function = Function(*[TryLater("503", 1.0)] * 5, TryLater("503", 7.0))
    for tries in (1, 2, 3, 4, 11, 1):
        assert run(function, record(1, tries)) == ["id-1"]
    assert function.again == [("actions", "receipt-1", pause) for pause in (1.0, 2.0, 4.0, 4.0, 4.0, 7.0)]


def test_a_call_that_failed_is_counted_and_its_reason_told(capsys: pytest.CaptureFixture[str]) -> None:
    with logged() as lines:
        assert run(Function(ActionAnswer(FAILED, reason="the connector 'shop' answered 404")), record()) == []
    assert "answered 404" in str(lines)
    assert [m["ActionFailed"] for m in metrics_of(capsys.readouterr().out)] == [[1.0]]


@pytest.mark.parametrize("body", [
    "", "{", "[]", "null", "{}", '{"conversation":"c1-000001"}', '{"conversation":"c1-000001","call":7}',
    '{"conversation":"","call":"a"}', deep(5000),
])  # fmt: skip
def test_a_message_of_no_known_form_fails_alone(body: str) -> None:
    function = Function()
    assert run(function, record(9, body=body), record(1)) == ["id-9"]
    assert function.scripted.performed == [("c1-000001", "a1")]


def test_nothing_of_the_customer_is_logged() -> None:
    with logged() as lines:
        run(Function(TryLater("503", 1.0), ActionAnswer("ok", SAID), ActionAnswer(FAILED, SAID)), record(1), record(2), record(3))
    assert len(lines) == 3
    assert "Sesame" not in str(lines)
