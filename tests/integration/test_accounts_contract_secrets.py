"""Accounts in Secrets Manager keep the contract, and what they cost is what it should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.emulators.process import CREDENTIALS, REGION, free_port
from switchboard.adapters.aws.accounts import SecretAccounts
from switchboard.channels.base import Account
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable
from tests.contract import samples as s
from tests.contract.accounts_contract import NEW_ACCOUNT_SEEN, ROTATION_SEEN, AccountsContract
from tests.contract.vault_fakes import Clock

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]


class Secrets:
    """The safe: Secrets Manager under a prefix of this test alone, and the clock of those who read it."""

    def __init__(self, client: Any) -> None:
        self.client, self.prefix, self.clock = client, s.fresh("test"), Clock()
        self.names: list[str] = []

    def put(self, account: Account) -> None:
        fields: dict[str, Any] = {"secrets": account.secrets}
        if account.previous:
            fields["previous"] = account.previous
        if account.base_url:
            fields["base_url"] = account.base_url
        if account.private:
            fields["private"] = True
        self.store(account.channel, account.account, SecretString=json.dumps(fields))

    def store(self, channel: str, account: str, **value: Any) -> None:
        """`value` as Secrets Manager takes it."""
        name = f"{self.prefix}/accounts/{channel}/{account}"
        if name in self.names:
            self.client.put_secret_value(SecretId=name, **value)
        else:
            self.client.create_secret(Name=name, **value)
            self.names.append(name)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds


@pytest.fixture
def safe(aws: Aws) -> Iterator[Secrets]:
    safe = Secrets(aws("secretsmanager"))
    yield safe
    for name in safe.names:
        safe.client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def calls(safe: Secrets) -> list[str]:
    """The calls of Secrets Manager from here on."""
    made: list[str] = []
    safe.client.meta.events.register("before-call.secretsmanager.*", lambda model, **_: made.append(model.name))
    return made


@pytest.fixture
def accounts(safe: Secrets) -> SecretAccounts:
    return SecretAccounts(safe.client, safe.prefix, safe.clock)


class TestSecretAccounts(AccountsContract):
    @pytest.fixture
    def cut_off(self) -> SecretAccounts:
        nobody = boto3.client(
            "secretsmanager", endpoint_url=f"http://127.0.0.1:{free_port()}", region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"], aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
        )  # fmt: skip
        return SecretAccounts(nobody, "test", Clock())


class TestCalls:
    def test_an_account_in_use_is_read_once_in_its_time(self, safe: Secrets, accounts: SecretAccounts, calls: list[str]) -> None:
        safe.put(Account("whatsapp", "shop", {"app_secret": "a"}))
        calls.clear()
        for _ in range(3):
            accounts.account("whatsapp", "shop")
            safe.wait(ROTATION_SEEN / 4)
        assert calls == ["GetSecretValue"]

    def test_a_strangers_guesses_cost_one_call_a_name(self, safe: Secrets, accounts: SecretAccounts, calls: list[str]) -> None:
        for _ in range(3):
            with pytest.raises(NotFound):
                accounts.account("whatsapp", "guess")
            safe.wait(NEW_ACCOUNT_SEEN / 4)
        assert calls == ["GetSecretValue"]


class TestWhatIsStored:
    @pytest.mark.parametrize(
        "value",
        [
            {"SecretString": "app_secret=sesame"},
            {"SecretString": '["sesame"]'},
            {"SecretString": '{"secrets": "sesame"}'},
            {"SecretString": '{"secrets": {"app_secret": 5}}'},
            {"SecretString": '{"secrets": {}, "previous": ["sesame"]}'},
            {"SecretString": '{"secrets": {}, "private": "sesame"}'},
            {"SecretBinary": b"sesame"},
        ],
        ids=["no JSON", "a list", "secrets no object", "secret no text", "previous no object", "private no truth", "binary"],
    )
    def test_a_secret_of_another_shape_is_named_and_not_shown(
        self, safe: Secrets, accounts: SecretAccounts, value: dict[str, Any]
    ) -> None:
        """An operator's slip: messages wait until it is mended, and the log says which secret it is."""
        safe.store("whatsapp", "shop", **value)
        with pytest.raises(Misconfigured, match="shop") as raised:
            accounts.account("whatsapp", "shop")
        assert "sesame" not in str(raised.value)

    def test_an_account_on_its_way_to_deletion_is_not_called_missing(self, safe: Secrets, accounts: SecretAccounts) -> None:
        """It can be restored for days; a vendor that hears "missing" may switch the webhook off."""
        safe.put(Account("whatsapp", "shop", {"app_secret": "a"}))
        safe.client.delete_secret(SecretId=safe.names[0], RecoveryWindowInDays=7)
        with pytest.raises(StorageUnavailable):
            accounts.account("whatsapp", "shop")
