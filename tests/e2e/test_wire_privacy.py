"""A customer writes a card's number, over real wires: nobody hears it again, stored or shown; what is hidden is revealed on record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.large_model.server import PretendedModel
from tests.e2e.stage import Agent, Customer, Stage, refused, until
from tests.e2e.test_wire_data_at_rest import items, readable

CARD, MASKED, SSN = "4539 1488 0343 6467", "•••• •••• •••• 6467", "219-09-9999"
SAID = f"You charged my card {CARD} twice! My SSN is {SSN}, mail nadja.berg@web.de"
BARE = CARD.replace(" ", "")


@pytest.fixture
def talk(stage: Stage) -> tuple[Agent, Customer, str, str]:
    """Mia, a customer on WhatsApp who wrote a card's number, their conversation and the message."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Nadja Berg")
    conversation = mia.takes_up(customer.wishes())
    customer.says(SAID)
    event = mia.event("the complaint", conversation, lambda e: "twice" in (e.get("content") or {}).get("text", ""))
    return mia, customer, conversation, str(event["message"])


def text_of(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False, default=str)


def without_card(text: str) -> bool:
    return CARD not in text and BARE not in text


def test_a_card_is_masked_on_every_screen(stage: Stage, talk: tuple[Agent, Customer, str, str]) -> None:
    mia, _, conversation, message = talk
    pushed = mia.event("what was pushed", conversation, lambda e: e.get("message") == message and "content" in e)["content"]["text"]
    assert MASKED in pushed
    assert "•••-••-••••" in pushed
    for who in (mia, stage.reader):
        shown = text_of(who.conversation(conversation))
        assert MASKED in shown
        assert without_card(shown)
        assert (SSN in shown) == (who is not mia)  # leaders see what agents see masked
    assert without_card(text_of(mia.rest("GET", "/v1/inbox")))


def test_a_card_lies_in_no_table_queue_bucket_or_fact(stage: Stage, talk: tuple[Agent, Customer, str, str]) -> None:
    for table in ("LedgerTable", "StateTable", "DeliveriesTable", "ConnectionsTable"):
        assert not [item for item in items(stage, table) if not without_card("\n".join(readable(item)))]
    s3 = stage.aws("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for kept in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            assert without_card(s3.get_object(Bucket=bucket["Name"], Key=kept["Key"])["Body"].read().decode("utf-8", "replace"))


def test_translation_and_the_large_model_hear_nothing_personal(
    stage: Stage, kettle: str, model: PretendedModel, talk: tuple[Agent, Customer, str, str]
) -> None:
    mia, customer, conversation, message = talk
    engine = stage.system.translate
    assert engine is not None
    mia.rest("POST", f"/v1/conversations/{conversation}/translations", {"messages": [message], "language": "de"})
    customer.says(kettle)
    until("it is there", lambda: kettle in text_of(mia.conversation(conversation)), 60)
    mia.rest("POST", f"/v1/conversations/{conversation}/drafts", {"client_id": "privacy-1"})
    heard = text_of([engine.texts, [c["system"] + c["said"] for c in model.calls]])
    assert engine.texts
    assert model.calls
    for secret in (CARD, BARE, SSN, "nadja.berg@web.de", "kim.example@mail.example"):
        assert secret not in heard


def test_revealing_needs_a_reason_and_leaves_a_record(stage: Stage, talk: tuple[Agent, Customer, str, str]) -> None:
    mia, _, conversation, message = talk
    route = f"/v1/conversations/{conversation}/messages/{message}/reveal"
    assert refused(lambda: mia.rest("POST", route, {"reason": " "})).status == 403
    shown = mia.rest("POST", route, {"reason": "the bank asks who it is"})["text"]
    assert SSN in shown
    assert without_card(shown)  # it is not there
    [record] = [e for e in mia.events(conversation) if e["type"] == "personal_data_revealed"]
    assert (record["message"], record["kinds"], record["actor"]["id"]) == (message, ["us_ssn"], "mia")
    chen = stage.agent("chen")
    assert refused(lambda: chen.rest("POST", route, {"reason": "only curious, no more"})).status == 403
    assert "RevealMessage" in {r["eventName"] for r in stage.reads_of("mia", conversation)}


def test_what_an_agent_writes_reaches_nobody_with_a_card_in_it(talk: tuple[Agent, Customer, str, str]) -> None:
    mia, customer, conversation, _ = talk
    mia.reply(conversation, f"Is it the card {CARD}?")
    assert customer.hears(f"Is it the card {MASKED}?")
    mia.act("note", conversation, text=f"card {CARD}", client_id="privacy-note")
    assert without_card(text_of(mia.conversation(conversation)))
