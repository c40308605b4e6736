"""WhatsApp webhooks of the channel sandbox: what it posts, judged by pywa and Meta's documented shapes."""

from __future__ import annotations

import json
from typing import Any

from pywa.types.message import Message
from pywa.utils import HUB_SIG, webhook_updates_validator

from local.sandbox.testing import Receiver, Rig
from tests.unit.sandbox_whatsapp import BEARER, CLIENT, CUSTOMER, SEND, run, say, thread


def test_posts_verify_with_pywa_and_break_when_altered() -> None:
    async def scenario(rig: Rig) -> None:
        outcome = await say(rig, text="Grüße / 你好 👋")
        got = rig.receiver.received[0]
        assert webhook_updates_validator("app-secret-for-tests", got.body, got.headers[HUB_SIG])
        assert not webhook_updates_validator("another", got.body, got.headers[HUB_SIG])
        reserialised = json.dumps(json.loads(got.body)).encode()
        assert not webhook_updates_validator("app-secret-for-tests", reserialised, got.headers[HUB_SIG])
        assert outcome["http_status"] == 200
        assert outcome["attempts"] == 1
        await say(rig, text="x", tamper="signature")
        await say(rig, text="x", tamper="body")
        for forged in rig.receiver.received[1:]:
            assert not webhook_updates_validator("app-secret-for-tests", forged.body, forged.headers[HUB_SIG])

    run(scenario)


def test_pywa_reads_text_media_location_and_quote_as_the_customer_sent_them() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="Grüße / 你好 👋", context="wamid.earlier", context_from="15550783881")
        await say(rig, type="document", filename="bill.pdf", caption="my bill", mime="application/pdf")
        await say(rig, type="location", latitude=52.52, longitude=13.405, place="Berlin")
        await say(rig, type="unsupported")
        text, document, place, strange = (Message.from_update(CLIENT, json.loads(got.body)) for got in rig.receiver.received)
        assert text.text == "Grüße / 你好 👋"
        assert text.reply_to_message is not None
        assert text.reply_to_message.id == "wamid.earlier"
        assert (text.from_user.wa_id, text.from_user.name) == (CUSTOMER, "Ada")
        assert text.from_user.bsuid.startswith("DE.")
        assert document.document is not None
        assert document.document.filename == "bill.pdf"
        assert document.caption == "my bill"
        assert place.location is not None
        assert place.location.latitude == 52.52
        assert strange.error is not None
        assert strange.error.code == 131051

    run(scenario)


def test_button_choice_and_reaction_reach_the_system_in_metas_shape() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, type="button_reply", id="yes", title="Yes", context="wamid.q")
        await say(rig, type="reaction", target="wamid.q", emoji="👍")
        first, second = (
            json.loads(got.body)["entry"][0]["changes"][0]["value"]["messages"][0] for got in rig.receiver.received
        )
        assert first["type"] == "interactive"
        assert first["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}
        assert first["context"]["id"] == "wamid.q"
        assert second["reaction"] == {"message_id": "wamid.q", "emoji": "👍"}

    run(scenario)


def test_customer_without_phone_number_is_known_by_bsuid_only() -> None:
    async def scenario(rig: Rig) -> None:
        bsuid = "US.13491208655302741918"
        await rig.api(
            "say",
            channel="whatsapp",
            account="wa-main",
            customer=bsuid,
            name="Bo",
            text="hi",
            username="bo_1",
        )
        update = json.loads(rig.receiver.received[0].body)
        message = Message.from_update(CLIENT, update)
        assert message.from_user.bsuid == bsuid
        assert message.from_user.wa_id is None
        assert message.from_user.username == "bo_1"
        assert "from" not in update["entry"][0]["changes"][0]["value"]["messages"][0]
        document = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "hi"}}
        status, answer = await rig.vendor("POST", SEND, json={**document, "recipient": bsuid}, headers=BEARER)
        assert status == 200
        assert answer["contacts"] == [{"input": bsuid, "user_id": bsuid}]
        status, _ = await rig.vendor("POST", SEND, json={**document, "to": bsuid}, headers=BEARER)
        assert status == 200
        last = (await thread(rig, bsuid))[-1]
        assert last["status"] == "dropped"
        log = await rig.look("log", invalid="1")
        assert "recipient" in log["requests"][-1]["problems"][0]

    run(scenario)


