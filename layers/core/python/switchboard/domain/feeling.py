"""How a customer feels over a conversation, from what the intent layer hears in each message."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.domain.understanding import ANGRY, Understanding

_VALUES = {"positive": 1.0, "neutral": 0.0, "negative": -0.5, ANGRY: -1.0}
_NEWEST = 0.4
"""Weight of the newest message. Three neutral ones after an angry one bring the level back to a fifth of what it was."""

QUIET = timedelta(minutes=10)
"""After an alarm, further angry messages of the same conversation raise none for so long: the supervisor knows."""


def rolling(level: float, sentiment: str) -> float:
    """The level after one more message: -1 (furious) to 1 (delighted)."""
    return round(level + _NEWEST * (_VALUES.get(sentiment, 0.0) - level), 4)


def alarms(u: Understanding, angry_at: datetime | None, at: datetime) -> bool:
    """Whether a message should fetch a supervisor; `angry_at` is when one was fetched last."""
    return u.sentiment == ANGRY and (angry_at is None or at - angry_at >= QUIET)
