"""The planner function, called by others: it carries the solver that they do not."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable


class PlannerFunction:
    """Implements `application.what_if_desk.Players`. `client` is a boto3 lambda client. Lambda keeps the call until the function is
    free."""

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def play(self, id_: str) -> None:
        event = json.dumps({"what_if": id_}).encode()
        try:
            self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=event)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the planner could not be told; ask again") from error
