"""The real index, with the encoder that was built: it keeps the contract, its file is read as it was written, and what has not
changed is not embedded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from switchboard.adapters.knowledge.building import IndexBuilder
from switchboard.adapters.knowledge.centres import Array, Centres
from switchboard.adapters.knowledge.data import dump, load
from switchboard.adapters.knowledge.kept import IndexMaker, KeptIndex
from switchboard.adapters.knowledge.search import FEW, PassageIndex
from switchboard.adapters.knowledge.shipped import shipped_weights
from switchboard.adapters.knowledge.views import TwoViews
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.adapters.onnx.location import ModelNotFound
from switchboard.application.knowledge_ports import Published
from switchboard.domain.errors import SwitchboardError, Unreadable
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit
from tests.bench.retrieval_crowd import crowded
from tests.contract import knowledge_contract as knowledge
from tests.fakes.knowledge import MemoryIndexFiles


class Counted(TwoViews):
    """Counts the texts that are embedded."""

    def __init__(self, views: TwoViews) -> None:
        self._views = views
        self.passages = 0

    def embed(self, texts: Sequence[str], *, passages: bool = False) -> Array:
        self.passages += len(texts) * passages
        return self._views.embed(texts, passages=passages)


@pytest.fixture(scope="module")
def model() -> Iterator[TwoViews]:
    try:
        yield TwoViews(OnnxIntentModel())
    except ModelNotFound as error:
        pytest.skip(str(error))


@pytest.fixture
def views(model: TwoViews) -> Counted:
    return Counted(model)


@pytest.fixture
def builder(views: Counted) -> IndexBuilder:
    return IndexBuilder(views, Centres.shipped(), shipped_weights())


class TestIndex(knowledge.KnowledgeContract):
    @pytest.fixture
    def searching(self, views: Counted, builder: IndexBuilder) -> Callable[[Sequence[Published]], knowledge.Search]:
        def make(published: Sequence[Published]) -> knowledge.Search:
            index = PassageIndex(load(dump(builder.build(published))), Centres.shipped(), shipped_weights())

            def search(
                question: str, locale: str = "en", region: str = "", audience: Audience = Audience.CUSTOMER, limit: int = 3
            ) -> Sequence[Hit]:
                return index.search(question, views.embed([question])[0], locale, region, audience, limit)

            return search

        return make

    def test_a_question_finds_an_article_of_another_language(self, search: knowledge.Search) -> None:
        assert search("¿dónde está mi paquete?", "es")[0].article == "parcel"


def test_what_has_not_changed_is_not_embedded_again(views: Counted, builder: IndexBuilder) -> None:
    before = builder.build(knowledge.ARTICLES)
    views.passages = 0
    changed = replace(knowledge.ARTICLES[0], version=4, text=replace(knowledge.ARTICLES[0].text, body="We refund within five days."))
    after = builder.build([changed, *knowledge.ARTICLES[1:]], load(dump(before)))
    assert views.passages == 3  # title, passage, and what stands around it
    assert [a.version for a in after.articles] == [4, 1, 2, 1, 1]
    assert np.array_equal(after.vectors[1:], before.vectors[1:])


def test_an_index_that_took_too_long_is_finished_by_the_next_call(builder: IndexBuilder) -> None:
    answers = iter([False, True, True, True, True])
    part = builder.build(knowledge.ARTICLES, enough=lambda: next(answers))
    assert ([a.id for a in part.articles], part.missing) == (["refund"], 4)
    whole = builder.build(knowledge.ARTICLES, part)
    assert (len(whole.articles), whole.missing) == (5, 0)


def test_in_a_large_index_the_rough_comparison_finds_what_the_exact_one_does(views: Counted, builder: IndexBuilder) -> None:
    small = builder.build(knowledge.ARTICLES)
    index = PassageIndex(crowded(small, FEW + 1000), Centres.shipped(), shipped_weights())
    for question in ("when do I get my money back", "my parcel got lost", "personal data"):
        vector = views.embed([question])[0]
        asked = (question, vector, "en", "eu", Audience.CUSTOMER, 3)
        assert index.search(*asked)[0] == index.exact().search(*asked)[0]


def test_what_is_no_index_is_refused(builder: IndexBuilder) -> None:
    raw = dump(builder.build(knowledge.ARTICLES))
    for broken in (b"", b"PK", raw[: len(raw) // 2]):
        with pytest.raises(Unreadable):
            load(broken)


class TestKept:
    """One process's index: read late, looked after every quarter of a minute, and kept where no newer one can be had."""

    @pytest.fixture(autouse=True)
    def everything(self, views: Counted, builder: IndexBuilder) -> None:
        self.files, self.now, self.trouble = MemoryIndexFiles(), 0.0, list[SwitchboardError]()
        self.maker = IndexMaker(self.files, builder, views)
        self.kept = KeptIndex(
            self.files, views, Centres.shipped(), shipped_weights(), lambda: self.now, self.trouble.append
        )  # fmt: skip

    def make(self, *published: Published) -> object:
        return self.maker.make(published, lambda raw: str(len(raw)), lambda: False)

    def found(self, question: str = "where is my parcel") -> list[str]:
        return [h.article for h in self.kept.search(question, "en", "", Audience.CUSTOMER, 3)]

    def test_before_anything_is_published_nothing_is_found(self) -> None:
        assert self.found() == []
        assert self.trouble == []

    def test_the_first_articles_are_found_within_seconds_and_others_soon(self) -> None:
        assert self.found() == []
        self.make(*knowledge.ARTICLES[:2])
        self.now = 3.0
        assert self.found()
        self.make(*knowledge.ARTICLES)
        self.now = 10.0
        assert "parcel" not in self.found()
        self.now = 19.0
        assert self.found()[0] == "parcel"

    def test_what_is_retired_is_gone_soon(self) -> None:
        self.make(*knowledge.ARTICLES)
        assert self.found()[0] == "parcel"
        self.make(*knowledge.ARTICLES[:2])
        self.now = 61.0
        assert "parcel" not in self.found()

    def test_while_the_files_are_away_the_last_index_serves(self) -> None:
        self.make(*knowledge.ARTICLES)
        self.found()
        self.files.away, self.now = True, 61.0
        assert self.found()[0] == "parcel"
        assert [e.code for e in self.trouble] == ["storage_unavailable"]

    def test_files_that_are_away_are_not_asked_for_again_with_every_message(self) -> None:
        self.files.away = True
        for self.now in (0.0, 3.0, 8.0, 14.0):
            assert self.found() == []
        assert len(self.trouble) == 1

    def test_an_index_that_holds_it_all_is_not_made_again(self) -> None:
        assert self.make(*knowledge.ARTICLES) is not None
        assert self.make(*knowledge.ARTICLES) is None

    def test_an_index_of_another_encoder_is_not_searched_and_is_made_anew(self, builder: IndexBuilder) -> None:
        data = builder.build(knowledge.ARTICLES)
        self.files.put("foreign", dump(replace(data, probe=-data.probe)))
        assert self.found() == []
        assert [e.code for e in self.trouble] == ["unreadable"]
        assert self.make(*knowledge.ARTICLES) is not None
        self.now = 61.0
        assert self.found()[0] == "parcel"


def test_the_centres_are_those_of_the_encoder_that_was_built(model: TwoViews) -> None:
    """Else `python -m tools.knowledge_weights --centres` is due: the encoder was trained anew."""
    said = "Where is my parcel? I ordered a week ago."
    away, strangeness = Centres.shipped().question(model.embed([said])[0], "en")
    assert strangeness < 0.6
    assert np.linalg.norm(away) == pytest.approx(2**0.5, abs=1e-3)


