"""Asking a colleague, pushing work to somebody, and handing it to whoever has a skill: with all that goes along."""

from __future__ import annotations

import pytest

from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound
from tests.unit.world import REFUND, World, who

ADA, BOB, EVE, SUE = who("ada"), who("bob"), who("eve"), who("sue", "supervisor")


@pytest.fixture
def served(world: World) -> Conversation:
    """Ada is serving a customer; Bob and Eve are of her team, Dan is of another, and Sue leads it."""
    world.hire("ada")
    c = world.desk.accept(ADA, world.write("1").id)
    world.hire("bob", queues=("technical", "general"))
    world.hire("eve", queues=("billing", "general"))
    world.hire("dan", queues=("technical",))
    world.lead_team("sue", "general", "billing")
    return c


# -- consult -----------------------------------------------------------------------------------------


def test_a_colleague_who_is_asked_reads_along_and_leaves_notes(world: World, served: Conversation) -> None:
    with pytest.raises(Forbidden):
        world.reads(BOB, served.id)
    after = world.desk.consult(ADA, served.id, "bob", "Is this covered?")
    assert (after.owner, after.status, after.consulted) == ("ada", Status.ACTIVE, ("bob",))
    asked = world.last(after, ev.ConsultStarted)
    assert (asked.agent, asked.by, asked.question) == ("bob", "ada", "Is this covered?")
    assert world.reads(BOB, served.id).id == served.id
    for action in ("AddNote", "GetSummary"):
        assert world.reads(BOB, served.id, action).id == served.id
    assert world.sees_contact(BOB, served.contact).id == served.contact
    for action in ("Reply", "CheckAnswer", "GetSuggestions"):
        with pytest.raises(Forbidden):
            world.reads(BOB, served.id, action)
    with pytest.raises(Forbidden):
        world.sees_contact(BOB, served.contact, "ListConversations")
    world.desk.note(BOB, served.id, "It is.", "k1")
    with pytest.raises(Forbidden):
        world.reads(EVE, served.id)


def test_who_is_asked_decides_nothing(world: World, served: Conversation) -> None:
    world.desk.consult(ADA, served.id, "bob", "?")
    for act in (world.desk.accept, world.desk.resolve):
        with pytest.raises(Forbidden):
            act(BOB, served.id)
    with pytest.raises(Forbidden):
        world.desk.reply(BOB, served.id, "Yes", "k1")
    with pytest.raises(Forbidden):
        world.desk.transfer(BOB, served.id, queue="billing")
    with pytest.raises(Forbidden):
        world.desk.consult(BOB, served.id, "eve", "and you?")


def test_asking_takes_nobodys_room(world: World, served: Conversation) -> None:
    world.hire("full", capacity=0)
    world.desk.consult(ADA, served.id, "full", "?")
    world.desk.consult(ADA, served.id, "bob", "?")
    assert [world.agent(a).load for a in ("ada", "bob", "full")] == [1, 0, 0]


@pytest.mark.parametrize("ends", [ADA, BOB, SUE])
def test_the_owner_the_colleague_and_supervisors_may_end_it(world: World, served: Conversation, ends: ev.Actor) -> None:
    world.desk.consult(ADA, served.id, "bob", "?")
    after = world.desk.end_consult(ends, served.id, "bob")
    assert after.consulted == ()
    assert world.last(after, ev.ConsultEnded).by == ends.id
    with pytest.raises(Forbidden):
        world.reads(BOB, served.id)


def test_an_outsider_cannot_end_it(world: World, served: Conversation) -> None:
    world.desk.consult(ADA, served.id, "bob", "?")
    with pytest.raises(Forbidden):
        world.desk.end_consult(EVE, served.id, "bob")
    assert world.now_of(served).consulted == ("bob",)


def test_ending_what_is_over_changes_nothing(world: World, served: Conversation) -> None:
    world.desk.consult(ADA, served.id, "bob", "?")
    over = world.desk.end_consult(BOB, served.id, "bob")
    assert world.desk.end_consult(ADA, served.id, "bob") == over


def test_who_is_not_asked_learns_nothing_by_ending_it(world: World, served: Conversation) -> None:
    for asked in ("bob", "eve", "nobody"):
        with pytest.raises(Forbidden):
            world.desk.end_consult(EVE, served.id, asked)


def test_the_same_colleague_asked_twice_is_asked_once(world: World, served: Conversation) -> None:
    world.desk.consult(ADA, served.id, "bob", "this?")
    world.desk.consult(ADA, served.id, "eve", "this?")
    assert world.desk.consult(ADA, served.id, "bob", "or that?").consulted == ("eve", "bob")
    assert world.desk.end_consult(ADA, served.id, "bob").consulted == ("eve",)


