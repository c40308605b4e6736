"""An authority by a list, for tests of whoever asks it."""

from __future__ import annotations

from collections.abc import Iterable

from switchboard.domain.authority.actions import ACTIONS
from switchboard.domain.authority.question import Decision, Question


class ListedAuthority:
    """Allows who has a role the actions listed, or, with none listed, all there are. `asked` are the questions, in order."""

    def __init__(self, actions: Iterable[str] | None = None) -> None:
        self._actions = ACTIONS if actions is None else ACTIONS & frozenset(actions)
        self.asked: list[Question] = []

    def decide(self, question: Question) -> Decision:
        self.asked.append(question)
        allowed = bool(question.principal.role) and question.action in self._actions
        return Decision(allowed, ("listed",) if allowed else ())
