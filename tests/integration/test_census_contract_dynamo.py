"""The census on DynamoDB keeps the contract, and files of S3 are told by their age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import pytest

from local.emulators.process import CREDENTIALS, REGION
from switchboard.adapters.aws.old_files import S3Files
from switchboard.adapters.dynamo import TableNames
from switchboard.adapters.dynamo import census as adapter
from switchboard.adapters.dynamo.census import DynamoCensus
from switchboard.bootstrap import Services
from switchboard.settings import Settings
from tests.contract import samples as s
from tests.contract.census_contract import CensusContract
from tests.contract.dynamo_tables import OnDynamo

pytestmark = pytest.mark.localstack


class TestCensus(OnDynamo, CensusContract):
    @pytest.fixture
    def census(self, aws: Callable[[str], Any], names: TableNames, monkeypatch: pytest.MonkeyPatch) -> DynamoCensus:
        monkeypatch.setattr(adapter, "READ", 3)  # so that a few people are several pages, and cut anywhere
        monkeypatch.setattr(adapter, "PAGES", 2)
        return DynamoCensus(aws("dynamodb"), names.state)


@pytest.fixture
def bucket(aws: Callable[[str], Any]) -> str:
    name = s.fresh("files").lower()
    aws("s3").create_bucket(Bucket=name)
    return name


def test_files_are_told_by_their_age_and_removed_by_name(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    for n in range(5):
        s3.put_object(Bucket=bucket, Key=f"exports/{n}.zip", Body=b"x")
    s3.put_object(Bucket=bucket, Key="knowledge/index", Body=b"x")
    files, soon = S3Files(s3, bucket), datetime.now(UTC) + timedelta(minutes=1)
    assert files.older("exports/", datetime.now(UTC) - timedelta(hours=1), 10) == []
    assert len(files.older("exports/", soon, 3)) == 3
    files.remove(files.older("exports/", soon, 10))
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["knowledge/index"]
    files.remove([])
    files.remove(["exports/0.zip"])  # gone already


def test_an_export_is_fetched_by_its_link_until_it_is_removed(
    aws: Callable[[str], Any], bucket: str, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    files = Services(Settings(blob_bucket=bucket)).export_desk.files
    assert not files.there("exports/x1.zip")
    files.put("exports/x1.zip", BytesIO(b"theirs"))
    assert files.there("exports/x1.zip")
    with urlopen(files.link("exports/x1.zip", timedelta(minutes=5), "export-x1.zip")) as answer:
        assert answer.read() == b"theirs"
        assert "attachment" in answer.headers["Content-Disposition"]
    files.remove("exports/x1.zip")
    assert not files.there("exports/x1.zip")
