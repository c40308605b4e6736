"""The shelf on DynamoDB and the index's files in S3 keep the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from switchboard.adapters.aws.knowledge_files import S3IndexFiles
from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.dynamo.shelf import DynamoShelf
from tests.contract import knowledge_contract as knowledge
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestShelf(OnDynamo, knowledge.ShelfContract):
    @pytest.fixture
    def shelf(self, bound: Tables, store: DynamoStore) -> DynamoShelf:
        return DynamoShelf(bound)


class TestFiles(knowledge.FilesContract):
    @pytest.fixture
    def files(self, aws: Callable[[str], Any], unique: str) -> S3IndexFiles:
        s3 = aws("s3")
        s3.create_bucket(Bucket=unique)
        return S3IndexFiles(s3, unique)
