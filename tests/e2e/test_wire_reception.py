"""What reaches the webhooks: forgeries stay out, repetitions count once, order is kept, nothing is too odd for an answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

import pytest

from local import company
from local.peers import call
from local.sandbox.config import WeChatAccount
from local.sandbox.wechat.crypto import seal
from tests.e2e.stage import ACCOUNTS, Customer, Stage, post, until


@pytest.fixture(scope="module", autouse=True)
def left_by_others(theatre: Stage) -> int:
    """What other tests left in the queue: of a router process that was replaced the emulator brings the last message again."""
    return theatre.waiting_in("Inbound")


VENDORS = ("whatsapp", "wechat")


def webhook(stage: Stage, channel: str) -> str:
    return f"{stage.system.public_api}/webhooks/{channel}/{ACCOUNTS[channel]}"


def whatsapp_post(stage: Stage, body: bytes, secret: str = "") -> int:
    """The status of a post signed as Meta does."""
    key = (secret or str(company.WHATSAPP["app_secret"])).encode()
    signature = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
    return post(webhook(stage, "whatsapp"), body, headers)


def wechat_post(stage: Stage, xml: str) -> int:
    """The status of a post encrypted and signed as Tencent does."""
    w = {k: str(v) for k, v in company.WECHAT.items()}
    account = WeChatAccount(
        w["account"], webhook(stage, "wechat"), w["app_id"], w["original_id"], w["token"], w["encoding_aes_key"], w["app_secret"]
    )
    sealed = seal(account, xml, "o" + "x" * 27)
    return post(f"{account.url}?{sealed.query}", sealed.body, {"Content-Type": "text/xml"})


def change(value: dict[str, Any], field: str = "messages") -> bytes:
    """A WhatsApp post with one change."""
    metadata = {"phone_number_id": company.WHATSAPP["phone_number_id"]}
    changes = [{"field": field, "value": {"metadata": metadata, **value}}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def texts_on_record(stage: Stage, customer: Customer) -> list[str]:
    """All texts of the customer's current conversation, in order."""
    conversation = stage.current(customer)
    return stage.received(conversation) if conversation else []


def recorded(stage: Stage, customer: Customer, last: str) -> list[str]:
    """The texts on record once `last` is: what was sent before it is there by then or never will be."""

    def look() -> list[str]:
        conversation = stage.current(customer)
        found = stage.received(conversation) if conversation else []
        return found if last in found else []

    return until(f"{last!r} on record", look)


@pytest.mark.parametrize("tamper", ["signature", "body"])
@pytest.mark.parametrize("channel", VENDORS)
def test_a_forged_post_is_refused_and_leaves_no_trace(stage: Stage, channel: str, tamper: str) -> None:
    customer = stage.customer(channel)
    outcome = customer.post("say", text="forged words", tamper=tamper)
    assert outcome["http_status"] in (401, 403)
    customer.says("genuine words")  # in the same group of the queue: had the forged one been queued, it would stand before
    assert recorded(stage, customer, "genuine words") == ["genuine words"]


def test_strangers_learn_nothing_of_which_accounts_exist(stage: Stage) -> None:
    def answer(account: str) -> int:
        return post(f"{stage.system.public_api}/webhooks/whatsapp/{account}", b"{}", {"X-Hub-Signature-256": "sha256=00"})

    assert answer("no-such-account") == answer(ACCOUNTS["whatsapp"]) == 401


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"object":', b"\xff\xfe"])
def test_whatsapp_malformed_is_the_senders_fault(stage: Stage, body: bytes) -> None:
    assert 400 <= whatsapp_post(stage, body) < 500


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"object": "page"}).encode(),
        json.dumps({"object": "whatsapp_business_account", "entry": [None, 7, {"changes": "x"}]}).encode(),
        change({"event": "VERIFIED"}, "account_update"),
        change({"errors": [{"code": 131000}]}),
        change({"messages": [{"id": "wamid.x"}]}),
        change({"statuses": [{"id": "wamid.x", "status": "teleported", "recipient_id": "491701112223"}]}),
        change({"statuses": [{"id": "wamid.never-sent-by-us", "status": "read", "recipient_id": "491701112223"}]}),
    ],
    ids=["object", "shapes", "field", "errors", "no-sender", "status", "unknown-message"],
)
def test_whatsapp_unknown_things_are_taken_with_thanks(stage: Stage, body: bytes) -> None:
    assert whatsapp_post(stage, body) == 200


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        ("<xml><FromUserName>oX</FromUserName><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event></xml>", (200,)),
        ("<xml><FromUserName>oX</FromUserName><MsgType>event</MsgType><Event>of_2031</Event></xml>", (200,)),
        ("<xml><MsgType>text</MsgType></xml>", (400,)),
        ("this is no XML", (400,)),
        ('<!DOCTYPE x [<!ENTITY e "boom">]><xml><FromUserName>&e;</FromUserName><MsgType>text</MsgType></xml>', (400,)),
    ],
    ids=["known-event", "unknown-event", "no-sender", "no-xml", "entities"],
)
def test_wechat_odd_posts_are_answered_plainly(stage: Stage, xml: str, status: tuple[int, ...]) -> None:
    assert wechat_post(stage, xml) in status


