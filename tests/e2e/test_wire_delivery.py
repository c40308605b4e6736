"""Messages to customers while vendors fail in every way they know: sent once, late rather than never, and never lost in silence."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from local.peers import call
from tests.e2e.stage import ACCOUNTS, Agent, Customer, Stage

DAY = 24 * 3600


def fault(stage: Stage, channel: str, kind: str, count: int = 1, **more: Any) -> None:
    document = {"channel": channel, "account": ACCOUNTS[channel], "kind": kind, "count": count, **more}
    call("POST", f"{stage.system.sandbox}/api/faults", document)


def behaviour(stage: Stage, **how: Any) -> None:
    call("POST", f"{stage.system.sandbox}/api/behaviour", {"account": ACCOUNTS["whatsapp"], **how})


def calls_with(stage: Stage, text: str) -> list[dict[str, Any]]:
    """Our calls to the vendors that carry a text."""
    return [r for r in call("GET", f"{stage.system.sandbox}/api/log")["requests"] if text in r["body"]]


def in_talk(stage: Stage, channel: str = "whatsapp", login: str = "mia") -> tuple[Agent, Customer, str]:
    """An agent who has accepted a customer's conversation."""
    agent, customer = stage.agent(login).online(), stage.customer(channel)
    conversation = agent.takes_up(customer.wishes())
    customer.hears("")  # the hand-over's words are out, so faults meet what the test sends
    return agent, customer, conversation


def test_a_vendor_that_is_down_is_tried_again_with_growing_pauses(stage: Stage) -> None:
    mia, ann, conversation = in_talk(stage)
    fault(stage, "whatsapp", "down", 2)
    message = mia.reply(conversation, "This one comes late")
    mia.hears_of_delivery(message, "read", 30)
    assert len(ann.copies("This one comes late")) == 1
    tries = [c["at"] for c in calls_with(stage, "This one comes late")]
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert len(pauses) == 2
    assert pauses[1] > 2 * pauses[0] > 2_000


@pytest.mark.parametrize("channel", ["whatsapp", "wechat"])
def test_later_answers_wait_for_the_one_that_is_tried_again_and_other_customers_do_not(stage: Stage, channel: str) -> None:
    mia, ann, conversation = in_talk(stage, channel)
    other = stage.customer(channel)
    elsewhere = mia.takes_up(other.wishes())
    other.hears("")
    fault(stage, channel, "down")
    first = mia.reply(conversation, "First of two")
    mia.hears_of_delivery(first, "pending")
    second = mia.reply(conversation, "Second of two")
    meanwhile = mia.reply(elsewhere, "To somebody else")
    mia.hears_of_delivery(meanwhile, "sent")
    assert ann.copies("of two") == []
    mia.hears_of_delivery(second, "sent", 30)
    assert [m["text"] for m in ann.copies("of two")] == ["First of two", "Second of two"]


def test_a_closed_window_is_shown_and_the_message_can_be_sent_again_once_it_is_open(stage: Stage) -> None:
    mia, ann, conversation = in_talk(stage)
    ann.post("age", seconds=DAY + 1)
    message = mia.reply(conversation, "Too late, it seems")
    failed = mia.hears_of_delivery(message, "failed")
    assert "131047" in failed["reason"]
    event = mia.event("the failure on record", conversation, lambda e: e["type"] == "delivery_failed")
    assert (event["message"], event["reason"]) == (message, failed["reason"])

    ann.says("I am back")
    mia.act("resend", conversation, message=message)
    again = mia.event("the message once more", conversation, lambda e: e.get("resend_of") == message)
    mia.hears_of_delivery(again["message"], "read")
    delivered = [m for m in ann.copies("Too late, it seems") if m["status"] == "read"]
    assert len(delivered) == 1
    assert mia.conversation(conversation)["deliveries"][message]["status"] == "failed"
    assert mia.fails("resend", conversation, message=message) == "not_allowed_now"


def test_a_refusal_in_the_answer_is_shown_too(stage: Stage) -> None:
    chen, xiaoming, conversation = in_talk(stage, "wechat", "chen")
    fault(stage, "wechat", "window")
    message = chen.reply(conversation, "太晚了")
    assert "45015" in chen.hears_of_delivery(message, "failed")["reason"]
    chen.event("the failure on record", conversation, lambda e: e["type"] == "delivery_failed" and e["message"] == message)
    assert xiaoming.copies("太晚了") == []


