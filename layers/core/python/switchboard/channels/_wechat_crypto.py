"""Signatures and envelopes of WeChat's callbacks ("message encryption and decryption" of the Official Account documents;
WeCom and Mini Programs use the same): AES-256-CBC with the key's first 16 bytes as IV, PKCS#7 to blocks of 32, around
16 random bytes, the length of the text (4 bytes, big-endian), the text, and the receiver's id."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_SALT = 16
_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class BadEnvelope(Exception):
    """The envelope does not open with this key."""


def sign(*parts: str) -> str:
    """Hex SHA-1 over the sorted parts: token, timestamp, nonce and, for an envelope, its ciphertext."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - the vendor's contract


def open_envelope(ciphertext: str, encoding_aes_key: str) -> tuple[bytes, str]:
    """The text of an envelope and the receiver's id in it. Raises BadEnvelope.

    Call it only after `sign` matched: it tells bad padding from good, which must not be an oracle for strangers."""
    try:
        sealed = base64.b64decode(ciphertext.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise BadEnvelope("not base64") from None
    if not sealed or len(sealed) % _BLOCK:
        raise BadEnvelope("not whole blocks")
    opener = _cipher(encoding_aes_key).decryptor()
    padded = opener.update(sealed) + opener.finalize()
    padding = padded[-1]
    if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
        raise BadEnvelope("bad padding")
    content = padded[_SALT:-padding]
    length = int.from_bytes(content[:4], "big")
    if len(content) < 4 + length:
        raise BadEnvelope("shorter than it says")
    try:
        return content[4 : 4 + length], content[4 + length :].decode()
    except UnicodeDecodeError:
        raise BadEnvelope("the receiver's id is not text") from None


def seal(text: bytes, encoding_aes_key: str, receiver: str) -> str:
    """The ciphertext of an envelope around `text`: what passive replies in safe mode, and who plays the vendor, send."""
    content = secrets.token_bytes(_SALT) + len(text).to_bytes(4, "big") + text + receiver.encode()
    padding = _BLOCK - len(content) % _BLOCK
    sealer = _cipher(encoding_aes_key).encryptor()
    sealed = sealer.update(content + bytes([padding]) * padding) + sealer.finalize()
    return base64.b64encode(sealed).decode()


def _cipher(encoding_aes_key: str) -> Cipher[modes.CBC]:
    if not _KEY.fullmatch(encoding_aes_key):
        raise BadEnvelope("the encoding_aes_key is not 43 letters and digits of base64")
    key = base64.b64decode(encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
