"""Visitors of the shop's web chat: who gets in, what they may do, and that they miss nothing and see nothing that is not theirs."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from local.peers import Socket, Visitor, call
from switchboard.application.ports import Principal
from tests.e2e.stage import ACCOUNTS, Agent, Stage, a_wish, refused, until

FOREIGN = "https://evil.example"


def door(stage: Stage) -> str:
    return f"{stage.system.public_api}/webchat/{ACCOUNTS['webchat']}"


def ticket(stage: Stage, visitor: Visitor) -> str:
    """The address, ticket included, of one more WebSocket of a visitor."""
    answer = call("POST", f"{door(stage)}/tickets", {"session": visitor.session}, {"Origin": stage.system.console})
    return str(answer["url"])


def in_talk(stage: Stage) -> tuple[Agent, Visitor, str]:
    mia, visitor = stage.agent("mia").online(), stage.visitor()
    visitor.say(wish := a_wish())
    stage.heard.append(wish)
    return mia, visitor, mia.takes_up(wish)


def last_number(visitor: Visitor, text: str) -> int:
    return int(visitor.hears(text)[1]["no"])


def texts(events: list[dict[str, Any]]) -> list[str]:
    return [e["content"]["text"] for e in events]


def test_a_visitor_who_comes_back_gets_exactly_what_was_missed(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    mia.reply(conversation, "Before the break")
    seen = last_number(lena, "Before the break")
    lena.socket.vanish()
    mia.reply(conversation, "Missed one")
    mia.act("note", conversation, text="A note meanwhile", client_id="n1")
    mia.reply(conversation, "Missed two")
    lena.reconnect()
    resumed = lena.socket.request("resume", after=seen)["result"]
    assert texts(resumed["events"]) == ["Missed one", "Missed two"]
    assert resumed["conversation"] == {"id": conversation, "status": "active"}
    assert lena.socket.request("resume", after=resumed["last_event"])["result"]["events"] == []
    everything = texts(lena.socket.request("resume", after=0)["result"]["events"])
    assert everything[-3:] == ["Before the break", "Missed one", "Missed two"]


def test_an_answer_to_an_absent_visitor_counts_as_delivered_only_when_they_have_seen_it(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    lena.socket.close()
    message = mia.reply(conversation, "Are you still there?")
    assert mia.conversation(conversation)["deliveries"][message]["status"] == "pending"
    lena.reconnect()
    lena.socket.request("resume", after=0)
    lena.socket.request("received", messages=[message])
    mia.hears_of_delivery(message, "delivered")


def test_two_tabs_show_the_same(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    second = Socket(ticket(stage, lena), stage.system.console)
    lena.say("Written in the first tab")
    mia.reply(conversation, "For both tabs")
    for tab in (lena.socket, second):
        for text in ("Written in the first tab", "For both tabs"):
            tab.expect(text, lambda f, text=text: f["type"] == "events" and text in json.dumps(f))  # type: ignore[misc]
    second.close()
    mia.reply(conversation, "For the one that is left")
    lena.hears("For the one that is left")


def test_the_same_client_id_twice_is_one_message(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    for _ in range(3):
        assert lena.socket.request("message", text="Said once", client_id="same-id")["type"] == "ack"
    lena.say("Said after it")
    mia.sees("Said after it")
    assert mia.received(conversation)[1:] == ["Said once", "Said after it"]


def test_messages_in_quick_succession_stay_in_order(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    said = [f"quick {n}" for n in range(10)]
    for text in said:
        lena.say(text)
    mia.sees(said[-1])
    assert mia.received(conversation)[1:] == said


def test_a_session_is_the_same_visitor_again_and_a_forged_one_is_not(stage: Stage) -> None:
    origin = {"Origin": stage.system.console}
    first = call("POST", f"{door(stage)}/sessions", {"name": "Ida"}, origin)
    again = call("POST", f"{door(stage)}/sessions", {"session": first["session"]}, origin)
    assert again["visitor"] == first["visitor"]
    payload, _, seal = first["session"].partition(".")
    forged = f"{payload[:-2]}AA.{seal}"
    assert call("POST", f"{door(stage)}/sessions", {"session": forged}, origin)["visitor"] != first["visitor"]
    for bad in (forged, "", "x.y", 7, payload):
        answer = refused(lambda bad=bad: call("POST", f"{door(stage)}/tickets", {"session": bad}, origin))  # type: ignore[misc]
        assert (answer.status, answer.code) == (401, "unauthenticated")


def test_after_a_resolution_the_next_message_opens_a_new_conversation(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    mia.act("resolve", conversation)
    until("the end", lambda: lena.socket.request("resume", after=0)["result"]["conversation"]["status"] == "resolved")
    lena.say(wish := a_wish())
    following = mia.offer_of(wish)
    assert following != conversation
    assert mia.conversation(following)["conversation"]["contact"] == mia.conversation(conversation)["conversation"]["contact"]


# -- tickets and origins -----------------------------------------------------------------------------


def refused_socket(url: str, origin: str | None) -> int:
    with pytest.raises(InvalidStatus) as found:
        Socket(url, origin)
    return int(found.value.response.status_code)


def test_a_ticket_opens_one_socket(stage: Stage) -> None:
    url = ticket(stage, stage.visitor())
    Socket(url, stage.system.console).close()
    assert refused_socket(url, stage.system.console) in (401, 403)


def test_a_garbage_an_old_or_no_ticket_opens_none(stage: Stage) -> None:
    services = stage.system.services
    old = services.connections.issue(Principal("visitor#nobody", {}), services.clock.now() - timedelta(seconds=31))
    base = ticket(stage, stage.visitor()).partition("?")[0]
    for query in ("?ticket=garbage", f"?ticket={old}", "?ticket=", ""):
        assert refused_socket(base + query, stage.system.console) in (401, 403)


def test_a_page_of_another_origin_gets_neither_session_nor_socket(stage: Stage) -> None:
    visitor = stage.visitor()
    for path, body in (("sessions", {}), ("tickets", {"session": visitor.session})):
        for origin in (FOREIGN, "null", ""):
            answer = refused(lambda p=path, b=body, o=origin: call("POST", f"{door(stage)}/{p}", b, {"Origin": o}))  # type: ignore[misc]
            assert answer.status == 403
    url = ticket(stage, visitor)
    assert refused_socket(url, FOREIGN) == 403
    Socket(url, stage.system.console).close()  # and the ticket was not spent by it


# -- what visitors may say -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["accept", "decline", "take", "resolve", "reply", "note", "resend", "transfer", "presence"])
def test_a_visitor_cannot_act_as_an_agent(stage: Stage, action: str) -> None:
    mia, lena, conversation = in_talk(stage)
    before = mia.conversation(conversation)["conversation"]["version"]
    arguments = {"conversation": conversation, "text": "x", "client_id": "x", "presence": "online", "agent": "chen", "message": "m"}
    assert lena.socket.request(action, **arguments)["type"] == "error"
    assert mia.conversation(conversation)["conversation"]["version"] == before


def test_visitors_are_told_of_their_own_conversation_only_and_of_no_insides(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    other = stage.visitor()
    other.say(wish := a_wish())
    elsewhere = mia.takes_up(wish)
    mia.act("note", conversation, text="Between us colleagues", client_id="secret-note")
    mia.reply(elsewhere, "For the other alone")
    other.hears("For the other alone")
    mia.reply(conversation, "And this for you")
    lena.hears("And this for you")
    seen = json.dumps([f for _, f in lena.socket.frames]) + json.dumps(lena.socket.request("resume", after=0))
    for hidden in ("Between us colleagues", "For the other alone", elsewhere, "mia", "queued", "confidence", "note_added"):
        assert hidden not in seen
    events = list(itertools.chain.from_iterable(f["events"] for _, f in lena.socket.frames if f["type"] == "events"))
    assert {e["type"] for e in events} == {"message_received", "message_sent"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": "", "client_id": "a"}, "malformed"),
        ({"text": "   ", "client_id": "a"}, "malformed"),
        ({"text": 7, "client_id": "a"}, "malformed"),
        ({"text": "hello"}, "malformed"),
        ({"text": "hello", "client_id": "with spaces"}, "malformed"),
        ({"text": "x" * 4001, "client_id": "a"}, "too_large"),
    ],
    ids=["empty", "blank", "number", "no-id", "bad-id", "long"],
)
def test_a_message_that_cannot_be_is_refused_with_its_reason(stage: Stage, arguments: dict[str, Any], code: str) -> None:
    answer = stage.visitor().socket.request("message", **arguments)
    assert (answer["type"], answer["code"]) == ("error", code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *((raw, "malformed") for raw in ("", "no json", "[]", '{"action": 7}', '{"action": "resume", "after": -1}', "\x00")),
        (json.dumps({"x": "x" * 70_000}), "too_large"),
    ],
)
def test_a_frame_that_is_no_request_is_answered_with_an_error(stage: Stage, raw: str, code: str) -> None:
    socket = stage.visitor().socket
    socket._socket.send(raw)
    assert socket.expect("an error", lambda f: f["type"] == "error")[1]["code"] == code


def test_markup_and_odd_characters_arrive_as_they_were_written(stage: Stage) -> None:
    mia, lena, conversation = in_talk(stage)
    odd = "<script>alert(1)</script> & \u202e \U0001f469\u200d\U0001f680 'quotes\" \\ 中文"
    lena.say(odd)
    mia.sees("<script>")
    assert mia.received(conversation)[-1] == odd
