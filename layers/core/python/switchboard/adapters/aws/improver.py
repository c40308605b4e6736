"""The function that looks periods through, called by others: it carries the encoder that they do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable


class ImproverFunction:
    """Implements `application.improvement_desk.Lookers`. `client` makes a boto3 lambda client. Lambda keeps the call until the
    function is free."""

    def __init__(self, client: Callable[[], Any], function: str) -> None:
        self._client, self._function = client, function

    def look(self, id_: str) -> None:
        event = json.dumps({"improvement": id_}).encode()
        try:
            self._client().invoke(FunctionName=self._function, InvocationType="Event", Payload=event)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("nobody could be told to look; ask again") from error
