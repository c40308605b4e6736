"""What the knowledge base needs of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.domain.knowledge.article import Audience, Text
from switchboard.domain.knowledge.hits import Hit


@dataclass(frozen=True, slots=True)
class Published:
    """An article as it stands. `version` is the commit of its ledger that holds this text."""

    id: str
    version: int
    text: Text


class Knowledge(Protocol):
    def search(self, text: str, vector: Any, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        """The best articles for a question, best first, at most `limit`, each with its best passage. Only what holds in `region` and
        is for `audience`. `vector`: of the question, by the encoder's search view. Empty where nothing is published."""
        ...
