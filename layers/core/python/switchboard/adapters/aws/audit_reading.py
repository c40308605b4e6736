"""The audit's files in S3 for those who look at them: many at once, their versions, and links to them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.aws.audit_files import S3AuditFiles
from switchboard.application.audit_ports import Listed
from switchboard.domain.errors import NotFound, StorageUnavailable

THREADS = 10  # as many connections as a boto3 client keeps


class S3AuditReading(S3AuditFiles):
    """Implements `application.audit_ports.AuditReading`. `s3` must sign by version 4."""

    def __init__(self, s3: Any, bucket: str) -> None:
        super().__init__(s3, bucket)
        self._pool = ThreadPoolExecutor(THREADS)

    def several(self, keys: Sequence[str]) -> list[bytes | None]:
        return list(self._pool.map(self._one, keys)) if len(keys) > 1 else [self._one(key) for key in keys]

    def _one(self, key: str) -> bytes | None:
        try:
            return self.get(key)
        except NotFound:
            return None

    def listed(self, folder: str, after: str, until: str) -> list[Listed]:
        found: dict[str, tuple[int, bool]] = {}
        place: dict[str, Any] = {"Bucket": self._bucket, "Prefix": folder} | ({"KeyMarker": after} if after else {})
        try:
            for page in self._s3.get_paginator("list_object_versions").paginate(**place):
                entries = [(str(v["Key"]), 1, False) for v in page.get("Versions", ())]
                entries += [(str(m["Key"]), 0, bool(m["IsLatest"])) for m in page.get("DeleteMarkers", ())]
                for key, versions, deleted in entries:
                    known = found.get(key, (0, False))
                    found[key] = (known[0] + versions, known[1] or deleted)
                if entries and max(key for key, _, _ in entries) > until:
                    break
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("the audit's files cannot be listed now") from error
        return [Listed(key, *found[key]) for key in sorted(found) if after < key <= until]

    def link(self, key: str, seconds: int) -> str:
        return str(self._s3.generate_presigned_url("get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds))
