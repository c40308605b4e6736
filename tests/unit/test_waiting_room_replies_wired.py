"""What customers answer in the waiting room: calls back and the offline form, as it comes in by the intake."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.waiting_room.form import Question
from switchboard.domain.waiting_room.record import FormStage
from switchboard.domain.waiting_room.texts import Word
from tests.unit.waiting_room_day import Day, heard, word
from tests.unit.world import UNCLEAR, World


@pytest.fixture
def day(world: World) -> Day:
    return Day(world)


# -- calling back ----------------------------------------------------------------------------------------


def offered(world: World, day: Day, address: str = "1", **how: Any) -> Conversation:
    """A customer to whom a call back was offered."""
    world.waiting_room_by(callback_from=0)
    c = day.write(address, **how)
    day.passes(seconds=11)
    assert world.types(c)[-2:] == ["callback_offered", "message_sent"]
    return c


def test_whoever_sends_a_number_keeps_the_place_and_hears_of_no_place_any_more(world: World, day: Day) -> None:
    ahead, c = day.write("0"), offered(world, day)
    before = world.store.waiting("general", 9)
    day.write(text="Please call me: +49 151 00000001")
    after = world.now_of(c)
    assert (after.status, after.callback, after.since) == (Status.QUEUED, True, c.since)
    assert world.last(c, ev.CallbackRequested).number == "+4915100000001"
    assert heard(world, c)[1:] == [word(world, Word.CALLBACK_AGREED)]
    assert [w.place for w in world.store.waiting("general", 9)] == [w.place for w in before]
    ada = world.hire("ada", capacity=1)
    world.desk.accept(ada, ahead.id)
    day.passes(minutes=40)
    assert len(heard(world, c)) == 2
    world.desk.resolve(ada, ahead.id)
    assert world.now_of(c).owner == "ada"
    assert world.desk.accept(ada, c.id).callback, "whoever takes it up sees it"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("no thanks", "callback_declined"), ("yes", ""), ("where is my parcel?", ""), ("30123456", "callback_requested")],
)
def test_a_reply_to_the_offer_is_on_record_and_means_what_it_says(world: World, day: Day, reply: str, expected: str) -> None:
    c = offered(world, day)
    day.write(text=reply)
    types = world.types(c)
    assert world.last(c, ev.MessageReceived).content.text == reply
    assert [t for t in types if t in ("callback_declined", "callback_requested")] == ([expected] if expected else [])
    said = {"no thanks": Word.CALLBACK_DECLINED, "yes": Word.ASK_NUMBER, "30123456": Word.CALLBACK_AGREED}.get(reply)
    assert heard(world, c)[1:] == ([word(world, said)] if said else [])
    assert world.now_of(c).status is Status.QUEUED


def test_a_yes_is_enough_where_the_channel_is_a_telephone(world: World, day: Day) -> None:
    world.waiting_room_by(callback_from=0)
    message = world.message("1")
    after = world.intake.receive(replace(message, sender=replace(message.sender, phone="+4915100000007")), UNCLEAR)
    assert after is not None
    c = day.watch(after)
    day.passes(seconds=11)
    assert "on this number" in heard(world, c)[0]
    day.write(text="Yes please")
    assert world.last(c, ev.CallbackRequested).number == "+4915100000007"


def test_after_later_news_a_bare_yes_is_no_answer_to_the_offer_but_a_number_is(world: World, day: Day) -> None:
    first = day.write("0")
    c = offered(world, day)
    ada = world.hire("ada", capacity=1)
    world.desk.accept(ada, first.id)
    day.passes(minutes=4)
    assert world.types(c)[-2:] == ["wait_told", "message_sent"]
    day.write(text="ok")
    assert not world.now_of(c).callback
    day.write(text="+4915100000001")
    assert world.now_of(c).callback


def test_a_reply_that_comes_twice_counts_once(world: World, day: Day) -> None:
    c = offered(world, day)
    again = world.message("1", "+4915100000001")
    for _ in range(3):
        world.intake.receive(again, UNCLEAR)
    assert world.types(c).count("callback_requested") == 1
    assert len(heard(world, c)) == 2


def test_no_number_and_no_answer_becomes_a_fact(world: World, day: Day) -> None:
    offered(world, day)
    day.write(text="+4915100000001")
    assert "15100000001" not in str(world.facts.put_so_far)
    assert any(f["type"] == "callback_requested" for f in world.facts.put_so_far)


# -- the offline form ------------------------------------------------------------------------------------


def asked(world: World, day: Day, **how: Any) -> Conversation:
    """A customer whose wait was too long, to whom the form was offered."""
    world.waiting_room_by(callback_from=None, longest_wait=60)
    c = day.write(**how)
    day.passes(seconds=61)
    assert world.types(c)[-2:] == ["offline_form_offered", "message_sent"]
    return c


def test_the_form_is_filled_in_message_by_message_and_colleagues_read_it(world: World, day: Day) -> None:
    c = asked(world, day, channel="webchat")
    for text in ("yes", "My parcel is lost", "ring me", "ada@example.com"):
        day.write(text=text, channel="webchat")
    sent = world.last(c, ev.OfflineFormSent)
    assert (sent.about, sent.contact) == ("My parcel is lost", "ada@example.com")
    assert sent.name == "name of 1", "nobody is asked what we know"
    say = world.waiting.texts
    assert heard(world, c)[2] == say.ask(Question.ABOUT, "en")
    assert heard(world, c)[3] == say.ask(Question.CONTACT, "en")
    assert heard(world, c)[-1] == word(world, Word.FORM_DONE)
    after = world.now_of(c)
    assert (after.status, after.waiting_room.form) == (Status.QUEUED, FormStage.SENT)
    before = len(heard(world, c))
    day.passes(hours=1)
    day.write(text="thanks", channel="webchat")
    assert len(heard(world, c)) == before
    world.hire("ada")
    assert world.now_of(c).owner == "ada", "the next agent gets it as before"


def test_a_form_that_is_declined_leaves_the_customer_in_the_queue_and_informed(world: World, day: Day) -> None:
    first = day.write("0")
    c = asked(world, day)
    day.write(text="no")
    assert world.types(c)[-2:] == ["offline_form_declined", "message_sent"]
    assert heard(world, c)[-1] == word(world, Word.FORM_DECLINED)
    ada = world.hire("ada", capacity=1)
    world.desk.accept(ada, first.id)
    day.passes(minutes=5)
    assert heard(world, c)[-1].startswith("You are next"), "the looks go on"
    assert day.pending == 1


def test_while_nobody_is_there_the_form_is_offered_at_once(world: World, day: Day) -> None:
    world.open_by(calendars={"shut": {"zone": "Europe/Berlin", "week": {}}}, default={"calendar": "shut"})
    c = day.write()
    day.passes(seconds=11)
    assert world.last(c, ev.OfflineFormOffered).reason == "closed"
