"""The fakes of the knowledge base keep the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from switchboard.application.knowledge_ports import Published
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit
from tests.contract import knowledge_contract as knowledge
from tests.fakes.knowledge import MemoryIndexFiles, MemoryShelf, WordsOnly
from tests.fakes.store import MemoryStore


class TestWordsOnly(knowledge.KnowledgeContract):
    @pytest.fixture
    def searching(self) -> Callable[[Sequence[Published]], knowledge.Search]:
        def make(published: Sequence[Published]) -> knowledge.Search:
            fake = WordsOnly(published)

            def search(
                question: str, locale: str = "en", region: str = "", audience: Audience = Audience.CUSTOMER, limit: int = 3
            ) -> Sequence[Hit]:
                return fake.search(question, locale, region, audience, limit)

            return search

        return make


class TestShelf(knowledge.ShelfContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def shelf(self, store: MemoryStore) -> MemoryShelf:
        return MemoryShelf(store)


class TestFiles(knowledge.FilesContract):
    @pytest.fixture
    def files(self) -> MemoryIndexFiles:
        return MemoryIndexFiles()
