"""Messages that cannot be processed: put aside once, seen by operators, repaired or discarded, never lost."""

from __future__ import annotations

import pytest

from switchboard.application.intake import OPERATIONS_LEDGER
from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from switchboard.domain.errors import NotAllowedNow, NotFound
from tests.unit.world import GREETING, REFUND, World, who

SUE = who("sue", "supervisor")


def park(world: World, address: str, cause: str = "dedupe-1") -> None:
    world.intake.park(world.identity(address), "sealed", "Malformed: x", cause)


def test_a_known_customers_message_is_parked_in_their_conversation(world: World) -> None:
    c = world.write("1", GREETING)
    park(world, "1")
    [p] = world.store.parked()
    assert (p.ledger, p.reason, p.ciphertext, p.group) == (c.ledger, "Malformed: x", "sealed", world.identity("1"))
    assert world.types(c)[-1] == "message_parked"


def test_a_strangers_message_is_parked_among_the_operators_matters(world: World) -> None:
    park(world, "nobody")
    assert [p.ledger for p in world.store.parked()] == [OPERATIONS_LEDGER]


def test_parking_twice_is_parking_once(world: World) -> None:
    world.write("1", GREETING)
    park(world, "1")
    park(world, "1")
    assert len(world.store.parked()) == 1


def test_parking_twice_at_the_same_moment_is_parking_once(world: World) -> None:
    world.write("1", GREETING)
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: park(other, "1"), only="commit")
    park(world, "1")
    assert len(world.store.parked()) == 1


def test_parking_a_strangers_message_twice_is_parking_once(world: World) -> None:
    park(world, "nobody")
    park(world, "nobody")
    assert len(world.store.parked()) == 1


def test_two_bad_messages_of_one_customer_are_two(world: World) -> None:
    world.write("1", GREETING)
    park(world, "1", "dedupe-1")
    park(world, "1", "dedupe-2")
    assert len(world.store.parked()) == 2


def test_parking_goes_on_record_although_the_conversation_moves_meanwhile(world: World) -> None:
    world.write("1", GREETING)
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("1", GREETING), only="commit")
    park(world, "1")
    assert len(world.store.parked()) == 1


def test_a_repaired_message_is_taken_in_as_the_customers_and_reaches_people(world: World) -> None:
    world.hire("ada")
    c = world.write("1", GREETING)
    park(world, "1")
    [p] = world.store.parked()
    world.parking.redrive(SUE, p.id, "I want my money back")
    received = world.last(c, ev.MessageReceived)
    assert (received.content.text, received.redriven_from, received.reply_address) == ("I want my money back", p.no, "1")
    assert world.store.parked() == []
    assert (world.now_of(c).status, world.now_of(c).owner) == (Status.ASSIGNED, "ada")


def test_a_repaired_message_of_a_served_customer_stays_with_the_agent(world: World) -> None:
    world.hire("ada", queues=("billing",))
    c = world.write("1", REFUND)
    park(world, "1")
    world.parking.redrive(SUE, world.store.parked()[0].id, "hello again")
    assert (world.now_of(c).owner, world.agent("ada").load) == ("ada", 1)


def test_a_repaired_message_reaches_people_although_the_conversation_is_over(world: World) -> None:
    ada = world.hire("ada")
    c = world.write("1")
    park(world, "1")
    world.desk.resolve(ada, c.id)
    world.parking.redrive(SUE, world.store.parked()[0].id, "and my invoice?")
    current = world.store.contact(c.contact).conversation
    assert current is not None
    assert current.open


def test_nobodys_message_cannot_be_rewritten_only_sent_through_again(world: World) -> None:
    park(world, "nobody")
    [p] = world.store.parked()
    with pytest.raises(NotAllowedNow):
        world.parking.redrive(SUE, p.id, "hello")
    world.parking.redrive(SUE, p.id, "  ")
    assert world.inbound.requeued == [(world.identity("nobody"), "sealed", p.id)]


def test_the_original_that_went_through_leaves_the_list(world: World) -> None:
    """The router takes it in with the parked message's id."""
    park(world, "1")
    [p] = world.store.parked()
    c = world.intake.receive(world.message("1"), GREETING, p.id)
    assert c is not None
    assert world.store.parked() == []
    assert world.last(c, ev.Redriven) == ev.Redriven(p.id, "received")


def test_an_original_that_is_on_record_already_leaves_the_list_when_it_is_redriven(world: World) -> None:
    message = world.message("1")
    world.intake.receive(message, GREETING)
    park(world, "1")
    [p] = world.store.parked()
    world.intake.receive(message, GREETING, p.id)
    assert world.store.parked() == []


@pytest.mark.parametrize("address", ["1", "nobody"])
def test_what_is_discarded_leaves_the_list_and_stays_on_record(world: World, address: str) -> None:
    world.write("1", GREETING)
    park(world, address)
    [p] = world.store.parked()
    world.parking.discard(SUE, p.id)
    assert world.store.parked() == []
    assert [r.event.type for r in world.store.events(p.ledger)][-2:] == ["message_parked", "redriven"]
    assert world.store.events(p.ledger)[-1].actor.id == "sue"


def test_what_is_settled_cannot_be_settled_again(world: World) -> None:
    world.write("1", GREETING)
    park(world, "1")
    [p] = world.store.parked()
    world.parking.redrive(SUE, p.id, "hello")
    with pytest.raises(NotFound):
        world.parking.redrive(SUE, p.id, "hello")
    with pytest.raises(NotFound):
        world.parking.discard(SUE, p.id)


def test_two_supervisors_redrive_a_message_once(world: World) -> None:
    c = world.write("1", GREETING)
    park(world, "1")
    [p] = world.store.parked()
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.parking.redrive(who("tom", "supervisor"), p.id, "hello"), only="commit")
    world.parking.redrive(SUE, p.id, "hello")
    texts = [r.event.content.text for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived)]
    assert texts.count("hello") == 1
