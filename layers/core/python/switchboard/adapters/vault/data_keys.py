"""Contacts' wrapped data keys in the keys table, as the rotation walks over them: `application.key_rotation.DataKeys`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from switchboard.adapters.vault.keys_table import call
from switchboard.adapters.vault.model import KeyRecord
from switchboard.application.key_rotation import Progress

_PREFIX, _SK = "contact#", "key"
_PROGRESS = {"pk": {"S": "rewrap#contact"}, "sk": {"S": "-"}}
_COUNTS = ("target", "looked", "moved", "lost", "broken")


class DynamoDataKeys:
    """`client` is a boto3 DynamoDB client. Needs Scan, UpdateItem, GetItem and PutItem on the table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, after: str, limit: int) -> tuple[list[KeyRecord], str]:
        more = {"ExclusiveStartKey": {"pk": {"S": after}, "sk": {"S": _SK}}} if after else {}
        answer = self._call(
            "scan", Limit=limit, ConsistentRead=True, FilterExpression="begins_with(pk, :contact) AND sk = :key",
            ExpressionAttributeValues={":contact": {"S": _PREFIX}, ":key": {"S": _SK}}, **more,
        )  # fmt: skip
        keys = [_record(item) for item in answer["Items"]]
        last = answer.get("LastEvaluatedKey")
        while last is not None and last["sk"]["S"] != _SK:  # a branch key: the cursor names data keys alone, so go on past it
            answer = self._call(
                "scan", Limit=1, ConsistentRead=True, ExclusiveStartKey=last,
                FilterExpression="begins_with(pk, :contact) AND sk = :key",
                ExpressionAttributeValues={":contact": {"S": _PREFIX}, ":key": {"S": _SK}},
            )  # fmt: skip
            keys += [_record(item) for item in answer["Items"]]
            last = answer.get("LastEvaluatedKey")
        return keys, last["pk"]["S"] if last else ""

    def replace(self, old: KeyRecord, new: KeyRecord) -> bool:
        try:
            self._call(
                "update_item", Key={"pk": {"S": _PREFIX + old.owner}, "sk": {"S": _SK}},
                UpdateExpression="SET #wrapped = :new, generation = :to",
                ConditionExpression="#wrapped = :old AND generation = :from",  # never true of what was erased: nothing comes back
                ExpressionAttributeNames={"#wrapped": "wrapped"},  # a word that DynamoDB keeps for itself
                ExpressionAttributeValues={
                    ":new": {"B": new.wrapped}, ":to": {"N": str(new.generation)}, ":old": {"B": old.wrapped},
                    ":from": {"N": str(old.generation)},
                },
            )  # fmt: skip
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def progress(self) -> Progress | None:
        item = self._call("get_item", Key=_PROGRESS, ConsistentRead=True).get("Item")
        if item is None:
            return None
        finished = datetime.fromisoformat(item["finished"]["S"]).astimezone(UTC) if "finished" in item else None
        return Progress(after=item["after"]["S"], finished=finished, **{name: int(item[name]["N"]) for name in _COUNTS})

    def keep(self, progress: Progress) -> None:
        item = _PROGRESS | {name: {"N": str(getattr(progress, name))} for name in _COUNTS} | {"after": {"S": progress.after}}
        if progress.finished is not None:
            item["finished"] = {"S": progress.finished.isoformat()}
        self._call("put_item", Item=item)

    def _call(self, operation: str, **arguments: Any) -> Any:
        return call(self._client, self._table, operation, **arguments)


def _record(item: Any) -> KeyRecord:
    return KeyRecord(item["pk"]["S"].removeprefix(_PREFIX), int(item["generation"]["N"]), bytes(item["wrapped"]["B"]))
