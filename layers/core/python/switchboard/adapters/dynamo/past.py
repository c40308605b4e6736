"""The ledger table read whole, for questions about the past (`application.what_if`).

A parallel Scan: it reads, and is charged for, the whole table, whatever the period, and shares the table's read capacity with the
product. People run it beforehand, at a quiet hour; no decision ever waits for it. Reads are eventually consistent, at half the
price: the last second of a period that has just ended may be missing. The hash chain is not checked: counts are made of it, nobody
is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.dynamo.ledgers import stored_commit_of
from switchboard.adapters.dynamo.models import stamp
from switchboard.application.fanout import StoredCommit
from switchboard.domain.errors import StorageUnavailable

SEGMENTS = 4  # pages under way at a time; each is 1 MB
READ = "#ledger, #no, #at, #body, #owner, #was_owner"
WANTED = "#at < :until AND ((begins_with(#ledger, :conversations) AND #at >= :since) OR begins_with(#ledger, :agents))"
NAMES = {f"#{name}": name for name in ("ledger", "no", "at", "body", "owner", "was_owner")}


class DynamoPast:
    """`client`: a boto3 client of DynamoDB; `page`: items read at a time, 0: as many as 1 MB holds; `on_page` is told how many commits
    each page held."""

    def __init__(
        self, client: Any, table: str, *, segments: int = SEGMENTS, page: int = 0, on_page: Callable[[int], None] = lambda _: None
    ) -> None:
        self._client = client
        self._table = table
        self._segments = segments
        self._limit = {"Limit": page} if page else {}
        self._on_page = on_page

    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:
        """Conversations' commits from `since` up to and without `until`, and all of agents before `until`; a ledger's own in order.
        Raises StorageUnavailable."""
        values = {":conversations": "cnv#", ":agents": "agt#", ":since": stamp(since), ":until": stamp(until)}
        question = {
            "TableName": self._table, "TotalSegments": self._segments, "ProjectionExpression": READ, "FilterExpression": WANTED,
            "ExpressionAttributeNames": NAMES, "ExpressionAttributeValues": {k: {"S": v} for k, v in values.items()}, **self._limit,
        }  # fmt: skip
        with ThreadPoolExecutor(self._segments) as threads:
            pages = {threads.submit(self._client.scan, Segment=n, **question): n for n in range(self._segments)}
            try:
                while pages:
                    ready, _ = wait(pages, return_when=FIRST_COMPLETED)
                    for future in ready:
                        segment, page = pages.pop(future), _answer(future)
                        if start := page.get("LastEvaluatedKey"):
                            further = threads.submit(self._client.scan, Segment=segment, ExclusiveStartKey=start, **question)
                            pages[further] = segment
                        self._on_page(len(page["Items"]))
                        yield from map(_commit, page["Items"])
            finally:
                for future in pages:
                    future.cancel()


def _answer(future: Future[Any]) -> Any:
    try:
        return future.result()
    except ClientError as error:
        raise StorageUnavailable(f"DynamoDB did not answer a scan: {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise StorageUnavailable(f"DynamoDB did not answer a scan: {type(error).__name__}") from error


def _commit(item: dict[str, Any]) -> StoredCommit:
    owner, was_owner = (item.get(name, {}).get("S", "") for name in ("owner", "was_owner"))
    return stored_commit_of(item["ledger"]["S"], int(item["no"]["N"]), item["at"]["S"], bytes(item["body"]["B"]), owner, was_owner)
