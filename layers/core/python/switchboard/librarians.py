"""The composition root's part for the knowledge base."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from switchboard.adapters.aws.knowledge_files import S3IndexFiles
    from switchboard.adapters.knowledge.kept import KeptIndex
    from switchboard.adapters.knowledge.views import Encoder
    from switchboard.application.article_book import ArticleBook
    from switchboard.application.indexing import Indexing
    from switchboard.application.knowledge_ports import Librarian, Shelf
    from switchboard.application.suggestions import SuggestionDesk
    from switchboard.bootstrap import Services

EMBEDDING = 200.0  # seconds of a call that go to new passages; what is left over waits for the next


def librarian(services: Services) -> Librarian:
    """For functions without an encoder."""
    from switchboard.adapters.aws.librarian import LibrarianFunction

    s = services.settings
    return LibrarianFunction(lambda: services.client("lambda"), s.librarian_function, s.indexer_function)


def article_book(services: Services) -> ArticleBook:
    from switchboard.application.article_book import ArticleBook

    return ArticleBook(services.store, _shelf(services), services.index, services.clock, services.librarian)


def suggestions(services: Services) -> SuggestionDesk:
    from switchboard.application.suggestions import SuggestionDesk

    return SuggestionDesk(services.store, _shelf(services), services.index, services.clock, services.librarian)


def knowledge(services: Services) -> KeptIndex | None:
    """The index in force, for functions with the intent layer. Nothing is read before the first search. None with the small model,
    which has no vectors."""
    if services.settings.small_model:
        return None
    from switchboard.adapters.knowledge.centres import Centres
    from switchboard.adapters.knowledge.kept import KeptIndex
    from switchboard.adapters.knowledge.shipped import shipped_weights
    from switchboard.adapters.knowledge.views import TwoViews

    return KeptIndex(
        _files(services), TwoViews(encoder(services)), Centres.shipped(), shipped_weights(), time.monotonic,
        lambda error: services.on_knowledge_trouble(error),
    )  # fmt: skip


def indexing(services: Services) -> Indexing:
    from switchboard.adapters.knowledge.building import IndexBuilder
    from switchboard.adapters.knowledge.centres import Centres
    from switchboard.adapters.knowledge.kept import IndexMaker
    from switchboard.adapters.knowledge.shipped import shipped_weights
    from switchboard.adapters.knowledge.views import TwoViews
    from switchboard.application.indexing import Indexing

    views = TwoViews(encoder(services))
    maker = IndexMaker(_files(services), IndexBuilder(views, Centres.shipped(), shipped_weights()), views)
    return Indexing(services.store, _shelf(services), maker, time.monotonic, EMBEDDING)


def encoder(services: Services) -> Encoder:
    from switchboard.adapters.onnx.classifier import OnnxIntentModel

    found = services.understander
    assert isinstance(found, OnnxIntentModel)
    return found


def _files(services: Services) -> S3IndexFiles:
    from switchboard.adapters.aws.knowledge_files import S3IndexFiles

    # Customers' messages wait for it: better no article than a late one.
    return S3IndexFiles(services.client("s3", retries=1, answer_within=3), services.settings.blob_bucket)


def _shelf(services: Services) -> Shelf:
    from switchboard.adapters.dynamo.shelf import DynamoShelf

    return DynamoShelf(services.tables)
