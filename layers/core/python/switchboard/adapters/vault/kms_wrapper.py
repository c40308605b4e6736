"""Branch keys wrapped by the AWS Encryption SDK under one KMS key. Importing this loads the SDK: see the
package's docstring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from aws_encryption_sdk.key_providers.kms import KMSMasterKey
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable, Unreadable

# Committing, and without a signature: whoever may read a branch key may also write with it.
_ALGORITHM = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
_TAMPERED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class KmsWrapper:
    """Strict: only `key_id` (a key ARN) wraps and unwraps. One KMS call an operation. `client` is a boto3 KMS
    client."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._sdk = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
        )
        self._master_key = _TellingMasterKey(key_id=key_id, client=client)

    def wrap(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        try:
            wrapped, _ = self._sdk.encrypt(
                source=secret,
                key_provider=self._master_key,
                encryption_context=dict(context),
                algorithm=_ALGORITHM,
                frame_length=0,  # one block: a branch key is 32 bytes
            )
        except (AWSEncryptionSDKClientError, ClientError, BotoCoreError) as error:
            raise StorageUnavailable(f"KMS did not wrap a key: {_reason(error)}") from error
        return bytes(wrapped)

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        try:
            secret, header = self._sdk.decrypt(source=wrapped, key_provider=self._master_key)
        except StorageUnavailable:
            raise
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable(f"KMS did not unwrap a key: {_reason(error)}") from error
        except Exception as error:
            # On tampered bytes the SDK raises many types: struct.error, UnicodeDecodeError, InvalidTag ...
            raise Unreadable(f"a wrapped key cannot be read: {type(error).__name__}") from error
        if dict(header.encryption_context) != dict(context):
            raise Unreadable("a wrapped key belongs to another purpose, generation or tenant")
        return bytes(secret)


class _TellingMasterKey(KMSMasterKey):  # type: ignore[misc,unused-ignore]  # the SDK ships no types
    """The SDK answers every refusal of KMS with the same DecryptKeyError and drops the cause. A throttled or
    disabled key must not look like a tampered one: what can be tried again is kept, what was tampered with is
    given up."""

    def decrypt_data_key(self, encrypted_data_key: Any, algorithm: Any, encryption_context: Any) -> Any:
        try:
            return super().decrypt_data_key(encrypted_data_key, algorithm, encryption_context)
        except DecryptKeyError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and _code(cause) not in _TAMPERED:
                raise StorageUnavailable(f"KMS did not unwrap a key: {_code(cause)}") from error
            raise


def _reason(error: Exception) -> str:
    cause = error if isinstance(error, ClientError) else error.__cause__
    return _code(cause) if isinstance(cause, ClientError) else type(error).__name__


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
