"""How the bot gets better, over real wires: what an agent corrects comes out as labelled data, and what nobody resolved in groups."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from tests.e2e.stage import Customer, Stage, refused, until

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
    assert refused(lambda: stage.agent("omar").rest("PUT", route, {"intent": "complaint"})).status == 403
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
    asked = [
        "tell me a joke about accordions", "do you know a joke about an accordion", "an accordion joke please",
        "what is the best joke about accordions you know", "erzähl mir einen Witz über Akkordeons",
        "Kennst du einen Witz über ein Akkordeon?",
    ]  # fmt: skip
    customers = [stage.customer("whatsapp") for _ in asked]
    for customer, text in zip(customers, asked, strict=True):
        customer.says(text)
    sofia = stage.agent("sofia")
    for customer in customers:
        until("the bot did not understand it", lambda c=customer: _missed(stage, c), SOON)  # type: ignore[misc]
        customer.wishes()  # so that it is of a team, whose supervisor sees examples
        until("it waits for people", lambda c=customer: stage.story(stage.current(c))["conversation"]["queue"], SOON)  # type: ignore[misc]
    id_ = sofia.rest("POST", "/v1/improvements", {"from": f"{datetime.now(UTC):%Y-%m-%d}", "days": 1})["id"]

    def look() -> dict[str, Any] | None:
        found = dict(sofia.rest("GET", f"/v1/improvements/{id_}"))
        return found if found["status"] != "running" else None

    found = until("what was found", look, LOOKED)
    assert found is not None
    assert found["status"] == "done", found["reason"]
    [cluster] = [c for c in found["clusters"] if any("joke about" in e["text"] for e in c["examples"])]
    assert cluster["size"] == len(asked)
    assert cluster["languages"] == {"en": 4, "de": 2}
    assert cluster["proposal"]["kind"] == "article"
    assert {row["mode"] for row in found["figures"]["rows"]} >= {"answers"}
    assert found["counted"]["conversations"] >= len(asked)
    assert refused(lambda: stage.agent("mia").rest("GET", f"/v1/improvements/{id_}")).status == 403


def _missed(stage: Stage, customer: Customer) -> bool:
    conversation = stage.current(customer)
    return bool(conversation) and any(e["type"] == "not_understood" for e in stage.story(conversation)["events"])
