"""What the intent layer says of messages, and of the clauses of those that say more than one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switchboard.application.ports import Understander
from switchboard.domain.dialogue.clauses import clauses
from switchboard.domain.understanding import Part, Understanding


def understood(understander: Understander, texts: Sequence[str]) -> list[Understanding]:
    """One answer a text, in their order."""
    found = understander.classify(texts)
    cut = [clauses(text, u.language) for text, u in zip(texts, found, strict=True)]
    each = [clause for of_text in cut for clause in of_text]
    read = iter(understander.classify(each) if each else [])
    return [
        replace(u, parts=tuple(Part(clause, (v := next(read)).intent, v.confidence, v.alternatives) for clause in of_text))
        for u, of_text in zip(found, cut, strict=True)
    ]
