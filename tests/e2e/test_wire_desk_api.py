"""The desk's REST API: who may read and do what, and that every look at a customer's data stands on record."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest

from local import company
from local.peers import call
from tests.e2e.stage import Agent, Customer, Stage, refused

ROUTES = [
    ("GET", "/v1/me"), ("POST", "/v1/tickets"), ("PUT", "/v1/me/presence"), ("GET", "/v1/inbox"), ("GET", "/v1/conversations/x-1"),
    ("GET", "/v1/conversations/x-1/events"), ("POST", "/v1/conversations/x-1/accept"), ("POST", "/v1/conversations/x-1/decline"),
    ("POST", "/v1/conversations/x-1/take"), ("POST", "/v1/conversations/x-1/resolve"), ("POST", "/v1/conversations/x-1/messages"),
    ("POST", "/v1/conversations/x-1/notes"), ("POST", "/v1/conversations/x-1/transfer"), ("POST", "/v1/conversations/x-1/resend"),
    ("GET", "/v1/contacts/x"), ("PUT", "/v1/contacts/x/attributes"), ("POST", "/v1/contacts/x/merge"),
    ("GET", "/v1/contacts/x/conversations"), ("GET", "/v1/rules"), ("PUT", "/v1/rules"), ("POST", "/v1/rules/dry-run"),
    ("GET", "/v1/agents"), ("PUT", "/v1/agents/mia"), ("GET", "/v1/parked"),
    ("POST", "/v1/parked/x/redrive"), ("POST", "/v1/parked/x/discard"), ("GET", "/v1/audit"),
]  # fmt: skip


def in_talk(stage: Stage, login: str = "mia", channel: str = "whatsapp") -> tuple[Agent, Customer, str]:
    agent, customer = stage.agent(login).online(), stage.customer(channel)
    return agent, customer, agent.takes_up(customer.wishes())


def statuses(stage: Stage, headers: Mapping[str, str]) -> set[int]:
    """The answers of every route to a caller with these headers."""
    found = set()
    for method, path in ROUTES:
        body: dict[str, str] | None = None if method == "GET" else {}
        found.add(refused(lambda m=method, p=path, b=body: call(m, stage.system.desk_api + p, b, headers)).status)  # type: ignore[misc]
    return found


# -- who gets in -------------------------------------------------------------------------------------


def test_without_a_token_every_route_is_closed(stage: Stage) -> None:
    assert statuses(stage, {}) == {401}


def test_a_forged_token_opens_nothing(stage: Stage) -> None:
    token = stage.agent("mia").token
    head, _, _ = token.rpartition(".")
    assert statuses(stage, {"Authorization": f"Bearer {head}.{'A' * 342}"}) == {401}


def test_an_access_token_is_no_id_token(stage: Stage) -> None:
    person = next(p for p in company.PEOPLE if p.login == "mia")
    signed = stage.aws("cognito-idp").initiate_auth(
        ClientId=stage.system.outputs["UserPoolClientId"], AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person.login, "PASSWORD": person.password},
    )["AuthenticationResult"]  # fmt: skip
    answer = refused(lambda: call("GET", f"{stage.system.desk_api}/v1/me", None, {"Authorization": f"Bearer {signed['AccessToken']}"}))
    assert answer.status == 401


def test_an_account_without_a_group_may_do_nothing(stage: Stage) -> None:
    cognito, pool = stage.aws("cognito-idp"), stage.system.outputs["UserPoolId"]
    cognito.admin_create_user(UserPoolId=pool, Username="stranger", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="stranger", Password="Stranger-2026-pw", Permanent=True)
    signed = cognito.initiate_auth(
        ClientId=stage.system.outputs["UserPoolClientId"], AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "stranger", "PASSWORD": "Stranger-2026-pw"},
    )["AuthenticationResult"]  # fmt: skip
    assert statuses(stage, {"Authorization": f"Bearer {signed['IdToken']}"}) <= {401, 403}
    cognito.admin_delete_user(UserPoolId=pool, Username="stranger")


# -- who may do what -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "method", "path", "body"),
    [
        ("mia", "PUT", "/v1/agents/mia", {"name": "Mia", "capacity": 50, "queues": ["general"], "languages": ["en"]}),
        ("sofia", "PUT", "/v1/agents/mia", {"name": "Mia", "capacity": 50, "queues": ["general"], "languages": ["en"]}),
        ("mia", "GET", "/v1/audit", None),
        ("sofia", "GET", "/v1/audit", None),
        ("admin", "GET", "/v1/audit", None),
        ("ines", "PUT", "/v1/bot", {"policy": {}}),
        ("ines", "GET", "/v1/corrections", None),
        ("paul", "GET", "/v1/routing", None),
        ("admin", "PUT", "/v1/agents/admin", {"name": "Alex", "capacity": 5, "queues": ["general"], "languages": ["en"]}),
        ("admin", "PUT", "/v1/agents/admin/limits", {}),
        ("sofia", "PUT", "/v1/agents/mia/limits", {"regions": ["eu"]}),
    ],
)
def test_what_needs_a_higher_role_is_refused(stage: Stage, login: str, method: str, path: str, body: Any) -> None:
    answer = refused(lambda: stage.agent(login).rest(method, path, body))
    assert (answer.status, answer.code) == (403, "forbidden")


def test_a_colleagues_conversation_is_closed_and_the_attempt_stands_on_record(stage: Stage) -> None:
    _, _, conversation = in_talk(stage, "mia")
    omar = stage.agent("omar")
    for path in (f"/v1/conversations/{conversation}", f"/v1/conversations/{conversation}/events"):
        answer = refused(lambda p=path: omar.rest("GET", p))  # type: ignore[misc]
        assert (answer.status, answer.code) == (403, "forbidden")
    records = stage.reads_of("omar", conversation)
    assert [(r["eventName"], r["errorCode"]) for r in records] == [
        ("GetConversation", "forbidden"), ("GetConversationEvents", "forbidden"),
    ]  # fmt: skip


def test_a_look_at_a_conversation_leaves_a_record_of_who_when_and_from_where(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    mia.conversation(conversation)
    contact = mia.conversation(conversation)["contact"]["id"]
    mia.rest("GET", f"/v1/contacts/{contact}")
    mia.rest("GET", f"/v1/contacts/{contact}/conversations")
    record = stage.reads_of("mia", conversation)[-1]
    assert (record["eventName"], record["errorCode"], record["readOnly"]) == ("GetConversation", None, True)
    assert (record["userIdentity"]["principalId"], record["userIdentity"]["role"]) == ("mia", "agent")
    assert record["sourceIPAddress"]
    assert record["requestID"]
    assert [r["eventName"] for r in stage.reads_of("mia", contact)][-2:] == ["GetContact", "ListConversations"]


def test_the_record_of_a_conversation_names_who_did_what_without_what_was_said(stage: Stage) -> None:
    mia, customer, conversation = in_talk(stage)
    mia.reply(conversation, "Confidential words")
    records = stage.agent("ines").rest("GET", f"/v1/audit?ledger=cnv%23{conversation}")["records"]
    names = [r["eventName"] for r in records]
    assert names[0] == "ConversationOpened"
    assert "Accepted" in names
    assert names[-1] == "MessageSent"
    assert records[-1]["userIdentity"]["principalId"] == "mia"
    assert "Confidential" not in str(records)
    assert customer.id not in str(records)


def test_a_page_of_the_record_goes_on_where_the_last_one_ended(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    for _ in range(3):
        mia.conversation(conversation)
    auditor = stage.agent("ines")
    first = auditor.rest("GET", "/v1/audit?agent=mia")
    following = auditor.rest("GET", f"/v1/audit?agent=mia&after={first['next']}")
    known = {r["eventID"] for r in first["records"]}
    assert known.isdisjoint(r["eventID"] for r in following["records"])


def test_a_supervisor_reads_what_is_of_their_teams_and_officers_of_the_house_nothing(stage: Stage) -> None:
    _, customer, conversation = in_talk(stage, "mia")
    assert stage.agent("sofia").conversation(conversation)["conversation"]["name"] == customer.name
    assert refused(lambda: stage.crm.rest("GET", f"/v1/conversations/{conversation}")).status == 403
    for login in ("admin", "ines", "paul"):
        assert refused(lambda login=login: stage.agent(login).conversation(conversation)).status == 403  # type: ignore[misc]


def test_an_agent_sees_only_customers_they_serve_or_could_take(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    contact = mia.conversation(conversation)["conversation"]["contact"]
    omar = stage.agent("omar")
    for path in (f"/v1/contacts/{contact}", f"/v1/contacts/{contact}/conversations"):
        assert refused(lambda p=path: omar.rest("GET", p)).status == 403  # type: ignore[misc]
    assert refused(lambda: omar.rest("PUT", f"/v1/contacts/{contact}/attributes", {"attributes": {"tier": "gold"}})).status == 403
    assert mia.rest("GET", f"/v1/contacts/{contact}")["id"] == contact


# -- contacts --------------------------------------------------------------------------------------------


def test_attributes_are_set_merged_and_removed(stage: Stage) -> None:
    mia, _, conversation = in_talk(stage)
    path = f"/v1/contacts/{mia.conversation(conversation)['conversation']['contact']}/attributes"
    mia.rest("PUT", path, {"attributes": {"note": "gold", "city": "Kraków"}})
    after = mia.rest("PUT", path, {"attributes": {"note": "", "order": "LM-1"}})
    assert after["attributes"] == {"city": "Kraków", "order": "LM-1"}
    assert refused(lambda: mia.rest("PUT", path, {"attributes": {"note": 7}})).status == 400
    assert refused(lambda: mia.rest("PUT", path, {"attributes": {"tier": "gold"}})).status == 403  # it decides rights
    assert stage.crm.rest("PUT", path, {"attributes": {"tier": "gold"}})["attributes"]["tier"] == "gold"


def test_one_person_on_two_channels_becomes_one_contact(stage: Stage) -> None:
    mia, ann, on_whatsapp = in_talk(stage, "mia", "whatsapp")
    on_wechat_customer = stage.customer("wechat")
    on_wechat = mia.takes_up(on_wechat_customer.wishes())
    survivor = mia.conversation(on_whatsapp)["conversation"]["contact"]
    merged = mia.conversation(on_wechat)["conversation"]["contact"]
    sofia = stage.agent("sofia")
    contact = sofia.rest("POST", f"/v1/contacts/{merged}/merge", {"into": survivor})
    assert {i["channel"] for i in contact["identities"]} == {"whatsapp", "wechat"}
    closing = mia.event("the end of the other", on_wechat, lambda e: e["type"] == "resolved")
    assert closing["continued_in"] == on_whatsapp

    on_wechat_customer.says("And now from my other phone")
    mia.sees("And now from my other phone")
    assert mia.received(on_whatsapp)[-1] == "And now from my other phone"
    assert mia.rest("GET", "/v1/me")["agent"]["load"] == 1
    message = mia.reply(on_whatsapp, "I answer where you wrote last")
    mia.hears_of_delivery(message, "sent")
    assert on_wechat_customer.copies("I answer where you wrote last")
    assert not ann.copies("I answer where you wrote last")
    assert sofia.rest("POST", f"/v1/contacts/{merged}/merge", {"into": survivor})["id"] == survivor, "twice is the same as once"


@pytest.mark.parametrize("into", ["itself", "nobody", ""])
def test_a_merge_that_makes_no_sense_changes_nothing(stage: Stage, into: str) -> None:
    mia, _, conversation = in_talk(stage)
    contact = mia.conversation(conversation)["conversation"]["contact"]
    target = {"itself": contact, "nobody": "c-unheard-of"}.get(into, into)
    answer = refused(lambda: stage.agent("sofia").rest("POST", f"/v1/contacts/{contact}/merge", {"into": target}))
    assert answer.status in (400, 404)
    assert mia.conversation(conversation)["contact"]["merged_into"] in (None, "")


# -- agents and requests -----------------------------------------------------------------------------------


def test_an_administrator_makes_an_agent_who_then_gets_work(stage: Stage) -> None:
    admin = stage.agent("admin")
    profile = {"name": "Omar Haddad", "capacity": 3, "languages": ["en", "fr", "ar"]}
    admin.rest("PUT", "/v1/agents/omar", {**profile, "queues": ["technical", "general"]})
    try:
        omar, customer = stage.agent("omar").online(), stage.customer("whatsapp")
        omar.offer_of(customer.wishes())
    finally:
        admin.rest("PUT", "/v1/agents/omar", {**profile, "queues": ["technical"]})


@pytest.mark.parametrize(
    "wrong",
    [{"capacity": -1}, {"capacity": "4"}, {"capacity": 51}, {"queues": "general"}, {"queues": [""]}, {"languages": [7]}, {"name": ""}],
    ids=str,
)
def test_a_profile_that_cannot_be_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    whole = {"name": "Mia Keller", "capacity": 4, "queues": ["general"], "languages": ["en"]}
    assert refused(lambda: stage.agent("admin").rest("PUT", "/v1/agents/mia", {**whole, **wrong})).status == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused_with_a_code(stage: Stage, body: bytes) -> None:
    mia = stage.agent("mia")
    request = urllib.request.Request(
        f"{stage.system.desk_api}/v1/me/presence", body,
        {"Authorization": f"Bearer {mia.token}", "Content-Type": "application/json"}, method="PUT",
    )  # fmt: skip
    answer = refused(lambda: json.loads(urllib.request.urlopen(request, timeout=20).read()))
    assert (answer.status, answer.code) == (400, "malformed")


def test_an_unknown_conversation_is_not_found(stage: Stage) -> None:
    answer = refused(lambda: stage.agent("sofia").conversation("c00000000000000000000000000-000001"))
    assert (answer.status, answer.code) == (404, "not_found")


def test_rest_does_what_the_socket_does(stage: Stage) -> None:
    """Accept, answer, note, transfer and resolve without a WebSocket request."""
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    conversation = mia.offer_of(customer.wishes())
    base = f"/v1/conversations/{conversation}"
    assert mia.rest("POST", f"{base}/accept")["status"] == "active"
    mia.rest("POST", f"{base}/messages", {"text": "By the other way", "client_id": "r1"})
    customer.hears("By the other way")
    mia.rest("POST", f"{base}/notes", {"text": "A note", "client_id": "r2"})
    sofia = stage.agent("sofia").online()
    assert mia.rest("POST", f"{base}/transfer", {"agent": "sofia"})["owner"] == "sofia"
    assert sofia.rest("POST", f"{base}/accept")["status"] == "active"
    assert sofia.rest("POST", f"{base}/resolve")["status"] == "resolved"
    numbers = [e["no"] for e in sofia.events(conversation)]
    assert numbers == list(range(1, len(numbers) + 1))
    missing = sofia.rest("GET", f"{base}/events?after={numbers[-3]}")["events"]
    assert [e["no"] for e in missing] == numbers[-2:]
