"""Routing as people meet it over the wire: the policy's versions, why somebody was chosen, asking a colleague, handing on by skill."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.stage import Stage, refused

SHIFTED = {"strategy": "least_load", "ladder": {"skill": 30}}


def policy(stage: Stage) -> dict[str, Any]:
    return dict(stage.agent("sofia").rest("GET", "/v1/routing"))


def test_a_draft_is_shown_with_what_it_changes_published_and_taken_back(stage: Stage) -> None:
    sofia, admin = stage.agent("sofia"), stage.agent("admin")
    before = policy(stage)["in_force"]
    draft = sofia.rest("PUT", "/v1/routing/draft", {"policy": SHIFTED, "note": "try least load"})
    assert {"path": "strategy", "before": before["policy"]["strategy"], "after": "least_load"} in draft["differences"]
    assert refused(lambda: sofia.rest("POST", "/v1/routing/draft/publish", {})).status == 403
    published = admin.rest("POST", "/v1/routing/draft/publish", {})
    try:
        assert (published["policy"], published["by"], published["note"]) == (SHIFTED, "admin", "try least load")
        assert policy(stage)["draft"] is None
    finally:
        back = admin.rest("POST", "/v1/routing/roll-back", {"version": before["version"]})
    assert (back["policy"], back["rolled_back_to"]) == (before["policy"], before["version"])
    assert [v["version"] for v in policy(stage)["versions"]][:2] == [back["version"], published["version"]]
    old = sofia.rest("GET", f"/v1/routing/versions/{published['version']}")
    assert {"path": "strategy", "before": "least_load", "after": before["policy"]["strategy"]} in old["differences"]


@pytest.mark.parametrize(("bad", "named"), [
    ({"strategy": "magic"}, "strategy"), ({"channels": {"email": {"weight": 0.33}}}, "weight"), ({"wait": 1}, "wait"),
])  # fmt: skip
def test_a_policy_that_is_none_is_refused_by_the_name_of_its_fault(stage: Stage, bad: dict[str, Any], named: str) -> None:
    answer = refused(lambda: stage.agent("admin").rest("PUT", "/v1/routing", {"policy": bad}))
    assert (answer.status, answer.code) == (400, "malformed")
    assert named in answer.body["message"]


def test_a_supervisor_sees_why_somebody_was_chosen_and_that_it_holds(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    [shown] = stage.agent("sofia").rest("GET", f"/v1/conversations/{conversation}/receipts")["receipts"]
    assert (shown["agent"], shown["same"], shown["differences"]) == ("mia", True, [])
    assert shown["receipt"]["ranked"][shown["receipt"]["chosen"]]["terms"]["cost"] > 0
    assert refused(lambda: mia.rest("GET", f"/v1/conversations/{conversation}/receipts")).status == 403


def test_a_colleague_who_is_asked_reads_along_and_answers_with_a_note_until_it_is_over(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    chen = stage.agent("chen")
    assert refused(lambda: chen.conversation(conversation)).status == 403
    mia.act("consult", conversation, agent="chen", question="Is part 7 still made?")
    asked = chen.event("the question", conversation, lambda e: e["type"] == "consult_started")
    assert asked["question"] == "Is part 7 still made?"
    customer.says("Any news?")
    chen.event("what the customer says", conversation, lambda e: e["type"] == "message_received")
    chen.act("note", conversation, text="Yes, until May", client_id="n1")
    mia.event("the answer", conversation, lambda e: e["type"] == "note_added" and e["text"] == "Yes, until May")
    assert chen.fails("reply", conversation, text="Hello", client_id="k1") == "forbidden"
    mia.rest("DELETE", f"/v1/conversations/{conversation}/consult/chen")
    assert refused(lambda: chen.conversation(conversation)).status == 403


def test_work_is_handed_to_whoever_has_the_skill(stage: Stage) -> None:
    admin = stage.agent("admin")
    chen = next(a for a in admin.rest("GET", "/v1/agents")["agents"] if a["id"] == "chen")
    profile = {k: chen[k] for k in ("name", "capacity", "queues", "languages")}
    admin.rest("PUT", "/v1/agents/chen", profile | {"skills": {"lenses": 4}})
    try:
        mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
        conversation = mia.takes_up(wish := customer.wishes())
        expert = stage.agent("chen").online()
        assert mia.fails("transfer", conversation, skill="lenses", level=5) == "malformed"
        mia.act("transfer", conversation, skill="lenses", level=4, note="a lens")
        assert expert.offer_of(wish) == conversation
    finally:
        admin.rest("PUT", "/v1/agents/chen", profile)
