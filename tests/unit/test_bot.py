"""What the bot answers and what it leaves to people."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.bot import BotAnswer, BotPolicy, HandOver, decide
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding

POLICY = BotPolicy(
    answers={"greeting": {"en": "Hello!", "zh": "您好！"}},
    queues={"refund_request": "billing"},
    priorities={"refund_request": 7, "human_agent": 6},
    handover={"en": "A colleague comes.", "zh": "请稍候。"},
    threshold=0.55,
)


@pytest.mark.parametrize(
    ("intent", "confidence", "language", "expected"),
    [
        ("greeting", 0.9, "en", BotAnswer("Hello!")),
        ("greeting", 0.9, "zh", BotAnswer("您好！")),
        ("greeting", 0.9, "fr", BotAnswer("Hello!")),
        ("greeting", 0.55, "en", BotAnswer("Hello!")),
        ("greeting", 0.5499, "en", HandOver("general", 5, "low_confidence", "A colleague comes.")),
        ("refund_request", 0.9, "zh", HandOver("billing", 7, "policy", "请稍候。")),
        ("refund_request", 0.2, "en", HandOver("general", 5, "low_confidence", "A colleague comes.")),
        ("never_heard_of", 0.9, "en", HandOver("general", 5, "policy", "A colleague comes.")),
        ("human_agent", 0.9, "en", HandOver("general", 6, "wish", "A colleague comes.")),
        (OUT_OF_SCOPE, 1.0, "en", HandOver("general", 5, "low_confidence", "A colleague comes.")),
        ("", 1.0, "und", HandOver("general", 5, "policy", "A colleague comes.")),
    ],
)
def test_the_bot_answers_what_it_surely_knows_and_hands_over_the_rest(
    intent: str, confidence: float, language: str, expected: BotAnswer | HandOver
) -> None:
    assert decide(POLICY, Understanding(intent, confidence, language)) == expected


def test_without_words_for_the_handover_the_customer_is_handed_over_silently() -> None:
    assert decide(BotPolicy(), Understanding("x", 0.1, "en")) == HandOver("general", 5, "low_confidence", "")


SHIPPED = BotPolicy(**json.loads(resources.files("switchboard.resources").joinpath("bot.json").read_text("utf-8")))


@given(
    intent=st.sampled_from([*SHIPPED.answers, *SHIPPED.queues, *SHIPPED.priorities, "human_agent", OUT_OF_SCOPE, "other"]),
    confidence=st.floats(0, 1),
    language=st.sampled_from(["en", "zh", "fr", "und", ""]),
)
def test_the_shipped_policy_always_says_something_and_queues_within_bounds(
    intent: str, confidence: float, language: str
) -> None:
    decision = decide(SHIPPED, Understanding(intent, confidence, language))
    assert decision.text
    if isinstance(decision, HandOver):
        assert decision.queue
        assert 0 <= decision.priority <= 9


def test_the_shipped_policy_never_keeps_a_customer_from_people() -> None:
    """Who asks for a person gets one at once, even in unclear words; who is not understood is asked twice, never a third time."""
    assert isinstance(decide(SHIPPED, Understanding("human_agent", 0.99, "en")), HandOver)
    murmured = Understanding("out_of_scope", 0.5, "en", (("human_agent", 0.3),))
    assert decide(SHIPPED, murmured) == replace(decide(SHIPPED, Understanding("human_agent", 0.99, "en")), queue="general", priority=5)
    unclear = Understanding("greeting", 0.1, "en")
    assert isinstance(decide(SHIPPED, unclear, misses=0), BotAnswer)
    assert isinstance(decide(SHIPPED, unclear, misses=1), BotAnswer)
    assert isinstance(decide(SHIPPED, unclear, misses=2), HandOver)


def test_the_question_back_is_asked_where_there_are_words_for_it_and_only_of_what_is_unclear() -> None:
    asking = BotPolicy(clarify={"en": "What do you mean?"}, queues={"refund_request": "billing"})
    assert decide(asking, Understanding("x", 0.1, "zh")) == BotAnswer("What do you mean?", missed=True)
    assert isinstance(decide(asking, Understanding("refund_request", 0.9, "en")), HandOver)
    assert isinstance(decide(POLICY, Understanding("x", 0.1, "en")), HandOver)


def test_an_intent_without_words_for_the_customer_goes_to_people() -> None:
    only_chinese = BotPolicy(answers={"greeting": {"zh": "您好！"}})
    assert isinstance(decide(only_chinese, Understanding("greeting", 0.9, "en")), HandOver)
