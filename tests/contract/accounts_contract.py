"""What every `Accounts` must do: see `adapters.vendor.courier.Accounts`. The courier and the webhooks ask it."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import pytest

from switchboard.adapters.vendor.courier import Accounts
from switchboard.channels.base import Account
from switchboard.domain.errors import NotFound, StorageUnavailable
from tests.contract import samples as s

ROTATION_SEEN = 300.0  # seconds after which the newest secrets are in use everywhere
NEW_ACCOUNT_SEEN = 30.0


class Safe(Protocol):
    """Where operators put accounts."""

    def put(self, account: Account) -> None:
        """Set an account up, or replace its secrets."""
        ...

    def wait(self, seconds: float) -> None: ...


def whatsapp(name: str, secrets: dict[str, str], previous: dict[str, str] | None = None) -> Account:
    return Account("whatsapp", name, secrets, previous or {}, "https://vendor.example")


class AccountsContract:
    """Subclasses give the fixtures `accounts`, its `safe`, and `cut_off`: an `Accounts` whose safe does not answer."""

    @pytest.fixture
    def name(self) -> str:
        return s.fresh("shop-1_")

    def test_an_account_has_its_secrets_those_before_and_its_address(
        self, accounts: Accounts, safe: Safe, name: str
    ) -> None:
        put = replace(whatsapp(name, {"app_secret": "new", "verify_token": "v"}, {"app_secret": "old"}), private=True)
        safe.put(put)
        assert accounts.account("whatsapp", name) == put

    def test_before_the_first_rotation_nothing_was_before(self, accounts: Accounts, safe: Safe, name: str) -> None:
        safe.put(Account("wechat", name, {"token": "t"}))
        assert accounts.account("wechat", name) == Account("wechat", name, {"token": "t"})

    def test_accounts_of_the_same_name_on_two_channels_are_two(self, accounts: Accounts, safe: Safe, name: str) -> None:
        both = [Account(channel, name, {"token": channel}) for channel in ("whatsapp", "wechat")]
        for each in both:
            safe.put(each)
        assert [accounts.account(each.channel, name) for each in both] == both

    def test_an_account_nobody_set_up_is_not_found(self, accounts: Accounts, safe: Safe, name: str) -> None:
        safe.put(whatsapp(name, {"app_secret": "a"}))
        for channel, stranger in (("whatsapp", name + "x"), ("whatsapp", name[:-1]), ("wechat", name)):
            with pytest.raises(NotFound):
                accounts.account(channel, stranger)

    def test_an_account_set_up_after_somebody_asked_is_found_soon(self, accounts: Accounts, safe: Safe, name: str) -> None:
        with pytest.raises(NotFound):
            accounts.account("whatsapp", name)
        put = whatsapp(name, {"app_secret": "a"})
        safe.put(put)
        safe.wait(NEW_ACCOUNT_SEEN)
        assert accounts.account("whatsapp", name) == put

    def test_a_rotation_is_seen_without_a_deployment(self, accounts: Accounts, safe: Safe, name: str) -> None:
        safe.put(whatsapp(name, {"app_secret": "one"}))
        accounts.account("whatsapp", name)
        rotated = whatsapp(name, {"app_secret": "two"}, {"app_secret": "one"})
        safe.put(rotated)
        safe.wait(ROTATION_SEEN)
        assert accounts.account("whatsapp", name) == rotated

    @pytest.mark.parametrize(
        "odd",
        ["", "-", "../shop", "a/b", "a b", "a\n", "shop%2F", "shop*", "shöp", "店", "٣", "\ud800", "x" * 3000],
        ids=lambda odd: ascii(odd)[:12],
    )
    def test_a_name_no_account_can_have_is_not_even_looked_for(self, cut_off: Accounts, odd: str) -> None:
        """The webhooks' addresses are public: a stranger's guess must neither cost a call nor look like an outage."""
        with pytest.raises(NotFound):
            cut_off.account("whatsapp", odd)

    def test_a_safe_that_does_not_answer_is_an_outage_and_not_a_missing_account(self, cut_off: Accounts, name: str) -> None:
        with pytest.raises(StorageUnavailable):
            cut_off.account("whatsapp", name)

    def test_secrets_do_not_show_where_an_account_is_printed(self, accounts: Accounts, safe: Safe, name: str) -> None:
        safe.put(whatsapp(name, {"app_secret": "sesame"}, {"app_secret": "sesame-1"}))
        assert "sesame" not in f"{accounts.account('whatsapp', name)!r} {accounts.account('whatsapp', name)}"