@pytest.mark.parametrize(("actor", "agent", "question", "refused"), [
    (BOB, "eve", "?", Forbidden), (ADA, "ada", "?", Malformed), (ADA, "bob", "  ", Malformed), (ADA, "nobody", "?", NotFound),
    (ADA, "bob", "x" * 20_001, Malformed),
])  # fmt: skip
def test_who_may_be_asked_by_whom(
    world: World, served: Conversation, actor: ev.Actor, agent: str, question: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        world.desk.consult(actor, served.id, agent, question)
    assert world.now_of(served) == served


def test_a_supervisor_asks_for_the_owner_but_not_for_nobody(world: World, served: Conversation) -> None:
    assert world.desk.consult(SUE, served.id, "bob", "?").consulted == ("bob",)
    world.presence.set_presence(EVE, "eve", ev.Presence.AWAY)
    waiting = world.write("2", REFUND)
    assert waiting.status is Status.QUEUED
    with pytest.raises(Forbidden):
        world.desk.consult(SUE, waiting.id, "bob", "?")


def test_a_colleague_of_another_team_is_neither_asked_nor_given_it(world: World, served: Conversation) -> None:
    """It goes to that team by its queue."""
    with pytest.raises(Forbidden):
        world.desk.consult(ADA, served.id, "dan", "?")
    for actor in (ADA, SUE):
        with pytest.raises(Forbidden, match="queue"):
            world.desk.transfer(actor, served.id, agent="dan")
    assert world.now_of(served) == served


def test_who_is_limited_is_neither_asked_nor_given_what_is_outside(world: World, served: Conversation) -> None:
    world.route_by(regions={"whatsapp/main": "eu"})
    world.limit("bob", regions=("cn",))
    with pytest.raises(Forbidden):
        world.desk.consult(ADA, served.id, "bob", "?")
    with pytest.raises(Forbidden):
        world.desk.transfer(ADA, served.id, agent="bob")
    world.limit("bob", regions=("eu",), assigned_only=True)
    with pytest.raises(Forbidden):
        world.desk.consult(ADA, served.id, "bob", "?")
    assert world.desk.transfer(ADA, served.id, agent="bob").owner == "bob"


def test_it_is_over_when_the_matter_is_closed(world: World, served: Conversation) -> None:
    world.desk.consult(ADA, served.id, "bob", "?")
    after = world.desk.resolve(ADA, served.id)
    assert after.consulted == ()
    with pytest.raises(Forbidden):
        world.reads(BOB, served.id)
    with pytest.raises(NotAllowedNow):
        world.desk.consult(ADA, served.id, "bob", "?")


def test_who_was_asked_and_takes_over_is_the_owner_and_nothing_else(world: World, served: Conversation) -> None:
    """Else they would go on reading after they handed it on."""
    world.desk.consult(ADA, served.id, "bob", "can you?")
    after = world.desk.transfer(ADA, served.id, agent="bob")
    assert (after.owner, after.consulted) == ("bob", ())
    world.desk.transfer(BOB, served.id, agent="eve")
    with pytest.raises(Forbidden):
        world.reads(BOB, served.id)


def test_a_question_that_crosses_a_customers_message_is_asked(world: World, served: Conversation) -> None:
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("1", text="and?"), only="commit")
    assert world.desk.consult(ADA, served.id, "bob", "?").consulted == ("bob",)


# -- push --------------------------------------------------------------------------------------------


def test_a_supervisor_pushes_waiting_work_to_somebody_it_was_not_for(world: World) -> None:
    c = world.write("1", REFUND)
    world.hire("ada", queues=("billing",), channels=("wechat",))
    world.lead_team("sue", "general", "billing")
    after = world.desk.transfer(SUE, c.id, agent="ada", note="please")
    assert (after.owner, after.status, world.agent("ada").load) == ("ada", Status.ASSIGNED, 1)
    pushed = world.last(after, ev.Assigned)
    assert (pushed.reason, pushed.accept_by is not None, pushed.receipt) == (ev.AssignReason.PUSHED, True, None)
    assert world.last(after, ev.NoteAdded).text == "please"
    assert world.store.waiting("billing", 9) == []


def test_an_agent_cannot_push_waiting_work(world: World) -> None:
    c = world.write("1", REFUND)
    world.hire("ada", queues=("general",))
    with pytest.raises(Forbidden):
        world.desk.transfer(who("eve"), c.id, agent="ada")
    with pytest.raises(Forbidden):
        world.desk.transfer(ADA, c.id, agent="ada")
    assert world.now_of(c) == c


@pytest.mark.parametrize("channel", ["whatsapp", "voice"])
def test_a_push_overfills_nobody(world: World, channel: str) -> None:
    world.route_by(channels={"voice": {"exclusive": True}})
    world.hire("ada", capacity=2 if channel == "voice" else 1, queues=("general", "billing"))
    world.lead_team("sue", "general", "billing")
    world.write("1")
    c = world.write("2", REFUND, channel=channel)
    assert c.status is Status.QUEUED
    with pytest.raises(NotAllowedNow, match="offline or full"):
        world.desk.transfer(SUE, c.id, agent="ada")
    assert world.now_of(c) == c
    assert world.agent("ada").load == 1


