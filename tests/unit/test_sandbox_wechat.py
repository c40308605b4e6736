"""The WeChat side of the channel sandbox, judged by wechatpy and by Tencent's documented answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from local.sandbox.testing import AES_KEY, Received, Receiver, Rig, running

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
APP_ID = "wx0123456789abcdef"
BASE = "/wechat/cgi-bin"
CRYPTO = WeChatCrypto("oa-token", AES_KEY, APP_ID)


def run(scenario: Callable[[Rig], Awaitable[None]], receiver: Receiver | None = None, **tuning: Any) -> None:
    async def main() -> None:
        async with running(receiver or Receiver(usual=(200, b"success")), **tuning) as rig:
            await scenario(rig)

    asyncio.run(main())


async def say(rig: Rig, **fields: Any) -> dict[str, Any]:
    return await rig.api("say", channel="wechat", account="oa-main", customer=OPENID, name="小明", **fields)


def opened(got: Received) -> str:
    query = got.query
    check_signature("oa-token", query["signature"], query["timestamp"], query["nonce"])
    plain = CRYPTO.decrypt_message(got.body.decode(), query["msg_signature"], query["timestamp"], query["nonce"])
    return str(plain)


async def stable(rig: Rig, force: bool = False, **given: str) -> dict[str, Any]:
    body = {"grant_type": "client_credential", "appid": APP_ID, "secret": "oa-secret-for-tests", **given}
    _, answer = await rig.vendor("POST", f"{BASE}/stable_token", json={**body, "force_refresh": force})
    return answer


async def classic(rig: Rig) -> str:
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": "oa-secret-for-tests"}
    _, answer = await rig.vendor("GET", f"{BASE}/token", params=query)
    return str(answer["access_token"])


async def send(rig: Rig, token: str, content: str = "您好", **body: Any) -> int:
    document = {"touser": OPENID, "msgtype": "text", "text": {"content": content}, **body}
    raw = json.dumps(document, ensure_ascii=False).encode()
    status, answer = await rig.vendor("POST", f"{BASE}/message/custom/send?access_token={token}", data=raw)
    assert status == 200  # WeChat reports errors with HTTP 200
    return int(answer["errcode"])


async def thread(rig: Rig) -> list[dict[str, Any]]:
    found = await rig.look("thread", channel="wechat", account="oa-main", customer=OPENID)
    return list(found["messages"])


def test_wechatpy_decrypts_and_parses_what_the_customer_sent() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="我要退款 ]]> <b>", message_id="23000000000000001")
        await say(rig, type="image")
        await say(rig, type="voice", recognition="你好")
        await say(rig, type="location", latitude=23.134521, longitude=113.358803, place="广州")
        text, image, voice, place = (parse_message(opened(got)) for got in rig.receiver.received)
        assert (text.content, text.source, text.target) == ("我要退款 ]]> <b>", OPENID, "gh_0123456789ab")
        assert str(text.id) == "23000000000000001"
        async with rig.session.get(image.image) as response:
            assert response.status == 200
            assert response.content_type == "image/png"
        assert voice.recognition == "你好"
        assert place.label == "广州"
        assert float(place.location_x) == pytest.approx(23.134521)
        body = rig.receiver.received[0].body.decode()
        assert "我要退款" not in body
        assert "<Encrypt>" in body
        assert rig.receiver.received[0].query["encrypt_type"] == "aes"

    run(scenario)


def test_tampered_pushes_do_not_open() -> None:
    async def scenario(rig: Rig) -> None:
        for part in ("signature", "body"):
            await say(rig, text="hi", tamper=part)
        for got in rig.receiver.received:
            with pytest.raises(InvalidSignatureException):
                opened(got)

    run(scenario)


def test_follow_menu_click_and_unfollow_are_events_without_msgid() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, type="subscribe")
        await say(rig, type="click", key="HELP")
        await say(rig, type="unsubscribe")
        events = [parse_message(opened(got)) for got in rig.receiver.received]
        assert [each.event for each in events] == ["subscribe", "click", "unsubscribe"]
        assert events[1].key == "HELP"
        assert all("<MsgId>" not in opened(got) for got in rig.receiver.received)
        assert await send(rig, (await stable(rig))["access_token"]) == 45015  # gone, so nothing may be sent

    run(scenario)


@pytest.mark.parametrize("answer", [(200, b'"success"'), (200, b"ok"), (500, b"success"), (200, b"<xml></xml>")])
def test_anything_but_success_is_retried_with_the_same_bytes(answer: tuple[int, bytes]) -> None:
    async def scenario(rig: Rig) -> None:
        outcome = await say(rig, text="hi")
        assert (outcome["attempts"], outcome["accepted"]) == (4, False)
        assert len({got.body for got in rig.receiver.received}) == 1
        assert len({json.dumps(got.query) for got in rig.receiver.received}) == 1
        assert (await thread(rig))[-1]["type"] == "notice"  # what the customer sees of it

    run(scenario, Receiver(usual=answer))


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_empty_are_both_enough(body: bytes) -> None:
    async def scenario(rig: Rig) -> None:
        assert (await say(rig, text="hi"))["attempts"] == 1
        assert len(await thread(rig)) == 1

    run(scenario, Receiver(usual=(200, body)))


def test_late_answer_is_retried() -> None:
    async def scenario(rig: Rig) -> None:
        assert (await say(rig, text="hi"))["attempts"] == 4

    run(scenario, Receiver(usual=(200, b"success"), delay_seconds=0.5), wechat_timeout_ms=30)


def test_encrypted_passive_reply_is_shown_to_the_customer() -> None:
    async def scenario(rig: Rig) -> None:
        reply = (
            f"<xml><ToUserName>{OPENID}</ToUserName><FromUserName>gh_0123456789ab</FromUserName>"
            "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>稍等</Content></xml>"
        )
        rig.receiver.usual = (200, CRYPTO.encrypt_message(reply, "nonce", "1700000000").encode())
        assert (await say(rig, text="hi"))["attempts"] == 1
        assert (await thread(rig))[-1]["text"] == "稍等"

    run(scenario)


def test_five_messages_then_the_quota_is_used_up_until_the_customer_writes_again() -> None:
    async def scenario(rig: Rig) -> None:
        token = (await stable(rig))["access_token"]
        assert await send(rig, token) == 40003  # nobody of that OpenID yet
        await say(rig, text="hi")
        assert [await send(rig, token) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
        await say(rig, text="still there?")
        assert await send(rig, token) == 0
        await rig.api("age", channel="wechat", account="oa-main", customer=OPENID, seconds=48 * 3600 + 1)
        assert await send(rig, token) == 45015

    run(scenario)


def test_tokens_only_the_latest_works_and_stable_ones_stay() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        first, second = await classic(rig), await classic(rig)
        assert first != second
        assert (await send(rig, first), await send(rig, second)) == (40001, 0)
        one, two = await stable(rig), await stable(rig)
        assert one["access_token"] == two["access_token"] != second
        assert one["expires_in"] <= 7200
        forced = (await stable(rig, force=True))["access_token"]
        assert await send(rig, one["access_token"]) == 40001
        assert (await send(rig, forced), await send(rig, second)) == (0, 0)
        assert await send(rig, "") == 41001
        assert (await stable(rig, secret="wrong"))["errcode"] == 40125
        assert (await stable(rig, appid="wxother"))["errcode"] == 40013
        assert (await stable(rig, grant_type="x"))["errcode"] == 40002

    run(scenario)


def test_expired_token_says_42001_and_a_new_one_works() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        token = (await stable(rig))["access_token"]
        await rig.api("faults", channel="wechat", kind="expire_token")
        assert await send(rig, token) == 42001
        assert await send(rig, token) == 42001
        fresh = (await stable(rig))["access_token"]
        assert fresh != token
        assert await send(rig, fresh) == 0

    run(scenario)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": {"content": "字" * 683}}, 45002),  # 2049 bytes
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "telepathy"}, 40008),
        ({"msgtype": "image", "image": {"media_id": "nope"}}, 40007),
        ({"touser": "someone"}, 40003),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "?", "list": []}}, 47001),
    ],
)
def test_bad_messages_get_wechats_code_and_reach_nobody(body: dict[str, Any], code: int) -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        token = (await stable(rig))["access_token"]
        assert await send(rig, token, **body) == code
        assert len(await thread(rig)) == 1
        assert (await rig.look("log", invalid="1"))["requests"][-1]["problems"]

    run(scenario)


def test_2048_bytes_are_still_fine() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        assert await send(rig, (await stable(rig))["access_token"], "字" * 682 + "ab") == 0

    run(scenario)


def test_escaped_characters_reach_the_customer_as_escapes() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        token = (await stable(rig))["access_token"]
        document = {"touser": OPENID, "msgtype": "text", "text": {"content": "您好\nOK"}}
        path = f"{BASE}/message/custom/send?access_token={token}"
        for ascii_only in (True, False):
            raw = json.dumps(document, ensure_ascii=ascii_only)
            assert (await rig.vendor("POST", path, data=raw.encode()))[1]["errcode"] == 0
        texts = [message["text"] for message in (await thread(rig))[1:]]
        assert texts == ["\\u60a8\\u597d\nOK", "您好\nOK"]
        noted = (await rig.look("log", invalid="1"))["requests"]
        assert len(noted) == 1
        assert "literally" in noted[0]["problems"][0]

    run(scenario)


def test_typing_needs_recent_contact_and_is_not_repeated() -> None:
    async def scenario(rig: Rig) -> None:
        token = (await stable(rig))["access_token"]

        async def typing(command: str) -> int:
            body = {"touser": OPENID, "command": command}
            path = f"{BASE}/message/custom/typing?access_token={token}"
            return int((await rig.vendor("POST", path, json=body))[1]["errcode"])

        await say(rig, text="hi")
        assert [await typing(c) for c in ("Typing", "Typing", "Wave", "CancelTyping", "Typing")] == [
            0, 45081, 45072, 0, 0,
        ]  # fmt: skip
        await rig.api("age", channel="wechat", account="oa-main", customer=OPENID, seconds=31)
        assert await typing("CancelTyping") == 45080

    run(scenario)


def test_ordered_faults_and_a_dropped_answer() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        token = (await stable(rig))["access_token"]
        for kind in ("down", "unauthorised", "rate_limit", "window", "quota", "drop_response"):
            await rig.api("faults", channel="wechat", kind=kind)
        assert [await send(rig, token) for _ in range(5)] == [-1, 40001, 45009, 45015, 45047]
        with pytest.raises(aiohttp.ClientError):
            await send(rig, token, "delivered all the same")
        assert (await thread(rig))[-1]["text"] == "delivered all the same"
        await rig.api("faults", channel="wechat", kind="down", on="token")
        assert (await stable(rig))["errcode"] == -1

    run(scenario)


def test_menu_choice_comes_back_with_its_id() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        menu = {"head_content": "满意吗?", "list": [{"id": "1", "content": "满意"}], "tail_content": ""}
        token = (await stable(rig))["access_token"]
        assert await send(rig, token, msgtype="msgmenu", msgmenu=menu) == 0
        await say(rig, type="menu_reply", id="1", text="满意")
        assert "<bizmsgmenuid><![CDATA[1]]></bizmsgmenuid>" in opened(rig.receiver.received[-1])

    run(scenario)


def test_media_goes_up_and_down() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, type="image")
        token = (await stable(rig))["access_token"]
        media_id = parse_message(opened(rig.receiver.received[0])).media_id
        url = f"{rig.base}{BASE}/media/get?access_token={token}&media_id={media_id}"
        async with rig.session.get(url) as response:
            data = await response.read()
        form = aiohttp.FormData()
        form.add_field("media", data, filename="a.png", content_type="image/png")
        path = f"{BASE}/media/upload?access_token={token}&type=image"
        uploaded = (await rig.vendor("POST", path, data=form))[1]["media_id"]
        assert await send(rig, token, msgtype="image", image={"media_id": uploaded}) == 0

    run(scenario)


def test_handshake_tells_a_good_receiver_from_a_careless_one() -> None:
    async def scenario(rig: Rig) -> None:
        def careful(got: Received) -> str:
            try:
                check_signature("oa-token", got.query["signature"], got.query["timestamp"], got.query["nonce"])
            except InvalidSignatureException:
                return "refused"
            return got.query["echostr"]

        rig.receiver.on_get = careful
        assert (await rig.api("handshake", channel="wechat", account="oa-main"))["ok"]
        assert not (await rig.api("handshake", channel="wechat", account="oa-main", wrong_secret=True))["ok"]

    run(scenario)


def test_tokens_and_secrets_stay_out_of_the_recorded_wire() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        tokens = [(await stable(rig))["access_token"], await classic(rig)]
        await send(rig, tokens[0])
        shown = json.dumps(await rig.look("log"))
        for secret in (*tokens, "oa-secret-for-tests", AES_KEY):
            assert secret not in shown

    run(scenario)


def test_reset_forgets_customers_tokens_and_faults() -> None:
    async def scenario(rig: Rig) -> None:
        await say(rig, text="hi")
        token = (await stable(rig))["access_token"]
        await rig.api("faults", channel="wechat", kind="down", count=9)
        await rig.api("reset")
        assert await thread(rig) == []
        assert await send(rig, token) == 40001
        assert (await rig.look("faults"))["pending"] == []

    run(scenario)
