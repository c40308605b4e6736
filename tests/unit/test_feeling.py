"""How a customer's feeling is followed, and when a supervisor is fetched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain import events as ev
from switchboard.domain.feeling import QUIET, rolling
from switchboard.domain.understanding import Understanding
from tests.unit.world import REFUND, World

FURIOUS = Understanding("complaint", 0.9, "en", model="test", sentiment="angry", anger=0.93)
CALM = Understanding("refund_request", 0.9, "en", model="test", sentiment="neutral")
MOODS = ["positive", "neutral", "negative", "angry"]


@given(st.lists(st.sampled_from([*MOODS, "a mood of a later model"])))
def test_the_level_stays_between_furious_and_delighted(heard: list[str]) -> None:
    level = 0.0
    for mood in heard:
        level = rolling(level, mood)
        assert -1 <= level <= 1


def test_anger_weighs_at_once_and_passes_with_calm_words() -> None:
    angry = rolling(0.0, "angry")
    assert angry <= -0.3  # what screens mark
    calmer = rolling(rolling(rolling(angry, "neutral"), "neutral"), "neutral")
    assert -0.1 < calmer < 0


def alarms(world: World, conversation: str) -> list[ev.AngerHeard]:
    return [r.event for r in world.store.events(f"cnv#{conversation}") if isinstance(r.event, ev.AngerHeard)]


def test_an_angry_customer_goes_to_people_first_and_a_supervisor_hears_of_it(world: World) -> None:
    c = world.write("+49 151 555", FURIOUS, text="this is outrageous")
    assert (c.status.value, c.priority) == ("queued", 8)
    [alarm] = alarms(world, c.id)
    received = next(r.event for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageReceived))
    assert alarm.message == received.message
    assert c.feeling < -0.3


def test_anger_while_it_waits_moves_it_forward_once(world: World) -> None:
    waiting = world.write("+49 151 555", REFUND, text="refund")
    assert waiting.priority == 7
    world.write("+49 151 777", REFUND, text="refund")
    moved = world.write("+49 151 777", FURIOUS, text="now it is enough")
    assert moved.priority == 8
    assert world.store.waiting(moved.queue, 5)[0].conversation == moved.id
    again = world.write("+49 151 777", FURIOUS, text="do you hear me")
    assert len(alarms(world, again.id)) == 1  # the supervisor knows


def test_after_a_quiet_time_new_anger_is_told_anew(world: World) -> None:
    c = world.write("+49 151 555", FURIOUS, text="this is outrageous")
    world.clock.advance(seconds=QUIET.total_seconds() + 1)
    c = world.write("+49 151 555", FURIOUS, text="still nothing")
    assert len(alarms(world, c.id)) == 2
