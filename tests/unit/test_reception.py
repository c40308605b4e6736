"""Webhooks: who is not the vendor is turned away and learns nothing; what the vendor says is queued before it hears yes."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.inbound import InboundMessage
from switchboard.entry.http import request_of
from switchboard.entry.reception import receive
from tests.unit.channel_events import EVENTS, whatsapp_post, whatsapp_value
from tests.unit.process import Process, metrics_of


def sample(name: str = "text", channel: str = "whatsapp") -> dict[str, Any]:
    return json.loads((EVENTS / f"webhook_{channel}" / f"{name}.json").read_text())  # type: ignore[no-any-return]


def signed(body: bytes | dict[str, Any]) -> dict[str, Any]:
    """A post with Meta's signature of exactly this body."""
    request = whatsapp_post(body)
    event = sample()
    return {**event, "headers": dict(request.headers), "body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


@pytest.mark.parametrize(("channel", "name"), [("whatsapp", "text"), ("whatsapp", "text_base64"), ("wechat", "text")])
def test_a_vendors_message_is_queued_sealed_and_acknowledged(process: Process, channel: str, name: str) -> None:
    answer = receive(process, channel, sample(name, channel))
    assert answer["statusCode"] == 200
    [entry] = process.queue.entries
    opened = process.inbound.open(entry["MessageGroupId"], entry["MessageBody"], {})
    assert opened.item.channel == channel
    assert "parcel" not in json.dumps(entry)
    assert "4520000001" not in json.dumps(entry)


def test_several_messages_of_a_post_are_queued_in_its_order(process: Process) -> None:
    receive(process, "whatsapp", sample("several"))
    items = [process.inbound.open(e["MessageGroupId"], e["MessageBody"], {}).item for e in process.queue.entries]
    assert len(items) > 1
    again = Process(process.world)
    receive(again, "whatsapp", sample("several"))
    assert [e["MessageDeduplicationId"] for e in again.queue.entries] == [
        e["MessageDeduplicationId"] for e in process.queue.entries
    ]


@pytest.mark.parametrize("header", ["sha256=" + "0" * 64, "", "sha256=", "md5=x", "ä", None])
def test_a_wrong_signature_is_401_and_nothing_is_queued(process: Process, header: str | None) -> None:
    event = sample()
    event["headers"].pop("X-Hub-Signature-256")
    if header is not None:
        event["headers"]["X-Hub-Signature-256"] = header
    assert receive(process, "whatsapp", event)["statusCode"] == 401
    assert process.queue.entries == []


def test_one_changed_byte_is_401(process: Process) -> None:
    event = sample()
    event["body"] = event["body"].replace("parcel", "parceI")
    assert receive(process, "whatsapp", event)["statusCode"] == 401
    assert process.queue.entries == []


def test_anothers_signature_is_no_signature(process: Process) -> None:
    """A post signed for one account does not open another channel's door."""
    event = sample()
    event["pathParameters"] = {"account": "shop-cn"}
    assert receive(process, "wechat", event)["statusCode"] in (400, 401)
    assert process.queue.entries == []


def forged(**changes: Any) -> dict[str, Any]:
    event = {**sample(), **changes}
    event["headers"] = {"X-Hub-Signature-256": "sha256=" + "0" * 64}
    return event


@pytest.mark.parametrize("account", ["unknown", "", "../support-eu", "support-eu/x", "äöü"])
def test_an_unknown_account_is_401_too(process: Process, account: str) -> None:
    answer = receive(process, "whatsapp", forged(pathParameters={"account": account}))
    assert answer["statusCode"] == 401
    assert receive(process, "whatsapp", forged(pathParameters=None))["statusCode"] == 401


def test_a_stranger_cannot_tell_an_unknown_account_from_a_wrong_signature(process: Process) -> None:
    assert receive(process, "whatsapp", forged(pathParameters={"account": "unknown"})) == receive(process, "whatsapp", forged())


def test_a_stranger_cannot_tell_an_unknown_account_by_a_large_post(process: Process) -> None:
    large = "x" * (4 * 1024 * 1024)
    known = receive(process, "whatsapp", forged(body=large))
    assert receive(process, "whatsapp", forged(body=large, pathParameters={"account": "unknown"})) == known


def test_an_oversized_post_is_413_and_nothing_is_queued(process: Process) -> None:
    assert receive(process, "whatsapp", signed(b" " * (3 * 1024 * 1024 + 1)))["statusCode"] == 413
    assert process.queue.entries == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"object":', b"[" * 100_000])
def test_a_signed_post_that_cannot_be_read_is_400(process: Process, body: bytes) -> None:
    answer = receive(process, "whatsapp", signed(body))
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["code"] == "malformed"
    assert process.queue.entries == []


def test_a_body_that_claims_to_be_base64_and_is_not_is_400(process: Process) -> None:
    assert receive(process, "whatsapp", {**sample(), "isBase64Encoded": True})["statusCode"] == 400


def test_the_raw_bytes_are_what_was_signed() -> None:
    body = b'{"a": "\xf0\x9f\x93\xa6"}\n'
    plain = {"httpMethod": "POST", "headers": {"X-A": "1"}, "body": body.decode(), "isBase64Encoded": False}
    encoded = {**plain, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert request_of(plain).body == request_of(encoded).body == body
    assert request_of(plain).headers == {"x-a": "1"}
    assert request_of({"httpMethod": "GET", "headers": None, "body": None}).body == b""


def test_what_we_do_not_know_yet_is_200_counted_and_not_queued(
    process: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    post = whatsapp_value({"messages": []}, field="something_of_2030")
    assert receive(process, "whatsapp", signed(post))["statusCode"] == 200
    assert process.queue.entries == []
    counted = [m for m in metrics_of(capsys.readouterr().out) if "WebhookUnrecognised" in m]
    assert [m["kind"] for m in counted] == ["field:something_of_2030"]


@pytest.mark.parametrize("trouble", ["error", "partial"])
def test_what_could_not_be_queued_is_503_so_that_the_vendor_sends_it_again(process: Process, trouble: str) -> None:
    process.queue.trouble = trouble
    answer = receive(process, "whatsapp", sample())
    assert answer["statusCode"] == 503
    process.queue.trouble = ""
    process.queue.entries.clear()
    assert receive(process, "whatsapp", sample())["statusCode"] == 200
    assert len(process.queue.entries) == 1


def test_an_account_store_that_is_down_is_503_and_not_a_refusal(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: str) -> None:
        raise StorageUnavailable("try again")

    monkeypatch.setattr(process.accounts, "account", down)
    assert receive(process, "whatsapp", sample())["statusCode"] == 503


def test_a_large_message_goes_through_the_bucket_whole(process: Process) -> None:
    text = "字" * 90_000
    message = {"id": "wamid.L", "timestamp": "1795348801", "type": "text", "text": {"body": text}, "from": "4520000001"}
    assert receive(process, "whatsapp", signed(whatsapp_value({"messages": [message]})))["statusCode"] == 200
    [entry] = process.queue.entries
    assert len(entry["MessageBody"]) < 10_000
    assert len(process.bucket.objects) == 1
    item = process.inbound.open(entry["MessageGroupId"], entry["MessageBody"], {}).item
    assert isinstance(item, InboundMessage)
    assert item.content.text == text


@pytest.mark.parametrize("channel", ["whatsapp", "wechat"])
def test_the_vendors_proof_of_address_is_answered_and_a_wrong_one_is_not(process: Process, channel: str) -> None:
    event = sample("handshake", channel)
    assert receive(process, channel, event)["statusCode"] == 200
    query = {k: "wrong" if "token" in k or "signature" in k else v for k, v in event["queryStringParameters"].items()}
    assert receive(process, channel, {**event, "queryStringParameters": query})["statusCode"] == 401
    assert receive(process, channel, {**event, "queryStringParameters": None})["statusCode"] in (400, 401)
    assert process.queue.entries == []


def test_refusals_are_counted_and_nothing_a_customer_wrote_is_logged(
    process: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(process, "whatsapp", sample())
    receive(process, "whatsapp", forged())
    printed = capsys.readouterr().out
    assert [m["code"] for m in metrics_of(printed) if "WebhookRefused" in m] == ["bad_signature"]
    for secret in ("parcel", "4520000001", "Anna", "wamid"):
        assert secret not in printed
