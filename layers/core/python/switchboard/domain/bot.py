"""What the bot does with a message nobody owns: answer it, or hand it to a queue. Pure policy over validated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding


@dataclass(frozen=True, slots=True)
class BotPolicy:
    """`answers`: intent -> language -> text. `queues`: intent -> queue of the people who handle it. `priorities`: intent -> 0-9.
    `threshold`: least confidence to act on an intent. `clarify`: language -> a question back.
    `handover`: language -> what the customer is told when a
    person takes over."""

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=dict)
    handover: Mapping[str, str] = field(default_factory=dict)
    clarify: Mapping[str, str] = field(default_factory=dict)
    threshold: float = 0.5
    default_queue: str = "general"
    default_priority: int = 5
    default_language: str = "en"


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """What the bot says. `missed`: it did not understand and asks."""

    text: str
    missed: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """`text` is said to the customer first, where the policy has words in their language (or the default's)."""

    queue: str
    priority: int
    reason: str
    text: str = ""


def decide(policy: BotPolicy, u: Understanding, misses: int = 0) -> BotAnswer | HandOver:
    """Answer what the policy has an answer for; ask once what is meant, where it has words for that; anything else goes to
    people. `misses` counts what was not understood in this conversation so far."""
    sure = u.confidence >= policy.threshold and u.intent != OUT_OF_SCOPE
    intent = u.intent if sure else ""
    if answer := _in(policy, policy.answers.get(intent, {}), u.language):
        return BotAnswer(answer)
    question = _in(policy, policy.clarify, u.language)
    if not sure and not misses and question:
        return BotAnswer(question, missed=True)
    reason = "wish" if intent == "human_agent" else "policy" if sure else "low_confidence"
    return HandOver(
        queue=policy.queues.get(intent, policy.default_queue),
        priority=policy.priorities.get(intent, policy.default_priority),
        reason=reason,
        text=_in(policy, policy.handover, u.language),
    )


def _in(policy: BotPolicy, texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(policy.default_language, "")
