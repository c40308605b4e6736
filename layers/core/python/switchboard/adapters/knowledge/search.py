"""Finds passages: every one is compared, first roughly and then the best of them exactly."""

from __future__ import annotations

from copy import copy

import numpy as np
import numpy.typing as npt

from switchboard.adapters.knowledge.centres import Array, Centres
from switchboard.adapters.knowledge.data import Entry, IndexData, bucket
from switchboard.domain.knowledge.article import Audience, language_of
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.ranking import RARE, Features, Weights, bonus, probability, rarity
from switchboard.domain.knowledge.regions import holds
from switchboard.domain.knowledge.words import terms

ROUGH = 56  # dimensions of the first comparison: those along which the passages differ most
LOOKED_AT = 1280  # passages that are compared exactly
FEW = 4096  # passages: of no more than these, each is compared exactly
_BLOCK = 16_384
_NEVER = np.float32(-9.0)
ALONE = 0.2  # how far ahead the only article is: as much as a clear winner
_COMPARED = 4  # articles: what the calibration looks at


class PassageIndex:
    """One index in memory. Safe for threads that only search."""

    def __init__(self, data: IndexData, centres: Centres, weights: Weights, company_language: str = "en") -> None:
        self.data = data
        self._centres, self._weights, self._company = centres, weights, company_language
        self._languages = sorted({language_of(a.locale) for a in data.articles})
        place = {language: i for i, language in enumerate(self._languages)}
        by_article = np.array([place[language_of(a.locale)] for a in data.articles], np.uint8)
        self._language = by_article[data.article]
        self._visible: dict[tuple[str, Audience], npt.NDArray[np.float32]] = {}
        self._roughly: tuple[Array, Array] | None = _rotated(data) if len(data) > FEW else None

    def __len__(self) -> int:
        return len(self.data)

    def exact(self) -> PassageIndex:
        """The same index, which compares every passage exactly; for judging this one."""
        other = copy(self)
        other._roughly = None
        return other

    def search(self, text: str, vector: Array, locale: str, region: str, audience: Audience, limit: int) -> list[Hit]:
        """The best articles for a question, each with its best passage. `vector` is the question's, `locale` the language it is to be
        answered in, `region` where the customer is ("" where nobody knows)."""
        return self.examined(text, vector, locale, region, audience, limit)[0]

    def examined(
        self, text: str, vector: Array, locale: str, region: str, audience: Audience, limit: int
    ) -> tuple[list[Hit], list[Features]]:
        """The same, and what the hits' probabilities were made of."""
        hidden = self._hidden(region, audience)
        if limit < 1 or not len(self.data) or not (hidden == 0).any():
            return [], []
        language = language_of(locale)
        question, strangeness = self._centres.question(np.asarray(vector, np.float32), language)
        words = self._words(text)
        rest = np.take(self._bonuses(language), self._language)
        rest += hidden
        if words is not None:
            rest += np.float32(self._weights.words) * words
        looked_at = self._promising(question, rest)
        nearness = (self.data.vectors[looked_at].astype(np.float32) @ question) * self.data.scales[looked_at]
        scores = nearness + rest[looked_at]
        best = self._best(looked_at, scores, max(limit, _COMPARED))
        ranked = [float(scores[i]) for i in best]
        hits, known = [], []
        for rank, i in enumerate(best[:limit]):
            passage = int(looked_at[i])
            shared = 0.0 if words is None else float(words[passage])
            found = Features(float(nearness[i]), shared, *_ahead(rank, ranked), strangeness)
            known.append(found)
            hits.append(self._hit(passage, ranked[rank], probability(self._weights, found)))
        return hits, known

    def _bonuses(self, language: str) -> Array:
        return np.array([bonus(self._weights, found, language, self._company) for found in self._languages], np.float32)

    def _best(self, looked_at: npt.NDArray[np.intp], scores: Array, most: int) -> list[int]:
        """Places of the best passages of different articles that may be shown, best first."""
        best: list[int] = []
        seen: set[int] = set()
        for i in np.argsort(-scores, kind="stable"):
            article = int(self.data.article[looked_at[i]])
            if scores[i] <= _NEVER + 4 or len(best) == most:
                break
            if article not in seen:
                seen.add(article)
                best.append(int(i))
        return best

    def _promising(self, question: Array, rest: Array) -> npt.NDArray[np.intp]:
        if self._roughly is None:
            return np.flatnonzero(rest > _NEVER + 4)
        turn, rough = self._roughly
        roughly = rough @ (question @ turn)
        roughly += rest
        return np.argpartition(roughly, -LOOKED_AT)[-LOOKED_AT:]

    def _words(self, text: str) -> Array | None:
        """For each passage the share of the question's words that it holds, weighted by how rare they are; None: none is anywhere."""
        data, number = self.data, len(self.data)
        found: Array | None = None
        total = RARE
        for term in dict.fromkeys(bucket(t) for t in terms(text)):
            start, end = int(data.starts[term]), int(data.starts[term + 1])
            weight = rarity(number, end - start)
            total += weight
            if end == start:
                continue
            if found is None:
                found = np.zeros(number, np.float32)
            found[data.postings[start:end]] += data.weights[start:end] * np.float32(weight / 100)
        return None if found is None else found / np.float32(total)

    def _hidden(self, region: str, audience: Audience) -> Array:
        """0 for passages that may be shown, far below any score for the others. There are few regions, so each is made once."""
        known = self._visible.get((region, audience))
        if known is None:
            shown = [_shown(a, region, audience) for a in self.data.articles]
            known = np.where(np.array(shown, bool)[self.data.article], np.float32(0), _NEVER).astype(np.float32)
            if len(self._visible) < 100:  # a caller that makes regions up gets its answers and no memory
                self._visible[(region, audience)] = known
        return known

    def _hit(self, passage: int, score: float, probable: float) -> Hit:
        entry = self.data.articles[int(self.data.article[passage])]
        heading, text = self.data.text(passage)
        number = int(self.data.number[passage])
        return Hit(
            entry.id, entry.version, entry.title, entry.locale, entry.topic, number, heading, text, score, probable,
        )  # fmt: skip


def _ahead(rank: int, scores: list[float]) -> tuple[float, float]:
    """How far a score is above the best and the third best of the others; alone, it is far above."""
    others = [s for place, s in enumerate(scores) if place != rank]
    if not others:
        return ALONE, ALONE
    return scores[rank] - others[0], scores[rank] - others[min(2, len(others) - 1)]


def _shown(entry: Entry, region: str, audience: Audience) -> bool:
    return holds(entry.regions, region) and (entry.audience == Audience.CUSTOMER or audience is Audience.AGENT)


def _rotated(data: IndexData) -> tuple[Array, Array]:
    """The ROUGH directions of most energy (principal components, the mean included), and all passages along them."""
    sample = data.vectors[:: max(1, len(data) // 20_000)].astype(np.float32)
    sample *= data.scales[:: max(1, len(data) // 20_000)][:, None]
    _, directions = np.linalg.eigh(sample.T @ sample)
    turn = np.ascontiguousarray(directions[:, -ROUGH:], np.float32)
    rough = np.empty((len(data), ROUGH), np.float32)
    for start in range(0, len(data), _BLOCK):
        block = slice(start, start + _BLOCK)
        rough[block] = (data.vectors[block].astype(np.float32) @ turn) * data.scales[block, None]
    return turn, rough