def test_wechat_unencrypted_posts_are_refused(stage: Stage) -> None:
    assert post(webhook(stage, "wechat"), b"<xml><FromUserName>o</FromUserName></xml>", {}) == 401


@pytest.mark.parametrize(("channel", "size"), [("whatsapp", 3 * 1024 * 1024 + 1), ("wechat", 256 * 1024 + 1)])
def test_oversized_posts_are_refused_unread(stage: Stage, channel: str, size: int) -> None:
    assert post(webhook(stage, channel), b"x" * size, {"Content-Type": "text/plain"}) == 413


def test_a_message_of_a_new_kind_reaches_the_agent_as_such(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    customer.post("say", type="raw", raw={"type": "hologram", "hologram": {"id": "1"}})
    event = mia.event("the hologram", conversation, lambda e: e["type"] == "message_received" and e["content"]["kind"] != "text")
    assert event["content"]["kind"] == "unsupported"


@pytest.mark.parametrize("channel", VENDORS)
def test_the_same_post_fifty_times_and_later_again_is_one_message(stage: Stage, channel: str) -> None:
    customer = stage.customer(channel)
    message = customer.says("only once please")
    for _ in range(10):  # five at a time: the emulator starts a process for each call it serves at the same moment
        outcomes = customer.post("replay", message_id=message, times=5, parallel=True)["outcomes"]
        assert [o["http_status"] for o in outcomes] == [200] * 5
    customer.says("a second thing")
    assert recorded(stage, customer, "a second thing") == ["only once please", "a second thing"]
    customer.post("replay", message_id=message, times=3)
    customer.says("a third thing")
    assert recorded(stage, customer, "a third thing") == ["only once please", "a second thing", "a third thing"]


def test_a_repetition_after_the_queue_has_forgotten_the_first_is_still_one_message(stage: Stage) -> None:
    """SQS knows a message for five minutes; the ledger knows it for good."""
    customer = stage.customer("whatsapp")
    vendor_id = customer.says("known for good")
    assert recorded(stage, customer, "known for good")
    group, services = stage.group(customer), stage.system.services
    item = {
        "channel": "whatsapp", "account": customer.account, "sender": {"address": customer.address, "name": customer.name},
        "vendor_id": vendor_id, "content": {"text": "known for good"}, "sent_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    body = services.queue_seal.seal(group, json.dumps({"v": 1, "kind": "message", "item": item}).encode())
    stage.aws("sqs").send_message(
        QueueUrl=stage.system.outputs["InboundQueueUrl"], MessageBody=body, MessageGroupId=group,
        MessageDeduplicationId=secrets.token_hex(8),
    )  # fmt: skip
    customer.says("and on we go")
    assert recorded(stage, customer, "and on we go") == ["known for good", "and on we go"]


def test_ten_messages_in_one_post_arrive_in_order(stage: Stage) -> None:
    customer = stage.customer("whatsapp")
    texts = [f"line {n} of ten" for n in range(10)]
    customer.bursts(texts, "one_post")
    assert recorded(stage, customer, texts[-1]) == texts


@pytest.mark.parametrize("channel", VENDORS)
def test_posts_of_one_customer_one_after_another_stay_in_order(stage: Stage, channel: str) -> None:
    customer = stage.customer(channel)
    texts = [f"thought {n}" for n in range(12)]
    for text in texts:
        customer.says(text)
    assert recorded(stage, customer, texts[-1]) == texts


def test_parallel_posts_of_a_new_customer_open_one_conversation_and_lose_nothing(stage: Stage) -> None:
    customer = stage.customer("whatsapp")
    texts = [f"all at once {n}" for n in range(10)]
    customer.bursts(texts, "parallel")

    def all_there() -> list[str]:
        found = stage.received(stage.current(customer)) if stage.known(customer) else []
        return found if len(found) >= len(texts) else []

    assert sorted(until("all of them", all_there)) == sorted(texts)
    assert len(stage.system.services.access.history(stage.known(customer))) == 1


def test_a_very_large_message_arrives_whole(stage: Stage) -> None:
    """250 KB do not fit into a queue: they take the way through S3."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    kept = len(_blobs(stage))
    text = "Begin. " + "".join(f"{n:07d} Grüße 你好; " for n in range(10_800)) + "End."
    assert len(text.encode()) > 250_000
    customer.says(text)
    assert until("the large message", lambda: mia.received(conversation)[1:]) == [text]
    assert len(_blobs(stage)) == kept + 1


def _blobs(stage: Stage) -> list[Any]:
    return list(stage.aws("s3").list_objects_v2(Bucket=stage.system.outputs["BlobBucket"]).get("Contents", []))


def test_nothing_was_left_in_the_queue(stage: Stage, left_by_others: int) -> None:
    until("an empty queue", lambda: stage.waiting_in("Inbound") <= left_by_others)
    assert call("GET", f"{stage.system.sandbox}/api/health")["ok"]
