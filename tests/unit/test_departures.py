"""The delivery batch: each message once, in its recipient's order, with a pause that grows while a vendor is down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from switchboard.application.ports import Sent
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.inbound import DeliveryStatus
from switchboard.entry.departures import deliver
from tests.fakes.courier import ScriptedCourier
from tests.unit.process import CONTEXT, Process, failed_of, sqs_event, sqs_record
from tests.unit.world import GREETING, World


def process_with(*answers: Sent) -> Process:
    """A delivery function whose vendor gives these answers in turn."""
    base = World()
    base.courier = ScriptedCourier(answers)
    return Process(base.elsewhere())


def departing(process: Process, *addresses: str) -> tuple[list[dict[str, Any]], list[Conversation]]:
    """A queued answer for each customer named, in order; a customer named twice gets two."""
    world, records, served = process.world, [], []
    for number, address in enumerate(addresses, 1):
        c = world.write(address, GREETING)
        body = {"conversation": c.id, "commit": c.version, "message": world.last(c, ev.MessageSent).message}
        entry = {"MessageBody": json.dumps(body), "MessageGroupId": address, "MessageDeduplicationId": str(number)}
        records.append(sqs_record(entry, number))
        served.append(c)
    return records, served


def statuses(process: Process, c: Conversation) -> list[DeliveryStatus]:
    return [d.status for d in process.world.deliveries.of(c.id)]


def test_a_batch_is_handed_to_the_vendor_in_order(process: Process) -> None:
    records, [one, two, _] = departing(process, "1", "2", "1")
    assert failed_of(deliver(process, sqs_event(*records), CONTEXT)) == []
    assert [call.recipient for call in process.world.courier.handed] == ["1", "2", "1"]
    assert statuses(process, one) == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    assert statuses(process, two) == [DeliveryStatus.SENT]


def test_the_same_batch_twice_is_sent_once(process: Process) -> None:
    records, _ = departing(process, "1", "2")
    deliver(process, sqs_event(*records), CONTEXT)
    assert failed_of(deliver(process, sqs_event(*records), CONTEXT)) == []
    assert len(process.world.courier.handed) == 2


def test_a_vendor_that_is_down_holds_back_later_messages_of_the_same_customer_alone() -> None:
    process = process_with(Sent("retry", reason="503"))
    records, _ = departing(process, "1", "2", "1")
    assert failed_of(deliver(process, sqs_event(*records), CONTEXT)) == ["id-1", "id-3"]
    assert [call.recipient for call in process.world.courier.handed] == ["1", "2"]
    assert failed_of(deliver(process, sqs_event(records[0], records[2]), CONTEXT)) == []
    first, third = (json.loads(records[n]["body"])["message"] for n in (0, 2))
    assert [call.reference for call in process.world.courier.handed][2:] == [first, third]


def test_the_pause_grows_with_the_tries_and_keeps_the_vendors_wish() -> None:
    process = process_with(Sent("retry", reason="503"), Sent("retry", reason="503"), Sent("retry", retry_after=120.0))
    [record], _ = departing(process, "1")
    for tries in (1, 2, 3):
        record["attributes"]["ApproximateReceiveCount"] = str(tries)
        deliver(process, sqs_event(record), CONTEXT)
    pauses = [seconds for queue, _, seconds in process.again if queue == "outbound"]
    assert pauses[0] < pauses[1]
    assert pauses[2] == 120.0


def test_the_last_try_is_given_up_on_record_and_left_to_the_dead_letter_queue() -> None:
    process = process_with(Sent("retry", reason="503"))
    [record], [c] = departing(process, "1")
    record["attributes"]["ApproximateReceiveCount"] = "5"
    assert failed_of(deliver(process, sqs_event(record), CONTEXT)) == ["id-1"]
    assert statuses(process, c) == [DeliveryStatus.FAILED]
    assert process.world.types(c)[-1] == "delivery_failed"


def test_what_is_refused_for_good_is_done_with() -> None:
    process = process_with(Sent("refused", reason="blocked"))
    records, _ = departing(process, "1", "1")
    assert failed_of(deliver(process, sqs_event(*records), CONTEXT)) == []
    assert len(process.world.courier.handed) == 2


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"conversation":"c1-000001","commit":"x","message":"m"}'])
def test_a_body_that_names_nothing_fails_alone(process: Process, body: str) -> None:
    [good], [c] = departing(process, "1")
    bad = sqs_record({"MessageBody": body, "MessageGroupId": "other", "MessageDeduplicationId": "x"}, 9)
    assert failed_of(deliver(process, sqs_event(bad, good), CONTEXT)) == ["id-9"]
    assert statuses(process, c) == [DeliveryStatus.SENT]


def test_what_is_sent_and_to_whom_is_not_logged(process: Process, capsys: pytest.CaptureFixture[str]) -> None:
    records, _ = departing(process, "4915100000001")
    deliver(process, sqs_event(*records), CONTEXT)
    printed = "".join(capsys.readouterr())
    assert "Hello!" not in printed
    assert "4915100000001" not in printed
