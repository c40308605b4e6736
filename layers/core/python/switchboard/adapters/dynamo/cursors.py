"""How far the outbox has handed each ledger on."""

from __future__ import annotations

from pynamodb.exceptions import PynamoDBException, UpdateError

from switchboard.adapters.dynamo.tables import Tables, unavailable
from switchboard.adapters.dynamo.transaction import code_of

ALONE = "-"


class DynamoCursors:
    def __init__(self, tables: Tables) -> None:
        self._t = tables

    def cursor(self, ledger: str) -> int:
        [item] = self._t.read([(self._t.cursor, _pk(ledger), ALONE)])
        return int(item.commit) if item is not None else 0

    def advance(self, ledger: str, commit: int) -> None:
        model = self._t.cursor
        try:
            model(_pk(ledger), ALONE).update(
                [model.commit.set(commit)], model.commit.does_not_exist() | (model.commit < commit)
            )
        except UpdateError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise unavailable(error) from error
        except PynamoDBException as error:
            raise unavailable(error) from error


def _pk(ledger: str) -> str:
    return f"OUTBOX#{ledger}"
