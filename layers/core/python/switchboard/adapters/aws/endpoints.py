"""Endpoints of the company's own systems from Secrets Manager: who may write rules or flows may not choose where data goes, nor read
the key it is signed with."""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from switchboard.adapters.vendor.calls import Endpoint
from switchboard.domain.errors import Misconfigured, NotFound, StorageUnavailable

KEPT = 300.0  # seconds, so that a rotation is seen without a deployment
NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
HOOKS, CONNECTORS = "hooks", "connectors"
KEY_PREFIX = "whsec_"  # of the Standard Webhooks specification: what follows is base64
KEY_BYTES = range(24, 65)


class SecretEndpoints:
    """`client` is a boto3 Secrets Manager client; the secret `<prefix>/<folder>/<name>` holds {"url": "https://...", "secret":
    "whsec_..."} and, where they are needed, "ca" (PEM) and "private" (true): see `adapters.vendor.calls.Endpoint`. `clock` counts
    seconds."""

    def __init__(self, client: Any, prefix: str, clock: Callable[[], float], folder: str = HOOKS) -> None:
        self._client = client
        self._place = f"{prefix}/{folder}"
        self._clock = clock
        self._held: dict[str, tuple[float, Endpoint]] = {}

    def known(self, name: str) -> bool:
        """Whether an endpoint of that name is set up; a badly set up one is, and says so when it is used. Who asks need not be able to
        read the secret."""
        if not NAME.fullmatch(name):
            return False
        try:
            found = self._client.describe_secret(SecretId=f"{self._place}/{name}")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise StorageUnavailable("it could not be seen whether an endpoint exists; try again") from error
        except BotoCoreError as error:
            raise StorageUnavailable("it could not be seen whether an endpoint exists; try again") from error
        return "DeletedDate" not in found

    def endpoint(self, name: str) -> Endpoint:
        """Raises NotFound for an endpoint nobody set up, Misconfigured for one that is not of the documented shape."""
        held = self._held.get(name)
        if held is not None and self._clock() - held[0] < KEPT:
            return held[1]
        if not NAME.fullmatch(name):
            raise NotFound("there is no such endpoint")
        try:
            answer = self._client.get_secret_value(SecretId=f"{self._place}/{name}")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise NotFound("there is no such endpoint") from None
            raise StorageUnavailable("an endpoint's secret could not be read; try again") from error
        except BotoCoreError as error:
            raise StorageUnavailable("an endpoint's secret could not be read; try again") from error
        made = _read(name, answer.get("SecretString", ""))
        self._held[name] = (self._clock(), made)
        return made


def _read(name: str, secret: str) -> Endpoint:
    """Raises Misconfigured, which names the endpoint and never shows its secret."""
    wrong = Misconfigured(
        f"the secret of the endpoint {name!r} is not of the documented shape: an https url without user and fragment, a secret of "
        f"{KEY_PREFIX} and {KEY_BYTES.start} to {KEY_BYTES.stop - 1} bytes in base64, and perhaps a ca in PEM and private, true or "
        "false; correct it in Secrets Manager"
    )
    try:
        fields = json.loads(secret)
        url, spelt = parse_url(fields["url"]), fields["secret"]
        key = b64decode(spelt.removeprefix(KEY_PREFIX), validate=True)
        ca, private = fields.get("ca", ""), fields.get("private", False)
        ssl.create_default_context(cadata=ca)
    except (ValueError, KeyError, TypeError, AttributeError, LocationParseError, ssl.SSLError):
        raise wrong from None
    if url.scheme != "https" or not url.host or url.auth or url.fragment or len(key) not in KEY_BYTES:
        raise wrong
    if not isinstance(ca, str) or not isinstance(private, bool):
        raise wrong
    return Endpoint(name, url.url, key, ca, private)
