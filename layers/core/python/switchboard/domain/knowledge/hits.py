"""What a search of the knowledge base found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """An article's best passage. `probability`: how probable it is that it answers the question; calibrated for the first hit, and
    of those after it what it would be, were it the first. `version` is the article's."""

    article: str
    version: int
    title: str
    locale: str
    topic: str
    passage: int
    heading: str
    text: str
    score: float
    probability: float
