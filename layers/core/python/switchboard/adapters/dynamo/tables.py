"""Models bound to the tables of one stack, and reads that span tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PynamoDBException
from pynamodb.models import Model

from switchboard.adapters.dynamo import models as m
from switchboard.adapters.dynamo.transaction import code_of
from switchboard.domain.errors import StorageUnavailable

M = TypeVar("M", bound=Model)
# A call gives up after 12 s at most: functions live 15 s and more, and one that dies waiting cannot say why.
TIME_OUTS: dict[str, Any] = {"connect_timeout_seconds": 1, "read_timeout_seconds": 3, "max_retry_attempts": 2}
BATCH_LOOKS = 5  # times a throttled part of a batch read is asked for again


@dataclass(frozen=True, slots=True)
class TableNames:
    """Names of the stack's tables; a function that does not use one leaves it empty."""

    ledger: str = ""
    state: str = ""
    deliveries: str = ""
    connections: str = ""
    keys: str = ""


class Tables:
    """The models of one stack. `region` and `host` (an emulator's address) may be None: then the environment decides."""

    def __init__(self, names: TableNames, *, region: str | None = None, host: str | None = None) -> None:
        self.names = names
        self._region = region
        self._host = host
        self.connection = Connection(region=region, host=host, **TIME_OUTS)
        self.commit = self._bind(m.CommitItem, names.ledger)
        self.conversation = self._bind(m.ConversationItem, names.state)
        self.profile = self._bind(m.ProfileItem, names.state)
        self.pointer = self._bind(m.PointerItem, names.state)
        self.head = self._bind(m.HeadItem, names.state)
        self.agent = self._bind(m.AgentItem, names.state)
        self.handled = self._bind(m.HandledItem, names.state)
        self.roster = self._bind(m.RosterItem, names.state)
        self.wait = self._bind(m.WaitItem, names.state)
        self.parked = self._bind(m.ParkedItem, names.state)
        self.article = self._bind(m.ArticleItem, names.state)
        self.request = self._bind(m.RequestItem, names.state)
        self.corrected = self._bind(m.CorrectedItem, names.state)
        self.usage = self._bind(m.UsageItem, names.state)
        self.attempt = self._bind(m.AttemptItem, names.state)
        self.flow = self._bind(m.FlowItem, names.state)
        self.spending = self._bind(m.SpendingItem, names.state)
        self.cursor = self._bind(m.CursorItem, names.state)
        self.anchor = self._bind(m.AnchorItem, names.state)
        self.gap = self._bind(m.GapItem, names.state)
        self.stray = self._bind(m.StateItem, names.state)
        self.delivery = self._bind(m.DeliveryItem, names.deliveries)
        self.connections = self._bind(m.ConnectionItem, names.connections)
        self.key = self._bind(m.KeyItem, names.keys)

    def _bind(self, model: type[M], table: str) -> type[M]:
        meta = type("Meta", (), {"table_name": table or "none", "region": self._region, "host": self._host, **TIME_OUTS})
        return type(model.__name__, (model,), {"Meta": meta})

    def read(self, wanted: Sequence[tuple[type[Model], str, str]]) -> list[Any]:
        """One consistent BatchGetItem over any tables: for each (model, pk, sk) its item or None, in order."""
        requests: dict[str, Any] = {}
        for model, pk, sk in wanted:
            keys = requests.setdefault(model.Meta.table_name, {"Keys": [], "ConsistentRead": True})["Keys"]
            key = {"pk": {"S": pk}, "sk": {"S": sk}}
            if key not in keys:
                keys.append(key)
        found: dict[tuple[str, str, str], Any] = {}
        for _ in range(BATCH_LOOKS):
            answer = self._batch_get(requests)
            for table, items in answer["Responses"].items():
                for item in items:
                    found[(table, item["pk"]["S"], item["sk"]["S"])] = item
            requests = answer.get("UnprocessedKeys") or {}
            if not requests:
                break
        else:
            raise StorageUnavailable("DynamoDB throttles reads; try again")
        return [_of(model, found.get((model.Meta.table_name, pk, sk))) for model, pk, sk in wanted]

    def _batch_get(self, requests: dict[str, Any]) -> Any:
        try:
            return self.connection.client.batch_get_item(RequestItems=requests)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable(f"DynamoDB did not answer a batch read: {_code(error)}") from error


def _of(model: type[Model], raw: Any) -> Any:
    return None if raw is None else model.from_raw_data(raw)


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def unavailable(error: PynamoDBException) -> StorageUnavailable:
    """A pynamodb failure that is no condition, as ours."""
    return StorageUnavailable(f"DynamoDB failed: {code_of(error) or type(error).__name__}")


@contextmanager
def answered() -> Iterator[None]:
    """DynamoDB's failures as ours."""
    try:
        yield
    except DoesNotExist:
        raise
    except PynamoDBException as error:
        raise unavailable(error) from error
