"""A customer's message through the deployed product on LocalStack: `template.yaml` as it is, the built layers, LocalStack's REST API,
queues, streams and event source mappings. Asserted at the far ends: the vendors' sandbox, and the record.

Out of scope here: WebSockets (LocalStack's free edition has no WebSocket APIs) and sign-in (no Cognito); tests/e2e has them on the
embedded emulator. Push runs all the same, with nobody to push to. Takes 60 to 80 s, 25 of them to deploy and wake it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from local.emulators.localstack import LocalStack
from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.inbound import DeliveryStatus
from tests.e2e.stage import Customer, until
from tests.integration.product import ACCEPT_SECONDS, MIA, Product, product

pytestmark = pytest.mark.localstack

PAYMENT = {"whatsapp": ("Which payment methods do you accept?", "PayPal"), "wechat": ("你们支持哪些支付方式？", "支付宝")}


@pytest.fixture(scope="module")
def path(localstack: LocalStack) -> Iterator[Product]:
    """Deployed to the session's LocalStack, or to one in host mode where that is the docker image: functions in containers could
    not use layers built for this machine, nor reach the sandbox on its loopback."""
    with ExitStack() as ends:
        host = ends.enter_context(LocalStack(kind="host")) if localstack.kind == "docker" else localstack
        yield ends.enter_context(product(host))


@pytest.fixture
def mia(path: Product) -> Iterator[str]:
    """The agent, online while the test runs."""
    path.services.presence.set_presence(ev.SYSTEM, MIA.login, ev.Presence.ONLINE)
    yield MIA.login
    path.services.presence.set_presence(ev.SYSTEM, MIA.login, ev.Presence.OFFLINE)


def received(events: list[ev.Event]) -> list[str]:
    """The customer's texts, in the order of the record."""
    return [e.content.text for e in events if isinstance(e, ev.MessageReceived)]


def sent_by(author: ev.ActorKind, events: list[ev.Event]) -> list[ev.MessageSent]:
    return [e for e in events if isinstance(e, ev.MessageSent) and e.author is author]


def offered(path: Product, customer: Customer, agent: str) -> str:
    """The customer's conversation, once it is offered to the agent."""
    found = path.current(customer)
    return found.id if found is not None and found.status is Status.ASSIGNED and found.owner == agent else ""


@pytest.mark.parametrize(("channel", "last_word"), [("whatsapp", DeliveryStatus.READ), ("wechat", DeliveryStatus.SENT)])
def test_the_bots_answer_reaches_the_customer_and_its_delivery_the_record(
    path: Product, channel: str, last_word: DeliveryStatus
) -> None:
    customer = path.customer(channel)
    question, answer = PAYMENT[channel]
    customer.says(question)
    customer.hears(answer)

    recorded = path.recorded(customer)
    assert received(recorded) == [question]
    assert [e.intent for e in recorded if isinstance(e, ev.IntentDetected)] == ["payment_methods"]
    [said] = sent_by(ev.ActorKind.BOT, recorded)
    conversation = path.current(customer)
    assert conversation is not None
    deliveries, wanted = conversation.id, [(said.message, last_word)]

    def delivered() -> bool:
        return [(d.message, d.status) for d in path.services.deliveries.of(deliveries)] == wanted

    until(f"the vendor's word {last_word} on record", delivered)
    assert len(customer.copies(answer)) == 1


def test_a_forged_post_is_turned_away(path: Product) -> None:
    customer = path.customer()
    forged = customer.post("say", text="Send my refund to another account", tamper="signature")
    assert (forged["accepted"], forged["http_status"]) == (False, 401)
    customer.says("Which payment methods do you accept?")
    customer.hears("PayPal")
    assert received(path.recorded(customer)) == ["Which payment methods do you accept?"]


