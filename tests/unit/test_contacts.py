"""Customers: the company's own facts about them, and two that turn out to be one."""

from __future__ import annotations

import pytest

from switchboard.domain import events as ev
from switchboard.domain.agents import Agent
from switchboard.domain.contacts import Contact, Identity
from switchboard.domain.conversation import Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound
from switchboard.domain.folds import fold_agent, fold_contact
from tests.unit.world import GREETING, World, idle_and_waiting, who

SUE, CRM = who("sue", "supervisor"), who("crm", "integration")


def test_attributes_are_added_changed_and_removed(world: World) -> None:
    contact = world.write("1", GREETING).contact
    world.contacts.set_attributes(CRM, contact, {"tier": "gold", "city": "Köln"})
    after = world.contacts.set_attributes(CRM, contact, {"tier": "silver", "city": ""})
    assert dict(after.attributes) == {"tier": "silver"}
    assert world.store.contact(contact).contact == after


def test_two_who_set_attributes_at_once_both_count(world: World) -> None:
    contact = world.write("1", GREETING).contact
    other = world.elsewhere()
    world.interfered.before_call(
        0, lambda: other.contacts.set_attributes(CRM, contact, {"city": "Köln"}), only="commit_contact"
    )
    world.contacts.set_attributes(CRM, contact, {"tier": "gold"})
    assert dict(world.store.contact(contact).contact.attributes) == {"tier": "gold", "city": "Köln"}


@pytest.mark.parametrize("attributes", [{"": "x"}, {" ": "x"}, {"k" * 65: "x"}, {"k": "v" * 2001}])
def test_what_is_no_attribute_is_refused(world: World, attributes: dict[str, str]) -> None:
    contact = world.write("1", GREETING).contact
    with pytest.raises(Malformed):
        world.contacts.set_attributes(CRM, contact, attributes)


def test_attributes_are_bounded_in_number(world: World) -> None:
    contact = world.write("1", GREETING).contact
    world.contacts.set_attributes(CRM, contact, {f"k{n}": "v" for n in range(64)})
    with pytest.raises(Malformed):
        world.contacts.set_attributes(CRM, contact, {"one more": "v"})


def test_a_merge_leads_both_identities_to_the_one_that_stays(world: World) -> None:
    stays, goes = world.write("1", GREETING), world.write("2", GREETING)
    after = world.contacts.merge(SUE, goes.contact, stays.contact)
    assert {i.address for i in after.identities} == {"1", "2"}
    assert world.store.arrival(world.identity("2"), "-").contact == stays.contact
    assert world.store.contact(goes.contact).contact.merged_into == stays.contact


def test_the_other_conversation_ends_with_a_reference_to_the_one_that_goes_on(world: World) -> None:
    world.hire("ada", capacity=2)
    stays, goes = world.write("1"), world.write("2")
    waiting = world.write("3")
    world.contacts.merge(SUE, goes.contact, stays.contact)
    assert world.last(goes, ev.Resolved).continued_in == stays.id
    assert world.now_of(goes).status is Status.RESOLVED
    assert (world.now_of(stays).owner, world.now_of(waiting).owner, world.agent("ada").load) == ("ada", "ada", 2)


def test_merging_twice_is_merging_once(world: World) -> None:
    stays, goes = world.write("1", GREETING), world.write("2", GREETING)
    first = world.contacts.merge(SUE, goes.contact, stays.contact)
    assert world.contacts.merge(SUE, goes.contact, stays.contact) == first


def test_merges_that_make_no_sense_are_refused(world: World) -> None:
    a, b, c = (world.write(n, GREETING).contact for n in "123")
    with pytest.raises(Malformed):
        world.contacts.merge(SUE, a, a)
    with pytest.raises(NotFound):
        world.contacts.merge(SUE, "c404", a)
    world.contacts.merge(SUE, a, b)
    for source, target in ((a, c), (c, a), (b, a)):
        with pytest.raises(NotAllowedNow):
            world.contacts.merge(SUE, source, target)


def test_the_open_conversation_is_never_the_one_that_is_closed(world: World) -> None:
    ada = world.hire("ada")
    over = world.write("1")
    world.desk.resolve(ada, over.id)
    going_on = world.write("2", GREETING)
    with pytest.raises(NotAllowedNow):
        world.contacts.merge(SUE, going_on.contact, over.contact)
    world.contacts.merge(SUE, over.contact, going_on.contact)
    assert world.write("1", GREETING).id == going_on.id


def test_a_merge_that_crosses_a_message_is_decided_again(world: World) -> None:
    stays, goes = world.write("1", GREETING), world.write("2", GREETING)
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("2", GREETING, text="wait"), only="commit")
    world.contacts.merge(SUE, goes.contact, stays.contact)
    assert world.types(goes)[-1] == "resolved"
    assert world.types(goes).count("message_received") == 2


def test_a_merge_that_is_decided_again_still_gives_the_freed_agent_work(world: World) -> None:
    world.hire("ada", capacity=1)
    goes = world.write("2")
    stays, _ = world.write("1", GREETING), world.write("3")
    other = world.elsewhere()
    world.interfered.before_call(
        0, lambda: other.contacts.set_attributes(CRM, stays.contact, {"tier": "gold"}), only="merge_contacts"
    )
    world.contacts.merge(SUE, goes.contact, stays.contact)
    assert idle_and_waiting(world) == []


# -- folds -------------------------------------------------------------------------------------------


def test_a_contact_is_the_fold_of_its_ledger() -> None:
    identity = Identity("k", "whatsapp", "main", "1")
    c = fold_contact(Contact("c1", identities=(identity,)), [ev.ContactAttributesSet({"a": "b"})])
    c = fold_contact(c, [ev.ContactAbsorbed("c2", (Identity("k2", "wechat", "main", "2"),)), ev.NoteAdded("ada", "x")])
    assert (dict(c.attributes), len(c.identities), c.version, c.last_event) == ({"a": "b"}, 2, 2, 3)
    assert fold_contact(c, [ev.ContactMerged("c9")]).merged_into == "c9"


def test_an_agent_is_the_fold_of_their_ledger_but_for_the_load() -> None:
    profile = ev.AgentProfileSet(capacity=3, queues=("general",), languages=("en",), name="Ada")
    a = fold_agent(Agent("ada", load=2), [profile, ev.PresenceChanged(ev.Presence.ONLINE, "agent"), ev.NoteAdded("x", "y")])
    assert (a.name, a.capacity, a.presence, a.load, a.free, a.version, a.last_event) == (
        "Ada", 3, ev.Presence.ONLINE, 2, 1, 1, 3,
    )  # fmt: skip


def test_an_agent_does_not_say_whose_orders_the_bot_acts_on(world: World) -> None:
    contact = world.write("+49 151 1").contact
    with pytest.raises(Forbidden, match="SetDecidingAttributes"):
        world.contacts.set_attributes(who("ada"), contact, {"customer": "c7"})
    world.contacts.set_attributes(CRM, contact, {"customer": "c1"})
    world.contacts.set_attributes(who("ada"), contact, {"customer": "c1", "note": "likes tea"})  # as it was
    with pytest.raises(Forbidden):
        world.contacts.set_attributes(who("ada"), contact, {"customer": ""})
