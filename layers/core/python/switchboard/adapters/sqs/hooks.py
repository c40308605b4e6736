"""The queue of webhook calls. Their bodies hold nothing personal (`domain.rules.payload`), so they go as they are."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.application.hooks import HookCall
from switchboard.domain.errors import Malformed, StorageUnavailable


class SqsHookOutbox:
    """Implements `application.hooks.HookOutbox`. `sqs` is a boto3 client. The queue keeps no order, so that an endpoint that is
    down holds no other up."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def hook(self, call: HookCall) -> None:
        try:
            self._sqs.send_message(QueueUrl=self._url, MessageBody=dump_call(call))
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("a queue did not answer; try again") from error


def dump_call(call: HookCall) -> str:
    return json.dumps({"id": call.id, "endpoint": call.endpoint, "body": call.body}, ensure_ascii=False)


def load_call(body: str) -> HookCall:
    """Raises Malformed."""
    try:
        c = json.loads(body)
        return HookCall(_text(c["id"]), _text(c["endpoint"]), _text(c["body"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("a webhook message is not of a known form") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
