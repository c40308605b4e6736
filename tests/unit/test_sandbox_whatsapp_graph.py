"""The Graph API of the channel sandbox: what it takes, refuses and answers, judged by pywa and Meta's pages."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import aiohttp
import pytest
from pywa.client import WhatsApp
from pywa.errors import ReEngagementMessage, WhatsAppError
from pywa.types.callback import Button
from pywa.types.message_status import MessageStatus

from local.sandbox.testing import Rig
from tests.unit.sandbox_whatsapp import BEARER, CLIENT, CUSTOMER, NUMBER, SEND, run, say, thread


async def send(rig: Rig, **body: Any) -> tuple[int, dict[str, Any]]:
    document = {"messaging_product": "whatsapp", "to": CUSTOMER, **body}
    return await rig.vendor("POST", SEND, json=document, headers=BEARER)


async def send_text(rig: Rig, text: str = "Hello") -> tuple[int, dict[str, Any]]:
    return await send(rig, type="text", text={"body": text})


async def until_status(rig: Rig, message_id: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            for message in await thread(rig):
                if message["id"] == message_id and message["status"] == status:
                    return message
            await asyncio.sleep(0.005)


def test_answer_is_shown_and_statuses_come_back_as_pywa_expects() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        status, answer = await send(rig, text={"body": "Hello"}, biz_opaque_callback_data="track-1")
        assert status == 200
        assert answer["messages"][0]["id"].startswith("wamid.")
        assert answer["contacts"] == [{"input": CUSTOMER, "wa_id": CUSTOMER}]
        posts = await rig.receiver.wait_for(4)
        found = [MessageStatus.from_update(CLIENT, json.loads(got.body)) for got in posts[1:]]
        assert [each.status.value for each in found] == ["sent", "delivered", "read"]
        assert {each.id for each in found} == {answer["messages"][0]["id"]}
        assert all(each.from_user.wa_id == CUSTOMER for each in found)
        assert (await thread(rig))[-1]["text"] == "Hello"

    run(scenario)


def test_statuses_can_come_out_of_order_and_before_the_response() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        await rig.api("behaviour", account="wa-main", statuses=["read", "sent"], before_response=True)
        answered = asyncio.Event()
        seen_before_answer: list[bool] = []

        async def watch(_: object) -> None:
            seen_before_answer.append(not answered.is_set())

        rig.receiver.on_post = watch
        _, answer = await send_text(rig)
        answered.set()
        assert seen_before_answer == [True, True]
        order = [
            json.loads(got.body)["entry"][0]["changes"][0]["value"]["statuses"][0]["status"]
            for got in rig.receiver.received[1:]
        ]
        assert order == ["read", "sent"]
        assert (await thread(rig))[-1]["status"] == "read"
        assert (await thread(rig))[-1]["id"] == answer["messages"][0]["id"]

    run(scenario)


def test_outside_24_hours_free_text_fails_later_but_a_template_goes_through() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        await rig.api("age", channel="whatsapp", account="wa-main", customer=CUSTOMER, seconds=24 * 3600 + 1)
        status, answer = await send_text(rig)
        assert status == 200  # Meta takes it, and says so later
        posts = await rig.receiver.wait_for(2)
        failed = MessageStatus.from_update(CLIENT, json.loads(posts[1].body))
        assert isinstance(failed.error, ReEngagementMessage)
        assert failed.id == answer["messages"][0]["id"]
        components = [{"type": "body", "parameters": [{"type": "text", "text": "Ada"}, {"type": "text", "text": "7"}]}]
        template = {"name": "order_ready", "language": {"code": "en_US"}, "components": components}
        _, answer = await send(rig, type="template", template=template)
        await until_status(rig, answer["messages"][0]["id"], "read")

    run(scenario)


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        ({"type": "text", "text": {"body": "x" * 4097}}, 100, "4096"),
        ({"type": "text", "text": {"body": ""}}, 131008, "text.body"),
        ({"type": "text", "text": {"body": "hi", "colour": "red"}}, 100, "colour"),
        ({"type": "text", "text": "hi"}, 100, "text must be an object"),
        ({"type": "text", "text": {"body": "hi"}, "image": {"link": "https://a"}}, 100, "image"),
        ({"type": "text", "text": {"body": "hi"}, "messaging_product": "sms"}, 100, "messaging_product"),
        ({"type": "image", "image": {"id": "1", "link": "https://a/b"}}, 100, "either id or link"),
        ({"type": "image", "image": {"id": "123"}}, 100, "not media uploaded"),
        ({"type": "carrier-pigeon"}, 131009, "type must be one of"),
        ({"to": "Ada", "text": {"body": "hi"}}, 100, "phone number"),
        ({"to": None, "text": {"body": "hi"}}, 100, "to is required"),
        ({"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "ok"}}, 131009, "emoji"),
        ({"type": "template", "template": {"name": "nope", "language": {"code": "en_US"}}}, 132001, "nope"),
        (
            {"type": "template", "template": {"name": "order_ready", "language": {"code": "en_US"}}},
            132000,
            "params",
        ),
    ],
)
def test_bad_payloads_get_metas_error_and_are_noted(body: dict[str, Any], code: int, word: str) -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        status, answer = await send(rig, **body)
        assert status in (400, 404)
        error = WhatsAppError.from_dict(answer["error"])
        assert error.code == code
        noted = (await rig.look("log", invalid="1"))["requests"][-1]
        assert word in " ".join(noted["problems"])
        assert len(await thread(rig)) == 1  # nothing reached the customer

    run(scenario)


def test_interactive_buttons_follow_metas_limits() -> None:
    def buttons(*titles: str) -> dict[str, Any]:
        made = [{"type": "reply", "reply": {"id": f"b{i}", "title": t}} for i, t in enumerate(titles)]
        return {"type": "button", "body": {"text": "Which?"}, "action": {"buttons": made}}

    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        assert (await send(rig, type="interactive", interactive=buttons("Yes", "No")))[0] == 200
        assert (await thread(rig))[-1]["raw"]["interactive"]["action"]["buttons"][1]["reply"]["title"] == "No"
        for bad in (buttons("1", "2", "3", "4"), buttons("x" * 21), buttons("Yes", "Yes"), buttons()):
            status, answer = await send(rig, type="interactive", interactive=bad)
            assert (status, answer["error"]["code"]) == (400, 100)

    run(scenario)


def test_token_and_number_are_checked_before_anything_else() -> None:
    async def scenario(rig: Rig) -> None:
        body = {"messaging_product": "whatsapp", "to": CUSTOMER, "text": {"body": "hi"}}
        status, answer = await rig.vendor("POST", SEND, json=body, headers={"Authorization": "Bearer nope"})
        assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
        status, _ = await rig.vendor("POST", SEND, json=body)
        assert status == 401
        status, answer = await rig.vendor("POST", "/graph/v23.0/999/messages", json=body, headers=BEARER)
        assert (status, answer["error"]["error_subcode"]) == (400, 33)
        status, answer = await rig.vendor("POST", SEND.replace("v23.0", "latest"), json=body, headers=BEARER)
        assert (status, answer["error"]["code"]) == (400, 2500)

    run(scenario)


def test_ordered_faults_come_in_order_and_then_stop() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        for kind in ("down", "unauthorised", "expire_token", "rate_limit", "pair_limit"):
            await rig.api("faults", channel="whatsapp", kind=kind, count=1)
        await rig.api("faults", channel="whatsapp", kind="window", count=1, mode="sync")
        seen = [await send_text(rig) for _ in range(7)]
        codes = [(status, answer.get("error", {}).get("code")) for status, answer in seen]
        refused = [(503, 2), (401, 190), (401, 190), (429, 130429), (400, 131056), (400, 131047)]
        assert codes == [*refused, (200, None)]
        assert len(await thread(rig)) == 2

    run(scenario)


def test_dropped_response_leaves_the_sender_unsure_while_the_customer_has_the_message() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        await rig.api("faults", channel="whatsapp", kind="drop_response")
        with pytest.raises(aiohttp.ClientError):
            await send_text(rig, "did you get it?")
        last = (await thread(rig))[-1]
        assert last["text"] == "did you get it?"
        await until_status(rig, last["id"], "read")
        assert (await rig.look("log"))["requests"][-1]["status"] is None

    run(scenario)


def test_one_customer_cannot_be_flooded() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        codes = [(await send_text(rig))[1].get("error", {}).get("code") for _ in range(4)]
        assert codes == [None, None, None, 131056]

    run(scenario, pair_burst=3)


def test_reading_marks_everything_before_it_and_shows_typing() -> None:
    async def scenario(rig: Rig) -> None:
        first = (await say(rig, text="one"))["message_id"]
        second = (await say(rig, text="two"))["message_id"]
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
        typing = {**body, "typing_indicator": {"type": "text"}}
        assert await rig.vendor("POST", SEND, json=typing, headers=BEARER) == (200, {"success": True})
        found = await rig.look("thread", channel="whatsapp", account="wa-main", customer=CUSTOMER)
        assert [m["status"] for m in found["messages"]] == ["read", "read"]
        assert first != second
        assert found["typing_until"] > found["messages"][0]["at"]
        status, answer = await rig.vendor("POST", SEND, json={**body, "message_id": "wamid.x"}, headers=BEARER)
        assert (status, answer["error"]["code"]) == (400, 131009)
        wrong = {**body, "typing_indicator": {"type": "audio"}}
        assert (await rig.vendor("POST", SEND, json=wrong, headers=BEARER))[0] == 400

    run(scenario)


def test_media_is_fetched_by_id_then_by_a_short_lived_url_that_needs_the_token() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, type="image", caption="broken")
        value = json.loads(rig.receiver.received[0].body)["entry"][0]["changes"][0]["value"]
        image = value["messages"][0]["image"]
        status, facts = await rig.vendor("GET", f"/graph/v23.0/{image['id']}", headers=BEARER)
        assert status == 200
        assert facts["mime_type"] == image["mime_type"]
        async with rig.session.get(facts["url"], headers=BEARER) as response:
            data = await response.read()
        assert hashlib.sha256(data).hexdigest() == image["sha256"] == facts["sha256"]
        assert len(data) == facts["file_size"]
        async with rig.session.get(facts["url"]) as response:
            assert response.status == 401
        stale = facts["url"].split("&oe=")[0] + "&oe=1"
        async with rig.session.get(stale, headers=BEARER) as response:
            assert response.status == 404
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": "image/png"})
        form.add_field("file", data, filename="a.png", content_type="image/png")
        status, uploaded = await rig.vendor("POST", f"/graph/v23.0/{NUMBER}/media", data=form, headers=BEARER)
        assert status == 200
        assert (await send(rig, type="image", image={"id": uploaded["id"]}))[0] == 200

    run(scenario)


def test_pywa_as_client_can_send_through_the_sandbox() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        client = WhatsApp(phone_id=NUMBER, token="EAAG-access-token", api_version="23.0")
        client.api._session.base_url = f"{rig.base}/graph/v23.0"
        sent = await asyncio.to_thread(
            client.send_message, CUSTOMER, "Choose", buttons=[Button(title="Yes", callback_data="y")]
        )
        await until_status(rig, sent.id, "read")

    run(scenario)


def test_secrets_stay_out_of_the_recorded_wire() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        await send_text(rig)
        shown = json.dumps([await rig.look("log"), await rig.look("accounts")])
        for secret in ("app-secret-for-tests", "EAAG-access-token", "verify-me", "oa-secret-for-tests"):
            assert secret not in shown

    run(scenario)


def test_a_fault_is_not_spent_on_a_call_that_is_refused_anyway() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        await rig.api("faults", channel="whatsapp", kind="down")
        body = {"messaging_product": "whatsapp", "to": CUSTOMER, "text": {"body": "hi"}}
        assert (await rig.vendor("POST", SEND, json=body, headers={"Authorization": "Bearer nope"}))[0] == 401
        assert (await send_text(rig))[0] == 503
        assert (await send_text(rig))[0] == 200

    run(scenario)
