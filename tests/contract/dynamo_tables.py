"""The stack's tables as production's template defines their keys and indexes, made directly: fresh ones for a test in a moment."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.deploy.template import load
from local.emulators.process import CREDENTIALS, REGION, ROOT
from switchboard.adapters.dynamo import DynamoDeliveries, DynamoStore, TableNames, Tables
from switchboard.adapters.vault import Vault
from tests.contract.vault_fakes import Clock, provisioned_branches

_TABLES = {
    "ledger": "LedgerTable",
    "state": "StateTable",
    "deliveries": "DeliveriesTable",
    "connections": "ConnectionsTable",
    "keys": "KeysTable",
}
_SCHEMA = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode")


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


def raw_items(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Every item of a table as it lies there."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


class OnDynamo:
    """The adapters on fresh tables of the emulator, for suites to inherit; the fixtures `aws` and `endpoint` name it."""

    @pytest.fixture
    def names(self, aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[TableNames]:
        for name, value in CREDENTIALS.items():  # pynamodb makes its own clients
            monkeypatch.setenv(name, value)
        with tables(aws("dynamodb")) as names:
            yield names

    @pytest.fixture
    def bound(self, names: TableNames, endpoint: str) -> Tables:
        return Tables(names, region=REGION, host=endpoint)

    @pytest.fixture
    def vault(self) -> Vault:
        clock = Clock()
        return Vault(provisioned_branches(clock), clock=clock)

    @pytest.fixture
    def store(self, bound: Tables, vault: Vault) -> DynamoStore:
        store = DynamoStore(bound, vault)
        store.provision()
        return store

    @pytest.fixture
    def deliveries(self, bound: Tables) -> DynamoDeliveries:
        return DynamoDeliveries(bound)
