"""The knowledge base's index in S3: files that are never changed, and a pointer to the one in force."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import NotFound, StorageUnavailable

FOLDER, POINTER = "knowledge/", "knowledge/current.json"
_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


class S3IndexFiles:
    """Implements `application.knowledge_ports.IndexFiles`. `s3` is a boto3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def current(self) -> str:
        return self._pointer().get("file", "")

    def read(self, name: str) -> bytes:
        return self._get(FOLDER + name)

    def put(self, name: str, raw: bytes) -> None:
        before = self._pointer()
        pointer = json.dumps({"file": name, "before": before.get("file", "")}).encode()
        try:
            self._s3.put_object(Bucket=self._bucket, Key=FOLDER + name, Body=raw)
            self._s3.put_object(Bucket=self._bucket, Key=POINTER, Body=pointer, ContentType="application/json")
            old = before.get("before", "")
            if old and old not in (name, before.get("file")):  # readers of the last minute have the one after it
                self._s3.delete_object(Bucket=self._bucket, Key=FOLDER + old)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the knowledge index could not be kept; it is made again soon") from error

    def _pointer(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._get(POINTER)))
        except NotFound:
            return {}

    def _get(self, key: str) -> bytes:
        try:
            return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                raise NotFound("there is no such file of the knowledge index") from None
            raise StorageUnavailable("the knowledge index cannot be read now") from error
        except BotoCoreError as error:
            raise StorageUnavailable("the knowledge index cannot be read now") from error
