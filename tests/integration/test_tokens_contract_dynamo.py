"""Access tokens on DynamoDB keep the contract, and nobody reads them in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from switchboard.adapters.vault import Vault
from switchboard.adapters.vendor.tokens import DynamoTokens
from switchboard.channels.base import Account
from switchboard.domain.errors import StorageUnavailable
from tests.contract import samples as s
from tests.contract.dynamo_tables import raw_items
from tests.contract.dynamo_tokens import TokenProcesses, token_processes
from tests.contract.tokens_contract import LIFE, Process, TokensContract, TokenService, never
from tests.contract.vault_fakes import Clock, provisioned_branches

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]


@pytest.fixture(scope="module")
def processes(aws: Aws, endpoint: str) -> Iterator[TokenProcesses]:
    with token_processes(aws, endpoint) as processes:
        yield processes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(processes: TokenProcesses, clock: Clock) -> Process:
    return lambda pause: processes.start(clock, pause)


@pytest.fixture
def account() -> Account:
    return Account("wechat", s.fresh("oa"), {})


class TestDynamoTokens(TokensContract):
    pass


class TestRaces:
    @pytest.mark.parametrize("stale", ["", "token-1"], ids=["no token", "a stale token"])
    def test_a_process_that_looked_before_anothers_fetch_does_not_fetch_again(
        self, processes: TokenProcesses, clock: Clock, account: Account, stale: str
    ) -> None:
        """Between its look and its lock another one fetched; a refresh now would void the token that one has."""
        service = TokenService()
        if stale:
            processes.start(clock, never).token(account, service.fetch)
        slow, before = processes.start(clock, never), len(service.calls)
        rivals: list[str] = []

        def rival(**_: Any) -> None:
            slow._client.meta.events.unregister("before-call.dynamodb.UpdateItem", rival)
            rivals.append(processes.start(clock, never).token(account, service.fetch, stale=stale))

        slow._client.meta.events.register("before-call.dynamodb.UpdateItem", rival)
        assert slow.token(account, service.fetch, stale=stale) == rivals[0] == service.good
        assert len(service.calls) == before + 1


class TestAtRest:
    def test_a_token_cannot_be_read_in_the_table(
        self, aws: Aws, processes: TokenProcesses, process: Process, account: Account
    ) -> None:
        value = s.fresh("EAAG-token-")
        process(never).token(account, lambda _: (value, LIFE))
        [item] = [i for i in raw_items(aws("dynamodb"), processes.table) if account.account in str(i)]
        assert value not in str(item)
        assert process(never).token(account, lambda _: ("another", LIFE)) == value

    def test_a_sealed_token_put_in_another_accounts_place_is_not_used(
        self, aws: Aws, processes: TokenProcesses, process: Process, account: Account
    ) -> None:
        """Somebody who can write the table cannot make one company's messages leave in the name of another."""
        other = Account("wechat", s.fresh("oa"), {})
        process(never).token(account, lambda _: ("mine", LIFE))
        process(never).token(other, lambda _: ("theirs", LIFE))
        [theirs] = [i for i in raw_items(aws("dynamodb"), processes.table) if other.account in str(i)]
        [mine] = [i for i in raw_items(aws("dynamodb"), processes.table) if account.account in str(i)]
        aws("dynamodb").put_item(TableName=processes.table, Item=theirs | {k: mine[k] for k in ("pk", "sk")})
        assert process(never).token(account, lambda _: ("fresh", LIFE)) == "fresh"

    def test_a_table_that_does_not_answer_is_an_outage(self, aws: Aws, clock: Clock, account: Account) -> None:
        tokens = DynamoTokens(
            aws("dynamodb"), s.fresh("none"), Vault(provisioned_branches(), clock=clock), lambda: None, clock, never
        )
        with pytest.raises(StorageUnavailable):
            tokens.token(account, TokenService().fetch)
