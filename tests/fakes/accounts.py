"""Channel accounts in memory."""

from __future__ import annotations

from collections.abc import Iterable

from switchboard.channels.base import Account
from switchboard.domain.errors import NotFound, StorageUnavailable


class MemoryAccounts:
    """Implements `adapters.vendor.courier.Accounts`. What was put is seen at once; while `down`, what exists cannot be read."""

    def __init__(self, accounts: Iterable[Account] = (), *, down: bool = False) -> None:
        self.down = down
        self._accounts = {(a.channel, a.account): a for a in accounts}

    def add(self, account: Account) -> None:
        """Set an account up, or replace it."""
        self._accounts[account.channel, account.account] = account

    def account(self, channel: str, account: str) -> Account:
        name = account.replace("-", "").replace("_", "")
        if not (name.isascii() and name.isalnum() and len(account) <= 64):
            raise NotFound(f"there is no such {channel} account")
        if self.down:
            raise StorageUnavailable("an account's credentials could not be read; try again")
        if (channel, account) not in self._accounts:
            raise NotFound(f"there is no such {channel} account")
        return self._accounts[channel, account]
