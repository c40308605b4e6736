"""Turns in memory."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.adapters.dynamo.turns import DEATHS
from switchboard.application.ports import TURN_LASTS, Turn


@dataclass(slots=True)
class _Shard:
    holder: str = ""
    ends: datetime | None = None
    wants: set[str] = field(default_factory=set)
    callers: int = 0
    deaths: int = 0


class MemoryTurns:
    """The part of the store in memory that says who is at a shard."""

    def __init__(self) -> None:
        self._turns: dict[str, _Shard] = {}
        self._turns_lock = threading.Lock()

    def begin_turn(self, shard: str, wanted: Collection[str], at: datetime) -> Turn | None:
        with self._turns_lock:
            found, me = self._turns.setdefault(shard, _Shard()), secrets.token_hex(6)
            found.wants |= {f"{one} {me}" for one in wanted}
            found.callers += 1
            if found.holder and found.ends is not None and found.ends >= at:
                return None
            found.deaths += bool(found.holder)
            if found.deaths > DEATHS:
                found.wants, found.deaths = {f"{one} {me}" for one in wanted}, 0
            found.holder, found.ends = me, at + TURN_LASTS
            return Turn(shard, me, frozenset(found.wants), found.callers)

    def end_turn(self, turn: Turn, at: datetime) -> Turn | None:
        with self._turns_lock:
            found = self._turns[turn.shard]
            if found.holder != turn.token:
                return None
            if found.callers == turn.callers:
                found.holder, found.ends, found.deaths = "", None, 0
                found.wants.clear()
                return None
            found.ends = at + TURN_LASTS
            return Turn(turn.shard, turn.token, frozenset(found.wants), found.callers)

    def leave_turn(self, turn: Turn, done: Collection[str]) -> None:
        with self._turns_lock:
            found = self._turns[turn.shard]
            if found.holder == turn.token:
                found.holder, found.ends = "", None
                found.wants -= set(done)
