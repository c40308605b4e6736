"""How the bot gets better, over real wires: what an agent corrects comes out as labelled data, and what nobody resolved in groups."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from tests.e2e.stage import Stage, refused, until

LOOKED = 120.0  # seconds on a busy machine
SOON = 60.0


def message_in(stage: Stage, conversation: str) -> str:
    events = stage.agent("sofia").events(conversation)
    return str(next(e["message"] for e in events if e["type"] == "message_received"))


def test_what_an_agent_corrects_comes_out_as_labelled_data_that_name_nobody(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Zelda Quick")
    secret = secrets.token_hex(4)
    text = f"I want to talk to a human agent, I am Zelda, {secret}@mail.example, +49 170 5550123"
    customer.says(text)
    conversation = mia.takes_up(text)
    message = message_in(stage, conversation)
    route = f"/v1/conversations/{conversation}/messages/{message}/intent"
    assert refused(lambda: stage.agent("ben").rest("PUT", route, {"intent": "complaint"})).status == 403
    mia.rest("PUT", route, {"intent": "complaint", "sentiment": "negative"})
    mia.event("of the correction", conversation, lambda e: e["type"] == "intent_corrected" and e["intent"] == "complaint")
    assert refused(lambda: stage.agent("sofia").rest("GET", "/v1/corrections")).status == 403
    found, after = list[dict[str, Any]](), ""
    while True:
        page = stage.agent("admin").rest("GET", f"/v1/corrections?limit=50&after={after}")
        found += page["corrections"]
        if not (after := page["next"]):
            break
    [label] = [one for one in found if "I want to talk to a human agent, I am" in one["text"]]
    assert (label["lang"], label["intent"], label["sentiment"]) == ("en", "complaint", "negative")
    assert not any(word in label["text"] for word in ("Zelda", secret, "mail.example", "5550123"))


def test_a_question_that_many_asked_and_the_bot_did_not_know_is_a_group_with_a_proposal(stage: Stage) -> None:
    mark = secrets.token_hex(3)
    asked = [
        f"do you offer accordion lessons for beginners {mark}", f"can somebody teach me the accordion, lessons for beginners {mark}",
        f"accordion lessons: do you offer any for beginners {mark}",
    ]  # fmt: skip
    for text in asked:
        customer = stage.customer("whatsapp")
        customer.says(text)
        until("it has a conversation", lambda c=customer: stage.current(c), SOON)  # type: ignore[misc]
        until("the bot heard it", lambda c=customer: "intent_detected" in _types(stage, c), SOON)  # type: ignore[misc]
    sofia = stage.agent("sofia")
    id_ = sofia.rest("POST", "/v1/improvements", {"from": f"{datetime.now(UTC):%Y-%m-%d}", "days": 1})["id"]

    def look() -> dict[str, Any] | None:
        found = dict(sofia.rest("GET", f"/v1/improvements/{id_}"))
        return found if found["status"] != "running" else None

    found = until("what was found", look, LOOKED)
    assert found is not None
    assert found["status"] == "done", found["reason"]
    [cluster] = [c for c in found["clusters"] if any("accordion" in e["text"] for e in c["examples"])]
    assert cluster["size"] == 3
    assert cluster["proposal"]["kind"] in ("article", "examples", "known")
    assert {row["mode"] for row in found["figures"]["rows"]} >= {"answers"}
    assert found["counted"]["conversations"] >= 3
    assert refused(lambda: stage.agent("mia").rest("GET", f"/v1/improvements/{id_}")).status == 403


def _types(stage: Stage, customer: Any) -> list[str]:
    return [e["type"] for e in stage.agent("sofia").events(stage.current(customer))]
