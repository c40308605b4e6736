"""The gate: who may, asked before anything is read; and every read, and every refusal, is on record before anything is shown."""

from __future__ import annotations

import pytest

from switchboard.application.admission import RECORDS, SETTINGS, About
from switchboard.domain import events as ev
from switchboard.domain.authority.question import Decision, Kind, Question
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, NotFound, StorageUnavailable
from tests.unit.world import GREETING, REFUND, World, who

ADA, EVE = who("ada"), who("eve")
SUE, CRM = who("sue", "supervisor"), who("crm", "integration")


@pytest.fixture
def served(world: World) -> Conversation:
    """Ada serves a customer; Eve is in another queue; Sue leads Ada's team."""
    world.hire("ada")
    world.hire("eve", queues=("technical",))
    world.lead_team("sue", "general")
    return world.write("1")


def test_the_owner_and_their_supervisor_may_read_and_colleagues_may_not(world: World, served: Conversation) -> None:
    for reader in (ADA, SUE):
        assert world.reads(reader, served.id) == served
        assert world.sees_contact(reader, served.contact).id == served.contact
    world.hire("bob")
    world.lead_team("sid", "technical")
    for other in (EVE, who("bob"), who("sid", "supervisor"), who("boss", "administrator"), who("ines", "auditor"), CRM):
        with pytest.raises(Forbidden):
            world.reads(other, served.id)
        with pytest.raises(Forbidden):
            world.sees_contact(other, served.contact)


def test_of_waiting_work_agents_see_the_summary_and_may_take_it(world: World, served: Conversation) -> None:
    waiting = world.write("2", REFUND)
    world.hire("bob", queues=("billing",), capacity=0)
    for action in ("SeeInInbox", "Take", "GetConversationSla"):
        assert world.reads(who("bob"), waiting.id, action).id == waiting.id
        with pytest.raises(Forbidden):
            world.reads(EVE, waiting.id, action)
    with pytest.raises(Forbidden):
        world.reads(who("bob"), waiting.id)


def test_what_the_bot_handles_is_no_agents(world: World, served: Conversation) -> None:
    c = world.write("2", GREETING)
    for reader in (ADA, SUE):  # it is in no queue, so of no team
        with pytest.raises(Forbidden):
            world.reads(reader, c.id)


def test_an_agent_sees_the_past_of_a_customer_they_serve_now(world: World, served: Conversation) -> None:
    world.hire("bob")
    world.desk.transfer(ADA, served.id, agent="bob")
    world.desk.resolve(who("bob"), served.id)
    world.presence.set_presence(who("bob"), "bob", ev.Presence.OFFLINE)
    with pytest.raises(Forbidden):
        world.reads(ADA, served.id)
    now = world.write("1")
    assert now.owner == "ada"
    assert world.reads(ADA, served.id).id == served.id
    with pytest.raises(Forbidden):
        world.reads(EVE, served.id)


def test_handing_work_on_ends_the_right_to_read_it(world: World, served: Conversation) -> None:
    world.desk.transfer(ADA, served.id, queue="technical")
    with pytest.raises(Forbidden):
        world.reads(ADA, served.id)


def test_who_finished_a_conversation_may_still_read_it_and_nobody_before_them(world: World, served: Conversation) -> None:
    world.hire("bob")
    world.desk.transfer(who("ada"), served.id, agent="bob")
    world.desk.accept(who("bob"), served.id)
    world.desk.resolve(who("bob"), served.id)
    assert world.reads(who("bob"), served.id).id == served.id
    with pytest.raises(Forbidden):
        world.reads(who("ada"), served.id)


def test_the_right_to_read_what_one_finished_is_no_right_to_go_on_with_it(world: World, served: Conversation) -> None:
    """Notes, attributes and the customer's other conversations belong to whoever serves them next."""
    world.desk.resolve(ADA, served.id)
    assert world.reads(ADA, served.id).id == served.id
    with pytest.raises(Forbidden):
        world.reads(ADA, served.id, "AddNote")
    with pytest.raises(Forbidden):
        world.sees_contact(ADA, served.contact)


@pytest.mark.parametrize("role", ["", "visitor", "Supervisor", "super", "sweeper"])
def test_an_unknown_role_is_nobody(world: World, served: Conversation, role: str) -> None:
    for action in ("GetConversation", "Reply"):
        with pytest.raises(Forbidden):
            world.reads(who("ada", role), served.id, action)


# -- limits --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limits", "may"), [
    ({"regions": ("eu",)}, True), ({"regions": ("cn",)}, False), ({"brands": ("north", "west")}, True),
    ({"brands": ("south",)}, False), ({"tiers": ("standard",)}, True), ({"tiers": ("private",)}, False),
    ({"regions": ("eu",), "tiers": ("private",)}, False), ({}, True),
])  # fmt: skip
def test_limits_hold_whoever_has_it(world: World, served: Conversation, limits: dict[str, tuple[str, ...]], may: bool) -> None:
    world.route_by(regions={"whatsapp/main": "eu"}, brands={"whatsapp/main": "north"})
    world.contacts.set_attributes(CRM, served.contact, {"tier": "standard"})
    for person in (ADA, SUE):
        if limits:
            world.limit(person.id, **limits)
        if may:
            assert world.reads(person, served.id)
        else:
            with pytest.raises(Forbidden):
                world.reads(person, served.id)


