"""Media the vendors hold: bytes by id, uploaded by the system or sent by a customer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct
import zlib
from typing import Any

from .memory import Memory, now_ms

MAX_BYTES = 16 * 1024 * 1024


def store(memory: Memory, channel: str, account: str, mime: str, data: bytes, filename: str = "") -> dict[str, Any]:
    """Keep bytes and give them a media id of the channel's form."""
    found = secrets.token_urlsafe(48) if channel == "wechat" else str(secrets.randbelow(9 * 10**15) + 10**15)
    media: dict[str, Any] = {
        "id": found,
        "channel": channel,
        "account": account,
        "mime": mime,
        "data": data,
        "filename": filename,
        "sha256": hashlib.sha256(data).hexdigest(),
        "at": now_ms(),
        "key": secrets.token_urlsafe(16),
    }
    memory.media[found] = media
    return media


def sent_by_customer(fields: dict[str, Any], default_mime: str) -> tuple[str, bytes]:
    """The bytes a tester's customer sends: given as base64 `data`, else a small sample. Raises ValueError."""
    mime, data = fields.get("mime"), fields.get("data")
    if mime is not None and not isinstance(mime, str):
        raise ValueError("mime must be a string")
    if data is None:
        return _sample(mime or default_mime)
    try:
        found = base64.b64decode(data, validate=True) if isinstance(data, str) else b""
    except binascii.Error as error:
        raise ValueError("data must be base64") from error
    if not 0 < len(found) <= MAX_BYTES:
        raise ValueError(f"data must be base64 of 1 to {MAX_BYTES} bytes")
    return mime or default_mime, found


def _sample(mime: str) -> tuple[str, bytes]:
    if mime.startswith("image/"):
        return "image/png", _png(48, 36)
    if mime == "application/pdf":
        return mime, b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
    return mime, b"sandbox sample of " + mime.encode()


def _png(width: int, height: int) -> bytes:
    """A small picture (a gradient), so that a person sees something real."""
    rows = b"".join(b"\x00" + b"".join(bytes((40 + 4 * x, 120 + 3 * y, 160)) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
