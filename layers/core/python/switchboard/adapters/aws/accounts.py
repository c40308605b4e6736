"""Channel accounts from Secrets Manager, cached for a while so that a rotation is seen without a deployment."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.channels.base import Account
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable

KEPT = 300.0  # seconds
LONGEST_NAME = 64
UNKNOWN_KEPT = 30.0  # so that strangers' guesses do not each cost a call


class SecretAccounts:
    """`client` is a boto3 Secrets Manager client; secrets are named `<prefix>/accounts/<channel>/<account>`."""

    def __init__(self, client: Any, prefix: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._unknown: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], tuple[float, Account]] = {}

    def account(self, channel: str, account: str) -> Account:
        """Raises NotFound for an account nobody set up."""
        held = self._held.get((channel, account))
        if held is not None and self._clock() - held[0] < KEPT:
            return held[1]
        if self._clock() - self._unknown.get((channel, account), -UNKNOWN_KEPT) < UNKNOWN_KEPT:
            raise NotFound(f"there is no such {channel} account")
        if len(self._unknown) > 1000:
            self._unknown.clear()
        if len(account) > LONGEST_NAME or not account.replace("-", "").replace("_", "").isalnum() or not account.isascii():
            raise NotFound(f"there is no such {channel} account")
        try:
            answer = self._client.get_secret_value(SecretId=f"{self._prefix}/accounts/{channel}/{account}")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                self._unknown[(channel, account)] = self._clock()
                raise NotFound(f"there is no such {channel} account") from None
            raise StorageUnavailable("an account's credentials could not be read; try again") from error
        except BotoCoreError as error:
            raise StorageUnavailable("an account's credentials could not be read; try again") from error
        made = _read(channel, account, answer.get("SecretString", ""))
        self._held[(channel, account)] = (self._clock(), made)
        return made


def _read(channel: str, account: str, secret: str) -> Account:
    """Raises Misconfigured, which names the account and never shows a secret."""
    try:
        fields = json.loads(secret)
        secrets, previous, base_url = fields.get("secrets", {}), fields.get("previous", {}), fields.get("base_url", "")
        words, private = [*secrets.values(), *previous.values(), base_url], fields.get("private", False)
    except (ValueError, AttributeError):
        words, private = [None], False
    if not all(isinstance(word, str) for word in words) or not isinstance(private, bool):
        raise Misconfigured(f"the secret of {channel}/{account} is not of the documented shape; correct it in Secrets Manager")
    return Account(channel, account, secrets, previous, base_url, private)
