"""Silence the bot waits out: timers come a little early or late, twice or not at all, and each silence ends once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.application.ports import Timer
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.understanding import Understanding
from tests.unit.world import GREETING, World

ORDER = Understanding("order_status", 0.95, "en", model="test")


@pytest.fixture
def silent(world: World) -> Conversation:
    """The bot asked for an order's number."""
    world.lead(world.connector)
    return world.write("1", ORDER, text="where is my order")


def due(c: Conversation) -> Timer:
    assert c.bot_until is not None
    return Timer("bot", c.id, c.version, c.bot_until)


def ended(world: World, c: Conversation) -> list[str]:
    return [str(r.event.outcome) for r in world.store.events(c.ledger) if isinstance(r.event, ev.FlowEnded)]


@pytest.mark.parametrize("off", [-0.4, 0.0, 0.003, 7.0])
def test_a_timer_a_little_early_or_late_ends_the_flow_at_once(world: World, silent: Conversation, off: float) -> None:
    timer = due(silent)
    world.clock.advance(seconds=(timer.due - world.clock.now()).total_seconds() + off)
    assert world.timers.fire(timer) == "done"
    assert ended(world, silent) == ["timed_out"]
    before = world.now_of(silent)
    assert world.timers.fire(timer) == "moved_on"
    assert world.now_of(silent) == before


def test_a_customer_who_wrote_meanwhile_is_not_timed_out(world: World, silent: Conversation) -> None:
    timer = due(silent)
    world.clock.advance(seconds=1000)
    world.write("1", GREETING, text="hello, still here")
    world.clock.advance(seconds=(timer.due - world.clock.now()).total_seconds())
    assert world.timers.fire(timer) == "moved_on"
    assert ended(world, silent) == []


def test_many_who_fell_silent_are_all_let_go_by_the_sweeper(world: World, silent: Conversation) -> None:
    others = [world.write(str(n), ORDER, text="where is my order") for n in range(2, 8)]
    world.clock.advance(seconds=(due(silent).due - world.clock.now()).total_seconds() + 10)
    assert world.conversing.watch.repair() == 7
    assert world.conversing.watch.repair() == 0
    assert [ended(world, c) for c in (silent, *others)] == [["timed_out"]] * 7
    world.clock.advance(seconds=timedelta(hours=1).total_seconds())
    assert world.conversing.watch.repair() == 7
    assert world.now_of(silent).status is Status.RESOLVED
