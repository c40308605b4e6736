"""boto3 clients for an emulator."""

import json
import os
import time
from functools import partial
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.emulators.process import CREDENTIALS, REGION

BUSY_SECONDS = 60.0
"""A function that runs one at a time is free again within this."""


def clients(endpoint: str) -> partial[Any]:
    """A factory: `clients(endpoint)("sqs")` is a client for that emulator, with its test credentials, never
    with the developer's own.
    """
    # Neither AWS_PROFILE nor the developer's configuration file: they may name a profile that is not there, or
    # another region.
    plain = botocore.session.Session(
        session_vars={"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    )
    session = boto3.Session(
        botocore_session=plain,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    settings = Config(
        s3={"addressing_style": "path"},
        max_pool_connections=50,
        read_timeout=120,
        retries={"mode": "standard", "max_attempts": 2},
    )
    return partial(session.client, endpoint_url=endpoint, config=settings)


def invoke(functions: Any, name: str, event: object) -> Any:
    """What the function `name` answers to the event. Waits for one whose schedule has it running, where only one may.

    RuntimeError: it raised.
    """
    payload, deadline = event if isinstance(event, bytes) else json.dumps(event).encode(), time.monotonic() + BUSY_SECONDS
    while True:
        try:
            answer = functions.invoke(FunctionName=name, Payload=payload)
        except functions.exceptions.TooManyRequestsException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        body = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise RuntimeError(f"{name} raised: {body}")
        return body
