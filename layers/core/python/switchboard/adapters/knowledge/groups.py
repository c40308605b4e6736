"""Questions that ask the same, found together: average link over the meaning of each, off its language's centre."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from switchboard.adapters.knowledge.centres import Array, Centres
from switchboard.adapters.knowledge.views import Encoder
from switchboard.application.improvements import Enough
from switchboard.application.knowledge_ports import Knowledge
from switchboard.domain.improvement.proposals import Nearest
from switchboard.domain.knowledge.article import Audience

ALIKE = 0.42
"""Mean likeness of two groups from which they are one. Chosen on the made-up questions of tests/data/knowledge_dev among as many of
other matters: below, matters run together; above, a question falls apart by language."""
AT_ONCE = 50  # texts between two looks at the time


class MeaningGroups:
    """Implements `application.improvements.Grouping`. Without `knowledge` no article is near."""

    def __init__(self, encoder: Encoder, centres: Centres, knowledge: Knowledge | None) -> None:
        self._encoder, self._centres, self._knowledge = encoder, centres, knowledge

    def vectors(self, texts: Sequence[str], languages: Sequence[str], enough: Enough) -> Array:
        parts = []
        for start in range(0, len(texts), AT_ONCE):
            if enough(start):
                break
            parts.append(self._encoder.embed(texts[start : start + AT_ONCE]))
        if not parts:
            return np.zeros((0, 1), np.float32)
        found = np.vstack(parts)
        return self._centres.asked(found, languages[: len(found)])

    def groups(self, vectors: Array) -> list[list[int]]:
        return together(np.asarray(vectors, np.float32), ALIKE)

    def nearest(self, texts: Sequence[str], languages: Sequence[str]) -> Nearest | None:
        found: dict[str, tuple[float, str]] = {}
        if self._knowledge is None:
            return None
        for text, language in zip(texts, languages, strict=True):
            for hit in self._knowledge.search(text, language, "", Audience.CUSTOMER, 3):
                share, _ = found.get(hit.article, (0.0, ""))
                found[hit.article] = share + hit.probability / len(texts), hit.title
        if not found:
            return None
        best = max(sorted(found), key=lambda article: found[article][0])
        return Nearest(best, found[best][1], min(1.0, found[best][0]))


def together(vectors: Array, least: float) -> list[list[int]]:
    """Groups of two and more rows (of length 1) whose mean likeness is at least `least`, the largest first, in each the most central
    first. The same rows give the same groups: of equals the earlier ones are joined first. Time and memory grow with the square of
    the number of rows."""
    count = len(vectors)
    if count == 0:
        return []
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    sizes = np.ones(count, np.float32)
    members = [[row] for row in range(count)]
    best = likeness.argmax(axis=1)
    most = likeness[np.arange(count), best]
    while True:
        one = int(most.argmax())
        if not most[one] >= least:
            break
        one, other = sorted((one, int(best[one])))
        joined = (likeness[one] * sizes[one] + likeness[other] * sizes[other]) / (sizes[one] + sizes[other])
        joined[[one, other]] = -np.inf
        likeness[one], likeness[:, one] = joined, joined
        likeness[other], likeness[:, other] = -np.inf, -np.inf
        sizes[one] += sizes[other]
        members[one] += members[other]
        members[other] = []
        most[other] = -np.inf
        stale = np.flatnonzero(((best == one) | (best == other)) & (most > -np.inf))
        for row in {one, *stale.tolist()}:
            best[row] = likeness[row].argmax()
            most[row] = likeness[row, best[row]]
        nearer = (joined > most) & (sizes > 0)
        best[nearer], most[nearer] = one, joined[nearer]
    groups = [_by_centre(vectors, group) for group in members if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _by_centre(vectors: Array, group: list[int]) -> list[int]:
    rows = sorted(group)
    near = vectors[rows] @ vectors[rows].mean(axis=0)
    return [rows[place] for place in np.argsort(-near, kind="stable")]
