"""Who has been silent, told by a scan of the state table.

It reads the whole table a page at a time, at half the price of consistent reads: some weeks of silence are not decided by the last
second, and whoever is named is looked at anew before anything is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.dynamo import projections as p
from switchboard.adapters.dynamo.models import stamp
from switchboard.domain.errors import StorageUnavailable

CONTACT, BETWEEN = "CONTACT#", "\n"
READ, PAGES = 200, 50  # items of a page that are looked at, and pages of one answer
WANTED = "sk = :current AND begins_with(pk, :contact) AND last_at < :before"


class DynamoCensus:
    """Implements `application.retention.Census`. `client`: a boto3 client of DynamoDB. Needs Scan and BatchGetItem on the table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def silent(self, before: datetime, erased_since: datetime, after: str, limit: int) -> tuple[list[str], str]:
        """Up to `limit` and a page more, of some ten thousand items at a time."""
        values = {":current": p.CURRENT, ":contact": CONTACT, ":before": stamp(before)}
        found, start = list[str](), _key(after)
        for _ in range(PAGES):
            answer = self._ask(
                "scan", TableName=self._table, Limit=READ, FilterExpression=WANTED, ProjectionExpression="pk",
                ExpressionAttributeValues={k: {"S": v} for k, v in values.items()}, **start,
            )  # fmt: skip
            found += [item["pk"]["S"].removeprefix(CONTACT) for item in answer["Items"]]
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]} if "LastEvaluatedKey" in answer else {}
            if not start or len(found) >= limit:
                break
        return self._left(found, stamp(erased_since)), _cursor(start)

    def _left(self, contacts: list[str], erased_since: str) -> list[str]:
        """Without those who were erased before."""
        gone: set[str] = set()
        for begin in range(0, len(contacts), 100):
            keys = [{"pk": {"S": p.contact_pk(c)}, "sk": {"S": p.PROFILE}} for c in contacts[begin : begin + 100]]
            wanted: dict[str, Any] = {self._table: {"Keys": keys, "ProjectionExpression": "pk, erased_at"}}
            while wanted:
                answer = self._ask("batch_get_item", RequestItems=wanted)
                for item in answer["Responses"].get(self._table, ()):
                    if item.get("erased_at", {}).get("S", "~") < erased_since:
                        gone.add(item["pk"]["S"].removeprefix(CONTACT))
                wanted = answer.get("UnprocessedKeys", {})
        return [c for c in contacts if c not in gone]

    def _ask(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as error:
            raise StorageUnavailable(f"DynamoDB did not answer: {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise StorageUnavailable(f"DynamoDB did not answer: {type(error).__name__}") from error


def _cursor(start: dict[str, Any]) -> str:
    last = start.get("ExclusiveStartKey")
    return f"{last['pk']['S']}{BETWEEN}{last['sk']['S']}" if last is not None else ""


def _key(after: str) -> dict[str, Any]:
    pk, _, sk = after.partition(BETWEEN)
    return {"ExclusiveStartKey": {"pk": {"S": pk}, "sk": {"S": sk}}} if after else {}
