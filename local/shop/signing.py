"""Whether a call comes from the one it says: the signature of the Standard Webhooks specification, as its receiver checks it."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

TOLERANCE = 300  # seconds that a call may be old, or a clock may be off


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """`secret` as it was agreed ("whsec_..."), `headers` by names in lower case, `now` in seconds since 1970."""
    call, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (call and at.isascii() and at.isdigit() and len(at) < 12 and abs(now - int(at)) <= TOLERANCE):
        return False
    key = b64decode(secret.removeprefix("whsec_"))
    wanted = b"v1," + b64encode(hmac.digest(key, f"{call}.{at}.".encode() + body, "sha256"))
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    return any(hmac.compare_digest(wanted, each) for each in given)
