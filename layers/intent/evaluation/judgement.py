"""Judges a model by labelled messages: one report, of which every share is a fraction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.application.ports import Understander
from switchboard.domain.understanding import ANGRY, OUT_OF_SCOPE, Understanding

from .messages import Message
from .metrics import Pair, auroc, calibration_error, macro_f1, mean, percentile, rejected_at_loss, score, share

CONFUSIONS = 20
LOSS = 0.05
LANGUAGE_CHARACTERS = 20
_WARM_UP = "hello"

Report = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A message, what was said of it, and how long that took: by the clock, and of the processor's time."""

    message: Message
    answer: Understanding
    wall_ms: float
    cpu_ms: float

    @property
    def intents(self) -> Pair:
        return self.message.intent, self.answer.intent

    @property
    def sentiments(self) -> Pair:
        return self.message.sentiment, self.answer.sentiment

    @property
    def in_scope(self) -> bool:
        return self.message.intent != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        return self.message.intent == self.answer.intent


def classify(understander: Understander, messages: Sequence[Message]) -> list[Judged]:
    """Each message alone, as a customer's comes, so that its time is its own."""
    understander.classify([_WARM_UP])
    judged = []
    for message in messages:
        wall, cpu = time.perf_counter(), time.process_time()
        [answer] = understander.classify([message.text])
        cpu_ms, wall_ms = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
        judged.append(Judged(message, answer, wall_ms, cpu_ms))
    return judged


def report_on(judged: Sequence[Judged]) -> Report:
    """The report; docs/intent-model.md tells what each of its entries means."""
    languages = sorted({one.message.language for one in judged})
    inside = [one for one in judged if one.in_scope]
    outside = [one for one in judged if not one.in_scope]
    long = [one for one in judged if len(one.message.text) >= LANGUAGE_CHARACTERS]
    anger = score([one.sentiments for one in judged], ANGRY)

    def by_language(
        chosen: Sequence[Judged], measure: Callable[[list[Judged]], float | None]
    ) -> dict[str, float | None]:
        return {language: measure([one for one in chosen if one.message.language == language]) for language in languages}

    accuracy = by_language(inside, lambda ones: share(one.right for one in ones))
    intents = by_language(judged, lambda ones: macro_f1([one.intents for one in ones]))
    language = by_language([one for one in long if one.in_scope], _language_share)
    sentiment = by_language(judged, lambda ones: share(one.message.sentiment == one.answer.sentiment for one in ones))
    sentiments = by_language(judged, lambda ones: macro_f1([one.sentiments for one in ones]))
    return {
        "model": judged[0].answer.model if judged else "",
        "messages": dict(Counter(one.message.language for one in judged)),
        "accuracy": accuracy,
        "accuracy_mean": mean(accuracy.values()),
        "macro_f1": intents,
        "macro_f1_mean": mean(intents.values()),
        "confusions": _confusions(judged),
        "out_of_scope": {
            "auroc": _auroc(judged),
            "auroc_by_language": by_language(judged, _auroc),
            "rejected_at_5_percent_loss": rejected_at_loss(_scores(inside), _scores(outside), LOSS),
            "rejected": share(one.answer.intent == OUT_OF_SCOPE for one in outside),
            "in_scope_lost": share(one.answer.intent == OUT_OF_SCOPE for one in inside),
        },
        "calibration_error": calibration_error([(one.answer.confidence, one.right) for one in judged]),
        "calibration_error_of_intents": calibration_error(
            [(one.answer.confidence, one.right) for one in judged if one.answer.intent != OUT_OF_SCOPE]
        ),
        "anger": {"precision": anger.precision, "recall": anger.recall, "f1": anger.f1},
        "sentiment_accuracy": sentiment,
        "sentiment_accuracy_mean": mean(sentiment.values()),
        "sentiment_macro_f1": sentiments,
        "sentiment_macro_f1_mean": mean(sentiments.values()),
        "language": language,
        "language_mean": mean(language.values()),
        "language_with_out_of_scope_mean": mean(by_language(long, _language_share).values()),
        "latency_ms": {
            f"{kind}p{part}": round(percentile([getattr(one, f"{name}_ms") for one in judged], part / 100), 3)
            for kind, name in (("", "cpu"), ("wall_", "wall")) for part in (50, 99) if judged
        },
    }  # fmt: skip


def in_scope_score(answer: Understanding) -> float:
    """How much speaks for the message being in scope: the probability of the best intent, rejected or not."""
    if answer.intent != OUT_OF_SCOPE:
        return answer.confidence
    return answer.alternatives[0][1] if answer.alternatives else 1 - answer.confidence


def _scores(ones: Sequence[Judged]) -> list[float]:
    return [in_scope_score(one.answer) for one in ones]


def _auroc(ones: Sequence[Judged]) -> float | None:
    return auroc(_scores([one for one in ones if one.in_scope]), _scores([one for one in ones if not one.in_scope]))


def _language_share(ones: Sequence[Judged]) -> float | None:
    return share(one.message.language == one.answer.language for one in ones)


def _confusions(judged: Sequence[Judged]) -> list[Report]:
    meant = Counter(one.message.intent for one in judged)
    confused = Counter(one.intents for one in judged if not one.right)
    ranked = sorted(confused.items(), key=lambda entry: (-entry[1], entry[0]))
    return [
        {"meant": pair[0], "taken_for": pair[1], "count": count, "of": meant[pair[0]]} for pair, count in ranked[:CONFUSIONS]
    ]
