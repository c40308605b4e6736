"""Roots signed by an asymmetric key of KMS, which never leaves it."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key, load_pem_public_key

from switchboard.domain.errors import StorageUnavailable

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, FIPS 186-4 D.1.2.3


def lower(signature: bytes) -> bytes:
    """Of the two signatures that hold, r, s and r, -s, the one with the lower s: so that no other bytes are as good."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, ORDER - s))


def holds(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the key with this public half (PEM) has signed the statement."""
    try:
        key = load_pem_public_key(public)
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(signature, statement, ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def pem(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class KmsSigner:
    """Implements `application.audit_ports.Signer`. `client` is a boto3 KMS client; `key_id` the ARN of a key of ECC_NIST_P256."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._client, self.key = client, key_id

    def sign(self, statement: bytes) -> bytes:
        digest = hashlib.sha256(statement).digest()
        try:
            answer = self._client.sign(KeyId=self.key, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("KMS did not sign a root") from error
        return lower(answer["Signature"])

    def signed(self, statement: bytes, signature: bytes, public: bytes) -> bool:
        return holds(public, statement, signature)

    @cached_property
    def public(self) -> bytes:
        try:
            found = load_der_public_key(self._client.get_public_key(KeyId=self.key)["PublicKey"])
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable("KMS did not give the signing key's public half") from error
        assert isinstance(found, EllipticCurvePublicKey)
        return pem(found)
