"""Time, ids, keyed hashes and understanding that a test decides."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until told to go on."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, **by: float) -> datetime:
        """`advance(seconds=5)`: keywords of `timedelta`."""
        self._at += timedelta(**by)
        return self._at


class CountedIds:
    """Ids in the order they were asked for."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):026d}"


class PlainIndex:
    """Plain SHA-256 under a secret: right for tests, no protection in production."""

    def __init__(self, secret: str = "test") -> None:
        self._secret = secret

    def key(self, purpose: str, *parts: str) -> str:
        return hashlib.sha256(json.dumps([self._secret, purpose, *parts]).encode()).hexdigest()


class ScriptedUnderstander:
    """Answers by the text; what is not scripted is out of scope."""

    def __init__(self, script: Mapping[str, Understanding] | None = None, language: str = "en") -> None:
        self._script = dict(script or {})
        self._otherwise = Understanding(OUT_OF_SCOPE, 1.0, language, model="scripted")

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        return [self._script.get(text, self._otherwise) for text in texts]
