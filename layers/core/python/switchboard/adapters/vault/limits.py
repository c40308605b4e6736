"""How long and how much a key in memory may be used before it is fetched again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """`age` in seconds; `messages` and `bytes` count what one key in memory seals and opens; `keys` is how
    many data keys are held at once (least recently used go first). Raises ValueError unless all are
    positive."""

    age: float = 3600.0
    messages: int = 1_000_000
    bytes: int = 1 << 30
    keys: int = 5_000

    def __post_init__(self) -> None:
        if min(self.age, self.messages, self.bytes, self.keys) <= 0:
            raise ValueError("every cache limit must be greater than zero")


class Meter:
    """Counts one key's use. Not thread-safe: its owner holds a lock."""

    __slots__ = ("_bytes", "_limits", "_messages", "_since")

    def __init__(self, limits: CacheLimits, now: float) -> None:
        self._limits = limits
        self._since = now
        self._messages = 0
        self._bytes = 0

    def old(self, now: float, grace: float = 0.0) -> bool:
        """Past its age by more than `grace` seconds. A clock that went back counts as old: its age is
        unknown."""
        return not 0 <= now - self._since < self._limits.age + grace

    def used_up(self) -> bool:
        return self._messages >= self._limits.messages or self._bytes >= self._limits.bytes

    def spend(self, size: int) -> None:
        self._messages += 1
        self._bytes += size