def test_only_a_failed_message_can_be_sent_again(stage: Stage) -> None:
    mia, ann, conversation = in_talk(stage)
    message = mia.reply(conversation, "Delivered as it should be")
    mia.hears_of_delivery(message, "read")
    assert mia.fails("resend", conversation, message=message) == "not_allowed_now"
    assert mia.fails("resend", conversation, message="m-unheard-of") == "not_found"
    assert len(ann.copies("Delivered as it should be")) == 1


@pytest.mark.parametrize("channel", ["whatsapp", "wechat"])
def test_a_lost_answer_leaves_the_message_unknown_and_unrepeated(stage: Stage, channel: str) -> None:
    mia, ann, conversation = in_talk(stage, channel)
    fault(stage, channel, "drop_response")
    message = mia.reply(conversation, "Did you get this?")
    mia.hears_of_delivery(message, "unknown")
    following = mia.reply(conversation, "And this?")
    mia.hears_of_delivery(following, "sent")  # the same queue group: a second try would have come before
    assert len(ann.copies("Did you get this?")) == 1
    assert mia.conversation(conversation)["deliveries"][message]["status"] == "unknown"


@pytest.mark.parametrize("order", [["sent", "delivered", "read"], ["read", "delivered", "sent"]], ids=["in-order", "reversed"])
def test_statuses_that_come_before_the_answer_or_in_any_order_never_lower_a_tick(stage: Stage, order: list[str]) -> None:
    mia, _, conversation = in_talk(stage)
    behaviour(stage, statuses=order, gap_ms=0, before_response=True)
    message = mia.reply(conversation, "Quick as a flash")
    mia.hears_of_delivery(message, "read")
    behaviour(stage, statuses=["sent"], gap_ms=0, before_response=False)
    following = mia.reply(conversation, "Something after it")
    mia.hears_of_delivery(following, "sent")
    ranks = {"pending": 0, "sending": 1, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}
    shown = [ranks[s] for s in mia.statuses_of(message)]
    after_read = shown[shown.index(5) :]
    assert set(after_read) == {5}, f"pushed {mia.statuses_of(message)}"
    assert mia.conversation(conversation)["deliveries"][message]["status"] == "read"


def test_statuses_in_one_post_count_all(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    behaviour(stage, statuses=["delivered", "read", "sent"], one_post=True)
    message = mia.reply(conversation, "Three ticks in one post")
    mia.hears_of_delivery(message, "read")


def test_a_status_that_is_repeated_or_late_changes_nothing(stage: Stage) -> None:
    mia, ann, conversation = in_talk(stage)
    message = mia.reply(conversation, "Read already")
    mia.hears_of_delivery(message, "read")
    vendor_id = ann.copies("Read already")[0]["id"]
    for late in ("delivered", "sent", "failed"):
        call("POST", f"{stage.system.sandbox}/api/status", {"message_id": vendor_id, "statuses": [late]})
    following = mia.reply(conversation, "Once more")
    mia.hears_of_delivery(following, "read")
    assert mia.conversation(conversation)["deliveries"][message]["status"] == "read"
    assert mia.statuses_of(message)[-1] == "read"
    assert not any(e["type"] == "delivery_failed" for e in mia.events(conversation)), "a message that was read did not fail"


def test_an_expired_wechat_token_is_renewed_once_and_the_message_arrives(stage: Stage) -> None:
    chen, xiaoming, conversation = in_talk(stage, "wechat", "chen")
    since = call("GET", f"{stage.system.sandbox}/api/health")["at"]
    fault(stage, "wechat", "expire_token")
    message = chen.reply(conversation, "令牌过期也不要紧")
    chen.hears_of_delivery(message, "sent")
    assert len(xiaoming.copies("令牌过期也不要紧")) == 1
    requests = call("GET", f"{stage.system.sandbox}/api/log?since={since}")["requests"]
    assert len([r for r in requests if "token" in r["path"]]) == 1


def test_a_long_text_to_wechat_beyond_the_quota_is_not_repeated_by_itself(stage: Stage) -> None:
    """Part of it is out: to send the whole again would repeat that part."""
    chen, xiaoming, conversation = in_talk(stage, "wechat", "chen")
    pieces = "\n\n".join(f"第{n}段：" + "很长的说明，" * 100 for n in range(6))
    message = chen.reply(conversation, pieces)
    assert "parts" in chen.hears_of_delivery(message, "unknown")["reason"]
    assert len(xiaoming.copies("第0段")) == 1
