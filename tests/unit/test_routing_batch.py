"""The router's batch: what fails holds back its own customer alone, and what can never work is put aside, not lost."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.adapters.sqs.inbound import ARRIVED
from switchboard.domain import events as ev
from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.inbound import DeliveryReceipt, DeliveryStatus, InboundMessage
from switchboard.entry.routing import route
from tests.unit.process import CONTEXT, Process, failed_of, metrics_of, sqs_event, sqs_record
from tests.unit.world import GREETING, World


def queued(process: Process, *items: InboundMessage | DeliveryReceipt) -> list[dict[str, Any]]:
    """Items as the webhook queued them, as records in their order."""
    start = len(process.queue.entries)
    process.inbound.send(items)
    return [sqs_record(e, n) for n, e in enumerate(process.queue.entries[start:], start + 1)]


def poison(process: Process, address: str, number: int) -> dict[str, Any]:
    """A message of a customer whose body no longer opens."""
    [record] = queued(process, process.world.message(address))
    return {**record, "messageId": f"id-{number}", "body": "bm90IHNlYWxlZA=="}


def texts(world: World, address: str) -> list[str]:
    contact = world.store.arrival(world.identity(address), "-").contact
    c = world.store.contact(contact).conversation if contact else None
    if c is None:
        return []
    return [r.event.content.text for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)]


def received(record: dict[str, Any], times: int) -> dict[str, Any]:
    """The same record at a later try."""
    return {**record, "attributes": {**record["attributes"], "ApproximateReceiveCount": str(times)}}


def break_for(monkeypatch: pytest.MonkeyPatch, process: Process, text: str, error: Exception) -> None:
    """Taking this text in fails."""
    receive = type(process.intake).receive

    def failing(self: Any, message: InboundMessage, *args: Any) -> Any:
        if message.content.text == text:
            raise error
        return receive(self, message, *args)

    monkeypatch.setattr(type(process.intake), "receive", failing)


def test_a_batch_is_taken_in_in_order_and_each_text_is_understood(process: Process, world: World) -> None:
    records = queued(process, world.message("1", "hello"), world.message("2", "refund"), world.message("1", "again"))
    assert failed_of(route(process, sqs_event(*records), CONTEXT)) == []
    assert texts(world, "1") == ["hello", "again"]
    contact = world.store.arrival(world.identity("2"), "-").contact
    c = world.store.contact(contact).conversation
    assert c is not None
    assert (c.queue, c.intent) == ("billing", "refund_request")


def test_the_same_batch_twice_is_on_record_once(process: Process, world: World) -> None:
    records = queued(process, world.message("1", "hello"), world.message("1", "refund"))
    route(process, sqs_event(*records), CONTEXT)
    assert failed_of(route(process, sqs_event(*records), CONTEXT)) == []
    assert texts(world, "1") == ["hello", "refund"]


def test_receipts_go_to_their_message(process: Process, world: World) -> None:
    c = world.write("1", GREETING)
    world.dispatch_all(c)
    receipt = DeliveryReceipt("whatsapp", "main", "1", "vendor-1", DeliveryStatus.READ, world.clock.now())
    assert failed_of(route(process, sqs_event(*queued(process, receipt)), CONTEXT)) == []
    assert [d.status for d in world.deliveries.of(c.id)] == [DeliveryStatus.READ]


def test_an_empty_event_only_warms_the_model_up(process: Process) -> None:
    assert route(process, sqs_event(), CONTEXT) == {"batchItemFailures": []}


# -- poison ------------------------------------------------------------------------------------------


def test_poison_is_parked_at_once_and_everything_else_goes_on(
    process: Process, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.write("1", GREETING)
    bad = poison(process, "1", 98)
    records = [bad, *queued(process, world.message("1", "after it"), world.message("2", "somebody else"))]
    assert failed_of(route(process, sqs_event(*records), CONTEXT)) == []
    [parked] = world.store.parked()
    assert (parked.ciphertext, parked.group) == (bad["body"], bad["attributes"]["MessageGroupId"])
    assert texts(world, "1")[-1] == "after it"
    assert texts(world, "2") == ["somebody else"]
    printed = capsys.readouterr().out
    assert [m["reason"] for m in metrics_of(printed) if "MessageParked" in m] != []
    assert "somebody else" not in printed


@pytest.mark.parametrize("wire", [
    b"", b"[]", b"null", b"\xff", b'{"v":1}', b'{"v":1,"kind":"other","item":{}}', b'{"v":1,"kind":"message","item":{}}',
    b'{"v":1,"kind":"message","item":7}', b'{"v":1,"blob":"inbound/gone"}', b'{"v":1,"blob":7}',
])  # fmt: skip
def test_a_sealed_body_of_no_known_form_is_parked(process: Process, world: World, wire: bytes) -> None:
    """Sealed by us, but by another version, or its large part is gone."""
    record = poison(process, "1", 1)
    group = record["attributes"]["MessageGroupId"]
    record["body"] = process.inbound._seal.seal(group, wire)
    assert failed_of(route(process, sqs_event(record), CONTEXT)) == []
    assert len(world.store.parked()) == 1


def test_a_body_moved_into_another_customers_group_is_parked_and_not_taken_in(process: Process, world: World) -> None:
    one, other = queued(process, world.message("1", "mine"), world.message("2", "theirs"))
    one["body"] = other["body"]
    assert failed_of(route(process, sqs_event(one), CONTEXT)) == []
    assert texts(world, "1") == texts(world, "2") == []
    assert len(world.store.parked()) == 1


def test_the_same_poison_twice_is_parked_once(process: Process, world: World) -> None:
    bad = poison(process, "1", 1)
    for times in (1, 2):
        assert failed_of(route(process, sqs_event(received(bad, times)), CONTEXT)) == []
    assert len(world.store.parked()) == 1


# -- failures that may pass ------------------------------------------------------------------------------


def test_a_failure_holds_back_later_messages_of_the_same_customer_alone(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = queued(
        process, world.message("1", "first"), world.message("2", "x"), world.message("1", "second"), world.message("2", "y")
    )
    with monkeypatch.context() as m:
        break_for(m, process, "first", StorageUnavailable("throttled"))
        assert failed_of(route(process, sqs_event(*records), CONTEXT)) == ["id-1", "id-3"]
    assert (texts(world, "1"), texts(world, "2")) == ([], ["x", "y"])
    route(process, sqs_event(records[0], records[2]), CONTEXT)
    assert texts(world, "1") == ["first", "second"]


def test_what_failed_comes_again_soon_and_later_each_time(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [record] = queued(process, world.message("1", "first"))
    break_for(monkeypatch, process, "first", StorageUnavailable("throttled"))
    for times in (1, 2, 3):
        route(process, sqs_event(received(record, times)), CONTEXT)
    pauses = [seconds for queue, receipt, seconds in process.again if (queue, receipt) == ("inbound", "receipt-1")]
    assert len(pauses) == 3
    assert pauses == sorted(set(pauses))
    assert pauses[0] <= 5


@pytest.mark.parametrize("times", [4, 5, 9])
def test_storage_that_is_down_is_no_reason_to_park_even_at_the_last_try(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    [record] = queued(process, world.message("1", "first"))
    break_for(monkeypatch, process, "first", StorageUnavailable("throttled"))
    assert failed_of(route(process, sqs_event(received(record, times)), CONTEXT)) == ["id-1"]
    assert world.store.parked() == []


def test_an_unexpected_error_is_tried_again_and_parked_before_the_queue_gives_up(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [record] = queued(process, world.message("1", "4915100000001 wrote this"))
    break_for(monkeypatch, process, "4915100000001 wrote this", KeyError("4915100000001 wrote this"))
    outcomes = [failed_of(route(process, sqs_event(received(record, n)), CONTEXT)) for n in (1, 2, 3, 4)]
    assert outcomes == [["id-1"], ["id-1"], ["id-1"], []]
    [parked] = world.store.parked()
    assert parked.reason == "KeyError"


def test_what_an_unexpected_error_says_is_not_logged(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [record] = queued(process, world.message("1", "my secret"))
    break_for(monkeypatch, process, "my secret", ValueError("my secret"))
    for n in (1, 4):
        route(process, sqs_event(received(record, n)), CONTEXT)
    printed = "".join(capsys.readouterr())
    assert "ValueError" in printed
    assert "my secret" not in printed


def test_poison_that_cannot_be_parked_now_is_kept_in_the_queue(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("throttled")

    bad = poison(process, "1", 1)
    with monkeypatch.context() as m:
        m.setattr(world.store, "append", down)
        assert failed_of(route(process, sqs_event(bad), CONTEXT)) == ["id-1"]
    assert failed_of(route(process, sqs_event(received(bad, 2)), CONTEXT)) == []
    assert len(world.store.parked()) == 1


# -- messages that end the process that works on them ------------------------------------------------


def died_on(process: Process, record: dict[str, Any], *receives: int) -> None:
    """What processes leave behind that did not survive a message."""
    attributes = record["attributes"]
    for n in receives:
        work = f"{attributes['MessageGroupId']}#{attributes['MessageDeduplicationId']}"
        process.attempts.begin(work, n, process.world.clock.now())


def test_a_message_that_two_processes_died_on_is_parked_and_its_neighbours_go_on(process: Process, world: World) -> None:
    world.write("1", GREETING)
    records = queued(process, world.message("1", "killer"), world.message("1", "hello"), world.message("2", "refund"))
    died_on(process, records[0], 2, 3)
    assert failed_of(route(process, sqs_event(*(received(r, 4) for r in records)), CONTEXT)) == []
    [parked] = world.store.parked()
    assert (parked.reason, parked.ciphertext) == ("ProcessDied: two processes ended while they worked on it", records[0]["body"])
    assert (texts(world, "1")[-1], texts(world, "2")) == ("hello", ["refund"])


def test_one_death_proves_nothing(process: Process, world: World) -> None:
    [record] = queued(process, world.message("1", "hello"))
    died_on(process, record, 2)
    assert failed_of(route(process, sqs_event(received(record, 3)), CONTEXT)) == []
    assert (texts(world, "1"), world.store.parked()) == (["hello"], [])


def test_a_message_that_is_on_record_is_not_parked_whatever_died_after_it(process: Process, world: World) -> None:
    [record] = queued(process, world.message("1", "hello"))
    route(process, sqs_event(record), CONTEXT)
    died_on(process, record, 2, 3)
    assert failed_of(route(process, sqs_event(received(record, 4)), CONTEXT)) == []
    assert (texts(world, "1"), world.store.parked()) == (["hello"], [])


def test_a_process_that_lives_leaves_no_mark_whatever_becomes_of_the_message(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [received(r, 3) for r in queued(process, world.message("1", "hello"), world.message("2", "first"))]
    with monkeypatch.context() as m:
        break_for(m, process, "first", StorageUnavailable("throttled"))
        assert failed_of(route(process, sqs_event(*records), CONTEXT)) == ["id-2"]
    died_on(process, records[1], 4)
    assert failed_of(route(process, sqs_event(*(received(r, 5) for r in records)), CONTEXT)) == []
    assert (texts(world, "1"), texts(world, "2"), world.store.parked()) == (["hello"], ["first"], [])


def test_storage_that_is_down_at_the_end_of_the_work_parks_nothing(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what was taken in, nor what was not: the marks stay, and the message is judged by what is on record."""

    def down(*_: Any) -> None:
        raise StorageUnavailable("throttled")

    done, failing = queued(process, world.message("1", "hello"), world.message("2", "first"))
    with monkeypatch.context() as m:
        m.setattr(process.attempts, "end", down)
        break_for(m, process, "first", StorageUnavailable("throttled"))
        assert failed_of(route(process, sqs_event(received(done, 2), received(failing, 2)), CONTEXT)) == ["id-2"]
    assert failed_of(route(process, sqs_event(received(done, 3), received(failing, 3)), CONTEXT)) == []
    assert (texts(world, "1"), texts(world, "2"), world.store.parked()) == (["hello"], ["first"], [])


