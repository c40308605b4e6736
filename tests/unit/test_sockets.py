"""The WebSocket's requests: agents and visitors do what is theirs, and whatever a stranger sends gets an answer, not a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.application.ports import Principal
from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Forbidden, SwitchboardError, Unauthenticated
from switchboard.domain.inbound import DeliveryStatus, InboundMessage
from switchboard.entry import sockets
from tests.unit.process import ORIGIN, Process, deep
from tests.unit.world import GREETING, World


def ask(process: Process, connection: str, request: Any) -> dict[str, Any]:
    """What a request over a connection is answered; text is sent as it is."""
    body = request if isinstance(request, str) else json.dumps(request)
    context = {"connectionId": connection, "requestId": "r1", "identity": {"sourceIp": "192.0.2.9"}}
    answer = sockets.serve(process, {"requestContext": context, "body": body})
    json.dumps(answer)  # whatever it is, it can be sent
    return answer


@pytest.fixture
def ada(process: Process, world: World) -> str:
    """Ada's connection; she is online."""
    world.hire("ada")
    return process.agent_connects("ada", "adas-socket")


@pytest.fixture
def visitor(process: Process) -> str:
    return process.visitor_connects("visitor-1", "visitors-socket")


def deliver(process: Process) -> None:
    """What the router does with the queue."""
    for entry in process.queue.entries:
        item = process.inbound.open(entry["MessageGroupId"], entry["MessageBody"], {}).item
        assert isinstance(item, InboundMessage)
        [u] = process.understander.classify([item.content.text])
        process.intake.receive(item, u)
    process.queue.entries.clear()


# -- opening and closing -------------------------------------------------------------------------------


def opening(ticket: str | None, origin: str | None = ORIGIN, connection: str = "c1") -> dict[str, Any]:
    return {
        "requestContext": {"connectionId": connection}, "headers": {"Origin": origin} if origin is not None else None,
        "queryStringParameters": {"ticket": ticket} if ticket is not None else None,
    }  # fmt: skip


def ticket_of(process: Process) -> str:
    return process.connections.issue(Principal("agent#ada", {"id": "ada", "role": "agent"}), process.clock.now())


@pytest.mark.parametrize("origin", [ORIGIN, ORIGIN + "/", "https://desk.example", None])
def test_a_ticket_opens_one_connection_from_an_allowed_page(process: Process, origin: str | None) -> None:
    ticket = ticket_of(process)
    sockets.connect(process, opening(ticket, origin))
    assert process.connections.principal("c1").key == "agent#ada"
    with pytest.raises(Unauthenticated):
        sockets.connect(process, opening(ticket, origin, "c2"))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://shop.example", ORIGIN + ".evil.example"])
def test_another_page_is_refused_and_does_not_use_the_ticket_up(process: Process, origin: str) -> None:
    ticket = ticket_of(process)
    with pytest.raises(Forbidden):
        sockets.connect(process, opening(ticket, origin))
    sockets.connect(process, opening(ticket))


@pytest.mark.parametrize("ticket", [None, "", "made-up", "x" * 9999])
def test_without_a_ticket_there_is_no_connection(process: Process, ticket: str | None) -> None:
    with pytest.raises(Unauthenticated):
        sockets.connect(process, opening(ticket))
    with pytest.raises(Unauthenticated):
        process.connections.principal("c1")


def test_a_ticket_lives_for_seconds(process: Process, world: World) -> None:
    ticket = ticket_of(process)
    world.clock.advance(seconds=31)
    with pytest.raises(Unauthenticated):
        sockets.connect(process, opening(ticket))


def test_an_agent_who_drops_out_has_a_grace_period_and_a_visitor_needs_none(
    process: Process, world: World, ada: str, visitor: str
) -> None:
    for connection in (visitor, ada, ada, "never-seen"):
        sockets.disconnect(process, {"requestContext": {"connectionId": connection}})
    [(timer, _)] = world.outbox.timers
    assert (timer.kind, timer.subject) == ("grace", "ada")
    assert (timer.due - world.clock.now()).total_seconds() == 20
    assert world.agent("ada").presence is ev.Presence.ONLINE


