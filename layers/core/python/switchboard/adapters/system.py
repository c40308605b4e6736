"""The clock and the ids of a real process."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class TimeOrderedIds:
    """A prefix, 10 digits of milliseconds since 1970 and 80 random bits (the layout of a ULID)."""

    def new(self, prefix: str) -> str:
        n = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
        return prefix + "".join(_DIGITS[(n >> shift) & 31] for shift in range(125, -1, -5))
