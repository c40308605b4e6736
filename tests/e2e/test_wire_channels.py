"""A customer writes, an agent answers, and learns what became of the answer: once for each channel."""

from __future__ import annotations

import json

import pytest

from local.peers import call
from tests.e2e.stage import Stage, a_wish


def test_whatsapp_there_and_back_with_all_ticks(stage: Stage) -> None:
    mia, ann = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.takes_up(ann.wishes())
    message = mia.reply(conversation, "Hello, Mia here. What happened?")
    ann.hears("Hello, Mia here. What happened?")
    for status in ("sent", "delivered", "read"):
        mia.hears_of_delivery(message, status)
    assert mia.statuses_of(message)[-3:] == ["sent", "delivered", "read"]
    assert mia.conversation(conversation)["deliveries"][message] == {"status": "read", "reason": ""}


def test_wechat_there_and_back_where_sent_is_all_the_vendor_tells(stage: Stage) -> None:
    chen, xiaoming = stage.agent("chen").online(), stage.customer("wechat")
    conversation = chen.takes_up(xiaoming.wishes())
    message = chen.reply(conversation, "您好，我是陈静，请问需要什么帮助？")
    assert xiaoming.hears("您好，我是陈静，请问需要什么帮助？")["type"] == "text"
    chen.hears_of_delivery(message, "sent")
    assert chen.conversation(conversation)["deliveries"][message]["status"] == "sent"


def test_webchat_there_and_back_until_the_visitor_has_it_on_screen(stage: Stage) -> None:
    mia, lena = stage.agent("mia").online(), stage.visitor()
    lena.say(wish := a_wish())
    conversation = mia.takes_up(wish)
    message = mia.reply(conversation, "Of course. I am here.")
    _, event = lena.hears("Of course. I am here.")
    assert event["message"] == message
    mia.hears_of_delivery(message, "sent")
    lena.socket.request("received", messages=[message])
    mia.hears_of_delivery(message, "delivered")


@pytest.mark.parametrize("channel", ["whatsapp", "wechat"])
def test_the_vendor_finds_nothing_wrong_with_our_calls(stage: Stage, channel: str) -> None:
    """Long answers are split, every piece arrives in order, and the strict sandbox notes no problem."""
    mia, customer = stage.agent("mia").online(), stage.customer(channel)
    conversation = mia.takes_up(customer.wishes())
    paragraphs = 12 if channel == "whatsapp" else 5  # WeChat lets us send five pieces after a customer's message
    answer = "\n\n".join(f"Paragraph {n}. " + "Ein Satz mit Umlauten äöü und 中文。 " * 10 for n in range(paragraphs))
    message = mia.reply(conversation, answer)
    mia.hears_of_delivery(message, "sent")
    pieces = [m["text"] for m in customer.thread() if m["direction"] == "out" and "Satz" in m["text"]]
    assert len(pieces) > 1
    assert "".join("".join(pieces).split()) == "".join(answer.split())
    with_problems = [r for r in _log(stage, customer.id) if r["problems"]]
    assert with_problems == []


@pytest.mark.parametrize("channel", ["whatsapp", "wechat"])
def test_the_vendor_can_prove_that_the_address_is_ours(stage: Stage, channel: str) -> None:
    customer = stage.customer(channel)
    assert customer.post("handshake")["ok"]
    assert not customer.post("handshake", wrong_secret=True)["ok"]


def test_a_customer_who_hides_the_number_is_answered_too(stage: Stage) -> None:
    mia = stage.agent("mia").online()
    hidden = stage.customer("whatsapp", username="noor.hidden")
    conversation = mia.takes_up(hidden.wishes())
    message = mia.reply(conversation, "We can reach you without your number.")
    hidden.hears("We can reach you without your number.")
    mia.hears_of_delivery(message, "read")


def _log(stage: Stage, customer: str) -> list[dict[str, object]]:
    return list(call("GET", f"{stage.system.sandbox}/api/log?customer={customer}")["requests"])


def test_typing_is_shown_to_the_other_side_and_kept_nowhere(stage: Stage) -> None:
    mia, lena = stage.agent("mia").online(), stage.visitor()
    lena.say(wish := a_wish())
    conversation = mia.takes_up(wish)
    before = mia.conversation(conversation)["conversation"]["last_event"]
    lena.socket.request("typing")
    mia.socket.expect("the customer's typing", lambda f: f["type"] == "typing" and f["who"] == "customer")
    mia.act("typing", conversation)
    lena.socket.expect("the agent's typing", lambda f: f["type"] == "typing" and f["who"] == "agent")
    assert mia.conversation(conversation)["conversation"]["last_event"] == before
    assert mia.id not in json.dumps([f for _, f in lena.socket.frames]), "visitors are not told who serves them"
