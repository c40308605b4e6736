"""What agents do with conversations, and what they may not."""

from __future__ import annotations

import pytest

from switchboard.application.desk import TEXT_CHARACTERS
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, Malformed, NotAllowedNow, NotFound, StorageUnavailable, SwitchboardError
from switchboard.domain.inbound import DeliveryStatus
from tests.unit.world import GREETING, REFUND, World, who

ADA, BOB = who("ada"), who("bob")


@pytest.fixture
def served(world: World) -> Conversation:
    """Ada is serving a customer; she can take two more. There is a billing desk, closed just now."""
    world.hire("ada")
    world.hire("dan", queues=("billing",), online=False)
    return world.desk.accept(ADA, world.write("1").id)


def sent(world: World, c: Conversation) -> list[str]:
    return [
        r.event.content.text for r in world.store.events(c.ledger)
        if isinstance(r.event, ev.MessageSent) and r.event.author is ev.ActorKind.AGENT
    ]  # fmt: skip


def test_an_answer_is_on_record_and_to_be_delivered(world: World, served: Conversation) -> None:
    after = world.desk.reply(ADA, served.id, "On its way!", "k1")
    answer = world.last(after, ev.MessageSent)
    assert (answer.content.text, answer.author_id, answer.recipient) == ("On its way!", "ada", "1")
    assert answer.message in {d.message for d in world.deliveries.of(served.id) if d.status is DeliveryStatus.PENDING}


def test_the_same_answer_twice_is_one_message(world: World, served: Conversation) -> None:
    first = world.desk.reply(ADA, served.id, "Hello", "k1")
    assert world.desk.reply(ADA, served.id, "Hello", "k1") == first
    assert sent(world, served) == ["Hello"]


def test_the_same_answer_twice_at_the_same_moment_is_one_message(world: World, served: Conversation) -> None:
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.reply(ADA, served.id, "Hello", "k1"), only="commit")
    world.desk.reply(ADA, served.id, "Hello", "k1")
    assert sent(world, served) == ["Hello"]


def test_two_agents_may_use_the_same_client_id(world: World, served: Conversation) -> None:
    world.hire("bob")
    theirs = world.write("2")
    world.desk.reply(ADA, served.id, "Hello", "1")
    world.desk.reply(who(theirs.owner), theirs.id, "Hi", "1" if theirs.owner == "bob" else "2")
    assert sent(world, theirs) == ["Hi"]


def test_a_client_id_counts_within_its_conversation(world: World, served: Conversation) -> None:
    theirs = world.write("2")
    world.desk.reply(ADA, served.id, "Hello", "1")
    world.desk.reply(ADA, theirs.id, "Hi", "1")
    assert sent(world, theirs) == ["Hi"]


def test_an_answer_that_crosses_a_customers_message_is_sent(world: World, served: Conversation) -> None:
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.write("1", text="and?"), only="commit")
    world.desk.reply(ADA, served.id, "Hello", "k1")
    assert sent(world, served) == ["Hello"]


def test_an_answer_that_loses_every_race_fails_clearly(world: World, served: Conversation) -> None:
    other = world.elsewhere()

    def always_faster() -> None:
        other.desk.note(BOB, served.id, "hm", "")
        world.interfered.before_call(0, always_faster, only="commit")

    world.interfered.before_call(0, always_faster, only="commit")
    with pytest.raises(StorageUnavailable):
        world.desk.reply(ADA, served.id, "Hello", "k1")
    assert sent(world, served) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * (TEXT_CHARACTERS + 1)])
def test_empty_and_endless_texts_are_refused(world: World, served: Conversation, text: str) -> None:
    with pytest.raises(Malformed):
        world.desk.reply(ADA, served.id, text, "k1")
    with pytest.raises(Malformed):
        world.desk.note(ADA, served.id, text, "k2")


def test_an_endless_note_of_a_transfer_is_refused(world: World, served: Conversation) -> None:
    with pytest.raises(Malformed):
        world.desk.transfer(ADA, served.id, queue="billing", note="x" * (TEXT_CHARACTERS + 1))


def test_half_an_emoji_cannot_break_storage(world: World, served: Conversation) -> None:
    try:
        world.desk.reply(ADA, served.id, "nice \ud83d", "k1")
    except Malformed:
        return
    world.last(served, ev.MessageSent).content.text.encode()


def test_a_colleague_cannot_answer_accept_or_resolve(world: World, served: Conversation) -> None:
    world.hire("bob")
    for act in (world.desk.accept, world.desk.resolve):
        with pytest.raises(Forbidden):
            act(BOB, served.id)
    with pytest.raises(Forbidden):
        world.desk.reply(BOB, served.id, "Hello", "k1")
    with pytest.raises(Forbidden):
        world.desk.transfer(BOB, served.id, queue="billing")
    assert world.now_of(served) == served


