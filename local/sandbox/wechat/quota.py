"""What a customer's action lets an Official Account send: so many messages, for so long.

After Tencent's customer-service message rules: a message gives 5 in 48 hours; following, a menu click or a
scan gives 3 in one minute. A new message starts its allowance anew.
"""

from __future__ import annotations

from ..config import Tuning
from ..memory import Thread, now_ms

OUT_OF_TIME = 45015
OUT_OF_COUNT = 45047
_EVENT_ALLOWANCE = (3, 60)


def grant(thread: Thread, kind: str, at: int, tuning: Tuning) -> None:
    """The customer did something at `at` (epoch ms)."""
    if kind in ("unsubscribe", "view"):
        if kind == "unsubscribe":
            thread.allowances.clear()
        return
    is_event = kind in ("subscribe", "click", "scan")
    count, seconds = (
        _EVENT_ALLOWANCE
        if is_event
        else (
            tuning.wechat_messages_per_window,
            tuning.wechat_window_seconds,
        )
    )
    thread.allowances = [kept for kept in thread.allowances if kept["event"] != int(is_event)]
    thread.allowances.append({"event": int(is_event), "left": count, "until": at + seconds * 1000})


def spend(thread: Thread) -> int:
    """Use one message of an allowance. Returns 0, or the errcode that says why not."""
    if not thread.subscribed:
        return OUT_OF_TIME
    alive = [allowance for allowance in thread.allowances if allowance["until"] >= now_ms()]
    if not alive:
        return OUT_OF_TIME
    usable = min((a for a in alive if a["left"] > 0), key=lambda a: a["until"], default=None)
    if usable is None:
        return OUT_OF_COUNT
    usable["left"] -= 1
    return 0
