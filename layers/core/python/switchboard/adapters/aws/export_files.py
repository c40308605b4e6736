"""Files of people's data in the blob bucket: private, encrypted under the stack's key, gone after days by the bucket's own rule."""

from __future__ import annotations

from datetime import timedelta
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable

_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
ZIP = "application/zip"


class S3ExportFiles:
    """Implements `application.exports.ExportFiles`. `s3` is a boto3 client: who makes links may read the files."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def put(self, name: str, file: IO[bytes]) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=name, Body=file, ContentType=ZIP)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the export could not be stored now") from error

    def remove(self, name: str) -> None:
        try:
            self._s3.delete_object(Bucket=self._bucket, Key=name)
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the export could not be removed now") from error

    def there(self, name: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return False
            raise StorageUnavailable("the export cannot be looked for now") from error
        except BotoCoreError as error:
            raise StorageUnavailable("the export cannot be looked for now") from error
        return True

    def link(self, name: str, lasts: timedelta, as_: str) -> str:
        wanted = {
            "Bucket": self._bucket, "Key": name, "ResponseContentDisposition": f'attachment; filename="{as_}"',
            "ResponseCacheControl": "no-store",
        }  # fmt: skip
        return str(self._s3.generate_presigned_url("get_object", Params=wanted, ExpiresIn=int(lasts.total_seconds())))
