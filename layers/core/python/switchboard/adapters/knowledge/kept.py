"""The index in force, as a process keeps it: read when first asked for, and looked after every quarter of a minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from switchboard.adapters.knowledge.building import IndexBuilder, same_encoder
from switchboard.adapters.knowledge.centres import Centres
from switchboard.adapters.knowledge.data import IndexData, dump, load
from switchboard.adapters.knowledge.search import PassageIndex
from switchboard.adapters.knowledge.views import TwoViews
from switchboard.application.knowledge_ports import IndexFiles, Published
from switchboard.domain.errors import NotFound, SwitchboardError, Unreadable
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.ranking import Weights

KEPT, MISSED = 15.0, 2.0  # seconds until a newer index is looked for; until one is, where there is none


class KeptIndex:
    """Implements `application.knowledge_ports.Knowledge`. `seconds` is a clock that only counts. A new index that cannot be had leaves
    the one there is; an index of another encoder is none."""

    def __init__(
        self, files: IndexFiles, views: TwoViews, centres: Centres, weights: Weights, seconds: Callable[[], float],
        on_trouble: Callable[[Exception], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._files, self._views, self._centres, self._weights, self._seconds = files, views, centres, weights, seconds
        self._on_trouble = on_trouble
        self._name, self._next = "", float("-inf")
        self._index: PassageIndex | None = None

    @property
    def threshold(self) -> float:
        """The probability from which the bot answers."""
        return self._weights.threshold

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        index = self._fresh()
        if index is None or not len(index):
            return []
        vector = np.asarray(self._views.embed([text])[0], np.float32)
        return index.search(text, vector, locale, region, audience, limit)

    def _fresh(self) -> PassageIndex | None:
        """The index as it is known; what cannot be read now is not asked for again with the next message."""
        if self._seconds() >= self._next:
            self._next = self._seconds() + KEPT
            try:
                self._renew()
            except (SwitchboardError, ValueError) as error:
                self._on_trouble(error)
            else:
                self._next = self._seconds() + (KEPT if self._index is not None else MISSED)
        return self._index

    def _renew(self) -> None:
        name = self._files.current()
        if not name or name == self._name:
            return
        data = load(self._files.read(name))
        if not same_encoder(data, self._views):
            raise Unreadable("the knowledge index was made by another encoder; it is made anew soon")
        self._index, self._name = PassageIndex(data, self._centres, self._weights), name


class IndexMaker:
    """Keeps the index in step with what is published."""

    def __init__(self, files: IndexFiles, builder: IndexBuilder, views: TwoViews) -> None:
        self._files, self._builder, self._views = files, builder, views

    def make(self, published: Sequence[Published], name: Callable[[bytes], str], enough: Callable[[], bool]) -> IndexData | None:
        """Put an index of these articles in force, unless it is already. `name` names a file by its bytes."""
        before, previous = self._files.current(), None
        if before:
            try:
                previous = load(self._files.read(before))
            except (NotFound, Unreadable):
                previous = None
        same = previous is not None and not previous.missing and same_encoder(previous, self._views)
        wanted = {(p.id, p.version) for p in published}
        if same and previous is not None and {(a.id, a.version) for a in previous.articles} == wanted:
            return None
        data = self._builder.build(published, previous, enough)
        raw = dump(data)
        self._files.put(name(raw), raw)
        return data