def test_an_agent_who_drops_out_again_has_the_whole_grace_period_again(process: Process, world: World) -> None:
    world.hire("ada")
    sockets.disconnect(process, {"requestContext": {"connectionId": "socket-of-ada"}})
    world.clock.advance(seconds=5)
    world.connect("ada", "second")
    world.clock.advance(seconds=13)
    sockets.disconnect(process, {"requestContext": {"connectionId": "second"}})
    first, second = (t for t, _ in world.outbox.timers)
    world.clock.advance(seconds=2)
    assert process.timers.fire(first) == "moved_on"
    world.clock.advance(seconds=18)
    assert process.timers.fire(second) == "done"


# -- what strangers send -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [
    "", "null", "[]", "7", '"x"', "{", "{}", '{"action":null}', '{"action":[]}', '{"action":{}}', '{"action":"__class__"}',
    '{"action":"drop"}', '{"id":7,"action":"accept"}', '{"action":"accept","conversation":7}', '{"action":"accept"}',
    '{"action":"accept","conversation":""}', '{"action":"accept","conversation":"c1-²"}', '{"action":"typing"}',
    '{"action":"accept","conversation":"c404-000001"}', '{"action":"presence","presence":"busy"}', '{"action":"presence"}',
    '{"action":"reply","conversation":"c404-000001","text":null,"client_id":"k"}', '{"action":"transfer","conversation":"x"}',
])  # fmt: skip
def test_nonsense_is_answered_with_an_error(process: Process, ada: str, body: str) -> None:
    answer = ask(process, ada, body)
    assert answer["type"] == "error"
    assert answer["code"] in {"malformed", "not_found", "forbidden"}
    assert answer["message"]


def test_endlessly_nested_json_is_answered_with_an_error(process: Process, ada: str) -> None:
    assert ask(process, ada, deep(60_000))["code"] == "malformed"


def test_an_oversized_request_is_refused_unread(process: Process, ada: str) -> None:
    answer = ask(process, ada, {"action": "heartbeat", "pad": "x" * 70_000})
    assert answer["code"] in {"malformed", "too_large"}


def test_the_answer_names_the_request(process: Process, ada: str) -> None:
    assert ask(process, ada, {"id": "q1", "action": "heartbeat"}) == {"type": "ack", "id": "q1", "result": {}}
    assert ask(process, ada, {"id": "q2", "action": "drop"})["id"] == "q2"


def test_a_connection_we_do_not_know_is_told_to_come_again(process: Process) -> None:
    assert ask(process, "stranger", {"action": "heartbeat"})["code"] == "unauthenticated"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["c1-000001", "online", "k1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=6,
)  # fmt: skip
NAMES = st.sampled_from(["conversation", "text", "client_id", "presence", "agent", "queue", "note", "message", "messages", "after"])