@pytest.mark.parametrize("id_", ["", "c404-000001", "nonsense", "c1-1; DROP", "cnv#c1-000001"])
def test_what_does_not_exist_is_not_found(world: World, id_: str) -> None:
    with pytest.raises((NotFound, Malformed)):
        world.desk.accept(ADA, id_)


# -- take --------------------------------------------------------------------------------------------


def test_an_agent_helps_themselves_to_waiting_work(world: World) -> None:
    world.hire("ada", capacity=1)
    c = world.write("1", REFUND)
    world.presence.set_profile(who("boss"), "ada", ev.AgentProfileSet(1, ("billing",), ("en",), "Ada"))
    other = world.write("2", REFUND)
    with pytest.raises(NotAllowedNow):
        world.desk.take(ADA, other.id)  # full with the first
    world.desk.resolve(ADA, c.id)
    assert world.now_of(other).owner == "ada"


def test_taken_work_counts_as_accepted(world: World) -> None:
    c = world.write("1")
    world.hire("ada", queues=())
    world.store.commit_agent(
        world.agent("ada"),
        [ev.AgentProfileSet(capacity=1, queues=("general",), languages=(), name="Ada")], ev.SYSTEM, world.clock.now(),
    )  # fmt: skip
    after = world.desk.take(ADA, c.id)
    assert (after.status, after.owner, after.accept_by) == (Status.ACTIVE, "ada", None)
    assert world.desk.take(ADA, c.id) == after
    assert world.agent("ada").load == 1


def test_of_two_who_take_the_same_work_one_gets_it(world: World) -> None:
    c = world.write("1")
    world.hire("ada", online=False)
    world.hire("bob", online=False)
    for agent in ("ada", "bob"):  # both came online in a process that died before it looked for work
        world.store.commit_agent(world.agent(agent), [ev.PresenceChanged(ev.Presence.ONLINE, "x")], ADA, world.clock.now())
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.take(BOB, c.id), only="commit")
    with pytest.raises((NotAllowedNow, Forbidden)):
        world.desk.take(ADA, c.id)
    assert (world.now_of(c).owner, world.agent("ada").load, world.agent("bob").load) == ("bob", 0, 1)


def test_what_the_bot_is_handling_is_not_there_to_be_taken(world: World) -> None:
    world.hire("ada")
    c = world.write("1", GREETING)
    with pytest.raises((NotAllowedNow, Forbidden)):
        world.desk.take(ADA, c.id)


def test_work_of_other_peoples_queues_is_not_there_to_be_taken(world: World) -> None:
    world.hire("ada", queues=("general",))
    c = world.write("1", REFUND)
    with pytest.raises(Forbidden):
        world.reads(ADA, c.id)
    with pytest.raises(Forbidden):
        world.desk.take(ADA, c.id)


# -- transfer ----------------------------------------------------------------------------------------


def test_a_transfer_to_a_colleague_moves_the_load_and_offers_it(world: World, served: Conversation) -> None:
    world.hire("bob")
    after = world.desk.transfer(ADA, served.id, agent="bob", note="angry")
    assert (after.owner, after.status, after.assignments) == ("bob", Status.ASSIGNED, 2)
    assert after.accept_by is not None
    assert (world.agent("ada").load, world.agent("bob").load) == (0, 1)
    assert world.types(after)[-4:] == ["note_added", "released", "queued", "assigned"]
    with pytest.raises(Forbidden):
        world.desk.reply(ADA, served.id, "one more thing", "k1")


@pytest.mark.parametrize("why", ["full", "away", "unknown"])
def test_a_transfer_to_somebody_who_cannot_take_it_changes_nothing(world: World, served: Conversation, why: str) -> None:
    if why == "full":
        world.hire("bob", capacity=0)
    elif why == "away":
        world.hire("bob", online=False)
    with pytest.raises(NotAllowedNow, match="offline or full"):
        world.desk.transfer(ADA, served.id, agent="bob", note="angry")
    assert world.now_of(served) == served
    assert world.agent("ada").load == 1


def test_a_transfer_of_answered_work_to_a_queue_begins_a_new_wait_or_goes_to_who_is_free(world: World, served: Conversation) -> None:
    world.clock.advance(minutes=5)
    after = world.desk.transfer(ADA, served.id, queue="billing")
    assert (after.status, after.queue, after.owner, after.since) == (
        Status.QUEUED, "billing", "", world.clock.now(),
    )  # fmt: skip
    assert world.agent("ada").load == 0
    world.hire("bob", queues=("billing",))
    assert world.now_of(after).owner == "bob"


def test_a_transfer_to_a_queue_nobody_serves_is_refused(world: World, served: Conversation) -> None:
    """A slip of the pen would leave the customer waiting for ever."""
    with pytest.raises(Malformed):
        world.desk.transfer(ADA, served.id, queue="bililng")
    assert world.now_of(served) == served


