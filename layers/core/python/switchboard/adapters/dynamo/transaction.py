"""One TransactWriteItems call, with each item's condition tied to the typed error it means."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from switchboard.domain.errors import (
    AgentUnavailable,
    CeilingReached,
    ContactRace,
    Duplicate,
    StaleVersion,
    StorageUnavailable,
    SwitchboardError,
    TooLarge,
)

CONFLICT_TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.4  # seconds
PRECEDENCE: tuple[type[SwitchboardError], ...] = (Duplicate, ContactRace, StaleVersion, AgentUnavailable, CeilingReached)
TRANSIENT = frozenset({
    "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "TransactionInProgressException",
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError",
    "RequestTimeout", "ServiceUnavailable",
})  # fmt: skip


class _Meant(NamedTuple):
    """What the failed condition of an item means, and for which parts of the plan."""

    error: type[SwitchboardError] | None
    parts: Collection[int]


@dataclass
class Plan:
    """Items to write together. `error` is what a failed condition of the item means; `parts`: for which parts of the whole the
    items planned next are."""

    parts: Collection[int] = (0,)
    checks: list[tuple[type[Model], tuple[str, str], Any, _Meant]] = field(default_factory=list)
    deletes: list[tuple[Model, Any, _Meant]] = field(default_factory=list)
    puts: list[tuple[Model, Any, _Meant]] = field(default_factory=list)
    updates: list[tuple[Model, Sequence[Any], Any, _Meant]] = field(default_factory=list)

    def check(self, model: type[Model], key: tuple[str, str], condition: Any, error: type[SwitchboardError]) -> None:
        self.checks.append((model, key, condition, _Meant(error, self.parts)))

    def delete(self, item: Model, condition: Any = None, error: type[SwitchboardError] | None = None) -> None:
        self.deletes.append((item, condition, _Meant(error, self.parts)))

    def put(self, item: Model, condition: Any = None, error: type[SwitchboardError] | None = None) -> None:
        self.puts.append((item, condition, _Meant(error, self.parts)))

    def update(
        self, item: Model, actions: Sequence[Any], condition: Any = None, error: type[SwitchboardError] | None = None
    ) -> None:
        self.updates.append((item, actions, condition, _Meant(error, self.parts)))

    @property
    def meant(self) -> list[_Meant]:
        """In the order in which pynamodb sends the items: checks, deletes, puts, updates."""
        lists: Sequence[Sequence[tuple[Any, ...]]] = (self.checks, self.deletes, self.puts, self.updates)
        return [planned[-1] for items in lists for planned in items]


def execute(connection: Connection, plan: Plan, pause: Callable[[float], None] = time.sleep) -> None:
    """Write the plan. Conflicts with transactions in flight and throttling are tried again with full jitter; each try is a
    request of its own (botocore gives it its own token), for the conditions, not the token, make it idempotent.

    Raises the typed error of the first failed condition by `PRECEDENCE`, or StorageUnavailable."""
    failed = set(attempt(connection, plan, pause).values())
    for kind in PRECEDENCE:
        if kind in failed:
            raise kind("somebody else was faster; nothing was written")


def attempt(connection: Connection, plan: Plan, pause: Callable[[float], None] = time.sleep) -> dict[int, type[SwitchboardError]]:
    """The same, but conditions that failed are returned by their part of the plan. Nothing was written unless there are none."""
    for number in range(CONFLICT_TRIES):
        try:
            _write(connection, plan)
            return {}
        except TransactWriteError as error:
            if failed := _meaning(plan, error):
                return failed
            if _too_large(error):
                raise TooLarge("this is more than one record can hold; shorten it") from error
            if not _transient(error):
                raise StorageUnavailable(f"DynamoDB refused a transaction: {code_of(error)}") from error
        pause(jitter(number))
    raise StorageUnavailable(f"DynamoDB was too busy for a transaction {CONFLICT_TRIES} times; try again")


def code_of(error: PynamoDBException) -> str:
    """DynamoDB's own code of a failure; "" where nothing answered. (`cause_response_code` fails itself then: botocore's connection
    errors bear a response that is None.)"""
    response = getattr(error.cause, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def jitter(attempt: int) -> float:
    """Seconds to wait after the attempt of that number, from 0: any time up to a bound that doubles."""
    return random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))  # noqa: S311 - a pause, not a secret


def _write(connection: Connection, plan: Plan) -> None:
    with TransactWrite(connection=connection) as transaction:
        for model, key, condition, _ in plan.checks:
            transaction.condition_check(model, *key, condition=condition)
        for item, condition, _ in plan.deletes:
            transaction.delete(item, condition=condition)
        for item, condition, _ in plan.puts:
            transaction.save(item, condition=condition)
        for item, actions, condition, _ in plan.updates:
            transaction.update(item, actions=list(actions), condition=condition)


def _meaning(plan: Plan, error: TransactWriteError) -> dict[int, type[SwitchboardError]]:
    """The first failed condition of each part, by `PRECEDENCE`. A conflict beside a failed condition does not hide it."""
    meant: dict[int, type[SwitchboardError]] = {}
    for (kind, parts), reason in zip(plan.meant, error.cancellation_reasons, strict=False):
        if kind is not None and reason is not None and reason.code == "ConditionalCheckFailed":
            meant |= {part: min(kind, meant.get(part, kind), key=PRECEDENCE.index) for part in parts}
    return meant


def _too_large(error: TransactWriteError) -> bool:
    """What DynamoDB refuses for good: an item over 400 KB, a key over 2 KB, a request over 4 MB."""
    codes = {r.code for r in error.cancellation_reasons if r is not None} | {code_of(error)}
    return bool(codes & {"ValidationError", "ValidationException", "ItemCollectionSizeLimitExceeded"})


def _transient(error: TransactWriteError) -> bool:
    codes = {r.code for r in error.cancellation_reasons if r is not None and r.code not in (None, "None")}
    if codes:
        return codes <= TRANSIENT
    return code_of(error) in TRANSIENT