@given(
    action=st.sampled_from([*sockets.AGENT, *sockets.VISITOR, "?"]) | json_values, agent=st.booleans(),
    arguments=st.dictionaries(NAMES, json_values, max_size=5),
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_gets_an_answer(action: Any, agent: bool, arguments: dict[str, Any]) -> None:
    process = Process(World())
    process.world.hire("ada")
    process.world.write("1")
    connection = process.agent_connects("ada", "a") if agent else process.visitor_connects("visitor-1", "v")
    assert ask(process, connection, {"id": "q", "action": action, **arguments})["type"] in ("ack", "error")


# -- whose action it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(set(sockets.AGENT) - set(sockets.VISITOR)))
def test_a_visitor_has_none_of_an_agents_actions(process: Process, world: World, ada: str, visitor: str, action: str) -> None:
    c = world.write("1")
    request = {"action": action, "conversation": c.id, "text": "x", "client_id": "k", "presence": "away", "queue": "general"}
    assert ask(process, visitor, request)["code"] == "malformed"
    assert world.now_of(c) == c


@pytest.mark.parametrize("action", sorted(set(sockets.VISITOR) - set(sockets.AGENT)))
def test_an_agent_has_none_of_a_visitors_actions(process: Process, ada: str, action: str) -> None:
    assert ask(process, ada, {"action": action, "text": "x", "client_id": "k"})["code"] == "malformed"
    assert process.queue.entries == []


def test_a_visitor_who_names_another_conversation_gets_their_own(process: Process, world: World, visitor: str) -> None:
    theirs = world.write("1", GREETING)
    answer = ask(process, visitor, {"action": "resume", "after": 0, "conversation": theirs.id, "visitor": "1"})
    assert answer["result"]["conversation"] is None
    assert answer["result"]["events"] == []


# -- agents ------------------------------------------------------------------------------------------


def test_an_agents_day(process: Process, world: World, ada: str) -> None:
    c = world.write("1")
    assert ask(process, ada, {"action": "accept", "conversation": c.id})["result"]["conversation"]["status"] == "active"
    reply = {"action": "reply", "conversation": c.id, "text": "Hi", "client_id": "k1"}
    version = ask(process, ada, reply)["result"]["conversation"]["version"]
    assert ask(process, ada, reply)["result"]["conversation"]["version"] == version
    assert "result" in ask(process, ada, {"action": "note", "conversation": c.id, "text": "hm", "client_id": "k2"})
    assert ask(process, ada, {"action": "resolve", "conversation": c.id})["result"]["conversation"]["status"] == "resolved"
    again = world.write("1")
    assert "result" in ask(process, ada, {"action": "decline", "conversation": again.id})
    assert world.agent("ada").presence is ev.Presence.AWAY
    assert ask(process, ada, {"action": "presence", "presence": "online"})["result"]["agent"]["presence"] == "online"
    assert world.now_of(again).owner == "ada"


def test_what_was_done_is_on_record_with_who_and_from_where(process: Process, world: World, ada: str) -> None:
    c = world.write("1")
    ask(process, ada, {"action": "accept", "conversation": c.id})
    actor = world.store.events(c.ledger)[-1].actor
    assert (actor.kind, actor.id, actor.role, actor.request_id) == (ev.ActorKind.AGENT, "ada", "agent", "r1")


def test_a_colleague_can_neither_note_nor_type_in_what_they_may_not_read(process: Process, world: World, ada: str) -> None:
    c = world.write("visitor-1", channel="webchat")
    world.hire("eve", queues=("technical",))
    eve = process.agent_connects("eve", "eves-socket")
    note = {"action": "note", "conversation": c.id, "text": "hm", "client_id": "k"}
    assert ask(process, eve, note)["code"] == "forbidden"
    ask(process, eve, {"action": "typing", "conversation": c.id})
    assert world.gateway.frames == {}


def test_a_heartbeat_keeps_the_connection_alive(process: Process, world: World, ada: str) -> None:
    for _ in range(5):
        world.clock.advance(seconds=40)
        ask(process, ada, {"action": "heartbeat"})
    assert ada in process.connections.live("agent#ada", world.clock.now())


def test_errors_of_the_desk_come_with_their_code(process: Process, world: World, ada: str) -> None:
    c = world.write("1")
    ask(process, ada, {"action": "resolve", "conversation": c.id})
    assert ask(process, ada, {"action": "resolve", "conversation": c.id})["code"] == "not_allowed_now"


# -- visitors ----------------------------------------------------------------------------------------


def test_a_visitor_writes_is_answered_and_catches_up(process: Process, world: World, ada: str, visitor: str) -> None:
    message = {"action": "message", "text": "refund", "client_id": "k1"}
    assert ask(process, visitor, message)["result"] == {"client_id": "k1"}
    ask(process, visitor, message)
    deliver(process)
    resumed = ask(process, visitor, {"action": "resume", "after": 0})["result"]
    assert [e["content"]["text"] for e in resumed["events"]] == ["refund", "A colleague comes."]
    assert resumed["conversation"]["status"] == "queued"
    assert set(resumed["conversation"]) == {"id", "status"}
    last = resumed["events"][0]["no"]
    rest = ask(process, visitor, {"action": "resume", "after": last})["result"]["events"]
    assert [e["content"]["text"] for e in rest] == ["A colleague comes."]


@pytest.mark.parametrize("request_", [
    {"text": "", "client_id": "k"}, {"text": " ", "client_id": "k"}, {"text": "x"}, {"text": 7, "client_id": "k"},
    {"text": "x", "client_id": "a b"}, {"text": "x" * 4001, "client_id": "k"},
])  # fmt: skip
def test_what_is_no_message_is_refused_and_not_queued(process: Process, visitor: str, request_: dict[str, Any]) -> None:
    assert ask(process, visitor, {"action": "message", **request_})["code"] in ("malformed", "too_large")
    assert process.queue.entries == []


def test_a_message_that_could_not_be_queued_is_not_acknowledged(process: Process, visitor: str) -> None:
    process.queue.trouble = "error"
    answer = ask(process, visitor, {"action": "message", "text": "x", "client_id": "k"})
    assert (answer["type"], answer["code"]) == ("error", "storage_unavailable")


@pytest.mark.parametrize("after", [-1, True, "0", None, 1.5, [], 10**400])
def test_a_place_that_is_none_is_refused(process: Process, visitor: str, after: Any) -> None:
    answer = ask(process, visitor, {"action": "resume", "after": after})
    assert answer.get("code") == "malformed" or answer["result"]["events"] == []


def test_shown_messages_are_delivered_and_only_ones_own(process: Process, world: World, visitor: str) -> None:
    ask(process, visitor, {"action": "message", "text": "hello", "client_id": "k1"})
    deliver(process)
    theirs = world.write("1", GREETING)
    [mine] = [e["message"] for e in ask(process, visitor, {"action": "resume"})["result"]["events"]
              if e["type"] == "message_sent"]  # fmt: skip
    others = world.last(theirs, ev.MessageSent).message
    ask(process, visitor, {"action": "received", "messages": [mine, others, "never-heard-of"]})
    contact = world.store.arrival(world.index.key("identity", "webchat", "site", "visitor-1"), "-").contact
    c = world.store.contact(contact).conversation
    assert c is not None
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.DELIVERED]
    assert [d.status for d in world.deliveries.of(theirs.id)] == [DeliveryStatus.PENDING]


