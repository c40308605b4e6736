"""What to do about a group of questions that the bot did not resolve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.domain.improvement.talks import Unresolved
from switchboard.domain.understanding import OUT_OF_SCOPE

SHOWN = 3
MOST = 10  # groups told of
LEAST = 2  # messages of a group
AGREED = 0.6  # share of the words on a group that decides
ANSWERED = 0.5  # probability from which the nearest article is taken to answer it


@dataclass(frozen=True, slots=True)
class Nearest:
    """The article that comes nearest, and how probable it is that it answers."""

    article: str
    title: str
    probability: float


def proposal(group: Sequence[Unresolved], nearest: Nearest | None) -> dict[str, Any]:
    """`kind`: "examples" (add these to `intent`, by the agents' word or, `checked` false, by the model's guess), "known" (an article
    answers it: have the bot know its words), "intent" (agents say that none of the intents fits) or "article" (write one)."""
    words = Counter(one.corrected for one in group if one.corrected)
    if words:
        (word, number), *_ = words.most_common(1)
        if number >= AGREED * words.total():
            return {"kind": "intent"} if word == OUT_OF_SCOPE else {"kind": "examples", "intent": word, "checked": True}
    guesses = Counter(one.guess for one in group if one.guess != OUT_OF_SCOPE)
    if guesses:
        (guess, number), *_ = guesses.most_common(1)
        if number >= AGREED * len(group):
            return {"kind": "examples", "intent": guess, "checked": False}
    if nearest is not None and nearest.probability >= ANSWERED:
        return {"kind": "known", "article": nearest.article}
    return {"kind": "article"}


def told(group: Sequence[Unresolved], nearest: Nearest | None) -> dict[str, Any]:
    """A group as it is kept: counts, places of examples (the most central first), and the proposal."""
    article = {"id": nearest.article, "title": nearest.title, "probability": round(nearest.probability, 3)} if nearest else None
    return {
        "size": len(group),
        "languages": _counted(one.language for one in group),
        "why": _counted(one.why for one in group),
        "guesses": _counted(one.guess for one in group),
        "corrected": _counted(one.corrected for one in group if one.corrected),
        "examples": [{"conversation": one.conversation, "message": one.message, "commit": one.commit} for one in group[:SHOWN]],
        "article": article,
        "proposal": proposal(group, nearest),
    }


def in_words(cluster: Mapping[str, Any]) -> str:
    """The proposal for people's eyes."""
    wanted, article = cluster["proposal"], cluster["article"]
    near = f"nearest: {article['title']}, p={article['probability']:.2f}" if article else "no article is near"
    match wanted["kind"]:
        case "examples" if wanted["checked"]:
            return f"add these examples to {wanted['intent']}"
        case "examples":
            return f"add these examples to {wanted['intent']}, if that is what they want (a guess)"
        case "known" if article:
            return f"an article answers it ({near}): word it as customers do"
        case "intent":
            return f"a new intent? none fits, agents say ({near})"
        case _:
            return f"write an article ({near})"


def _counted(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))
