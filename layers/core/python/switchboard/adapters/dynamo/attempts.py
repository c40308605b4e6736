"""Marks of work that has begun: they outlive a process that dies on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import DeleteError, PutError

from switchboard.adapters.dynamo.tables import Tables, unavailable

ALONE = "-"
REMEMBERED = timedelta(days=1)  # far longer than a queue waits between two tries


class DynamoAttempts:
    """Implements `application.ports.Attempts`."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def begin(self, work: str, at: datetime) -> bool:
        model = self._t.pointer
        forgotten = model.expires < int(at.timestamp())  # DynamoDB deletes what expired when it finds the time
        mark = model(_pk(work), ALONE, expires=int((at + REMEMBERED).timestamp()))
        try:
            mark.save(model.pk.does_not_exist() | forgotten)
        except PutError as error:
            if error.cause_response_code == "ConditionalCheckFailedException":
                return False
            raise unavailable(error) from error
        return True

    def end(self, work: str) -> None:
        try:
            self._t.pointer(_pk(work), ALONE).delete()
        except DeleteError as error:
            raise unavailable(error) from error


def _pk(work: str) -> str:
    return f"TRY#{work}"
