"""Who may read what; every read of customer data, and every refusal, is on record before anything is shown."""

from __future__ import annotations

from functools import partial

import pytest

from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, NotFound, StorageUnavailable
from tests.unit.world import GREETING, REFUND, World, who

ADA, EVE = who("ada"), who("eve")
LEADERS = [who("sue", "supervisor"), who("boss", "administrator")]


@pytest.fixture
def served(world: World) -> Conversation:
    """Ada serves a customer; Eve is in another queue."""
    world.hire("ada")
    world.hire("eve", queues=("technical",))
    return world.write("1")


def test_the_owner_and_leaders_may_read_and_colleagues_may_not(world: World, served: Conversation) -> None:
    for reader in (ADA, *LEADERS):
        assert world.access.conversation(reader, served.id) == served
        assert world.access.contact(reader, served.contact).id == served.contact
    with pytest.raises(Forbidden):
        world.access.conversation(EVE, served.id)
    with pytest.raises(Forbidden):
        world.access.contact(EVE, served.contact)


def test_waiting_work_may_be_read_by_those_who_could_take_it(world: World, served: Conversation) -> None:
    waiting = world.write("2", REFUND)
    with pytest.raises(Forbidden):
        world.access.conversation(EVE, waiting.id)
    world.hire("bob", queues=("billing",), capacity=0)
    assert world.access.conversation(who("bob"), waiting.id).id == waiting.id


def test_what_the_bot_handles_is_read_by_leaders_alone(world: World, served: Conversation) -> None:
    c = world.write("2", GREETING)
    with pytest.raises(Forbidden):
        world.access.conversation(ADA, c.id)
    assert world.access.conversation(LEADERS[0], c.id) == c


def test_an_agent_sees_the_past_of_a_customer_they_serve_now(world: World, served: Conversation) -> None:
    world.hire("bob")
    world.desk.transfer(ADA, served.id, agent="bob")
    world.desk.resolve(who("bob"), served.id)
    world.presence.set_presence(who("bob"), "bob", ev.Presence.OFFLINE)
    with pytest.raises(Forbidden):
        world.access.conversation(ADA, served.id)
    now = world.write("1")
    assert now.owner == "ada"
    assert world.access.conversation(ADA, served.id).id == served.id
    with pytest.raises(Forbidden):
        world.access.conversation(EVE, served.id)


def test_handing_work_on_ends_the_right_to_read_it(world: World, served: Conversation) -> None:
    world.desk.transfer(ADA, served.id, queue="technical")
    with pytest.raises(Forbidden):
        world.access.conversation(ADA, served.id)


def test_who_finished_a_conversation_may_still_read_it_and_nobody_before_them(world: World, served: Conversation) -> None:
    world.hire("bob")
    world.desk.transfer(who("ada"), served.id, agent="bob")
    world.desk.accept(who("bob"), served.id)
    world.desk.resolve(who("bob"), served.id)
    assert world.access.conversation(who("bob"), served.id).id == served.id
    for read in (world.access.conversation, world.access.work):
        with pytest.raises(Forbidden):
            read(who("ada"), served.id)


def test_the_right_to_read_what_one_finished_is_no_right_to_go_on_with_it(world: World, served: Conversation) -> None:
    """Notes, attributes and the customer's other conversations belong to whoever serves them next."""
    world.desk.resolve(ADA, served.id)
    assert world.access.conversation(ADA, served.id).id == served.id
    with pytest.raises(Forbidden):
        world.access.work(ADA, served.id)
    with pytest.raises(Forbidden):
        world.access.contact(ADA, served.contact)


@pytest.mark.parametrize("role", ["", "agent", "visitor", "Administrator", "super"])
def test_an_unknown_role_has_no_rights_of_a_leader(world: World, served: Conversation, role: str) -> None:
    stranger = who("eve", role)
    with pytest.raises(Forbidden):
        world.access.conversation(stranger, served.id)
    with pytest.raises(Forbidden):
        world.access.require(stranger, "supervisor")


def test_an_administrator_has_every_role(world: World) -> None:
    world.access.require(LEADERS[1], "supervisor")
    world.access.require(LEADERS[1])
    world.access.require(LEADERS[0], "supervisor")
    with pytest.raises(Forbidden):
        world.access.require(LEADERS[0])


def test_a_refusal_names_the_role_that_is_needed(world: World) -> None:
    with pytest.raises(Forbidden, match="administrator"):
        world.access.require(ADA)


def ledger(world: World, reader: ev.Actor) -> list[ev.Event]:
    return [r.event for r in world.store.events(f"acs#{reader.id}#2026-03-02")]


def test_reads_and_refusals_are_on_the_readers_ledger_of_the_day(world: World, served: Conversation) -> None:
    for reader in (ADA, EVE):
        try:
            world.access.recorded(reader, "GetConversation", served.id, partial(world.access.conversation, reader, served.id))
        except Forbidden:
            assert reader is EVE
    assert ledger(world, ADA) == [ev.AccessRecorded("GetConversation", served.id)]
    assert ledger(world, EVE) == [ev.AccessRecorded("GetConversation", served.id, "forbidden")]
    world.clock.advance(days=1)
    world.access.recorded(ADA, "GetInbox", "x", lambda: None)
    assert len(ledger(world, ADA)) == 1
    assert len(world.store.events("acs#ada#2026-03-03")) == 1


def test_looking_for_what_does_not_exist_is_on_record(world: World) -> None:
    world.hire("ada")
    with pytest.raises(NotFound):
        world.access.recorded(ADA, "GetContact", "c404", lambda: world.access.contact(ADA, "c404"))
    assert ledger(world, ADA) == [ev.AccessRecorded("GetContact", "c404", "not_found")]


def test_what_cannot_be_recorded_is_not_shown(world: World, served: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageUnavailable("try again")

    monkeypatch.setattr(world.store, "append", full)
    with pytest.raises(StorageUnavailable):
        world.access.recorded(ADA, "GetConversation", served.id, lambda: world.access.conversation(ADA, served.id))


def test_reading_never_touches_the_conversations_own_ledger(world: World, served: Conversation) -> None:
    world.access.recorded(ADA, "GetConversation", served.id, lambda: world.access.conversation(ADA, served.id))
    assert world.now_of(served) == served
