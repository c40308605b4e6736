"""The audit's files in S3. The bucket's Object Lock keeps each version; here no second one is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import NotFound, StorageUnavailable

_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
_THERE = frozenset({"PreconditionFailed", "412"})


class S3AuditFiles:
    """Implements `application.audit_ports.AuditFiles`. `s3` is a boto3 client."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def put(self, key: str, raw: bytes) -> bool:
        try:
            # With Object Lock, S3 asks for a checksum of what is put; botocore adds one.
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=raw, IfNoneMatch="*", ChecksumAlgorithm="SHA256")
        except ClientError as error:
            if error.response["Error"]["Code"] in _THERE:
                return False
            raise StorageUnavailable(f"the audit's files cannot be written now: {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise StorageUnavailable("the audit's files cannot be written now") from error
        return True

    def get(self, key: str) -> bytes:
        try:
            return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                raise NotFound("there is no such file of the audit") from None
            raise StorageUnavailable("the audit's files cannot be read now") from error
        except BotoCoreError as error:
            raise StorageUnavailable("the audit's files cannot be read now") from error

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        place = {"Bucket": self._bucket, "Prefix": folder} | ({"StartAfter": after} if after else {})
        try:
            for page in self._s3.get_paginator("list_objects_v2").paginate(**place):
                yield from (str(entry["Key"]) for entry in page.get("Contents", ()))
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the audit's files cannot be listed now") from error