@pytest.mark.parametrize("kind", ["regions", "brands", "tiers"])
def test_what_is_not_known_is_outside_for_who_is_limited(world: World, served: Conversation, kind: str) -> None:
    world.limit("ada", **{kind: ("eu",)})
    with pytest.raises(Forbidden):
        world.reads(ADA, served.id)


def test_who_may_only_have_what_is_assigned_to_them_is_given_work_and_sees_no_other(world: World, served: Conversation) -> None:
    world.limit("ada", assigned_only=True)
    assert world.reads(ADA, served.id)
    second = world.write("2")
    assert second.owner == "ada"
    world.desk.resolve(ADA, served.id)
    with pytest.raises(Forbidden):
        world.reads(ADA, served.id)


def test_the_router_gives_nobody_what_is_outside_their_limits_however_long_it_waits(world: World) -> None:
    world.route_by(regions={"whatsapp/main": "cn"}, brands={"whatsapp/main": "north"}, ladder={"region": 1})
    world.hire("ada")
    world.limit("ada", regions=("eu",))
    c = world.write("1")
    assert c.owner == ""
    world.clock.advance(hours=2)
    assert world.assignment.serve(["general"]) == 0
    world.limit("ada", regions=("cn",), brands=("north",))
    assert world.assignment.serve(["general"]) == 1
    assert world.now_of(c).owner == "ada"
    [made] = world.receipts.of(c.id)
    assert made.differences == ()


def test_what_decides_rights_is_said_by_the_companys_own_systems_alone(world: World, served: Conversation) -> None:
    for attribute in ("tier", "region", "brand", "vip", "customer"):
        for actor in (ADA, SUE, who("boss", "administrator")):
            with pytest.raises(Forbidden):
                world.contacts.set_attributes(actor, served.contact, {attribute: "gold"})
        assert world.contacts.set_attributes(CRM, served.contact, {attribute: "gold"}).attributes[attribute] == "gold"


# -- what is asked -------------------------------------------------------------------------------------


class Asked:
    """An authority that says no and remembers the question."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def decide(self, question: Question) -> Decision:
        self.questions.append(question)
        return Decision(False, ("some-policy",))


def test_settings_are_asked_about_without_a_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    object.__setattr__(world.admission, "authority", asked)
    world.interfered.calls = 0
    with pytest.raises(Forbidden):
        world.admission.admit(who("boss", "administrator"), "SetBot", About(SETTINGS))
    [question] = asked.questions
    assert (question.principal.kind, question.resource.kind) == (Kind.PERSON, "settings")
    assert world.interfered.calls == 1  # the refusal
    [refusal] = ledger(world, who("boss"))
    assert refusal == ev.AccessRecorded("SetBot", "", "forbidden", ("some-policy",))


def test_the_audit_of_a_conversation_is_of_its_region(world: World, served: Conversation) -> None:
    world.route_by(regions={"whatsapp/main": "eu"})
    ines = who("ines", "auditor")
    about = About(RECORDS, served.ledger)
    world.admission.admit(ines, "LookupEvents", about)
    world.limit("ines", regions=("cn",))
    for ledger_ in (about, About(RECORDS, "cnv#c404-000001")):
        with pytest.raises(Forbidden):
            world.admission.admit(ines, "LookupEvents", ledger_)
    world.admission.admit(ines, "LookupEvents", About(RECORDS, "cfg#routing"))
    world.limit("ines", regions=("eu",))
    world.admission.admit(ines, "LookupEvents", about)


def test_what_changed_since_the_door_is_judged_again(world: World, served: Conversation) -> None:
    """A supervisor resolves, and at this moment it is handed to a team that they do not lead."""
    world.lead_team("sid", "technical")
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.transfer(ADA, served.id, queue="technical"), only="conversation")
    with pytest.raises(Forbidden):
        world.desk.resolve(SUE, served.id)
    assert world.now_of(served).open


# -- the record ----------------------------------------------------------------------------------------


def ledger(world: World, reader: ev.Actor) -> list[ev.Event]:
    return [r.event for r in world.store.events(f"acs#{reader.id}#2026-03-02")]


def test_reads_are_on_the_readers_ledger_of_the_day(world: World, served: Conversation) -> None:
    world.access.recorded(ADA, "GetConversation", served.id, lambda: world.store.conversation(served.id))
    assert ledger(world, ADA) == [ev.AccessRecorded("GetConversation", served.id)]
    world.clock.advance(days=1)
    world.access.recorded(ADA, "GetInbox", "x", lambda: None)
    assert len(ledger(world, ADA)) == 1
    assert len(world.store.events("acs#ada#2026-03-03")) == 1


def test_refusals_and_looks_for_what_does_not_exist_are_on_record(world: World, served: Conversation) -> None:
    with pytest.raises(Forbidden):
        world.reads(EVE, served.id)
    with pytest.raises(NotFound):
        world.sees_contact(EVE, "c404")
    assert ledger(world, EVE) == [
        ev.AccessRecorded("GetConversation", served.id, "forbidden"), ev.AccessRecorded("GetContact", "c404", "not_found"),
    ]  # fmt: skip


def test_what_cannot_be_recorded_is_not_shown(world: World, served: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageUnavailable("try again")

    monkeypatch.setattr(world.store, "append", full)
    with pytest.raises(StorageUnavailable):
        world.access.recorded(ADA, "GetConversation", served.id, lambda: world.store.conversation(served.id))


def test_reading_never_touches_the_conversations_own_ledger(world: World, served: Conversation) -> None:
    world.access.recorded(ADA, "GetConversation", served.id, lambda: world.store.conversation(served.id))
    assert world.now_of(served) == served
