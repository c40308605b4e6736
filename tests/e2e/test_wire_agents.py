"""Agents at work together: offers, transfers, notes and ends, by the WebSocket."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator

import pytest

from tests.e2e.stage import Agent, Customer, Stage, until


def in_talk(stage: Stage, login: str = "mia", channel: str = "whatsapp") -> tuple[Agent, Customer, str]:
    agent, customer = stage.agent(login).online(), stage.customer(channel)
    return agent, customer, agent.takes_up(customer.wishes())


def says_of_self(agent: Agent, presence: str) -> None:
    agent.socket.expect(f"{agent.id} {presence}", lambda f: f["type"] == "agent" and f["agent"]["presence"] == presence)


def test_the_offer_says_who_what_and_until_when(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.offer_of(customer.wishes())
    summary = mia.conversation(conversation)["conversation"]
    assert (summary["status"], summary["owner"], summary["name"]) == ("assigned", "mia", customer.name)
    assert summary["accept_by"] > summary["since"]
    assert mia.conversation(conversation)["contact"]["phone"] == f"+{customer.id}"
    mia.act("accept", conversation)
    accepted = mia.act("accept", conversation)["conversation"]
    assert (accepted["status"], accepted["accept_by"]) == ("active", None)
    assert [e["type"] for e in mia.events(conversation)].count("accepted") == 1


def test_a_chinese_customer_is_offered_to_who_speaks_chinese(stage: Stage) -> None:
    mia, chen = stage.agent("mia").online(), stage.agent("chen").online()
    xiaoming, ann = stage.customer("wechat"), stage.customer("whatsapp")
    chen.offer_of(xiaoming.wishes())
    mia.offer_of(ann.wishes())


def test_declined_work_goes_to_a_colleague_and_who_declined_is_away(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    wish = customer.wishes()
    conversation = mia.offer_of(wish)
    sofia = stage.agent("sofia").online()
    mia.act("decline", conversation)
    says_of_self(mia, "away")
    assert sofia.offer_of(wish) == conversation
    assert mia.fails("reply", conversation, text="Too late", client_id="late") == "forbidden"


def test_waiting_work_can_be_taken_once(stage: Stage) -> None:
    mia, sofia = stage.agent("mia"), stage.agent("sofia")
    customer = stage.customer("whatsapp")
    customer.wishes()
    conversation = until("it waits", lambda: next((w["id"] for w in mia.rest("GET", "/v1/inbox")["waiting"]), ""))
    assert mia.fails("take", conversation) == "not_allowed_now"  # offline: no room
    mia.online()
    until("it is hers", lambda: mia.conversation(conversation)["conversation"]["owner"] == "mia")
    sofia.online()
    assert sofia.fails("take", conversation) in ("not_allowed_now", "forbidden")
    mia.act("take", conversation)
    assert mia.conversation(conversation)["conversation"]["status"] == "active"


def test_work_that_came_while_nobody_was_there_is_offered_in_order_of_age(stage: Stage) -> None:
    first, second = stage.customer("whatsapp"), stage.customer("whatsapp")
    wishes = [first.wishes(), second.wishes()]
    mia = stage.agent("mia")
    until("both wait", lambda: len(mia.rest("GET", "/v1/inbox")["waiting"]) == 2)
    mia.online()
    offered = [mia.offer_of(w) for w in wishes]
    order = [
        f["conversation"]["id"] for _, f in mia.socket.frames
        if f["type"] == "events" and any(e["type"] == "assigned" for e in f["events"])
    ]  # fmt: skip
    assert order == offered


def test_a_note_is_for_colleagues_alone(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    mia.act("note", conversation, text="Customer since 2019, be kind", client_id=secrets.token_hex(4))
    event = mia.event("the note", conversation, lambda e: e["type"] == "note_added")
    assert (event["agent"], event["text"]) == ("mia", "Customer since 2019, be kind")
    following = mia.reply(conversation, "How can I help?")
    mia.hears_of_delivery(following, "read")
    assert customer.copies("be kind") == []
    assert customer.copies("How can I help?")


def test_the_same_answer_sent_twice_is_one_message_by_whichever_way(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    for _ in range(2):
        mia.act("reply", conversation, text="Only once", client_id="twice-sent")
    mia.rest("POST", f"/v1/conversations/{conversation}/messages", {"text": "Only once", "client_id": "twice-sent"})
    following = mia.reply(conversation, "And then")
    mia.hears_of_delivery(following, "read")
    assert len(customer.copies("Only once")) == 1


def test_transfer_to_a_colleague_takes_the_note_along(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    sofia = stage.agent("sofia").online()
    mia.act("transfer", conversation, agent="sofia", note="Wants a refund, I promised a call")
    event = sofia.event("the offer", conversation, lambda e: e["type"] == "assigned")
    assert (event["agent"], event["reason"]) == ("sofia", "transferred")
    sofia.act("accept", conversation)
    notes = [e["text"] for e in sofia.events(conversation) if e["type"] == "note_added"]
    assert notes == ["Wants a refund, I promised a call"]
    assert mia.fails("reply", conversation, text="Still me", client_id="x1") == "forbidden"
    customer.says("Are you there?")
    sofia.sees("Are you there?")
    message = sofia.reply(conversation, "Sofia here")
    sofia.hears_of_delivery(message, "read")


def test_transfer_to_a_queue_finds_whoever_works_there(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    omar = stage.agent("omar").online()
    mia.act("presence", presence="away")  # or it might come straight back
    mia.act("transfer", conversation, queue="technical", note="The router is broken")
    event = omar.event("the offer", conversation, lambda e: e["type"] == "assigned")
    assert event["agent"] == "omar"
    assert omar.conversation(conversation)["conversation"]["queue"] == "technical"


@pytest.mark.parametrize("to", [{"agent": "sofia"}, {"agent": "nobody"}, {"agent": "admin"}], ids=["offline", "unknown", "no-room"])
def test_a_transfer_that_nobody_can_take_changes_nothing(stage: Stage, to: dict[str, str]) -> None:
    mia, _, conversation = in_talk(stage)
    before = mia.conversation(conversation)["conversation"]
    assert mia.fails("transfer", conversation, **to) in ("not_allowed_now", "not_found")
    assert mia.conversation(conversation)["conversation"] == before


@pytest.mark.parametrize("to", [{}, {"agent": "sofia", "queue": "billing"}, {"agent": "mia"}], ids=["nowhere", "both", "self"])
def test_a_transfer_must_say_where_to(stage: Stage, to: dict[str, str]) -> None:
    mia, _, conversation = in_talk(stage)
    assert mia.fails("transfer", conversation, **to) == "malformed"


def test_a_transfer_to_a_queue_that_nobody_serves_is_refused(stage: Stage) -> None:
    """Else the customer would wait for ever, unseen."""
    mia, _, conversation = in_talk(stage)
    assert mia.fails("transfer", conversation, queue="no-such-queue") in ("malformed", "not_found", "not_allowed_now")


@pytest.fixture
def one_at_a_time(stage: Stage) -> Iterator[Stage]:
    """Mia can take one conversation at a time."""
    admin = stage.agent("admin")
    profile = next(a for a in admin.rest("GET", "/v1/agents")["agents"] if a["id"] == "mia")
    wanted = {name: profile[name] for name in ("name", "queues", "languages")}
    admin.rest("PUT", "/v1/agents/mia", {**wanted, "capacity": 1})
    yield stage
    admin.rest("PUT", "/v1/agents/mia", {**wanted, "capacity": profile["capacity"]})


def test_resolving_serves_the_next_who_waits(one_at_a_time: Stage) -> None:
    stage = one_at_a_time
    mia, _, conversation = in_talk(stage)
    waiting = stage.customer("whatsapp")
    wish = waiting.wishes()
    until("it waits", lambda: mia.rest("GET", "/v1/inbox")["waiting"])
    assert mia.rest("GET", "/v1/me")["agent"]["load"] == 1
    mia.act("resolve", conversation)
    following = mia.offer_of(wish)
    assert following != conversation
    assert mia.rest("GET", "/v1/me")["agent"]["load"] == 1


def test_a_resolved_conversation_is_closed_to_answers_and_the_next_message_opens_another(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    mia.act("resolve", conversation)
    for action, arguments in (("reply", {"text": "x", "client_id": "y"}), ("resolve", {}), ("transfer", {"queue": "billing"})):
        assert mia.fails(action, conversation, **arguments) == "not_allowed_now"
    following = mia.takes_up(customer.wishes())
    assert following != conversation
    previous = mia.rest("GET", f"/v1/contacts/{mia.conversation(following)['conversation']['contact']}/conversations")
    assert [c["id"] for c in previous["conversations"]] == [following, conversation]
    assert mia.received(conversation), "what was said before can be read by who serves the customer now"


def test_agents_are_told_of_waiting_work_of_their_queues_only(stage: Stage) -> None:
    omar, mia = stage.agent("omar"), stage.agent("mia")
    for agent in (omar, mia):
        agent.act("presence", presence="away")
    stage.customer("whatsapp").wishes()
    _, frame = mia.socket.expect("waiting work", lambda f: f["type"] == "queue" and f["conversation"]["status"] == "queued")
    assert frame["conversation"]["queue"] == "general"
    assert not [f for _, f in omar.socket.frames if f["type"] == "queue"]
    assert omar.rest("GET", "/v1/inbox") == {"mine": [], "waiting": []}


def test_a_customer_who_writes_on_reaches_the_same_agent(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    chen = stage.agent("chen").online()
    customer.says("hello again")
    mia.sees("hello again")
    assert mia.received(conversation)[-1] == "hello again"
    assert not [f for _, f in chen.socket.frames if f["type"] == "events"], "the bot stays out, and so do colleagues"
    sent = [e for e in mia.events(conversation) if e["type"] == "message_sent" and e["author"] == "bot"]
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("action", "arguments", "code"),
    [
        ("reply", {"text": "", "client_id": "a"}, "malformed"),
        ("reply", {"text": "  ", "client_id": "a"}, "malformed"),
        ("reply", {"text": "x" * 20_001, "client_id": "a"}, "malformed"),
        ("note", {"text": " ", "client_id": "a"}, "malformed"),
        ("presence", {"presence": "asleep"}, "malformed"),
        ("message", {"text": "as a visitor", "client_id": "a"}, "malformed"),
        ("resume", {"after": 0}, "malformed"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_is_refused_with_its_reason(stage: Stage, action: str, arguments: dict[str, str], code: str) -> None:
    mia, _, conversation = in_talk(stage)
    assert mia.fails(action, conversation, **arguments) == code


@pytest.mark.parametrize("conversation", ["c01-000001", "no-number", "", "cnv#x", "x" * 3000])
def test_a_conversation_that_does_not_exist_is_an_error_and_no_crash(stage: Stage, conversation: str) -> None:
    mia = stage.agent("mia").online()
    answer = mia.socket.request("accept", conversation=conversation)
    assert (answer["type"], answer["code"]) in {("error", "not_found"), ("error", "malformed")}


def test_a_line_opened_while_news_pours_in_is_not_taken_for_dead(stage: Stage) -> None:
    """A push that meets a connection in its handshake is refused as "gone"; the connection must not be forgotten for it."""
    mia, enough = stage.agent("mia").online(), threading.Event()

    def news() -> None:
        while not enough.is_set():
            for presence in ("away", "online"):
                mia.rest("PUT", "/v1/me/presence", {"presence": presence})

    telling = [threading.Thread(target=news) for _ in range(2)]
    for each in telling:
        each.start()
    try:
        windows = [stage.agent("mia") for _ in range(25)]
    finally:
        enough.set()
        for each in telling:
            each.join()
    assert [w.socket.request("heartbeat")["type"] for w in windows] == ["ack"] * 25
