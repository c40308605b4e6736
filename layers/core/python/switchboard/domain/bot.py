"""What the bot does with a message nobody owns: answer it, or hand it to a queue. Pure policy over validated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from switchboard.domain.errors import Malformed
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding

WISH = "human_agent"


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
    wish_threshold: float = 0.25  # a wish for a person is heard long before it is certain
    asks: int = 2  # times the bot asks what is meant before people take over
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
    """Answer what the policy has an answer for; ask what is meant, where it has words for that; anything else goes to people.
     `misses` counts what was not understood in this conversation so far."""
    sure = u.confidence >= policy.threshold and u.intent != OUT_OF_SCOPE
    intent = u.intent if sure else ""
    if answer := _in(policy, policy.answers.get(intent, {}), u.language):
        return BotAnswer(answer)
    wish = intent == WISH or (not sure and dict(u.alternatives).get(WISH, 0.0) >= policy.wish_threshold)
    question = _in(policy, policy.clarify, u.language)
    if not sure and not wish and misses < policy.asks and question:
        return BotAnswer(question, missed=True)
    reason = "wish" if wish else "policy" if sure else "low_confidence"
    return HandOver(
        queue=policy.queues.get(intent, policy.default_queue),
        priority=policy.priorities.get(intent, policy.default_priority),
        reason=reason,
        text=_in(policy, policy.handover, u.language),
    )


def _in(policy: BotPolicy, texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(policy.default_language, "")


def parse(data: Mapping[str, object]) -> BotPolicy:
    """A policy from JSON's types. Raises Malformed, which names the field at fault."""
    known = {f.name for f in fields(BotPolicy)}
    if unknown := set(data) - known:
        raise Malformed(f"a bot policy has no {sorted(unknown)[0][:64]!r}; its fields are {', '.join(sorted(known))}")
    for name in ("handover", "clarify", "queues"):
        if not _is_map(data.get(name, {}), str):
            raise Malformed(f"{name!r} maps texts to texts")
    answers = data.get("answers", {})
    if not isinstance(answers, Mapping) or not all(_is_map(texts, str) for texts in answers.values()):
        raise Malformed("'answers' maps each intent to languages, and those to texts")
    priorities = data.get("priorities", {})
    fallback = data.get("default_priority", 5)
    if not isinstance(priorities, Mapping) or not all(map(_is_priority, (*priorities.values(), fallback))):
        raise Malformed("priorities are whole numbers from 0 to 9")
    for name in ("threshold", "wish_threshold"):
        value = data.get(name, 0.5)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise Malformed(f"{name!r} is a number from 0 to 1")
    if not _is_priority(data.get("asks", 2)):
        raise Malformed("'asks' is a whole number from 0 to 9")
    for name in ("default_queue", "default_language"):
        if name in data and not (isinstance(data[name], str) and data[name]):
            raise Malformed(f"{name!r} is a text")
    return BotPolicy(**data)  # type: ignore[arg-type]  # checked field by field above


def _is_map(value: object, kind: type) -> bool:
    return isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, kind) for k, v in value.items())


def _is_priority(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9
