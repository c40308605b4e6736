"""How well a passage answers a question: nearness of meaning and shared words, weighed together, and what that is worth.

All weights were chosen, and the calibration fitted, on questions of our own (`tests/data/knowledge_dev`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.article import Audience, Text
from switchboard.domain.knowledge.regions import holds

K1, B = 1.2, 0.75  # of BM25: how soon repetition stops counting, how much length does (Robertson and Zaragoza 2009)
RARE = 3.0  # what the words of a question weigh at least, so that one shared word of two is not taken for certainty
_LISTS = frozenset({"means", "spreads", "slopes"})
FEATURES = ("nearness", "words", "before_second", "before_fourth", "strangeness")


@dataclass(frozen=True, slots=True)
class Weights:
    """`title` and `context`: of an article's title, and of what stands around it, in a passage's vector. `matter`: of what the
    article is about, beside what the passage says. `centred`: how much of what only tells the language is taken out of it. `words`: of
    shared words beside nearness, which is a cosine and `matter` of another. `own`, `other`: what the customer's language gains, and
    what a language that is neither theirs nor the company's loses. `means`, `spreads`, `slopes`, `start` are the calibration's, in the
    order of FEATURES; `threshold`: the probability from which the bot answers."""

    title: float
    context: float
    matter: float
    centred: float
    words: float
    own: float
    other: float
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    slopes: tuple[float, ...]
    start: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a hit. `nearness` is what its vector says, `words` the share of the question's words found; `before_second` and
    `before_fourth` how far its score is above the best passages of other articles; `strangeness` how unlike the question is to what
    customers ask in that language."""

    nearness: float
    words: float
    before_second: float
    before_fourth: float
    strangeness: float


def parse_weights(data: Mapping[str, object]) -> Weights:
    """Raises Malformed."""
    values: dict[str, object] = {}
    for field in fields(Weights):
        value = data.get(field.name)
        numbers = value if isinstance(value, list) else [value]
        if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in numbers):
            raise Malformed(f"{field.name!r} of the knowledge base's weights is no number")
        if isinstance(value, list) != (field.name in _LISTS) or (isinstance(value, list) and len(value) != len(FEATURES)):
            raise Malformed(f"{field.name!r} of the knowledge base's weights has not the right size")
        values[field.name] = tuple(numbers) if isinstance(value, list) else value
    return Weights(**values)  # type: ignore[arg-type]  # checked field by field above


def probability(w: Weights, f: Features) -> float:
    """How probable it is that the best hit answers the question (logistic regression)."""
    x = w.start
    for value, mean, spread, slope in zip(_row(f), w.means, w.spreads, w.slopes, strict=True):
        x += slope * (value - mean) / spread
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def _row(f: Features) -> tuple[float, ...]:
    return (f.nearness, f.words, f.before_second, f.before_fourth, f.strangeness)


def bm25(occurrences: int, length: int, mean_length: float) -> float:
    """What a word's occurrences in a passage of `length` words weigh: 0 to K1 + 1."""
    return occurrences * (K1 + 1) / (occurrences + K1 * (1 - B + B * length / mean_length))


def rarity(passages: int, holding: int) -> float:
    """A word's inverse document frequency: above 0, large for what few passages hold."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def fused(w: Weights, nearness: float, words: float, bonus: float) -> float:
    """The score passages are ranked by."""
    return nearness + w.words * words + bonus


def bonus(w: Weights, language: str, asked: str, company: str) -> float:
    """What a passage's language adds to its score, for a question in `asked`."""
    return w.own if language == asked else 0.0 if language == company else -w.other


def visible(article: Text, region: str, audience: Audience) -> bool:
    """Whether somebody may be shown an article: where they are it holds, and it is for them. Agents see both kinds."""
    return holds(article.regions, region) and (article.audience is Audience.CUSTOMER or audience is Audience.AGENT)
