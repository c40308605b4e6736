"""What a thief of tables, queues, logs or buckets would learn of customers: nothing of what they are called, numbered or said.

It runs last, over all that the session's customers left."""

from __future__ import annotations

import base64
import gzip
import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from local import company
from tests.e2e.stage import Stage, a_wish
from tests.e2e.test_wire_parked import poison

TABLES = ("LedgerTable", "StateTable", "DeliveriesTable", "ConnectionsTable", "KeysTable")
QUEUES = tuple(f"{name}{dead}" for name in ("Inbound", "Outbound", "Timers", "Hooks", "Actions") for dead in ("", "Dead"))
QUEUES += ("StreamFailures",)
SHORTEST = 6  # shorter texts ("hi", emoji) are found in any base64


@pytest.fixture(scope="module")
def told(theatre: Stage) -> Iterator[Stage]:
    """Customers of all channels have written, been answered and failed to be, whatever ran before."""
    stage = theatre
    stage.clear()
    mia, name = stage.agent("mia").online(), f"Nadja {secrets.token_hex(5)}"
    for channel in ("whatsapp", "wechat"):
        customer = stage.customer(channel, name)
        conversation = mia.takes_up(customer.wishes())
        message = mia.reply(conversation, f"Your secret is safe {secrets.token_hex(6)}")
        mia.hears_of_delivery(message, "sent")
        poison(stage, stage.group(customer))
        customer.says(f"My number is 0170 {secrets.randbelow(10**7)}")
        mia.event("the broken one", conversation, lambda e: e["type"] == "message_parked")
        mia.act("note", conversation, text=f"Note {secrets.token_hex(6)}", client_id=secrets.token_hex(4))
        told = [e for e in mia.events(conversation) if e.get("author") != "bot"]  # whose words are the company's own, and its policy's
        stage.heard += [e.get("text") or e["content"]["text"] for e in told if "text" in e or "content" in e]
    visitor = stage.visitor(name)
    address = f"My address is Gasse {secrets.token_hex(6)}"
    visitor.say(wish := a_wish())
    visitor.say(address)
    stage.heard += [wish, address]
    mia.takes_up(wish)
    mia.rest("GET", f"/v1/contacts/{mia.conversation(conversation)['contact']['id']}")
    yield stage
    stage.clear()


def personal(stage: Stage) -> list[str]:
    return sorted({text for text in stage.heard if len(text) >= SHORTEST})


def found_in(haystack: str, needles: list[str]) -> list[str]:
    return [n for n in needles if n in haystack or json.dumps(n)[1:-1] in haystack]


def readable(value: Any) -> Iterator[str]:
    """Every text and every byte string of a stored value, nested ones included."""
    match value:
        case str():
            yield value
        case bytes():
            yield value.decode("utf-8", "replace")
        case dict():
            for key, inner in value.items():
                yield str(key)
                yield from readable(inner)
        case list():
            for inner in value:
                yield from readable(inner)
        case _:
            yield str(value)


def items(stage: Stage, table: str) -> list[dict[str, Any]]:
    pages = stage.aws("dynamodb").get_paginator("scan").paginate(TableName=stage.system.outputs[table])
    return [item for page in pages for item in page["Items"]]


@pytest.mark.parametrize("table", TABLES)
def test_no_table_holds_anything_personal_in_clear(told: Stage, table: str) -> None:
    needles, stored = personal(told), items(told, table)
    assert stored
    leaks = [(item.get("pk") or item.get("ledger") or item.get("id"), hit)
             for item in stored for hit in found_in("\n".join(readable(item)), needles)]  # fmt: skip
    assert leaks == []


def test_no_queue_holds_anything_personal_in_clear(told: Stage) -> None:
    sqs, needles = told.aws("sqs"), personal(told)
    for name in QUEUES:
        answer = sqs.receive_message(
            QueueUrl=told.system.outputs[f"{name}QueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0,
            MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"],
        )  # fmt: skip
        assert found_in(json.dumps(answer.get("Messages", []), default=str), needles) == []


def _opened(raw: bytes) -> str:
    """A file's text, unpacked; of the audit's archive also the commits in it."""
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace")
    bodies = re.findall(r'"body":"([A-Za-z0-9+/=]+)"', text)
    return text + "".join(base64.b64decode(body).decode("utf-8", "replace") for body in bodies)


def test_no_bucket_holds_anything_personal_in_clear(told: Stage) -> None:
    s3, needles = told.aws("s3"), personal(told)
    seen = 0
    for bucket in s3.list_buckets()["Buckets"]:
        for kept in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            seen += 1
            raw = s3.get_object(Bucket=bucket["Name"], Key=kept["Key"])["Body"].read()
            assert found_in(kept["Key"] + _opened(raw), needles) == [], (bucket["Name"], kept["Key"])
    assert seen, "the analytics facts at least lie in a bucket"


def test_no_log_holds_anything_personal_or_secret(told: Stage) -> None:
    logs = told.aws("logs")
    accounts = (company.WHATSAPP, company.WECHAT, company.WEBCHAT)
    secret = [str(v) for account in accounts for k, v in account.items() if "secret" in k or "token" in k]
    needles = [*personal(told), *secret, company.SHOP_SECRET]
    groups = [g["logGroupName"] for page in logs.get_paginator("describe_log_groups").paginate() for g in page["logGroups"]]
    lines = 0
    for group in groups:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            text = "\n".join(e["message"] for e in page["events"])
            lines += len(page["events"])
            assert found_in(text, needles) == [], group
    log = told.system._emulator.log.read_text(errors="replace")
    printed = [line for line in log.splitlines() if '"service":"switchboard"' in line or "ERROR" in line or "Traceback" in line]
    assert found_in("\n".join(printed), needles) == []
    assert lines + len(printed) > 50, "there was something to look at"


def test_stored_tickets_open_nothing(told: Stage) -> None:
    visitor = told.visitor()
    ticket = visitor.session  # the widget's lasting proof is not stored at all
    assert all(ticket not in text for item in items(told, "ConnectionsTable") for text in readable(item))
