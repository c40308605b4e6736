"""What the bot answers and what it leaves to people."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from switchboard.bootstrap import shipped
from switchboard.domain import bot
from switchboard.domain.bot import BotAnswer, BotPolicy, HandOver, decide
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from tests.journeys.desk import understander
from tests.unit.test_shipped_flows import FLOWS, LANGUAGES, LONGEST, SCRIPTS

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


SHIPPED = bot.parse(shipped("bot.json"))


@given(
    intent=st.sampled_from([*SHIPPED.answers, *SHIPPED.queues, *SHIPPED.priorities, "human_agent", OUT_OF_SCOPE, "other"]),
    confidence=st.floats(0, 1),
    language=st.sampled_from([*sorted(LANGUAGES), "sw", "und", ""]),
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
    likely = Understanding("human_agent", 0.5, "en", (("complaint", 0.3),))
    assert isinstance(decide(SHIPPED, likely), HandOver)
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


TAXONOMY = Path(__file__).resolve().parents[2] / "layers/intent/intents.yaml"
TEXTS = {**SHIPPED.answers, "clarify": SHIPPED.clarify, "handover": SHIPPED.handover}
BRANDS = re.compile("Visa|Mastercard|UnionPay|PayPal|Apple Pay|WeChat Pay|Alipay")  # written so in every language
QUOTED = re.compile("[“„«「]\\s?([^“„«»「」”]+?)\\s?[”“»」]")
FOLDER = "Спам"  # quoted too, but not to be written to us


@pytest.mark.parametrize("name", TEXTS)
def test_a_shipped_text_is_there_for_every_language_in_its_script_and_short(name: str) -> None:
    texts = TEXTS[name]
    assert set(texts) == LANGUAGES
    for language, text in texts.items():
        assert text.strip() == text != ""
        assert len(text) <= LONGEST, (language, len(text))
        written = {_script(c) for c in BRANDS.sub("", text) if c.isalpha()}
        assert written, language
        assert written <= SCRIPTS.get(language, {"LATIN"}), (language, text)
        assert sum(map(text.count, "!！")) <= 1, language
    assert re.search("[ぁ-ん]", texts["ja"])  # Chinese in the place of Japanese would have none


def _script(c: str) -> str:
    return unicodedata.name(c, "").split(" ")[0].split("-")[0]


@pytest.mark.parametrize(("name", "figures"), [("return_policy", {"30", "5"}), ("delivery_options", {"3", "5", "50"})])
def test_periods_and_prices_are_the_same_for_everybody(name: str, figures: set[str]) -> None:
    assert [(language, text) for language, text in TEXTS[name].items() if not set(re.findall(r"\d+", text)) >= figures] == []


def test_the_shipped_policy_names_only_what_can_be_heard_and_answers_only_what_no_flow_serves() -> None:
    taxonomy = set(yaml.safe_load(TAXONOMY.read_text("utf-8"))["intents"])
    assert taxonomy >= {*SHIPPED.answers, *SHIPPED.queues, *SHIPPED.priorities}
    served = {path.stem for path in FLOWS.glob("*.yaml")}
    assert served & taxonomy
    assert SHIPPED.answers.keys().isdisjoint(served)


@pytest.mark.parametrize("intent", ["account_security", "charge_dispute", "complaint", "data_privacy", "item_problem"])
def test_a_grievance_or_a_claim_of_right_is_for_people(intent: str) -> None:
    assert isinstance(decide(SHIPPED, Understanding(intent, 0.99, "en")), HandOver)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_whoever_is_not_understood_is_told_the_word_that_brings_a_person_the_same_in_all_texts(language: str) -> None:
    [word] = QUOTED.findall(SHIPPED.clarify[language])
    others = {name: set(QUOTED.findall(texts[language])) - {word, FOLDER} for name, texts in TEXTS.items()}
    assert not any(others.values()), others


@pytest.mark.model
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_word_for_a_person_is_heard_bare_or_quoted_and_answered_in_the_same_language(language: str) -> None:
    named = QUOTED.search(SHIPPED.clarify[language])
    assert named
    word = named[1]
    for typed in (word, word.capitalize(), f"{word}.", f'"{word}"', named[0]):
        [u] = understander().classify([typed])
        assert bot.people_first(SHIPPED, u, vip=False) == "wish", (typed, u)
        assert decide(SHIPPED, u).text == SHIPPED.handover[language], (typed, u)
