"""What a waiting customer is told and offered, and when: played through whole waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.waiting_room.decisions import (
    Decision,
    FormReason,
    MoveTo,
    Nothing,
    OfferCallback,
    OfferForm,
    State,
    Step,
    Tell,
    after,
    next_step,
)
from switchboard.domain.waiting_room.estimate import Estimate
from switchboard.domain.waiting_room.settings import Settings, Then

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATE = State(since=NOON, channel="webchat", queue="general")
SHORT = Estimate(3, 30.0, 100.0, 200.0)
LONG = Estimate(8, 400.0, 700.0, 1100.0)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def decide(state: State, estimate: Estimate, seconds: float, **settings: Any) -> Decision:
    return next_step(Settings(**settings), state, estimate, at(seconds))


def told(estimate: Estimate, seconds: float = 10, **more: Any) -> State:
    return replace(after(STATE, Tell(estimate.position, estimate), at(seconds)), **more)


# -- the single rules ----------------------------------------------------------------------------


def test_nobody_is_told_anything_in_the_first_seconds() -> None:
    assert decide(STATE, SHORT, 4) == Decision(Nothing(), 6.0)


def test_the_first_news_is_the_position_and_the_wait() -> None:
    assert decide(STATE, SHORT, 10) == Decision(Tell(3, SHORT), 180.0)


def test_a_long_wait_is_told_together_with_the_offer_to_call_back_and_offered_once() -> None:
    first = decide(STATE, LONG, 10)
    assert first.step == OfferCallback(8, LONG)
    nearer = Estimate(5, 250.0, 400.0, 600.0)
    assert decide(after(STATE, first.step, at(10)), nearer, 500).step == Tell(5, nearer)


def test_an_unknown_wait_is_as_long_as_it_has_been() -> None:
    assert decide(STATE, Estimate(2), 10).step == Tell(2, Estimate(2))
    assert isinstance(decide(told(Estimate(2)), Estimate(2), 299).step, Nothing)
    assert isinstance(decide(told(Estimate(2)), Estimate(2), 301).step, OfferCallback)


def test_no_call_back_is_offered_where_the_company_makes_none() -> None:
    assert isinstance(decide(STATE, LONG, 10, callback_from=None).step, Tell)


def test_the_same_news_is_not_told_again() -> None:
    assert decide(told(SHORT), SHORT, 191) == Decision(Nothing(), 60.0)


@pytest.mark.parametrize("news", [replace(SHORT, position=2), Estimate(3, 300.0, 290.0, 600.0)], ids=["position", "wait"])
def test_other_news_is_told_when_it_is_time_and_not_before(news: Estimate) -> None:
    assert decide(told(SHORT), news, 60) == Decision(Nothing(), 130.0)
    assert isinstance(decide(told(SHORT), news, 190).step, Tell)


def test_in_a_long_line_one_place_is_no_news() -> None:
    far = Estimate(50, 400.0, 500.0, 700.0)
    offered = replace(told(far), callback_offered=True)
    assert isinstance(decide(offered, replace(far, position=45), 400).step, Nothing)
    assert isinstance(decide(offered, replace(far, position=39), 400).step, Tell)


def test_who_waits_longer_than_was_told_gets_an_apology() -> None:
    late = decide(told(SHORT), SHORT, 10 + 5 * 60)
    assert late.step == Tell(3, SHORT, apology=True)


def test_a_worse_place_in_the_queue_that_took_over_is_apologized_for() -> None:
    over = decide(told(SHORT), SHORT, 1800, then=Then.QUEUE, then_queue="overflow")
    assert over == Decision(MoveTo("overflow"), 1.0)
    there = after(told(SHORT), over.step, at(1800))
    assert there.queue == "overflow"
    assert decide(there, replace(SHORT, position=9), 1801, then=Then.QUEUE, then_queue="overflow").step == Tell(
        9, replace(SHORT, position=9), apology=True
    )


def test_work_is_not_moved_to_the_queue_it_is_in_nor_twice() -> None:
    own = {"then": Then.QUEUE, "then_queue": "general"}
    assert not isinstance(decide(told(SHORT), SHORT, 5000, **own).step, MoveTo)
    moved = replace(told(SHORT), moved=True, queue="elsewhere")
    assert not isinstance(decide(moved, SHORT, 5000, then=Then.QUEUE, then_queue="overflow").step, MoveTo)


def test_after_the_longest_wait_the_form_is_offered_even_if_all_messages_are_used_up() -> None:
    spent = told(SHORT, messages=4)
    assert decide(spent, SHORT, 600) == Decision(Nothing(), 1200.0)
    assert decide(spent, SHORT, 1800) == Decision(OfferForm(FormReason.TOO_LONG), None)


def test_when_the_desk_is_closed_the_form_comes_at_once() -> None:
    assert decide(replace(STATE, staffed=False), Estimate(1), 10) == Decision(OfferForm(FormReason.CLOSED), None)


def test_at_a_closed_desk_nobody_is_promised_a_call() -> None:
    closed = replace(STATE, staffed=False)
    assert isinstance(decide(closed, LONG, 10, then=Then.KEEP).step, Tell)


def test_while_the_form_is_filled_nothing_disturbs_and_who_declines_it_is_kept_informed() -> None:
    offered = after(told(SHORT), OfferForm(FormReason.TOO_LONG), at(1800))
    news = replace(SHORT, position=1)
    assert decide(offered, news, 2200) == Decision(Nothing(), None)
    assert isinstance(decide(replace(offered, form_declined=True), news, 2200).step, Tell)


@pytest.mark.parametrize("state", [{"waiting": False}, {"channel": "email"}, {"callback_agreed": True}], ids=str)
def test_nothing_is_said_to_who_does_not_wait_here(state: dict[str, Any]) -> None:
    assert decide(replace(STATE, **state), LONG, 4000) == Decision(Nothing(), None)


def test_a_wait_to_be_kept_without_end_is_looked_after_without_end() -> None:
    settings = {"then": Then.KEEP, "most_messages": 20}
    assert decide(told(SHORT), SHORT, 200, **settings).again == 60.0
    assert decide(told(SHORT), SHORT, 9000, **settings).again is not None


# -- whole waits ---------------------------------------------------------------------------------

estimates = st.builds(
    lambda position, likely: Estimate(position, *((None,) * 3 if likely is None else (likely / 2, likely, 2 * likely))),
    st.integers(1, 60), st.one_of(st.none(), st.floats(1, 7200)),
)  # fmt: skip
rooms = st.builds(
    Settings,
    tell_after=st.floats(0, 60), again_after=st.floats(30, 600), callback_from=st.one_of(st.none(), st.floats(0, 900)),
    longest_wait=st.one_of(st.none(), st.floats(61, 3600)), then=st.sampled_from(Then), then_queue=st.just("overflow"),
    most_messages=st.integers(0, 6),
)  # fmt: skip


def play(settings: Settings, news: list[Estimate]) -> list[tuple[float, State, Step]]:
    """Each look with the time since the start, the state before it and what was done; the first comes at once."""
    state, seconds, looks = STATE, 0.0, []
    for estimate in news:
        decision = next_step(settings, state, estimate, at(seconds))
        looks.append((seconds, state, decision.step))
        state = after(state, decision.step, at(seconds))
        if decision.again is None:
            break
        assert decision.again >= 1
        seconds += decision.again
    return looks


@given(rooms, st.lists(estimates, min_size=1, max_size=40))
def test_no_wait_has_more_messages_than_allowed_but_for_the_form(settings: Settings, news: list[Estimate]) -> None:
    steps = [step for _, _, step in play(settings, news)]
    assert sum(isinstance(s, Tell | OfferCallback) for s in steps) <= settings.most_messages
    assert sum(isinstance(s, OfferCallback) for s in steps) <= 1
    assert sum(isinstance(s, OfferForm) for s in steps) <= 1
    assert sum(isinstance(s, MoveTo) for s in steps) <= 1


@given(rooms, st.lists(estimates, min_size=1, max_size=40))
def test_a_worse_position_is_never_told_without_an_apology(settings: Settings, news: list[Estimate]) -> None:
    for _, state, step in play(settings, news):
        if isinstance(step, Tell | OfferCallback) and state.told and step.position > state.told.position:
            assert step.apology


@given(rooms, st.lists(estimates, min_size=2, max_size=40))
def test_messages_keep_their_distance(settings: Settings, news: list[Estimate]) -> None:
    times = [seconds for seconds, _, step in play(settings, news) if isinstance(step, Tell | OfferCallback)]
    assert all(b - a >= settings.again_after - 0.001 for a, b in pairwise(times))
    assert not times or times[0] >= settings.tell_after - 0.001


@given(rooms, estimates, st.floats(0, 9000))
def test_nothing_is_ever_said_once_somebody_owns_it(settings: Settings, estimate: Estimate, seconds: float) -> None:
    assert next_step(settings, replace(STATE, waiting=False), estimate, at(seconds)) == Decision(Nothing(), None)


@given(st.lists(estimates, min_size=61, max_size=80))
def test_whoever_waits_too_long_is_offered_a_way_out_on_time(news: list[Estimate]) -> None:
    last = play(Settings(), news)[-1]
    assert last[2] == OfferForm(FormReason.TOO_LONG)
    assert last[0] == pytest.approx(1800.0, abs=1.0)
