"""Customers whom the bot leads, over real wires: what the company's shop does for them, what people see who take over, and how a team
changes what the bot does.

The shop (local/shop/demo.yaml) knows these customers by their telephones; each test has one of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from local.shop.server import ShopServer
from tests.e2e.stage import Agent, Customer, Stage, refused, until

Json = dict[str, Any]
ANN, LENA, PAUL, NADIA, TOMOKO = "491701234567", "821055501842", "34600551874", "33639988412", "819055512077"
SOON = 60.0
FURIOUS = "I am furious! This is the third time my order is late, you are useless, this is outrageous!!"
FLOW, IN_STOCK = "stock_availability", "Good news: High Oolong"


@pytest.fixture
def shop(stage: Stage) -> Iterator[ShopServer]:
    shop = stage.system.shop
    assert shop is not None
    yield shop
    shop.well()


def done_for(shop: ShopServer, order: str) -> list[Json]:
    """What the shop did with an order."""
    return [effect for effect in shop.report()["effects"] if effect.get("order") == order]


def handover_of(agent: Agent, conversation: str) -> Json:
    found = agent.rest("GET", f"/v1/conversations/{conversation}")
    return dict(found["handover"] or {})


# -- led through flows -----------------------------------------------------------------------------


def test_an_address_is_changed_with_a_question_in_the_midst_then_the_order_cancelled_and_an_invoice_sent(
    stage: Stage, shop: ShopServer
) -> None:
    ann = stage.customer("whatsapp", "Ann Smith", id_=ANN)
    ann.says("Please change the delivery address of order SB-10214")
    ann.hears("What is the new address?", SOON)
    ann.says("5 Beechwood Mount, Leeds LS4 2NQ")
    ann.hears("Shall I have order SB-10214 delivered", SOON)
    ann.says("Wait, where is my order right now?")
    ann.hears("Your order SB-10214 is being", SOON)
    until("it is asked to confirm again", lambda: len(ann.copies("Shall I have order SB-10214 delivered")) == 2)
    assert done_for(shop, "SB-10214") == []  # nothing before it is confirmed
    ann.says("yes")
    ann.hears("All done. Order SB-10214 will be delivered to: 5 Beechwood Mount", SOON)

    ann.says("Please send me the invoice for it")
    ann.hears("Which e-mail address shall I send it to?", SOON)
    ann.says("ann@new.example")
    ann.hears("Shall I send the invoice for order SB-10214 to ann@new.example?", SOON)
    ann.says("yes please")
    ann.hears("The invoice for order SB-10214 is on its way", SOON)
    ann.says("Please cancel order SB-10214")
    ann.hears("Shall I cancel order SB-10214", SOON)
    ann.says("yes")
    ann.hears("Order SB-10214 has been cancelled", SOON)

    assert [effect["do"] for effect in done_for(shop, "SB-10214")] == ["address_change", "invoice_sent", "order_cancel"]
    assert "Beechwood Mount" in done_for(shop, "SB-10214")[0]["address"]
    ann.says("no, that was all")
    until("it is over", lambda: stage.system.services.store.conversation(stage.current(ann)).status.value == "resolved")


def test_what_is_not_the_customers_own_is_not_found(stage: Stage, shop: ShopServer) -> None:
    stranger = stage.customer("whatsapp")
    stranger.says("Please cancel order SB-10187")
    stranger.hears("I cannot find SB-10187 among your orders", SOON)
    assert done_for(shop, "SB-10187") == []


def test_a_company_that_is_down_brings_people_who_are_told_that_it_may_have_been_done(stage: Stage, shop: ShopServer) -> None:
    mia, lena = stage.agent("mia").online(), stage.customer("whatsapp", "Lena Park", id_=LENA)
    lena.says(wish := "Please cancel order SB-10207")
    lena.hears("Shall I cancel order SB-10207", SOON)
    shop.trouble(*[None, *[503] * 40])  # it is done, the answer is lost, and then nobody answers
    lena.says("yes")
    conversation = mia.offer_of(wish, SOON)
    found = handover_of(mia, conversation)
    assert (found["reason"], found["asked"]) == ("failed", ["order_cancel"])
    [step] = found["steps"]
    assert (step["flow"], step["outcome"], step["slots"]) == ("order_cancel", "failed", {"order": "SB-10207"})
    assert step["actions"] == [["order_lookup", "ok"], ["order_cancel", "unknown"]]
    assert [effect["do"] for effect in done_for(shop, "SB-10207")] == ["order_cancel"]
    assert lena.copies("has been cancelled") == []


def test_a_company_that_was_down_for_a_moment_is_asked_again_and_does_it_once(stage: Stage, shop: ShopServer) -> None:
    tomoko = stage.customer("whatsapp", "Tomoko Arai", id_=TOMOKO)
    tomoko.says("Please cancel order SB-10211")
    tomoko.hears("Shall I cancel order SB-10211", SOON)
    shop.trouble(None, 503)
    tomoko.says("yes")
    tomoko.hears("Order SB-10211 has been cancelled", SOON)
    assert [effect["do"] for effect in done_for(shop, "SB-10211")] == ["order_cancel"]


# -- people take over ------------------------------------------------------------------------------


def test_who_wishes_for_a_person_in_the_midst_of_a_flow_gets_one_who_knows_what_was_said(stage: Stage, shop: ShopServer) -> None:
    mia, paul = stage.agent("mia").online(), stage.customer("whatsapp", "Paul Rivera", id_=PAUL)
    paul.says(first := "Where is my order?")
    paul.hears("Which order may I look up", SOON)
    paul.says("Let me talk to a human agent please")
    found = handover_of(mia, mia.offer_of(first, SOON))
    assert (found["reason"], found["asked"][0]) == ("wish", "order_status")
    assert [(step["flow"], step["outcome"]) for step in found["steps"]] == [("order_status", "handed_over")]


def test_an_angry_message_reaches_a_supervisor_at_once_and_the_customer_comes_first(stage: Stage) -> None:
    sofia, customer = stage.agent("sofia"), stage.customer("whatsapp")
    customer.says("Where is my order?")
    customer.hears("Which order may I look up", SOON)
    customer.says(words := f"{FURIOUS} {secrets.token_hex(3)}")
    conversation = stage.current(customer)
    _, frame = sofia.socket.expect("the anger", lambda f: f["type"] == "anger" and f["conversation"]["id"] == conversation, SOON)
    said = [e["content"]["text"] for e in frame["events"] if e["type"] == "message_received"]
    assert said == [words]
    assert {e["type"] for e in frame["events"]} == {"message_received", "intent_detected", "anger_heard"}
    found = sofia.conversation(conversation)
    assert (found["conversation"]["status"], found["conversation"]["priority"]) == ("queued", 8)
    assert found["handover"]["reason"] == "anger"
    assert found["handover"]["sentiment"] == "angry"


def test_anger_at_an_agent_makes_the_conversation_urgent_and_agents_are_not_told_of_other_peoples(stage: Stage) -> None:
    mia, chen, sofia = stage.agent("mia").online(), stage.agent("chen"), stage.agent("sofia")
    customer = stage.customer("whatsapp")
    conversation = mia.takes_up(customer.wishes())
    assert mia.conversation(conversation)["conversation"]["priority"] < 8
    customer.says(FURIOUS)
    sofia.socket.expect("the anger", lambda f: f["type"] == "anger" and f["conversation"]["id"] == conversation, SOON)
    assert mia.conversation(conversation)["conversation"]["priority"] == 8
    assert not [f for _, f in chen.socket.frames if f["type"] == "anger"]


# -- what the team changes -------------------------------------------------------------------------


@pytest.fixture
def admin(stage: Stage) -> Agent:
    return stage.agent("admin")


Publish = Callable[[int], Json]


@pytest.fixture
def publish(stage: Stage, admin: Agent) -> Iterator[Publish]:
    """Puts a version of the flow in force, for every process at once; the shipped one is in force again at the end."""

    def publishing(version: int) -> Json:
        answer = dict(admin.rest("POST", f"/v1/flows/{FLOW}/publish", {"version": version}))
        stage.anew("router")  # which reads what is in force once a minute
        return answer

    yield publishing
    publishing(0)


def saying(document: Json, words: str) -> Json:
    """The flow with other words where it says that there is some."""
    steps = [
        {**step, "say": {**step["say"], "en": words}} if IN_STOCK.split(":")[0] in step.get("say", {}).get("en", "") else step
        for step in document["steps"]
    ]
    assert steps != document["steps"]
    return {**document, "steps": steps}


def asks_for_tea(stage: Stage) -> Customer:
    customer = stage.customer("whatsapp")
    customer.says("Is the High Oolong in stock?")
    customer.hears("High Oolong comes in: 75 g, 150 g", SOON)
    return customer


def test_a_published_version_leads_the_next_conversation_and_leaves_those_under_way_alone(
    stage: Stage, admin: Agent, publish: Publish
) -> None:
    shipped = admin.rest("GET", f"/v1/flows/{FLOW}")
    assert (shipped["version"], shipped["shipped"], shipped["in_force"]) == (0, True, True)
    document = shipped["document"]["flow"]
    as_json = admin.rest("PUT", f"/v1/flows/{FLOW}", {"flow": saying(document, "JSON says yes to {size}."), "note": "warmer"})
    text = yaml.safe_dump(saying(document, "YAML says yes to {size}."), allow_unicode=True)
    as_yaml = admin.rest("PUT", f"/v1/flows/{FLOW}", {"yaml": text})
    assert as_yaml["version"] == as_json["version"] + 1
    assert (as_json["by"], as_json["note"]) == ("admin", "warmer")

    before = asks_for_tea(stage)
    assert publish(as_yaml["version"])["version"] == as_yaml["version"]
    after = asks_for_tea(stage)
    after.says("75 g")
    after.hears("YAML says yes to 75 g.", SOON)
    before.says("75 g")
    before.hears(IN_STOCK, SOON)

    listed = {each["flow"]: each for each in stage.agent("sofia").rest("GET", "/v1/flows")["flows"]}
    assert len(listed) >= 13
    assert (listed[FLOW]["version"], listed[FLOW]["shipped"]) == (as_yaml["version"], False)
    publish(as_json["version"])
    customer = asks_for_tea(stage)
    customer.says("75 g")
    customer.hears("JSON says yes to 75 g.", SOON)
    records = stage.agent("ines").rest("GET", "/v1/audit?ledger=cfg%23flows")["records"]
    assert {(r["eventName"], r["userIdentity"]["principalId"]) for r in records} == {("FlowsPublished", "admin")}


def test_a_flow_that_is_off_leaves_its_customers_to_people_until_it_is_rolled_back(
    stage: Stage, admin: Agent, publish: Publish
) -> None:
    mia = stage.agent("mia").online()
    off = publish(-1)
    assert (off["version"], off["in_force"]) == (-1, False)
    customer = stage.customer("whatsapp")
    customer.says(question := f"Is the High Oolong in stock? {secrets.token_hex(3)}")
    conversation = mia.offer_of(question, SOON)
    assert [e["type"] for e in mia.events(conversation) if e["type"] == "flow_started"] == []
    mia.act("accept", conversation)
    mia.act("resolve", conversation)

    back = publish(0)
    assert (back["version"], back["shipped"]) == (0, True)
    other = asks_for_tea(stage)
    other.says("75 g")
    other.hears(IN_STOCK, SOON)


@pytest.mark.parametrize(("broken", "where"), [
    ({"slots": {}, "steps": [{"ask": "nothing"}]}, "steps[0]"),
    ({"slots": {"order": {"kind": "telepathy"}}, "steps": [{"ask": "order"}]}, "slots.order"),
    ({"steps": "later"}, "steps"),
])  # fmt: skip
def test_a_flow_that_cannot_work_is_refused_and_the_answer_names_the_place(admin: Agent, broken: Json, where: str) -> None:
    versions = len(admin.rest("GET", f"/v1/flows/{FLOW}")["versions"])
    for body in ({"flow": broken}, {"yaml": yaml.safe_dump(broken)}):
        answer = refused(lambda body=body: admin.rest("PUT", f"/v1/flows/{FLOW}", body))  # type: ignore[misc]  # bound at once
        assert (answer.status, answer.code) == (400, "malformed")
        assert where in answer.body["message"]
    assert len(admin.rest("GET", f"/v1/flows/{FLOW}")["versions"]) == versions


def test_yaml_that_is_none_is_refused_by_line(admin: Agent) -> None:
    answer = refused(lambda: admin.rest("PUT", f"/v1/flows/{FLOW}", {"yaml": "steps:\n  - ask: [order"}))
    assert (answer.status, answer.code) == (400, "malformed")
    assert "line" in answer.body["message"]


def test_what_was_never_saved_cannot_be_published(admin: Agent) -> None:
    for version, status in ((999, 404), (-2, 400), ("1", 400)):
        body = {"version": version}
        assert refused(lambda body=body: admin.rest("POST", f"/v1/flows/{FLOW}/publish", body)).status == status  # type: ignore[misc]


def test_agents_see_no_flows_and_supervisors_change_none(stage: Stage, admin: Agent) -> None:
    mia, sofia = stage.agent("mia"), stage.agent("sofia")
    document = admin.rest("GET", f"/v1/flows/{FLOW}")["document"]["flow"]
    for request in (
        lambda: mia.rest("GET", "/v1/flows"), lambda: mia.rest("GET", f"/v1/flows/{FLOW}"),
        lambda: mia.rest("PUT", f"/v1/flows/{FLOW}", {"flow": document}),
        lambda: sofia.rest("PUT", f"/v1/flows/{FLOW}", {"flow": document}),
        lambda: sofia.rest("POST", f"/v1/flows/{FLOW}/publish", {"version": 0}),
    ):  # fmt: skip
        assert refused(request).status == 403


@pytest.fixture
def suggests(stage: Stage, admin: Agent) -> Iterator[None]:
    """Of where an order is the bot only suggests answers."""
    policy = admin.rest("GET", "/v1/bot")["policy"]
    admin.rest("PUT", "/v1/bot", {"policy": {**policy, "rollout": [{"mode": "suggests", "intents": ["order_status"]}]}})
    stage.anew("router")
    yield
    admin.rest("PUT", "/v1/bot", {"policy": policy})
    stage.anew("router")


def test_where_the_bot_only_suggests_the_agent_has_its_words_and_the_customer_has_not(stage: Stage, suggests: None) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp")
    customer.says(question := f"Where is my order? {secrets.token_hex(3)}")
    conversation = mia.takes_up(question)
    [suggested] = [e for e in mia.events(conversation) if e["type"] == "bot_suggested"]
    assert "Which order may I look up" in suggested["text"]
    assert suggested["intent"] == "order_status"
    mia.reply(conversation, "Let me see")
    customer.hears("Let me see")
    assert customer.copies("Which order may I look up") == []
