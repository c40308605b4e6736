"""The queue of business actions. It holds ids alone: what a customer said stays on the ledger."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import Malformed, StorageUnavailable


class SqsActionQueue:
    """Implements `application.connectors.ActionQueue`. `sqs` is a boto3 client. The queue keeps no order: a conversation has one call
    out at a time."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def action(self, conversation: str, call: str) -> None:
        try:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=dump_action(conversation, call))
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("a queue did not answer; try again") from error


def dump_action(conversation: str, call: str) -> str:
    return json.dumps({"conversation": conversation, "call": call})


def load_action(body: str) -> tuple[str, str]:
    """The ids of the conversation and of the call. Raises Malformed."""
    try:
        found = json.loads(body)
        conversation, call = found["conversation"], found["call"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Malformed("an action's message is not of a known form") from error
    if not (isinstance(conversation, str) and conversation and isinstance(call, str) and call):
        raise Malformed("an action's message is not of a known form")
    return conversation, call
