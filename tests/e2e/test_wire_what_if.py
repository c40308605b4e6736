"""Other routing policies tried over the wire: a supervisor asks at the desk, the planner plays, the answer is read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.stage import Stage, refused, until

ROUTE = "/v1/routing/what-if"
INDEX, LEAST_LOAD = {"label": "prices", "strategy": "index", "weights": {}}, {"label": "now", "strategy": "least_load"}
SYNTHETIC = {"days": 1, "conversations": 300, "seed": 7, "load": 0.7}
QUESTION = {"policies": [INDEX], "against": LEAST_LOAD, "synthetic": SYNTHETIC}
PLAYED = 90.0  # seconds on a busy machine; two on an idle one


def answered(stage: Stage, id_: str) -> dict[str, Any]:
    sofia = stage.agent("sofia")

    def look() -> dict[str, Any] | None:
        found = dict(sofia.rest("GET", f"{ROUTE}/{id_}"))
        return found if found["status"] != "running" else None

    found = until("the answer", look, PLAYED)
    assert found is not None
    return found


def test_a_made_up_day_is_played_under_two_policies_and_compared(stage: Stage) -> None:
    id_ = stage.agent("sofia").rest("POST", ROUTE, QUESTION)["id"]
    found = answered(stage, id_)
    assert (found["status"], found["asked_by"], found["question"]) == ("done", "sofia", QUESTION)
    assert [(p["label"], p["conversations"]) for p in found["result"]["policies"]] == [("prices", 300), ("now", 300)]
    assert [(d["policy"], d["against"]) for d in found["result"]["differences"]] == [("prices", "now")]
    assert "prices minus now" in found["table"]
    assert found["picture"].startswith("<svg")


def test_what_came_today_is_read_from_the_ledger_and_stands_beside_what_would_have_been(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    mia.act("resolve", mia.takes_up(customer.wishes()))
    asked = {"policies": [INDEX], "against": LEAST_LOAD, "from": f"{datetime.now(UTC):%Y-%m-%d}", "days": 1, "sla": 60}
    found = answered(stage, stage.agent("sofia").rest("POST", ROUTE, asked)["id"])
    assert (found["status"], found["reason"]) == ("done", "")
    assert [p["label"] for p in found["result"]["policies"]] == ["as it was", "prices", "now"]
    assert found["result"]["sla_seconds"] == 60


def test_a_past_in_which_nobody_came_is_a_failure_that_says_so(stage: Stage) -> None:
    asked = {"policies": [INDEX], "against": LEAST_LOAD, "from": "2020-02-01", "days": 2}
    found = answered(stage, stage.agent("sofia").rest("POST", ROUTE, asked)["id"])
    assert (found["status"], found["result"]) == ("failed", None)
    assert found["reason"]


def test_agents_ask_nothing_and_a_question_that_is_none_is_refused_at_once(stage: Stage) -> None:
    assert refused(lambda: stage.agent("mia").rest("POST", ROUTE, QUESTION)).status == 403
    wrong = {**QUESTION, "against": {"strategy": "magic"}}
    answer = refused(lambda: stage.agent("sofia").rest("POST", ROUTE, wrong))
    assert (answer.status, answer.code) == (400, "malformed")
    assert "'against'" in answer.body["message"]


@pytest.mark.parametrize("id_", ["w0", "w-1"])
def test_a_question_nobody_asked_is_not_found(stage: Stage, id_: str) -> None:
    assert refused(lambda: stage.agent("sofia").rest("GET", f"{ROUTE}/{id_}")).status == 404
