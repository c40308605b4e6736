"""Somebody who is told to answer questions and writes down which."""

from __future__ import annotations

from switchboard.domain.errors import StorageUnavailable


class MemoryPlayers:
    """Implements `application.what_if_desk.Players`. `told` are the questions, in order; nobody can be told while `away`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = False

    def play(self, id_: str) -> None:
        if self.away:
            raise StorageUnavailable("the planner could not be told; ask again")
        self.told.append(id_)
