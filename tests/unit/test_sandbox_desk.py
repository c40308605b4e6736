"""The channel sandbox as a tool: its configuration, its live events and its page."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from local.sandbox.config import ConfigError, parse
from local.sandbox.testing import Receiver, Rig, config_document, running


def broken(channel: str | None, key: str, value: Any) -> dict[str, Any]:
    document = config_document("http://127.0.0.1:1")
    target = document if channel is None else document[channel][0]
    target[key] = value
    return document


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (broken("whatsapp", "app_secret", ""), "whatsapp[0].app_secret"),
        (broken("whatsapp", "url", "hooks"), "whatsapp[0].url"),
        (broken("whatsapp", "colour", "red"), "colour"),
        (broken("wechat", "encoding_aes_key", "too-short"), "encoding_aes_key"),
        (broken(None, "tuning", {"status_gap_ms": "soon"}), "status_gap_ms"),
        (broken(None, "whatsapp", config_document("http://a")["whatsapp"] * 2), "same name"),
        ({"whatsapp": [], "wechat": []}, "at least one"),
        ([], "object"),
    ],
)
def test_a_wrong_configuration_is_named_without_showing_secrets(document: object, word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(document)
    assert word in str(caught.value)
    assert "too-short" not in str(caught.value)


def test_printing_the_configuration_shows_no_secret() -> None:
    shown = repr(parse(config_document("http://127.0.0.1:1")))
    for secret in (
        "app-secret-for-tests",
        "EAAG-access-token",
        "verify-me",
        "oa-secret-for-tests",
        "oa-token",
    ):
        assert secret not in shown


def test_the_live_page_is_told_of_every_message_and_call() -> None:
    async def scenario(rig: Rig) -> None:
        async with rig.session.get(f"{rig.base}/api/events") as stream:
            assert (await stream.content.readline()).startswith(b":")
            customer = {"channel": "whatsapp", "account": "wa-main", "customer": "491511234567"}
            await rig.api("say", **customer, text="hi")
            body = {"messaging_product": "whatsapp", "to": "491511234567", "text": {"body": "Hello"}}
            headers = {"Authorization": "Bearer EAAG-access-token"}
            await rig.vendor("POST", "/graph/v23.0/106540352242922/messages", json=body, headers=headers)
            seen: list[tuple[str, dict[str, Any]]] = []
            async with asyncio.timeout(5):
                while not any(d.get("message", {}).get("status") == "read" for _, d in seen):
                    line = await stream.content.readline()
                    if line.startswith(b"event: "):
                        data = (await stream.content.readline()).removeprefix(b"data: ")
                        seen.append((line[7:].strip().decode(), json.loads(data)))
        kinds = [kind for kind, _ in seen]
        assert {"message", "status", "thread", "webhook", "request"} <= set(kinds)
        assert [d["message"]["text"] for kind, d in seen if kind == "message"] == ["hi", "Hello"]

    async def main() -> None:
        async with running(Receiver()) as rig:
            await scenario(rig)

    asyncio.run(main())


def test_the_page_needs_nothing_from_outside() -> None:
    async def main() -> None:
        async with running(Receiver()) as rig:
            for path, kind in (("/", "html"), ("/page/app.js", "javascript"), ("/page/style.css", "css")):
                async with rig.session.get(rig.base + path) as response:
                    text = await response.text()
                    assert response.status == 200
                    assert kind in response.content_type
                    assert "https://" not in text
                    assert "http://" not in text

    asyncio.run(main())


def test_burst_of_many_customers_loses_nothing_and_thread_keeps_order() -> None:
    async def main() -> None:
        async with running(Receiver()) as rig:
            messages = [{"customer": f"4915100000{n % 10:02d}", "text": f"m{n}"} for n in range(200)]
            done = await rig.api("burst", channel="whatsapp", account="wa-main", messages=messages)
            assert len({outcome["message_id"] for outcome in done["outcomes"]}) == 200
            assert all(outcome["accepted"] for outcome in done["outcomes"])
            found = await rig.look("thread", channel="whatsapp", account="wa-main", customer="491510000003")
            assert [m["text"] for m in found["messages"]] == [f"m{n}" for n in range(3, 200, 10)]

    asyncio.run(main())