def test_no_message_is_begun_that_the_functions_end_could_cut_off(process: Process, world: World) -> None:
    hurried = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 900})
    [record] = queued(process, world.message("1", "hello"))
    for receives in range(2, 8):
        assert failed_of(route(process, sqs_event(received(record, receives)), hurried)) == ["id-1"]
    assert failed_of(route(process, sqs_event(received(record, 8)), CONTEXT)) == []
    assert (texts(world, "1"), world.store.parked()) == (["hello"], [])


def test_a_parked_killer_is_not_tried_again_when_its_batch_comes_back(process: Process, world: World) -> None:
    [record] = queued(process, world.message("1", "killer"))
    died_on(process, record, 2, 3)
    for receives in (4, 5, 6):
        assert failed_of(route(process, sqs_event(received(record, receives)), CONTEXT)) == []
    assert texts(world, "1") == []
    assert len(world.store.parked()) == 1


def test_messages_that_come_back_often_are_understood_one_at_a_time(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one that ends the process in the model would do so before any mark is set."""
    asked: list[int] = []
    classify = process.understander.classify
    monkeypatch.setattr(process.understander, "classify", lambda texts: asked.append(len(texts)) or classify(texts))
    for receives in (1, 2):
        records = queued(process, world.message("1", "hello"), world.message("2", "refund"))
        route(process, sqs_event(*(received(r, receives) for r in records)), CONTEXT)
    assert asked == [2, 1, 1]


def test_a_large_parked_message_does_not_expire_with_the_queue(
    process: Process, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "x" * 250_000
    [record] = queued(process, world.message("1", text))
    break_for(monkeypatch, process, text, KeyError("x"))
    route(process, sqs_event(received(record, 4)), CONTEXT)
    for key in [k for k in process.bucket.objects if k.startswith(ARRIVED)]:
        del process.bucket.objects[key]  # its days are over
    monkeypatch.undo()
    [p] = world.store.parked()
    assert failed_of(route(process, sqs_event(redriven(process, p.ciphertext, p.group, p.id)), CONTEXT)) == []
    assert texts(world, "1") == [text]


def test_a_large_parked_message_that_is_gone_is_parked_all_the_same(process: Process, world: World) -> None:
    [record] = queued(process, world.message("1", "x" * 250_000))
    process.bucket.objects.clear()
    assert failed_of(route(process, sqs_event(record), CONTEXT)) == []
    assert [p.ciphertext for p in world.store.parked()] == [record["body"]]


# -- redrives ----------------------------------------------------------------------------------------


def redriven(process: Process, ciphertext: str, group: str, parked: str) -> dict[str, Any]:
    start = len(process.queue.entries)
    process.inbound.requeue(group, ciphertext, parked)
    return sqs_record(process.queue.entries[start], 77)


def test_a_redriven_message_is_taken_in_and_leaves_the_operators_list(process: Process, world: World) -> None:
    [record] = queued(process, world.message("1", "hello"))
    world.intake.park(record["attributes"]["MessageGroupId"], record["body"], "KeyError", "d1")
    [p] = world.store.parked()
    again = redriven(process, p.ciphertext, p.group, p.id)
    assert failed_of(route(process, sqs_event(again), CONTEXT)) == []
    assert texts(world, "1") == ["hello"]
    assert world.store.parked() == []


def test_a_redriven_receipt_leaves_the_operators_list(process: Process, world: World) -> None:
    receipt = DeliveryReceipt("whatsapp", "main", "1", "vendor-1", DeliveryStatus.READ, world.clock.now())
    [record] = queued(process, receipt)
    world.intake.park(record["attributes"]["MessageGroupId"], record["body"], "KeyError", "d1")
    [p] = world.store.parked()
    assert failed_of(route(process, sqs_event(redriven(process, p.ciphertext, p.group, p.id)), CONTEXT)) == []
    assert world.store.parked() == []


def test_a_redrive_that_fails_again_is_one_entry_and_not_two(process: Process, world: World) -> None:
    bad = poison(process, "1", 1)
    route(process, sqs_event(bad), CONTEXT)
    [p] = world.store.parked()
    route(process, sqs_event(redriven(process, p.ciphertext, p.group, p.id)), CONTEXT)
    assert len(world.store.parked()) == 1


def test_no_clear_text_stands_in_the_queue(process: Process, world: World) -> None:
    queued(process, world.message("4915100000001", "my card is no longer valid"))
    entry = json.dumps(process.queue.entries)
    assert "no longer valid" not in entry
    assert "4915100000001" not in entry
