"""Branch keys in the keys table."""

from __future__ import annotations

from typing import Any

from switchboard.adapters.vault.keys_table import call
from switchboard.adapters.vault.model import BranchRecord
from switchboard.domain.errors import Unreadable


class DynamoBranchRecords:
    """`client` is a boto3 DynamoDB client. Needs GetItem and Query on the table; PutItem only where keys are
    created or rotated, DeleteItem where they are retired. `dynamodb:LeadingKeys` can narrow a function to `branch#<purpose>`."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, purpose: str, generation: int) -> BranchRecord | None:
        answer = self._call("get_item", Key=_key(purpose, generation), ConsistentRead=True)
        return _record(purpose, answer["Item"]) if "Item" in answer else None

    def newest(self, purpose: str) -> BranchRecord | None:
        answer = self._call(
            "query",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _partition(purpose)}},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return _record(purpose, answer["Items"][0]) if answer["Items"] else None

    def put(self, record: BranchRecord) -> bool:
        item = _key(record.purpose, record.generation) | {
            "wrapped": {"B": record.wrapped}, "made": {"N": str(record.made)},
        }  # fmt: skip
        try:
            self._call("put_item", Item=item, ConditionExpression="attribute_not_exists(pk)")
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def all(self, purpose: str) -> list[BranchRecord]:
        found: list[BranchRecord] = []
        more: dict[str, Any] = {}
        while True:
            answer = self._call(
                "query", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": _partition(purpose)}},
                ConsistentRead=True, **more,
            )  # fmt: skip
            found += [_record(purpose, item) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def remove(self, purpose: str, generation: int) -> None:
        self._call("delete_item", Key=_key(purpose, generation))

    def _call(self, operation: str, **arguments: Any) -> Any:
        return call(self._client, self._table, operation, **arguments)


def _partition(purpose: str) -> str:
    return f"branch#{purpose}"


def _key(purpose: str, generation: int) -> dict[str, Any]:
    return {"pk": {"S": _partition(purpose)}, "sk": {"S": f"{generation:06d}"}}


def _record(purpose: str, item: Any) -> BranchRecord:
    try:
        return BranchRecord(purpose, int(item["sk"]["S"]), bytes(item["wrapped"]["B"]), int(item["made"]["N"]))
    except (KeyError, TypeError, ValueError):
        raise Unreadable(f"a branch key for {purpose!r} in the keys table is not as it was written") from None
