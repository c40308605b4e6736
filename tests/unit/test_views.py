"""What screens and auditors are shown: JSON, and no more than each may know."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.application import views
from switchboard.application.screens import ReadCommit
from switchboard.domain import events as ev
from switchboard.domain.content import Attachment, Content, ContentKind
from switchboard.domain.conversation import Conversation, Status
from tests.unit.world import GREETING, World, who

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA = who("ada")


def recorded(event: ev.Event, actor: ev.Actor = ADA, no: int = 7) -> ev.Recorded:
    return ev.Recorded("cnv#c1-000001", no, 3, NOW, actor, event)


any_event = st.sampled_from(ev.EVENT_TYPES).flatmap(st.from_type)


@given(event=any_event)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_event_can_be_shown_as_json_and_audited(event: ev.Event) -> None:
    shown = json.loads(json.dumps(views.event(recorded(event))))
    assert (shown["no"], shown["type"], shown["actor"]) == (7, event.type, {"kind": "agent", "id": "ada"})
    json.dumps(views.audit_record(recorded(event)))


def test_the_thread_shows_no_sealed_bodies_and_no_keyed_hashes() -> None:
    parked = views.event(recorded(ev.MessageParked("p1", "Malformed", "sealed-body", "group-hash")))
    assert "sealed-body" not in json.dumps(parked)
    assert "group-hash" not in json.dumps(parked)
    received = ev.MessageReceived("m1", "whatsapp", "main", "vendor-hash", NOW, NOW, Content(text="hi"))
    assert "vendor-hash" not in json.dumps(views.event(recorded(received)))


def test_times_are_utc_to_the_millisecond_whatever_their_zone() -> None:
    late = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert views.plain(late) == "2026-03-02T09:00:00.123Z"


def test_content_keeps_its_attachments_and_facts() -> None:
    content = Content(ContentKind.IMAGE, "look", (Attachment("ref", "image/png", "a.png", 3),), {"lat": "1"})
    shown = views.plain(content)
    assert shown == {
        "kind": "image", "text": "look", "data": {"lat": "1"},
        "attachments": [{"reference": "ref", "mime": "image/png", "name": "a.png", "size": 3}],
    }  # fmt: skip


def test_a_summary_has_exactly_what_the_protocol_promises(world: World) -> None:
    world.hire("ada")
    shown = views.summary(world.write("4915100000001"))
    assert set(shown) == {
        "id", "contact", "name", "channel", "account", "status", "owner", "queue", "priority", "intent", "language", "preview",
        "feeling",
        "opened_at", "since", "last_at", "accept_by", "callback", "tags", "last_event", "version",
    }  # fmt: skip
    assert "4915100000001" not in str({k: v for k, v in shown.items() if k != "name"})
    json.dumps(shown)


def test_an_agent_has_exactly_what_the_protocol_promises(world: World) -> None:
    world.hire("ada")
    shown = views.agent(world.agent("ada"))
    assert shown == {"id": "ada", "name": "Ada", "presence": "online", "capacity": 3, "load": 0, "queues": ["general"],
                     "languages": ["en"], "skills": {}, "channels": [], "regions": [], "expert": False}  # fmt: skip


def test_a_contacts_identities_are_shown_without_addresses_and_keys(world: World) -> None:
    c = world.write("4915100000001", GREETING)
    contact = world.store.contact(c.contact).contact
    shown = views.contact(contact)
    assert shown["identities"] == [{"channel": "whatsapp", "account": "main"}]
    assert contact.identities[0].key not in json.dumps(shown)


def test_operators_see_of_a_parked_message_neither_body_nor_group(world: World) -> None:
    world.intake.park("group-hash", "sealed-body", "Malformed: x", "d1")
    [p] = world.store.parked()
    shown = json.dumps(views.parked(p))
    assert "sealed-body" not in shown
    assert "group-hash" not in shown
    assert "Malformed: x" in shown


# -- visitors ----------------------------------------------------------------------------------------


@given(happened=st.lists(any_event, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_visitors_see_messages_and_nothing_else(happened: list[ev.Event]) -> None:
    shown = views.visitor_events(recorded(e, no=n) for n, e in enumerate(happened))
    messages = [e for e in happened if isinstance(e, ev.MessageReceived | ev.MessageSent)]
    assert [e["type"] for e in shown] == [e.type for e in messages]
    assert all(set(e) == {"no", "at", "type", "message", "content", "client_id", "actor"} for e in shown)
    assert all(e["actor"]["id"] == "" for e in shown)


def whole_story(world: World) -> Conversation:
    world.hire("ada-lovelace")
    ada = who("ada-lovelace")
    c = world.write("visitor-1", channel="webchat", text="hello there")
    world.desk.note(ada, c.id, "secret-note", "k0")
    world.desk.reply(ada, c.id, "how can I help?", "agents-client-id")
    return world.desk.resolve(ada, c.id)


def test_visitors_never_learn_who_serves_them_nor_what_is_said_about_them(world: World) -> None:
    c = whole_story(world)
    shown = json.dumps(views.visitor_events(world.store.events(c.ledger)))
    for secret in ("ada-lovelace", "secret-note", "agents-client-id", "out_of_scope", "general", "test"):
        assert secret not in shown
    for said in ("hello there", "A colleague comes.", "how can I help?"):
        assert said in shown


def test_what_is_pushed_to_a_visitor_is_as_discreet(world: World) -> None:
    from switchboard.application.ports import Principal
    from switchboard.application.presence import visitor_principal

    key = visitor_principal(world.identity("visitor-1", "webchat"))
    world.connections.redeem(world.connections.issue(Principal(key, {}), NOW), "visitors-socket", world.clock.now())
    c = whole_story(world)
    commits = world.store.commits(c.ledger, 0)
    world.screens.show([ReadCommit(s, tuple(world.store.commit_events(c.ledger, s.no))) for s in commits])
    frames = json.dumps(world.gateway.frames["visitors-socket"])
    assert "how can I help?" in frames
    for secret in ("ada-lovelace", "secret-note", "agents-client-id", "out_of_scope", "general", "owner", "preview"):
        assert secret not in frames


def test_a_dead_socket_is_forgotten_and_does_not_stop_the_others(world: World) -> None:
    world.hire("ada-lovelace")
    world.connect("ada-lovelace", "second")
    world.gateway.gone.add("socket-of-ada-lovelace")
    world.clock.advance(seconds=10)
    c = world.write("1")
    [stored] = world.store.commits(c.ledger, c.version - 1)
    world.screens.show([ReadCommit(stored, tuple(world.store.commit_events(c.ledger, stored.no)))])
    assert [f["type"] for f in world.gateway.frames["second"]] == ["events", "agent"]
    assert world.connections.live("agent#ada-lovelace", world.clock.now()) == ["second"]


def test_an_agent_whose_only_socket_is_found_dead_loses_the_offer_after_the_grace(world: World) -> None:
    """Nobody told of the disconnect: the frame that found no socket is the first word of it."""
    world.hire("ada-lovelace")
    world.gateway.gone.add("socket-of-ada-lovelace")
    world.clock.advance(seconds=10)
    c = world.write("1")
    [stored] = world.store.commits(c.ledger, c.version - 1)
    world.screens.show([ReadCommit(stored, tuple(world.store.commit_events(c.ledger, stored.no)))])
    [(timer, _)] = [t for t in world.outbox.timers if t[0].kind == "grace"]
    world.clock.advance(seconds=(timer.due - world.clock.now()).total_seconds())
    assert world.timers.fire(timer) == "done"
    assert world.store.agent("ada-lovelace").presence is ev.Presence.OFFLINE
    assert world.store.conversation(c.id).status is Status.QUEUED


# -- audit -------------------------------------------------------------------------------------------

CLOUDTRAIL = {  # the CloudTrail record contents that a record of this kind always has
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "sourceIPAddress", "requestParameters",
    "responseElements", "requestID", "eventID", "eventType", "readOnly", "resources",
}  # fmt: skip


def test_an_audit_record_has_cloudtrails_fields() -> None:
    record = views.audit_record(recorded(ev.AccessRecorded("GetConversation", "c1-000001", "forbidden")))
    assert set(record) >= CLOUDTRAIL
    assert (record["eventName"], record["errorCode"], record["readOnly"]) == ("GetConversation", "forbidden", True)
    assert record["resources"] == [{"ARN": "c1-000001"}]
    assert record["userIdentity"] == {"type": "agent", "principalId": "ada", "role": "agent"}
    assert (record["sourceIPAddress"], record["requestID"]) == ("192.0.2.7", "request-1")
    assert record["eventTime"] == "2026-03-02T09:00:00.000Z"


def test_an_audit_record_has_the_fields_that_parsers_with_a_fixed_schema_expect() -> None:
    assert {"awsRegion", "userAgent"} <= set(views.audit_record(recorded(ev.Accepted("ada", 1))))


def test_a_change_is_audited_by_its_name_on_its_ledger_without_error() -> None:
    record = views.audit_record(recorded(ev.PresenceChanged(ev.Presence.AWAY, "agent"), ev.SYSTEM))
    assert (record["eventName"], record["readOnly"], record["errorCode"]) == ("PresenceChanged", False, None)
    assert record["sourceIPAddress"]
    assert record["requestParameters"] == {"presence": "away", "reason": "agent"}


@pytest.mark.parametrize("kind", ev.EVENT_TYPES, ids=lambda k: k.type)
def test_no_personal_field_of_any_event_is_in_its_audit_record(kind: type[ev.Event]) -> None:
    @given(event=st.from_type(kind))
    @settings(max_examples=5, deadline=None)
    def check(event: ev.Event) -> None:
        parameters: dict[str, Any] = views.audit_record(recorded(event))["requestParameters"]
        allowed = {f.name for f in fields(event)} - ev.personal_fields(kind)
        assert set(parameters) <= allowed
        assert "ciphertext" not in parameters

    check()


def test_records_of_one_ledger_can_be_told_apart() -> None:
    ids = {views.audit_record(recorded(ev.Accepted("ada", 1), no=n))["eventID"] for n in (1, 2, 3)}
    assert len(ids) == 3
