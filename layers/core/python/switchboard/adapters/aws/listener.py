"""What the librarian function hears in an agent's text: it carries the encoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.assist.check import Heard
from switchboard.domain.errors import StorageUnavailable

TROUBLE = "the text cannot be listened to now"


class ListeningFunction:
    """Implements `application.assist_ports.Listener`. `client` makes a boto3 lambda client that gives up soon."""

    def __init__(self, client: Callable[[], Any], function: str) -> None:
        self._make, self._function = client, function

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def hear(self, text: str) -> Heard:
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps({"hear": {"text": text}}).encode())
            heard = json.loads(answer["Payload"].read())["heard"]
            return Heard(str(heard["language"]), str(heard["sentiment"]), float(heard["anger"]))
        except (ClientError, BotoCoreError, ValueError, KeyError, TypeError, OSError) as error:
            raise StorageUnavailable(TROUBLE) from error
