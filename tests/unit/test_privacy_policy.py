"""What becomes of personal data in threads: masked at the door, hidden from roles, revealed with a reason and on record."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.application.fanout import StoredCommit, StoredEvent, facts_of
from switchboard.application.screens import ReadCommit
from switchboard.domain import events as ev
from switchboard.domain.content import Content, ContentKind
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.kinds import IDS, Kind
from switchboard.domain.privacy.masking import masked
from switchboard.domain.privacy.policy import SHIPPED, PrivacyPolicy, hidden_from, kept_content, parse
from switchboard.domain.understanding import Part, Understanding
from tests.unit.process import CONTEXT, Process, sqs_record
from tests.unit.test_desk_api import gateway, handler
from tests.unit.world import World, who

CARD, SSN = "4111 1111 1111 1111", "078-05-1120"
REVEAL = "/v1/conversations/{id}/messages/{message}/reveal"
SAID = f"charge {CARD}, not my SSN {SSN}, mail nadja@web.de"


@pytest.mark.parametrize(("kind", "text", "shown"), [
    (Kind.CARD, f"it is {CARD}.", "it is •••• •••• •••• 1111."),
    (Kind.CARD, "卡号４１１１１１１１１１１１１１１１", "卡号••••••••••••１１１１"),
    (Kind.CARD, f"{CARD} exp 12/27 cvv 123", "•••• •••• •••• 1111 exp 12/27 cvv •••"),
    (Kind.CARD, f"{CARD} 12/27 123", "•••• •••• •••• 1111 12/27 •••"),
    (Kind.CARD, f"{CARD}, 123", "•••• •••• •••• 1111, •••"),
    (Kind.CARD, f"{CARD}, 123 EUR please", "•••• •••• •••• 1111, 123 EUR please"),
    (Kind.PHONE, "call +49 170 1234567", "call +•• ••• •••4567"),
    (Kind.EMAIL, "to nadja.berg@web.de!", "to n•••@web.de!"),
    (Kind.IBAN, "DE89 3704 0044 0532 0130 00", "DE•• •••• •••• •••• ••30 00"),
    (Kind.US_SSN, f"SSN {SSN}", "SSN •••-••-••••"),
])  # fmt: skip
def test_each_kind_keeps_what_may_be_known(kind: Kind, text: str, shown: str) -> None:
    assert masked(text, {kind}) == shown
    assert masked(shown, set(Kind)) == shown  # what is masked is not found again


@pytest.mark.parametrize("text", [
    "cvv {}", "cvc: {}", "CVV2 is {}", "the cvv:\n{}", "{} is my cvv", "security code {}", "card code {}", "cid {}", "c\u00advv {}",
    "Prüfziffer {}", "Sicherheitscode: {}", "Kartenprüfnummer ist {}", "cryptogramme {}", "code de sécurité : {}",
    "código de seguridad {}", "código de segurança: {}", "codice di sicurezza {}", "код безопасности {}", "رمز الأمان {}",
    "सुरक्षा कोड {}", "सीवीवी {}", "セキュリティコードは{}です", "セキュリティ番号{}",
    "보안코드 {}", "보안 코드는 {}", "安全码 {}", "安全码是{}", "卡背面三位{}",
])  # fmt: skip
def test_a_security_code_is_masked_with_no_card_beside_it(text: str) -> None:
    for code in ("123", "9876"):
        assert masked(text.format(code), {Kind.CARD}) == text.format("•" * len(code))


@pytest.mark.parametrize("text", [
    "Madrid 1234", "decided 123", "my cvv is worn off, order 123456", "cvv? I ordered 123 of them", "code 1234 of the door",
    "order 123 is late", "the acid 123 test", "验证码 1234 没收到", "cvv 12345678",
])  # fmt: skip
def test_other_short_numbers_stay(text: str) -> None:
    assert masked(text, {Kind.CARD}) == text


def test_other_kinds_stay() -> None:
    assert masked(SAID, {Kind.CARD}) == SAID.replace(CARD, "•••• •••• •••• 1111")
    assert masked(SAID, set()) == SAID


@given(st.text(max_size=60).map(lambda t: f"{t} {CARD} {t}"))
def test_nothing_found_is_left_in_what_is_masked(text: str) -> None:
    assert not [f for f in detect(masked(text, set(Kind))) if f.kind is Kind.CARD]


def test_a_body_is_kept_masked_in_its_data_too() -> None:
    content = Content(ContentKind.CHOICE, SAID, (), {"payload": CARD, "n": "1"})
    made = kept_content(content, PrivacyPolicy())
    assert CARD not in json.dumps([made.text, dict(made.data)])
    assert made.data["n"] == "1"
    assert made.kind is ContentKind.CHOICE


@pytest.mark.parametrize("document", [
    {"thread": {"card": "keep"}}, {"thread": {"nonsense": "mask"}}, {"thread": {"phone": "hide"}}, {"thread": []},
    {"hidden": {"boss": []}},
    {"hidden": {"agent": "phone"}}, {"hidden": {"agent": ["x"]}}, {"hidden": []}, {"other": 1},
])  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        parse(document)


def test_what_is_shipped_masks_cards_for_all_and_hides_ids_from_agents() -> None:
    policy = parse(SHIPPED)
    assert policy == PrivacyPolicy()
    assert policy.masked == {Kind.CARD}
    assert hidden_from(policy, "agent") == IDS
    assert hidden_from(policy, "supervisor") == frozenset()


# -- at the door -------------------------------------------------------------------------------------


def test_a_card_is_on_no_record_and_the_bot_does_not_hear_it(world: World) -> None:
    heard = Understanding("payment_problem", 0.9, "en", parts=(Part(SAID, "payment_problem", 0.9),))
    c = world.write("1", heard, text=SAID)
    world.write("1", heard, text=f"again {CARD}")
    assert CARD not in repr(world.store.events(c.ledger))
    assert "•••• •••• •••• 1111" in world.store.conversation(c.id).preview
    assert SSN in world.last(c, ev.MessageReceived).content.text or SSN in repr(world.store.events(c.ledger))


def test_a_card_is_in_no_queue(world: World, process: Process) -> None:
    process.inbound.send([world.message("1", SAID)])
    [entry] = process.queue.entries
    record = sqs_record(entry)
    opened = process.inbound.open(record["attributes"]["MessageGroupId"], record["body"], {})
    assert CARD not in repr(opened.item)
    assert SSN in repr(opened.item)


def test_what_agents_write_holds_no_card_either(world: World) -> None:
    ada = world.hire("ada")
    c = world.write("1")
    world.desk.accept(ada, c.id)
    world.desk.reply(ada, c.id, f"you paid with {CARD}", "k1")
    world.desk.note(ada, c.id, f"card {CARD}", "k2")
    assert CARD not in repr(world.store.events(c.ledger))
    assert CARD not in repr(world.facts)


def test_a_company_may_have_more_masked(world: World, process: Process) -> None:
    process.privacy_desk.set(who("boss", "administrator"), {"thread": {"email": "mask"}})
    c = process.intake.receive(world.message("1", SAID), Understanding("praise", 0.9, "en"))
    assert c is not None
    text = world.last(c, ev.MessageReceived).content.text
    assert "nadja@web.de" not in text
    assert "n•••@web.de" in text


# -- on screens, and revealed ----------------------------------------------------------------------------


@pytest.fixture
def served(world: World, process: Process, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(handler, "services", lambda: process)
    world.hire("ada")
    return world.write("1", text=SAID).id


def ask(method: str, route: str, id_: str, body: Any = None, agent: str = "ada", groups: str = "agent") -> tuple[int, str]:
    claims = {"cognito:username": agent, "token_use": "id", "cognito:groups": groups}
    answer = gateway(method, route, id_, body, None, claims)
    return answer["statusCode"], answer["body"]


def test_ids_are_masked_for_agents_and_shown_to_leaders(world: World, served: str) -> None:
    world.lead_team("sue", "general")
    for route in ("/v1/conversations/{id}", "/v1/conversations/{id}/events"):
        status, shown = ask("GET", route, served)
        assert (status, SSN in shown, "•••-••-••••" in shown, CARD in shown) == (200, False, True, False)
        status, shown = ask("GET", route, served, agent="sue", groups="supervisor")
        assert (status, SSN in shown, CARD in shown) == (200, True, False)


def test_what_is_pushed_is_masked_too(world: World, served: str) -> None:
    ledger = f"cnv#{served}"
    world.screens.show([ReadCommit(s, tuple(world.store.commit_events(ledger, s.no))) for s in world.store.commits(ledger, 0)])
    frames = json.dumps(world.gateway.frames, ensure_ascii=False)
    assert "•••-••-••••" in frames
    assert SSN not in frames


def test_revealing_needs_a_reason_and_is_on_record_first(world: World, process: Process, served: str) -> None:
    desk, ada = process.privacy_desk, who("ada")
    message = next(r.event.message for r in world.store.events(f"cnv#{served}") if isinstance(r.event, ev.MessageReceived))
    for reason in ("", "why", "x" * 301):
        with pytest.raises(Malformed):
            desk.reveal(ada, served, message, reason)
    with pytest.raises(NotFound):
        desk.reveal(ada, served, "m-none", "to check who it is")
    assert SSN in desk.reveal(ada, served, message, "to check who it is")
    last = world.store.events(f"cnv#{served}")[-1]
    assert last.event == ev.PersonalDataRevealed(message, ("us_ssn",), "to check who it is")
    assert last.actor.id == "ada"


def test_revealing_over_rest(world: World, served: str) -> None:
    message = next(r.event.message for r in world.store.events(f"cnv#{served}") if isinstance(r.event, ev.MessageReceived))
    claims = {"cognito:username": "ada", "token_use": "id", "cognito:groups": "agent"}
    path = f"/v1/conversations/{served}/messages/{message}/reveal"
    event = {
        "resource": "/v1/{proxy+}", "path": path,
        "httpMethod": "POST", "isBase64Encoded": False, "headers": {"content-type": "application/json"}, "multiValueHeaders": {},
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "stageVariables": None,
        "pathParameters": {"proxy": path.removeprefix("/v1/")}, "body": json.dumps({"reason": "to check who it is"}),
        "requestContext": {
            "resourcePath": "/v1/{proxy+}", "httpMethod": "POST", "requestId": "r",
            "identity": {"sourceIp": "192.0.2.9"}, "authorizer": {"claims": claims},
        },
    }  # fmt: skip
    answer = importlib.import_module("functions.api.handler").handler(event, CONTEXT)
    assert answer["statusCode"] == 200
    assert SSN in json.loads(answer["body"])["text"]
    accessed = [r.event for r in world.store.events("acs#ada#2026-03-02") if isinstance(r.event, ev.AccessRecorded)]
    assert accessed[-1].name == "RevealMessage"


def test_a_colleague_may_not_reveal(world: World, served: str) -> None:
    world.hire("bob")
    status, shown = ask("POST", REVEAL, served, {"reason": "curious, that is all"}, agent="bob")
    assert (status, SSN in shown) == (403, False)


def test_the_policy_over_rest(served: str) -> None:
    assert ask("GET", "/v1/privacy", "")[0] == 403
    status, shown = ask("GET", "/v1/privacy", "", groups="supervisor")
    assert (status, json.loads(shown)["policy"]["thread"]) == (200, {"card": "mask"})
    wanted = {"policy": {"thread": {}, "hidden": {"agent": []}}}
    assert ask("PUT", "/v1/privacy", "", wanted, groups="supervisor")[0] == 403
    assert ask("PUT", "/v1/privacy", "", wanted, groups="administrator")[0] == 200
    assert SSN in ask("GET", "/v1/conversations/{id}", served)[1]
    assert ask("PUT", "/v1/privacy", "", {"policy": {"thread": {"card": "keep"}}}, groups="administrator")[0] == 400


def test_a_fact_is_masked_whatever_was_written_into_a_clear_field() -> None:
    event = StoredEvent("tagged", 1, {"tag": f"paid with {CARD}", "amounts": ["1", f"mail {SAID}"], "priority": 3})
    [fact] = facts_of(StoredCommit("cnv#c1-000001", 1, datetime(2026, 3, 2, tzinfo=UTC), "ada", (event,)))
    assert CARD not in repr(fact)
    assert "nadja@" not in repr(fact)
    assert (fact["ledger"], fact["priority"], fact["type"]) == ("cnv#c1-000001", 3, "tagged")
