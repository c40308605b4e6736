"""Two privacy officers have a person erased over real wires: nobody reads them any more, and who writes again is somebody new."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from tests.e2e.stage import Agent, Stage, refused, until

WHY = "they asked for it by letter"


@pytest.fixture
def second(stage: Stage) -> Agent:
    """Another privacy officer than the company's own."""
    return stage.new_person("vera", "privacy_officer")


def erased(stage: Stage, request: str) -> bool:
    reached: dict[str, Any] = stage.invoke("eraser", {})
    return reached.get(request) == "erasure_queue_rotated"


def test_two_officers_erase_a_person(stage: Stage, second: Agent) -> None:
    mia, paul, customer = stage.agent("mia").online(), stage.agent("paul"), stage.customer("whatsapp", "Nadja Berg")
    conversation = mia.takes_up(customer.wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    url = f"/v1/privacy/contacts/{contact}"
    assert refused(lambda: mia.rest("POST", f"{url}/erasure", {"ground": "request", "reason": WHY})).status == 403

    paul.rest("POST", f"{url}/hold", {"reason": "a court asked for it"})
    held = refused(lambda: paul.rest("POST", f"{url}/erasure", {"ground": "request", "reason": WHY}))
    assert (held.status, held.code) == (409, "not_allowed_now")
    paul.rest("DELETE", f"{url}/hold", {"reason": "the court is done"})

    asked = paul.rest("POST", f"{url}/erasure", {"ground": "request", "reason": WHY})
    decide = f"/v1/privacy/requests/{asked['id']}"
    assert refused(lambda: paul.rest("POST", f"{decide}/approve", {"digest": asked["digest"]})).status == 403
    [shown] = [r for r in second.rest("GET", "/v1/privacy/requests")["requests"] if r["id"] == asked["id"]]
    assert (shown["reason"], shown["state"], shown["about"]) == (WHY, "pending", contact)
    assert refused(lambda: second.rest("POST", f"{decide}/approve", {"digest": "0" * 64})).status == 409
    assert second.rest("POST", f"{decide}/approve", {"digest": shown["digest"]})["state"] == "approved"

    until("the keys are destroyed", lambda: erased(stage, asked["id"]))
    assert paul.rest("GET", f"/v1/contacts/{contact}")["erased"]
    for reader, path in (
        (mia, f"/v1/conversations/{conversation}"), (mia, f"/v1/conversations/{conversation}/events"),
        (paul, f"/v1/contacts/{contact}/consents"),
    ):  # fmt: skip
        gone = refused(partial(reader.rest, "GET", path))
        assert (gone.status, gone.code) == (410, "erased"), path
    keys = stage.aws("dynamodb").get_item(
        TableName=stage.system.outputs["KeysTable"], Key={"pk": {"S": f"contact#{contact}"}, "sk": {"S": "key"}}
    )  # fmt: skip
    assert "Item" not in keys
    now = int(time.time())
    until("what is sent bears a later second", lambda: time.time() >= now + 1)  # vendors tell no finer time
    again = mia.takes_up(customer.wishes())
    assert mia.conversation(again)["contact"]["id"] != contact