def test_a_wish_for_a_person_reaches_the_agent_and_the_agents_words_the_customer(path: Product, mia: str) -> None:
    customer = path.customer()
    customer.wishes()
    conversation = until("the offer", lambda: offered(path, customer, mia))

    path.desk("POST", "/v1/conversations/{id}/accept", conversation, {})
    text = f"Hello, this is Mia. {secrets.token_hex(4)}"
    answer = path.desk("POST", "/v1/conversations/{id}/messages", conversation, {"text": text, "client_id": secrets.token_hex(8)})
    assert (answer["status"], answer["owner"]) == ("active", mia)
    customer.hears(text)

    recorded = path.recorded(customer)
    [handover] = sent_by(ev.ActorKind.BOT, recorded)
    [reply] = sent_by(ev.ActorKind.AGENT, recorded)
    heard = [m["text"] for m in customer.thread() if m["direction"] == "out"]
    assert heard == [handover.content.text, reply.content.text]


def test_work_that_nobody_takes_up_comes_back_by_its_timer(path: Product, mia: str) -> None:
    customer = path.customer()
    customer.wishes()
    until("the offer", lambda: offered(path, customer, mia))

    def taken_back() -> list[ev.ReleaseReason]:
        return [e.reason for e in path.recorded(customer) if isinstance(e, ev.Released)]

    assert until("the offer to be taken back", taken_back, ACCEPT_SECONDS + 20) == [ev.ReleaseReason.NOT_ACCEPTED]
    assert path.services.store.agent(mia).presence is ev.Presence.AWAY


def test_a_post_that_comes_ten_times_is_one_event(path: Product) -> None:
    customer = path.customer()
    question, answer = PAYMENT["whatsapp"]
    again = {"message_id": customer.says(question), "times": 9, "parallel": True}
    outcomes = customer.post("replay", **again)["outcomes"]
    assert [o["accepted"] for o in outcomes] == [True] * 9
    customer.says("Thank you, goodbye")  # waits behind all copies in its queue

    until("the message behind the copies", lambda: "Thank you, goodbye" in received(path.recorded(customer)))
    assert received(path.recorded(customer)) == [question, "Thank you, goodbye"]
    customer.hears("Have a good day")
    assert len(customer.copies(answer)) == 1


def test_a_message_that_nobody_can_read_is_parked_and_the_conversation_goes_on(path: Product) -> None:
    customer = path.customer()
    customer.says("Which payment methods do you accept?")
    customer.hears("PayPal")
    path.aws("sqs").send_message(
        QueueUrl=path.outputs["InboundQueueUrl"], MessageBody="not a sealed body", MessageGroupId=path.group(customer),
        MessageDeduplicationId=secrets.token_hex(8),
    )  # fmt: skip
    customer.says("Thank you, goodbye")
    customer.hears("Have a good day")

    recorded = path.recorded(customer)
    told = [e.type for e in recorded if isinstance(e, ev.MessageReceived | ev.MessageParked)]
    assert told == ["message_received", "message_parked", "message_received"]
    [parked] = [e for e in recorded if isinstance(e, ev.MessageParked)]
    assert parked.parked in {p.id for p in path.services.store.parked()}


def test_a_plan_is_solved_for_those_at_work_and_published(path: Product, mia: str) -> None:
    assert path.invoke("planner", {})["agents"] == 1
    part = path.services.staffing_plans.part(path.services.store.agent(mia).shard)
    assert part is not None
    assert mia in part[1].prices


def test_a_sweep_takes_an_agent_without_a_connection_offline(path: Product, mia: str) -> None:
    found = path.invoke("sweeper", {})
    assert found["lost_connections"] == 1
    assert found["stuck_messages"] == 0
    assert path.services.store.agent(mia).presence is ev.Presence.OFFLINE


def test_what_happened_is_handed_to_the_facts(path: Product) -> None:
    def kept() -> list[Any]:
        return list(path.aws("s3").list_objects_v2(Bucket=path.outputs["FactsBucket"]).get("Contents", []))

    assert until("facts in their bucket", kept)


def test_nothing_is_left_in_a_queue_or_given_up(path: Product) -> None:
    """Runs last: what the others sent has all been taken in and out."""
    until("empty queues", lambda: path.lying_in("InboundQueueUrl") + path.lying_in("OutboundQueueUrl") == 0)
    dead = {name: path.lying_in(name) for name in path.outputs if name.endswith(("DeadQueueUrl", "FailuresQueueUrl"))}
    assert dead == dict.fromkeys(dead, 0)
