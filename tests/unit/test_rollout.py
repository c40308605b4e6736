"""How a team gives the bot its share of the work, and widens it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.rollout import Mode, mode, parse

START = [
    {"mode": "answers", "intents": ["order_status"], "channels": ["webchat"], "languages": ["en", "de"], "percent": 30},
    {"mode": "suggests", "intents": ["order_status", "refund_status"]},
    {"mode": "people"},
]


def talks(n: int = 2000) -> list[str]:
    return [f"c{number}-000001" for number in range(n)]


def test_without_rules_the_bot_answers() -> None:
    assert mode(parse([]), "c1-000001", "order_status", "webchat", "en") is Mode.ANSWERS


def test_a_team_starts_with_one_intent_on_one_channel() -> None:
    shares = parse(START)
    assert {mode(shares, c, "refund_status", "webchat", "en") for c in talks(50)} == {Mode.SUGGESTS}
    assert {mode(shares, c, "order_status", "whatsapp", "en") for c in talks(50)} == {Mode.SUGGESTS}
    assert {mode(shares, c, "order_status", "webchat", "fr") for c in talks(50)} == {Mode.SUGGESTS}
    assert {mode(shares, c, "refund_request", "webchat", "en") for c in talks(50)} == {Mode.PEOPLE}


def test_the_percentage_is_that_of_conversations_and_the_others_go_to_people() -> None:
    shares = parse(START)
    found = [mode(shares, c, "order_status", "webchat", "de") for c in talks()]
    assert found.count(Mode.ANSWERS) / len(found) == pytest.approx(0.30, abs=0.04)
    assert set(found) == {Mode.ANSWERS, Mode.PEOPLE}


@given(conversation=st.text(min_size=1, max_size=40), less=st.integers(0, 100), more=st.integers(0, 100))
def test_widening_takes_nobody_out_and_no_conversation_changes_sides(conversation: str, less: int, more: int) -> None:
    less, more = min(less, more), max(less, more)
    before, after = (mode(parse([{"mode": "answers", "percent": p}]), conversation, "x", "y", "z") for p in (less, more))
    assert before is after or (before, after) == (Mode.PEOPLE, Mode.ANSWERS)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"mode": "answers"}, "a list"),
        ([{"percent": 5}], r"rollout\[0\] needs a 'mode'"),
        ([{"mode": "answers"}, {"mode": "perhaps"}], r"rollout\[1\].*one of answers, suggests, people"),
        ([{"mode": "answers", "percent": 101}], "from 0 to 100"),
        ([{"mode": "answers", "percent": True}], "from 0 to 100"),
        ([{"mode": "answers", "intents": "order_status"}], "'intents' is a list"),
        ([{"mode": "answers", "intent": ["order_status"]}], "may have"),
        ([{"mode": "people"}] * 101, "at most 100"),
        ([["mode"]], r"rollout\[0\]"),
        ([{"mode": ["answers"]}], "'mode' is one of"),
    ],
)
def test_rules_that_cannot_be_read_are_refused_by_name(rules: Any, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        parse(rules)
