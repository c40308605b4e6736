"""A token bucket: so many at once, then one every so often. Used for vendors' rate limits."""

from __future__ import annotations

import time


class Buckets:
    """One bucket for each key. `burst` tokens to begin with, one more every `refill_seconds`."""

    def __init__(self, burst: float, refill_seconds: float) -> None:
        self._burst = burst
        self._refill = refill_seconds
        self._state: dict[object, tuple[float, float]] = {}

    def take(self, key: object) -> bool:
        """Use one token; False when there is none."""
        now = time.monotonic()
        left, since = self._state.get(key, (self._burst, now))
        left = min(self._burst, left + (now - since) / self._refill)
        if left < 1:
            self._state[key] = (left, now)
            return False
        self._state[key] = (left - 1, now)
        return True

    def reset(self) -> None:
        self._state.clear()