def test_refused_posts_are_retried_with_the_same_bytes_and_then_given_up() -> None:
    async def scenario(rig: Rig) -> None:
        rig.receiver.script = [(500, b""), (503, b"")]
        outcome = await say(rig, text="once")
        assert (outcome["attempts"], outcome["accepted"]) == (3, True)
        posts = rig.receiver.received
        assert len({(got.body, got.headers[HUB_SIG]) for got in posts}) == 1
        assert len(posts) == 3
        rig.receiver.usual = (500, b"")
        outcome = await say(rig, text="never")
        assert (outcome["attempts"], outcome["accepted"]) == (4, False)
        assert (await thread(rig))[-1]["status"] == "undelivered"

    run(scenario)


def test_slow_receiver_counts_as_no_answer() -> None:
    async def scenario(rig: Rig) -> None:
        outcome = await say(rig, text="hello?")
        assert outcome["http_status"] is None
        assert outcome["attempts"] == 4
        assert "no answer" in outcome["reason"]

    run(scenario, Receiver(delay_seconds=0.5), whatsapp_timeout_ms=30)


def test_burst_in_one_post_and_replay_of_the_same_bytes() -> None:
    async def scenario(rig: Rig) -> None:
        burst = {"channel": "whatsapp", "account": "wa-main", "customer": CUSTOMER, "count": 5}
        done = await rig.api("burst", **burst, mode="one_post")
        ids = [outcome["message_id"] for outcome in done["outcomes"]]
        value = json.loads(rig.receiver.received[0].body)["entry"][0]["changes"][0]["value"]
        assert [message["id"] for message in value["messages"]] == ids
        assert len(set(ids)) == 5
        assert len(rig.receiver.received) == 1
        await rig.api("burst", **burst, mode="parallel")
        assert len(rig.receiver.received) == 6
        await rig.api("replay", message_id=ids[0], times=3, parallel=True)
        assert {got.body for got in rig.receiver.received[6:]} == {rig.receiver.received[0].body}
        assert len(rig.receiver.received) == 9

    run(scenario)


def test_handshake_tells_a_good_receiver_from_a_careless_one() -> None:
    async def scenario(rig: Rig) -> None:
        def careful(got: Any) -> str:
            right = got.query["hub.verify_token"] == "verify-me" and got.query["hub.mode"] == "subscribe"
            return str(got.query["hub.challenge"]) if right else "refused"

        rig.receiver.on_get = careful
        assert (await rig.api("handshake", channel="whatsapp", account="wa-main"))["ok"]
        assert not (await rig.api("handshake", channel="whatsapp", account="wa-main", wrong_secret=True))["ok"]

    run(scenario)


def test_a_wrong_order_from_a_tester_is_explained() -> None:
    async def scenario(rig: Rig) -> None:
        for path, document, word in (
            ("say", {"channel": "fax"}, "channel"),
            ("say", {"channel": "whatsapp", "account": "x", "customer": CUSTOMER, "text": "a"}, "wa-main"),
            ("say", {"channel": "whatsapp", "customer": "ada", "text": "a"}, "customer"),
            ("say", {"channel": "whatsapp", "customer": CUSTOMER}, "text"),
            ("say", {"channel": "whatsapp", "customer": CUSTOMER, "type": "smell"}, "smell"),
            ("faults", {"channel": "whatsapp", "kind": "gremlins"}, "kind"),
            ("replay", {"message_id": "wamid.unknown"}, "message_id"),
        ):
            answer = await rig.api(path, **document)
            assert answer["_status"] == 400
            assert word in answer["error"]
        assert rig.receiver.received == []

    run(scenario)
