"""Access tokens on DynamoDB as several processes see them: the same tables and branch keys, their own clients, caches and vaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from local.emulators.process import CREDENTIALS, REGION
from switchboard.adapters.dynamo import DynamoStore, Tables
from switchboard.adapters.vault import BranchKeys, Vault
from switchboard.adapters.vendor.tokens import DynamoTokens
from tests.contract.dynamo_tables import tables
from tests.contract.tokens_contract import Pause
from tests.contract.vault_fakes import Clock, provisioned_branches


@dataclass(frozen=True)
class TokenProcesses:
    aws: Callable[[str], Any]
    bound: Tables
    branches: BranchKeys
    table: str

    def start(self, clock: Clock, pause: Pause) -> DynamoTokens:
        vault = Vault(self.branches, clock=clock)
        company_key = DynamoStore(self.bound, vault).company_key
        return DynamoTokens(self.aws("dynamodb"), self.table, vault, company_key, clock, pause)


@contextmanager
def token_processes(aws: Callable[[str], Any], endpoint: str) -> Iterator[TokenProcesses]:
    """On fresh tables, dropped afterwards. Making them takes seconds: let a module's tests share them, with an account each."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():  # pynamodb makes its own clients
            patch.setenv(name, value)
        with tables(aws("dynamodb")) as names:
            branches, bound = provisioned_branches(), Tables(names, region=REGION, host=endpoint)
            DynamoStore(bound, Vault(branches, clock=Clock())).provision()
            yield TokenProcesses(aws, bound, branches, names.state)
