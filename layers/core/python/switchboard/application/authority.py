"""May they? One port, asked at every door, before anything is read for the caller or done."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.authority.question import Decision, Question


class Authority(Protocol):
    """Judges questions by the policies in force. Deny is the default, and an error while judging denies: it never raises."""

    def decide(self, question: Question) -> Decision: ...
