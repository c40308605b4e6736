"""Makes the index of what is published, where the encoder is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from switchboard.application.article_book import ledger_of
from switchboard.application.knowledge_ports import Published, Shelf
from switchboard.application.ports import Store
from switchboard.domain.knowledge import events as kb
from switchboard.domain.knowledge.article import parse

PAGE = 1000


class Maker(Protocol):
    def make(self, published: Sequence[Published], name: Callable[[bytes], str], enough: Callable[[], bool]) -> Any: ...


@dataclass(slots=True)
class Indexing:
    """`seconds` is a clock that only counts, `budget` how many of them embedding may take in one call. Texts of published versions
    are kept between calls: they never change."""

    store: Store
    shelf: Shelf
    maker: Maker
    seconds: Callable[[], float]
    budget: float
    _texts: dict[tuple[str, int], Published] = field(default_factory=dict)

    def renew(self) -> dict[str, int]:
        """Have the index hold what is published, also what is while it is being made: who published that called in vain, for only one
        runs at a time. `articles` and `missing` are of the new one; nothing if the old one holds it all."""
        end, last = self.seconds() + self.budget, None
        while (made := self._made(end)) is not None:
            last = made
            if self.seconds() > end:
                break
        return {} if last is None else {"articles": len(last.articles), "passages": len(last), "missing": last.missing}

    def _made(self, end: float) -> Any:
        return self.maker.make(
            self._published(), lambda raw: hashlib.sha256(raw).hexdigest()[:32], lambda: self.seconds() > end
        )  # fmt: skip

    def _published(self) -> list[Published]:
        found, after = list[tuple[str, int]](), ""
        while page := self.shelf.articles(after, PAGE):
            found += [(a.id, a.published) for a in page if a.published]
            after = page[-1].id
        self._texts = {key: self._texts.get(key) or self._read(*key) for key in found}
        return list(self._texts.values())

    def _read(self, id_: str, version: int) -> Published:
        [text] = [
            r.event.article for r in self.store.commit_events(ledger_of(id_), version) if isinstance(r.event, kb.ArticleDrafted)
        ]  # fmt: skip
        return Published(id_, version, parse(text))