@pytest.mark.parametrize("messages", [None, "m1", [7], [["m1"]], ["m"] * 101])
def test_a_list_of_messages_that_is_none_is_refused(process: Process, visitor: str, messages: Any) -> None:
    assert ask(process, visitor, {"action": "received", "messages": messages})["code"] == "malformed"


def test_typing_reaches_the_other_side_and_is_kept_nowhere(process: Process, world: World, ada: str, visitor: str) -> None:
    ask(process, visitor, {"action": "message", "text": "help me", "client_id": "k1"})
    deliver(process)
    [c] = world.store.owned_by("ada")
    assert c.status is Status.ASSIGNED
    ask(process, visitor, {"action": "typing"})
    ask(process, ada, {"action": "typing", "conversation": c.id})
    assert world.gateway.frames["adas-socket"][-1] == {"type": "typing", "conversation": c.id, "who": "customer"}
    assert world.gateway.frames["visitors-socket"][-1] == {"type": "typing", "conversation": c.id, "who": "agent"}
    assert world.now_of(c) == c


def test_a_visitor_without_a_conversation_may_type_and_confirm_into_the_void(process: Process, visitor: str) -> None:
    assert ask(process, visitor, {"action": "typing"})["type"] == "ack"
    assert ask(process, visitor, {"action": "received", "messages": ["m1"]})["type"] == "ack"


def test_every_typed_error_becomes_a_frame(process: Process, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise SwitchboardError("something")

    monkeypatch.setattr(process.connections, "renew", failing)
    assert ask(process, ada, {"action": "heartbeat"})["code"] == "error"
