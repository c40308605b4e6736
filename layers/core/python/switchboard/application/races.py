"""Deciding again when somebody else was faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from switchboard.domain.errors import Race, StorageUnavailable

T = TypeVar("T")

ATTEMPTS = 30


def decide_again(attempt: Callable[[], T]) -> T:
    """Run `attempt` (read, decide, commit) until it meets no race. Each lost race means that somebody else made progress."""
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except Race:
            continue
    raise StorageUnavailable(f"lost {ATTEMPTS} races in a row; try again")
