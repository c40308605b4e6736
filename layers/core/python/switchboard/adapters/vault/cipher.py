"""The one cipher of the vault: AES-256-GCM with a key commitment, both derived from a secret by HKDF-SHA256
(RFC 5869).

Layout: version (1 byte) | generation (4, big-endian) | commitment (32) | nonce (12) | ciphertext and tag
(plaintext + 16). AES-GCM alone lets one ciphertext open under two chosen keys; the commitment, a second
output of the derivation, names the only key that may open it, and is compared in constant time before
anything is decrypted."""

from __future__ import annotations

import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from switchboard.domain.errors import Unreadable

SECRET_LENGTH = 32
_VERSION = 1
_COMMITMENT_LENGTH = 32
_NONCE_LENGTH = 12
_TAG_LENGTH = 16
_PREFIX = struct.Struct(">BI")
_HEADER_LENGTH = _PREFIX.size + _COMMITMENT_LENGTH
OVERHEAD = _HEADER_LENGTH + _NONCE_LENGTH + _TAG_LENGTH
"""Bytes that sealing adds to a plaintext."""


def frame(*parts: str | bytes) -> bytes:
    """Parts joined so that no two different lists give the same bytes: each after its length (4 bytes,
    big-endian)."""
    framed = bytearray()
    for part in parts:
        # surrogatepass: vendors' JSON may hold lone surrogates; they must neither fail nor collide
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        framed += len(raw).to_bytes(4, "big")
        framed += raw
    return bytes(framed)


def generation_of(sealed: bytes) -> int:
    """The generation a ciphertext claims, not yet authenticated. Raises `Unreadable` if it is none of
    ours."""
    if len(sealed) < OVERHEAD:
        raise Unreadable("the ciphertext is too short")
    version, generation = _PREFIX.unpack_from(sealed)
    if version != _VERSION:
        raise Unreadable(f"the ciphertext has format {version}; this program reads format {_VERSION}")
    return int(generation)


class Cipher:
    """Seals and opens under the key derived from `secret` for `context`. Thread-safe; shows no key."""

    __slots__ = ("_aead", "_commitment")

    def __init__(self, secret: bytes, *context: str) -> None:
        if len(secret) != SECRET_LENGTH:
            raise Unreadable(f"a key has {len(secret)} bytes instead of {SECRET_LENGTH}")
        info = frame("switchboard", *context)
        derived = HKDF(SHA256(), SECRET_LENGTH + _COMMITMENT_LENGTH, salt=None, info=info).derive(secret)
        self._aead = AESGCM(derived[:SECRET_LENGTH])
        self._commitment = derived[SECRET_LENGTH:]

    def seal(self, generation: int, place: bytes, plaintext: bytes) -> bytes:
        """`place` and the header are authenticated with the plaintext."""
        header = _PREFIX.pack(_VERSION, generation) + self._commitment
        nonce = os.urandom(_NONCE_LENGTH)
        return header + nonce + self._aead.encrypt(nonce, plaintext, header + place)

    def open(self, place: bytes, sealed: bytes) -> bytes:
        """Raises `Unreadable` if anything differs from what was sealed."""
        generation_of(sealed)
        header, rest = sealed[:_HEADER_LENGTH], sealed[_HEADER_LENGTH:]
        if not hmac.compare_digest(header[_PREFIX.size :], self._commitment):
            raise Unreadable("the ciphertext was not made with this key")
        try:
            return self._aead.decrypt(rest[:_NONCE_LENGTH], rest[_NONCE_LENGTH:], header + place)
        except InvalidTag:
            raise Unreadable("the ciphertext was changed or belongs to another place") from None
