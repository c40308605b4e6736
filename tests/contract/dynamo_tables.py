"""The stack's tables as production's template defines their keys and indexes, made directly: a suite of their own in a second."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from switchboard.adapters.dynamo import TableNames

from local.deploy.template import load
from local.emulators.process import ROOT

_TABLES = {
    "ledger": "LedgerTable",
    "state": "StateTable",
    "deliveries": "DeliveriesTable",
    "connections": "ConnectionsTable",
    "keys": "KeysTable",
}
_SCHEMA = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@contextmanager
def tables(dynamodb: Any) -> Iterator[TableNames]:
    """Fresh tables, dropped afterwards. `dynamodb` is a boto3 client of an emulator."""
    resources = load(ROOT / "infra" / "data.yaml")["Resources"]
    names = {use: f"{use}-{uuid.uuid4().hex[:12]}" for use in _TABLES}
    for use, resource in _TABLES.items():
        properties = resources[resource]["Properties"]
        dynamodb.create_table(TableName=names[use], **{k: properties[k] for k in _SCHEMA if k in properties})
    for name in names.values():
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    try:
        yield TableNames(**names)
    finally:
        for name in names.values():
            dynamodb.delete_table(TableName=name)


def raw_items(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    """Every item of a table as it lies there."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]
