"""What the bot does with a message nobody owns: answer it, or hand it to a queue. Pure policy over validated data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from switchboard.domain import rollout
from switchboard.domain.errors import Malformed
from switchboard.domain.rollout import Share
from switchboard.domain.understanding import ANGRY, IN_PASSING, OUT_OF_SCOPE, PARTING, Understanding

WISH = "human_agent"
LEAD = 1.2
"""By how much the likeliest reading of an unclear message is more probable than the next, to be acted on."""
PLAINLY = 0.5
YES, NO = "affirm", "deny"
FAREWELL = "goodbye"
_WEB = re.compile(r"https://[^\s/]+(/[^\s]*)?\Z")


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
    start_threshold: float = 0.3  # least confidence to begin what asks back before it does anything; 0 never begins so
    asks: int = 2  # times the bot asks what is meant before people take over
    default_queue: str = "general"
    default_priority: int = 5
    default_language: str = "en"
    people_only: tuple[str, ...] = ()  # intents that no article answers, however well it fits
    article_url: str = ""  # where the company shows its articles: a source that is named is a link below it
    rollout: tuple[Share, ...] = ()
    anger_to_people: bool = True
    anger_priority: int = 8  # at least, from an angry message on
    vip_to_people: bool = True
    idle: int = 1800  # seconds of silence after which the bot ends a conversation it has answered


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


def sure(policy: BotPolicy, u: Understanding) -> bool:
    """Whether an intent is heard clearly enough to act on it."""
    return u.confidence >= policy.threshold and u.intent != OUT_OF_SCOPE


def likely(policy: BotPolicy, u: Understanding, misses: int = 0) -> tuple[str, ...]:
    """What a message that is not clear may be about, the likeliest first; nothing where the next is as likely but for a hair.
    Who was asked what they mean (`misses`) and is not clear again is better served by the best guess than by the same question."""
    if sure(policy, u) or not policy.start_threshold:
        return ()
    readings = sorted(((u.intent, u.confidence), *u.alternatives), key=lambda each: -each[1])
    if misses:
        return tuple(intent for intent, share in readings if share >= policy.start_threshold and intent not in IN_PASSING)
    (best, share), *others = readings
    clear = share >= policy.start_threshold and all(share >= LEAD * other for _, other in others)
    return (best,) if clear and best not in IN_PASSING else ()


def wishes_person(policy: BotPolicy, u: Understanding) -> bool:
    """A wish for a person is heard long before it is certain, but not beside something that is."""
    if sure(policy, u):
        return u.intent == WISH
    return {u.intent: u.confidence, **dict(u.alternatives)}.get(WISH, 0.0) >= policy.wish_threshold


def plainly_wishes(u: Understanding) -> bool:
    """Whether a wish for a person is likelier than not, so that it is heard beside whatever else is said."""
    return {u.intent: u.confidence, **dict(u.alternatives)}.get(WISH, 0.0) >= PLAINLY


def people_first(policy: BotPolicy, u: Understanding, vip: bool) -> str:
    """Why a message goes to people whatever the bot could do with it: "wish", "anger" or "vip"; "" where nothing asks for that."""
    if wishes_person(policy, u):
        return "wish"
    if policy.anger_to_people and u.sentiment == ANGRY:
        return "anger"
    return "vip" if vip and policy.vip_to_people else ""


def may_cite(policy: BotPolicy, u: Understanding) -> bool:
    """Whether an article may answer: not what is said in passing, nor what the company wants people to hear."""
    return u.intent not in policy.people_only and not (sure(policy, u) and u.intent in IN_PASSING)


def answer_to(policy: BotPolicy, u: Understanding) -> str:
    """The canned answer to what was asked, in the customer's language; "" where there is none or it is not clear what was asked."""
    return _in(policy, policy.answers.get(u.intent, {}), u.language) if sure(policy, u) else ""


def parting(policy: BotPolicy, u: Understanding, about: str) -> bool:
    """Whether somebody who asked for something (`about`) and was not understood says no more than goodbye, yes or no: it is not dealt
    with."""
    return sure(policy, u) and u.intent in PARTING and about not in IN_PASSING - {OUT_OF_SCOPE}


def farewell(policy: BotPolicy, language: str) -> str:
    return _in(policy, policy.answers.get(FAREWELL, {}), language)


def decide(policy: BotPolicy, u: Understanding, misses: int = 0) -> BotAnswer | HandOver:
    """Answer what the policy has an answer for; ask what is meant, where it has words for that; anything else goes to people.
     `misses` counts what was not understood in this conversation so far."""
    if answer := answer_to(policy, u):
        return BotAnswer(answer)
    wish, clear = wishes_person(policy, u), sure(policy, u) and u.intent not in (YES, NO)  # to what nobody asked
    question = _in(policy, policy.clarify, u.language)
    if not clear and not wish and misses < policy.asks and question:
        return BotAnswer(question, missed=True)
    return hand_over(policy, u, "wish" if wish else "policy" if clear else "low_confidence")


def hand_over(policy: BotPolicy, u: Understanding, reason: str, about: str = "") -> HandOver:
    """To the people who handle what the message asks, or what the talk was `about`."""
    intent = u.intent if sure(policy, u) and (u.intent not in IN_PASSING or not about) else about
    priority = policy.priorities.get(intent, policy.default_priority)
    return HandOver(
        queue=policy.queues.get(intent, policy.default_queue),
        priority=max(priority, policy.anger_priority) if u.sentiment == ANGRY else priority,
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
    for name in ("threshold", "wish_threshold", "start_threshold"):
        value = data.get(name, 0.5)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise Malformed(f"{name!r} is a number from 0 to 1")
    if not _is_priority(data.get("asks", 2)):
        raise Malformed("'asks' is a whole number from 0 to 9")
    for name in ("anger_to_people", "vip_to_people"):
        if not isinstance(data.get(name, True), bool):
            raise Malformed(f"{name!r} is true or false")
    if not _is_priority(data.get("anger_priority", 8)):
        raise Malformed("'anger_priority' is a whole number from 0 to 9")
    idle = data.get("idle", 1800)
    if isinstance(idle, bool) or not isinstance(idle, int) or not 60 <= idle <= 86_400:
        raise Malformed("'idle' is a number of seconds from 60 to 86400")
    people_only = data.get("people_only", [])
    if not isinstance(people_only, list | tuple) or not all(isinstance(each, str) for each in people_only):
        raise Malformed("'people_only' lists intents")
    url = data.get("article_url", "")
    if not isinstance(url, str) or (url and not _WEB.match(url)):
        raise Malformed("'article_url' is an https address, or empty")
    for name in ("default_queue", "default_language"):
        if name in data and not (isinstance(data[name], str) and data[name]):
            raise Malformed(f"{name!r} is a text")
    plain = {name: value for name, value in data.items() if name != "rollout"} | {"people_only": tuple(people_only)}
    policy = BotPolicy(**plain)  # type: ignore[arg-type]  # checked field by field above
    return replace(policy, rollout=rollout.parse(data.get("rollout", [])))


def _is_map(value: object, kind: type) -> bool:
    return isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, kind) for k, v in value.items())


def _is_priority(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9
