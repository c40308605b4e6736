"""Vendors' access tokens: one for all processes, sealed in the state table, fetched by one process at a time.

Some vendors keep only the newest token valid, so two processes that fetch at once would void each other's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.vault import COMPANY, Place, Vault
from switchboard.channels.base import Account
from switchboard.domain.errors import StorageUnavailable, Unreadable, VendorUnavailable

MARGIN = 300.0  # seconds before its end from which a token counts as over
LOCK = 15.0  # seconds a fetch may take
PATIENCE, PAUSE = 2.0, 0.2  # seconds to wait for another process's fetch before the message is tried later


class DynamoTokens:
    """`client` is a boto3 DynamoDB client. Needs the company's data key at hand (`ensure_key`)."""

    def __init__(
        self, client: Any, table: str, vault: Vault, ensure_key: Callable[[], None],
        clock: Callable[[], float] = time.time, pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._client = client
        self._table = table
        self._vault = vault
        self._ensure_key = ensure_key
        self._clock = clock
        self._pause = pause

    def token(self, account: Account, fetch: Callable[[bool], tuple[str, float]], *, stale: str = "") -> str:
        self._ensure_key()
        waited = 0.0
        while True:
            value, until = self._read(account)
            if value and value != stale and until - MARGIN > self._clock():
                return value
            if self._lock(account):
                try:
                    value, until = self._read(account)  # another process may have fetched between our look and our lock
                    if value and value != stale and until - MARGIN > self._clock():
                        with suppress(StorageUnavailable):  # the lock runs out by itself, and the token is at hand
                            self._unlock(account)
                        return value
                    return self._fetch(account, fetch, refresh=bool(stale) and value == stale)
                except BaseException:
                    self._unlock(account)
                    raise
            if waited >= PATIENCE:
                raise VendorUnavailable("another process is fetching the vendor's access token; try again")
            self._pause(PAUSE)
            waited += PAUSE

    def _fetch(self, account: Account, fetch: Callable[[bool], tuple[str, float]], *, refresh: bool) -> str:
        value, lives = fetch(refresh)
        sealed = self._vault.seal(COMPANY, _place(account), json.dumps(value).encode())
        self._call(
            "update_item", Key=_key(account), UpdateExpression="SET sealed = :s, good_until = :u REMOVE locked_until",
            ExpressionAttributeValues={":s": {"B": sealed}, ":u": {"N": str(self._clock() + lives)}},
        )  # fmt: skip
        return value

    def _read(self, account: Account) -> tuple[str, float]:
        item = self._call("get_item", Key=_key(account), ConsistentRead=True).get("Item", {})
        if "sealed" not in item:
            return "", 0.0
        try:
            value = json.loads(self._vault.unseal(COMPANY, _place(account), item["sealed"]["B"]))
        except Unreadable:
            return "", 0.0  # a fresh one replaces it
        return str(value), float(item["good_until"]["N"])

    def _lock(self, account: Account) -> bool:
        now = self._clock()
        try:
            self._call(
                "update_item", Key=_key(account), UpdateExpression="SET locked_until = :until",
                ConditionExpression="attribute_not_exists(locked_until) OR locked_until < :now",
                ExpressionAttributeValues={":until": {"N": str(now + LOCK)}, ":now": {"N": str(now)}},
            )  # fmt: skip
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _unlock(self, account: Account) -> None:
        self._call("update_item", Key=_key(account), UpdateExpression="REMOVE locked_until")

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, operation)(TableName=self._table, **arguments)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the state table did not answer") from error


def _key(account: Account) -> dict[str, Any]:
    return {"pk": {"S": f"TOKEN#{account.channel}#{account.account}"}, "sk": {"S": "-"}}


def _place(account: Account) -> Place:
    return Place(f"token#{account.channel}#{account.account}", 0, "token")
