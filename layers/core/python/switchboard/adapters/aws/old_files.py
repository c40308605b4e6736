"""Files of a bucket that have had their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable

AT_ONCE = 1_000  # of one DeleteObjects, and of one list
LISTS = 20  # pages that are looked at: names sort by time, or there are few


class S3Files:
    """Implements `application.retention.Files`. `s3` is a boto3 client. Needs ListBucket, and DeleteObject below the folder."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def older(self, folder: str, before: datetime, limit: int) -> list[str]:
        found: list[str] = []
        more: dict[str, Any] = {}
        try:
            for _ in range(LISTS):
                page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=folder, MaxKeys=AT_ONCE, **more)
                found += [str(entry["Key"]) for entry in page.get("Contents", ()) if entry["LastModified"] < before]
                if not page.get("IsTruncated") or len(found) >= limit:
                    break
                more = {"ContinuationToken": page["NextContinuationToken"]}
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the files cannot be listed now") from error
        return found[:limit]

    def remove(self, names: Sequence[str]) -> None:
        for start in range(0, len(names), AT_ONCE):
            objects = [{"Key": name} for name in names[start : start + AT_ONCE]]
            try:
                answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            except (ClientError, BotoCoreError) as error:
                raise StorageUnavailable("files could not be removed now") from error
            if answer.get("Errors"):
                raise StorageUnavailable(f"{len(answer['Errors'])} files could not be removed now")