@pytest.mark.parametrize("to", [{}, {"agent": "bob", "queue": "billing"}, {"agent": "ada"}])
def test_a_transfer_names_one_colleague_or_one_queue(world: World, served: Conversation, to: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        world.desk.transfer(ADA, served.id, **to)


def test_a_transfer_frees_a_slot_for_who_waits(world: World) -> None:
    world.hire("ada", capacity=1)
    world.hire("dan", queues=("billing",), online=False)
    first, waiting = world.write("1"), world.write("2")
    world.desk.transfer(ADA, first.id, queue="billing")
    assert world.now_of(waiting).owner == "ada"


def test_work_handed_to_a_queue_does_not_come_straight_back(world: World) -> None:
    world.hire("ada", queues=("general", "billing"))
    c = world.write("1")
    assert world.desk.transfer(ADA, c.id, queue="billing").queue == "billing"
    assert world.now_of(c).owner != "ada"


# -- resolve -----------------------------------------------------------------------------------------


def test_resolving_frees_the_slot_and_pulls_the_oldest(world: World) -> None:
    world.hire("ada", capacity=1)
    first, second = world.write("1"), world.write("2")
    world.clock.advance(seconds=1)
    third = world.write("3")
    world.desk.resolve(ADA, first.id)
    assert (world.now_of(second).owner, world.now_of(third).owner) == ("ada", "")
    assert world.agent("ada").load == 1


def test_what_is_resolved_stays_resolved(world: World, served: Conversation) -> None:
    world.desk.resolve(ADA, served.id)
    for act in (world.desk.accept, world.desk.take, world.desk.resolve):
        with pytest.raises(NotAllowedNow):
            act(ADA, served.id)
    with pytest.raises(SwitchboardError):
        world.desk.reply(ADA, served.id, "x", "k")
    assert world.agent("ada").load == 0


# -- notes and resending -------------------------------------------------------------------------------


def test_a_note_never_leaves_the_house(world: World, served: Conversation) -> None:
    before = world.deliveries.of(served.id)
    world.desk.note(BOB, served.id, "is a VIP", "k1")
    assert world.deliveries.of(served.id) == before
    assert world.last(served, ev.NoteAdded).agent == "bob"


def failed_answer(world: World, c: Conversation) -> str:
    """An answer that the vendor did not deliver."""
    world.desk.reply(ADA, c.id, "Hello", "k1")
    message: str = world.last(c, ev.MessageSent).message
    world.deliveries.claim(message, world.clock.now())
    world.deliveries.settle(message, DeliveryStatus.FAILED, (), "blocked", world.clock.now())
    return message


def test_a_failed_message_is_sent_once_more_as_a_new_one_that_names_the_old(world: World, served: Conversation) -> None:
    message = failed_answer(world, served)
    world.desk.resend(ADA, served.id, message)
    new = world.last(served, ev.MessageSent)
    assert (new.content.text, new.resend_of) == ("Hello", message)
    assert new.message != message
    with pytest.raises(NotAllowedNow):
        world.desk.resend(ADA, served.id, message)
    assert sent(world, served) == ["Hello", "Hello"]


def test_a_message_that_may_still_arrive_is_not_sent_again(world: World, served: Conversation) -> None:
    world.desk.reply(ADA, served.id, "Hello", "k1")
    with pytest.raises(NotAllowedNow):
        world.desk.resend(ADA, served.id, world.last(served, ev.MessageSent).message)
    assert sent(world, served) == ["Hello"]


def test_two_clicks_resend_once(world: World, served: Conversation) -> None:
    message = failed_answer(world, served)
    other = world.elsewhere()
    world.interfered.before_call(0, lambda: other.desk.resend(ADA, served.id, message), only="commit")
    world.desk.resend(ADA, served.id, message)
    assert sent(world, served) == ["Hello", "Hello"]


def test_a_supervisor_acts_for_an_absent_owner_and_a_colleague_does_not(world: World, served: Conversation) -> None:
    world.hire("bob")
    world.lead_team("sue", "general")
    with pytest.raises(Forbidden):
        world.desk.transfer(who("eve"), served.id, agent="bob")
    moved = world.desk.transfer(who("sue", "supervisor"), served.id, agent="bob")
    assert (moved.owner, world.agent("ada").load, world.agent("bob").load) == ("bob", 0, 1)
    assert world.desk.resolve(who("sue", "supervisor"), served.id).status is Status.RESOLVED
    assert world.agent("bob").load == 0
    assert world.store.events(served.ledger)[-1].actor.id == "sue"


def test_a_message_of_another_conversation_cannot_be_resent(world: World, served: Conversation) -> None:
    theirs = world.write("2", GREETING)
    message = world.last(theirs, ev.MessageSent).message
    with pytest.raises(NotFound):
        world.desk.resend(ADA, served.id, message)
