"""Bodies of customers' messages outside the queues: in the blob bucket, and parked on ledgers."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.sqs.inbound import ARRIVED, PARKED
from switchboard.adapters.vault import QueueSeal
from switchboard.adapters.vault.cipher import generation_of
from switchboard.domain.errors import StorageUnavailable, Unreadable

AT_ONCE = 1_000  # of one DeleteObjects


class SealedBodies:
    """Implements `application.erasure.Bodies`. `s3` is a boto3 client. The bucket keeps no versions (infra/data.yaml): what is deleted
    is gone."""

    def __init__(self, s3: Any, bucket: str, seal: QueueSeal) -> None:
        self._s3, self._bucket, self._seal = s3, bucket, seal

    def generation(self, ciphertext: str) -> int:
        try:
            return generation_of(b64decode(ciphertext))
        except (ValueError, Unreadable):
            return 0

    def stored_as(self, group: str, ciphertext: str) -> str:
        try:
            name = json.loads(self._seal.unseal(group, ciphertext))["blob"]
        except (Unreadable, KeyError, TypeError, ValueError):
            return ""
        return name if isinstance(name, str) and name.startswith((ARRIVED, PARKED)) else ""

    def reseal(self, group: str, ciphertext: str) -> str:
        body = self._seal.unseal(group, ciphertext)
        if name := self.stored_as(group, ciphertext):
            held = self._seal.unseal(group, self._get(name))
            self._put(name, self._seal.seal(group, held))
        return self._seal.seal(group, body)

    def destroy(self, names: Sequence[str]) -> None:
        wanted = list(dict.fromkeys(names))
        for start in range(0, len(wanted), AT_ONCE):
            objects = [{"Key": name} for name in wanted[start : start + AT_ONCE]]
            try:
                answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            except (ClientError, BotoCoreError) as error:
                raise StorageUnavailable("stored bodies could not be destroyed now") from error
            if answer.get("Errors"):
                raise StorageUnavailable(f"{len(answer['Errors'])} stored bodies could not be destroyed now")

    def named(self, message: str) -> Sequence[str]:
        return (ARRIVED + message, PARKED + message)

    def _get(self, name: str) -> str:
        try:
            return str(self._s3.get_object(Bucket=self._bucket, Key=name)["Body"].read().decode())
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise Unreadable("the stored body is gone") from error
            raise StorageUnavailable("a stored body could not be fetched now") from error
        except (BotoCoreError, UnicodeDecodeError) as error:
            raise StorageUnavailable("a stored body could not be fetched now") from error

    def _put(self, name: str, body: str) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=name, Body=body.encode())
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("a stored body could not be written now") from error