def test_a_push_to_nobody_is_refused(world: World) -> None:
    c = world.write("1", REFUND)
    world.lead_team("sue", "general", "billing")
    with pytest.raises(NotAllowedNow):
        world.desk.transfer(SUE, c.id, agent="nobody")
    assert world.now_of(c) == c


def test_a_push_that_crosses_the_routers_choice_leaves_one_owner(world: World) -> None:
    world.hire("ada", capacity=1)
    world.write("1")
    c = world.write("2")
    world.hire("bob", online=False)
    world.connect("bob")
    world.lead_team("sue", "general", "billing")
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.presence.set_presence(BOB, "bob", ev.Presence.ONLINE), only="commit")
    with pytest.raises((NotAllowedNow, Malformed)):
        world.desk.transfer(SUE, c.id, agent="bob")  # bob has it meanwhile
    assert (world.now_of(c).owner, world.agent("bob").load) == ("bob", 1)


# -- transfer to a skill -----------------------------------------------------------------------------


def test_a_transfer_to_a_skill_goes_to_who_has_it_at_the_level(world: World, served: Conversation) -> None:
    world.hire("low", skills={"refunds": 2})
    world.hire("high", skills={"refunds": 4}, capacity=9)
    world.hire("other", skills={"payments": 5})
    after = world.desk.transfer(ADA, served.id, skill="refunds", level=3, note="wants it back")
    now = world.now_of(after)
    assert (now.owner, now.requires.kind, now.requires.level) == ("high", "refunds", 3)
    assert world.last(now, ev.NoteAdded).text == "wants it back"
    assert world.agent("ada").load == 0


def test_a_transfer_to_a_skill_waits_for_who_has_it_and_then_for_anybody(world: World, served: Conversation) -> None:
    world.route_by(ladder={"level": 5, "skill": 10})
    world.hire("low", skills={"refunds": 1})
    world.hire("high", skills={"refunds": 4}, capacity=0)
    world.hire("other")
    after = world.desk.transfer(ADA, served.id, skill="refunds", level=3)
    assert world.now_of(after).status is Status.QUEUED
    world.clock.advance(seconds=5)
    world.assignment.wake_work(world.now_of(after))
    assert world.now_of(after).owner == "low"


def test_a_transfer_to_a_skill_in_another_team_goes_there(world: World, served: Conversation) -> None:
    world.hire("dan", queues=("billing",), skills={"refunds": 4})
    world.hire("here", skills={"refunds": 4})
    after = world.desk.transfer(ADA, served.id, queue="billing", skill="refunds", level=4)
    assert world.now_of(after).owner == "dan"


def test_a_skill_that_is_asked_for_replaces_what_was_asked_for_and_whom_it_preferred(world: World) -> None:
    world.route_by(kinds={"refund_request": {"kind": "payments", "level": 2, "complex": True}}, sticky={"hold": 600})
    world.hire("ada", queues=("billing",), skills={"payments": 5})
    first = world.write("1", REFUND)
    world.desk.resolve(ADA, first.id)
    c = world.write("1", REFUND)
    assert (c.owner, c.requires.prefers) == ("ada", "ada")
    world.hire("dan", queues=("billing",), skills={"refunds": 1})
    after = world.desk.transfer(ADA, c.id, skill="refunds")
    assert world.now_of(after).owner == "dan"
    assert (world.now_of(after).requires.kind, world.now_of(after).requires.prefers) == ("refunds", "")


@pytest.mark.parametrize("to", [
    {"skill": "refunds", "level": 5}, {"skill": "refudns"}, {"skill": "refunds", "level": 0}, {"skill": "refunds", "level": 6},
    {"skill": "refunds", "agent": "bob"}, {"skill": "refunds", "queue": "bililng"}, {},
])  # fmt: skip
def test_a_transfer_to_a_skill_that_nobody_has_is_refused(world: World, served: Conversation, to: dict[str, object]) -> None:
    world.hire("dan", skills={"refunds": 4})
    with pytest.raises(Malformed):
        world.desk.transfer(ADA, served.id, **to)  # type: ignore[arg-type]  # names as given
    assert world.now_of(served) == served


def test_the_slot_of_who_transfers_takes_the_next_at_once(world: World) -> None:
    world.hire("ada", capacity=1)
    world.hire("dan", capacity=0, skills={"refunds": 4})
    first, second = world.write("1"), world.write("2")
    world.desk.transfer(ADA, first.id, skill="refunds")
    assert world.now_of(second).owner == "ada"
    assert world.now_of(first).owner == ""
