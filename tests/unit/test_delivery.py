"""Messages on their way out: each sent once, its outcome on record, and never twice because of a crash."""

from __future__ import annotations

import pytest

from switchboard.application.delivery import GivenUp, TryLater
from switchboard.application.ports import Sent
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Malformed, Misconfigured, NotFound, StorageUnavailable, VendorUnavailable
from switchboard.domain.inbound import DeliveryStatus
from tests.fakes.courier import Handed, ScriptedCourier
from tests.unit.world import GREETING, World


def vendor(*answers: Sent) -> tuple[World, Conversation, str]:
    """A company whose vendor gives these answers, and a message to send."""
    base = World()
    base.courier = ScriptedCourier(answers)
    world = base.elsewhere()
    c = world.write("4915100000001", GREETING)
    return world, c, world.last(c, ev.MessageSent).message


def status(world: World, c: Conversation) -> DeliveryStatus:
    [d] = world.deliveries.of(c.id)
    return d.status


def test_a_message_goes_to_its_customer_on_its_channel_under_our_reference() -> None:
    world, c, message = vendor()
    assert world.dispatch.deliver(c.id, 1, message, 1, last=False) is DeliveryStatus.SENT
    [call] = world.courier.handed
    assert (call.channel, call.account, call.recipient, call.content.text, call.reference) == (
        "whatsapp", "main", "4915100000001", "Hello!", message,
    )  # fmt: skip
    assert "delivery_failed" not in world.types(c)


@pytest.mark.parametrize("answer", [Sent("accepted", ("v1",)), Sent("refused", reason="blocked"), Sent("unknown", reason="lost")])
def test_a_message_that_comes_twice_from_the_queue_is_sent_once(answer: Sent) -> None:
    world, c, message = vendor(answer)
    first = world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert world.dispatch.deliver(c.id, 1, message, 2, last=False) is first
    assert len(world.courier.handed) == 1


def test_what_the_vendor_refuses_for_good_is_on_the_conversations_record() -> None:
    world, c, message = vendor(Sent("refused", reason="131047: window over"))
    assert world.dispatch.deliver(c.id, 1, message, 1, last=False) is DeliveryStatus.FAILED
    assert world.last(c, ev.DeliveryFailed) == ev.DeliveryFailed(message, "131047: window over")


def test_what_may_or_may_not_have_arrived_is_said_so_and_not_repeated() -> None:
    world, c, message = vendor(Sent("unknown", reason="read timeout"))
    assert world.dispatch.deliver(c.id, 1, message, 1, last=False) is DeliveryStatus.UNKNOWN
    assert world.last(c, ev.DeliveryFailed).message == message


def test_what_was_not_taken_is_tried_later_with_growing_pauses() -> None:
    world, c, message = vendor(*[Sent("retry", reason="503")] * 7)
    pauses = []
    for tries in range(1, 8):
        with pytest.raises(TryLater) as later:
            world.dispatch.deliver(c.id, 1, message, tries, last=False)
        pauses.append(later.value.seconds)
        assert status(world, c) is DeliveryStatus.PENDING
    assert pauses == sorted(pauses)
    assert pauses[0] <= 5
    assert max(pauses) <= 900
    assert "delivery_failed" not in world.types(c)
    assert world.dispatch.deliver(c.id, 1, message, 8, last=False) is DeliveryStatus.SENT


def test_the_vendors_own_pause_is_kept() -> None:
    world, c, message = vendor(Sent("retry", reason="429", retry_after=77.0))
    with pytest.raises(TryLater) as later:
        world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert later.value.seconds == 77.0


def test_after_the_last_try_it_is_given_up_and_people_are_told() -> None:
    world, c, message = vendor(Sent("retry", reason="503"))
    with pytest.raises(GivenUp):
        world.dispatch.deliver(c.id, 1, message, 5, last=True)
    assert status(world, c) is DeliveryStatus.FAILED
    assert "5 tries" in world.last(c, ev.DeliveryFailed).reason
    assert world.dispatch.deliver(c.id, 1, message, 1, last=False) is DeliveryStatus.FAILED
    assert len(world.courier.handed) == 1


@pytest.mark.parametrize(("where", "calls"), [("during the call", 0), ("after the call", 1)])
def test_a_crash_once_the_call_began_never_sends_twice(where: str, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can know whether the vendor has it: people decide, who can ask the customer."""
    world, c, message = vendor()

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        if where == "during the call":
            m.setattr(world.courier, "hand", crash)
        else:
            m.setattr(world.deliveries, "settle", crash)
        with pytest.raises(KeyboardInterrupt):
            world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert world.dispatch.deliver(c.id, 1, message, 2, last=False) is DeliveryStatus.UNKNOWN
    assert len(world.courier.handed) == calls
    assert world.last(c, ev.DeliveryFailed).message == message


def test_a_failed_read_before_the_call_does_not_cost_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    world, c, message = vendor()

    def throttled(*_: object) -> None:
        raise StorageUnavailable("try again")

    with monkeypatch.context() as m:
        m.setattr(world.store, "commit_events", throttled)
        with pytest.raises(StorageUnavailable):
            world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert world.dispatch.deliver(c.id, 1, message, 2, last=False) is DeliveryStatus.SENT


def test_two_workers_with_the_same_message_send_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world, c, message = vendor()
    other = world.elsewhere()
    hand = world.courier.hand

    def slow(what: Handed) -> Sent:
        monkeypatch.setattr(world.courier, "hand", hand)
        other.dispatch.deliver(c.id, 1, message, 2, last=False)
        return hand(what)

    monkeypatch.setattr(world.courier, "hand", slow)
    world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert len(world.courier.handed) == 1


@pytest.mark.parametrize("trouble", [VendorUnavailable("token service down"), StorageUnavailable("throttled"),
                                     Misconfigured("no secret")])  # fmt: skip
def test_what_fails_before_the_call_is_tried_again_and_not_called_unknown(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, c, message = vendor()

    def failing(*_: object) -> None:
        raise trouble

    with monkeypatch.context() as m:
        m.setattr(world.courier, "prepare", failing)
        with pytest.raises(TryLater):
            world.dispatch.deliver(c.id, 1, message, 1, last=False)
    assert status(world, c) is DeliveryStatus.PENDING
    assert world.dispatch.deliver(c.id, 1, message, 2, last=False) is DeliveryStatus.SENT


@pytest.mark.parametrize("trouble", [NotFound("no such account"), Malformed("too many buttons")])
def test_what_can_never_be_prepared_is_a_failure_on_record(trouble: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    world, c, message = vendor()

    def failing(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(world.courier, "prepare", failing)
    assert world.dispatch.deliver(c.id, 1, message, 1, last=False) is DeliveryStatus.FAILED
    assert world.last(c, ev.DeliveryFailed).message == message


@pytest.mark.parametrize(("commit", "message"), [(1, "m404"), (99, ""), (0, "")])
def test_what_names_nothing_is_not_found(commit: int, message: str) -> None:
    world, c, real = vendor()
    with pytest.raises(NotFound):
        world.dispatch.deliver(c.id, commit, message or real, 1, last=False)
    assert world.courier.handed == []


def test_vendors_ids_are_linked_by_their_hash_so_that_receipts_find_the_message() -> None:
    from tests.unit.test_intake import receipt

    world, c, message = vendor(Sent("accepted", ("wamid.4915100000001",)))
    world.dispatch.deliver(c.id, 1, message, 1, last=False)
    world.intake.receipt(receipt(world, "wamid.4915100000001", DeliveryStatus.READ))
    assert status(world, c) is DeliveryStatus.READ
