"""Marks of work that has begun: they outlive a process that dies on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import DeleteError, UpdateError

from switchboard.adapters.dynamo.tables import Tables, unavailable

ALONE = "-"
REMEMBERED = timedelta(days=1)  # far longer than a queue waits between two tries


class DynamoAttempts:
    """Implements `application.ports.Attempts`: one item a work, with the set of its attempts, so that a request which is sent twice
    (its answer was lost) counts once."""

    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def begin(self, work: str, attempt: int, at: datetime) -> int:
        model = self._t.attempt
        item = model(_pk(work), ALONE)
        expires = int((at + REMEMBERED).timestamp())
        try:
            item.update([model.begun.add({attempt}), model.expires.set(model.expires | expires)])
        except UpdateError as error:
            raise unavailable(error) from error
        if int(item.expires) <= int(at.timestamp()):  # DynamoDB deletes what expired when it finds the time
            self.end(work)
            return self.begin(work, attempt, at)
        return len(set(item.begun) - {attempt})

    def end(self, work: str) -> None:
        try:
            self._t.attempt(_pk(work), ALONE).delete()
        except DeleteError as error:
            raise unavailable(error) from error


def _pk(work: str) -> str:
    return f"TRY#{work}"
