"""What an agent wrote, where the customer was sent a translation of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from switchboard.domain.errors import Malformed
from switchboard.domain.translation.languages import required

BY_HAND = "agent"
_BY = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """`translated_by`: a translator's name, or "agent": the agent translated, or changed what a translator gave."""

    text: str
    language: str
    translated_by: str


def own_words(text: str, language: str, translated_by: str) -> OwnWords | None:
    """None where the customer gets the agent's own words. Raises Malformed."""
    if not text.strip():
        return None
    if translated_by and not _BY.fullmatch(translated_by):
        raise Malformed("'translated_by' names a translator in at most 32 small letters, digits and -")
    return OwnWords(text, required(language, "original_language"), translated_by or BY_HAND)
